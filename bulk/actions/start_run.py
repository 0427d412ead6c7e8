"""Start: the preview is ticked and confirmed; workers do the rows."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from bulk.actions.begin_run import check_is_draft
from bulk.actions.locks import lock_own_run
from bulk.models import BulkRow, BulkRun
from bulk.waking import wake_workers_after_commit
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee

NOT_TICKED = "not_ticked"


@transaction.atomic
def save_ticks(
    *, run: BulkRun, by: Employee, shown: Collection[int], ticked: Collection[int], codes: Collection[str]
) -> BulkRun:
    """Keep which yellow rows were ticked: of the rows that the page showed, those in `ticked`.

    A row all of whose yellow findings are in `codes` is ticked with the others of its kind. Raises NotAllowed once it
    has started.
    """
    run = lock_own_run(run, by)
    check_is_draft(run)
    yellow = run.rows.filter(state=BulkRow.State.READY).exclude(yellow=[])
    yellow.filter(pk__in=shown).update(is_ticked=False)
    yellow.filter(pk__in=ticked).update(is_ticked=True)
    if codes:
        yellow.filter(yellow__contained_by=list(codes)).update(is_ticked=True)
    return run


@transaction.atomic
def start_run(*, run: BulkRun, by: Employee, clock: Clock = database_clock) -> BulkRun:
    """Let workers do what the preview shows. Started twice it runs once.

    Yellow rows without a tick are left out. Raises NotAllowed before the check, and where nothing would be done.
    """
    run = lock_own_run(run, by)
    if not run.is_draft:
        return run
    if not run.is_checked:
        raise NotAllowed(_("Gjør valgene først."))
    for row in run.rows.filter(state=BulkRow.State.READY):
        if row.lacks_tick:
            row.skip(NOT_TICKED, *row.yellow)
            row.save(update_fields=["state", "reason"])
    count = run.rows.filter(state=BulkRow.State.READY).count()
    if not count:
        raise NotAllowed(_("Ingen av radene kan utføres. Se hvorfor i tabellen."))
    at = clock()
    run.state, run.started_at = BulkRun.State.RUNNING, at
    run.save(update_fields=["state", "started_at"])
    record_event(subject=run, verb="start", by=by.user, at=at, firm=run.firm, after={"rows": count})
    wake_workers_after_commit(run.pk)
    return run
