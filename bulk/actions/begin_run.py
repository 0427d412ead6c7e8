"""Begin: what was ticked in a list becomes a draft; with the choices it becomes a preview. Nothing else is written."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bulk.actions.locks import lock_own_run
from bulk.deeds import DEEDS, deed_of
from bulk.models import BulkRow, BulkRun
from bulk.waking import ask_register_after_commit
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.forms.sent import find_made
from organisations.models import Employee, Firm
from organisations.rights import check_works_here

MOST_CHOSEN = 2000
MOST_ROWS = 4000


@transaction.atomic
def begin_run(
    *,
    deed: str,
    chosen: Sequence[int],
    by: Employee,
    choices: dict[str, Any] | None = None,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> BulkRun:
    """A draft of one deed with the rows of the ids, in their order; those that `by` does not see are left out.

    The form of `form_key` sent twice begins one. Raises NotAllowed for none, for more than MOST_CHOSEN, and for who has
    left the firm.
    """
    check_works_here(by)
    Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    if made := find_made(BulkRun.objects.filter(by=by), form_key):
        return made
    seen = set(DEEDS[deed].subjects(by).filter(pk__in=chosen).values_list("pk", flat=True))
    chosen = [pk for pk in dict.fromkeys(chosen) if pk in seen]
    check_number(len(chosen))
    at = clock()
    run = BulkRun.objects.create(
        firm=by.firm, by=by, deed=deed, chosen=chosen, choices=choices or {}, created_at=at,
    )  # fmt: skip
    record_event(
        subject=run, verb="begin", by=by.user, at=at, firm=by.firm, after={"deed": deed, "count": len(chosen)},
        form_key=form_key,
    )  # fmt: skip
    ask_register_after_commit(run.pk)
    return run


def check_number(chosen: int) -> None:
    if not chosen:
        raise NotAllowed(_("Kryss av for minst én rad."))
    if chosen > MOST_CHOSEN:
        raise NotAllowed(
            ngettext("Velg høyst %(most)s rad om gangen.", "Velg høyst %(most)s rader om gangen.", MOST_CHOSEN)
            % {"most": MOST_CHOSEN}
        )


@transaction.atomic
def choose(*, run: BulkRun, by: Employee, choices: dict[str, Any], clock: Clock = database_clock) -> BulkRun:
    """Keep the choices of a draft, and check its rows by them, anew each time. Raises NotAllowed once it runs."""
    run = lock_own_run(run, by)
    check_is_draft(run)
    run.choices, run.checked_at = choices, clock()
    rows = list(deed_of(run).plan(run, at=run.checked_at))
    if len(rows) > MOST_ROWS:
        raise NotAllowed(_("Det blir for mange rader. Velg færre kunder eller tjenester."))
    run.rows.all().delete()
    for position, row in enumerate(rows):
        row.position = position
        if row.red:
            row.skip(*row.red)
    BulkRow.objects.bulk_create(rows)
    run.save(update_fields=["choices", "checked_at"])
    return run


def check_is_draft(run: BulkRun) -> None:
    if not run.is_draft:
        raise NotAllowed(_("Kjøringen er allerede startet."))


@transaction.atomic
def retry_failed(*, run: BulkRun, by: Employee, form_key: UUID | None = None, clock: Clock = database_clock) -> BulkRun:
    """A new run with the same choices for what the finished one has not done, checked as it is now.

    Raises NotAllowed before it has finished, and where nothing failed.
    """
    run = lock_own_run(run, by)
    if run.state != BulkRun.State.DONE:
        raise NotAllowed(_("Kjøringen er ikke ferdig ennå."))
    left = run.rows.filter(state__in=(BulkRow.State.FAILED, BulkRow.State.SKIPPED))
    if not left.exists():
        raise NotAllowed(_("Ingen rader mislyktes."))
    again = begin_run(
        deed=run.deed,
        chosen=[deed_of(run).chosen_of(row) for row in left],
        by=by,
        choices=run.choices,
        form_key=form_key,
        clock=clock,
    )
    if again.is_draft and not again.is_checked:
        choose(run=again, by=by, choices=run.choices, clock=clock)
    return again
