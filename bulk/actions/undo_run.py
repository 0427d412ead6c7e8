"""Undo: what has not left yet is taken back; or the mails are let go before their time."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bulk.actions.locks import lock_own_run
from bulk.deeds import deed_of
from bulk.models import BulkRow, BulkRun
from bulk.waking import wake_workers_after_commit
from collaboration.emails import KINDS_WITH_THE_LINK
from collaboration.models import Activation
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from notifications import outbox
from notifications.models import Email
from organisations.models import Employee

STOPPED = "stopped"


def waiting_mails(run: BulkRun, at: datetime) -> QuerySet[Email]:
    """The mails of the run's rows that wait for their hour."""
    requests = run.rows.filter(activation__isnull=False).values("activation")
    queued = Email.objects.filter(status=Email.Status.QUEUED, attempts=0, next_attempt_at__gt=at)
    label = Activation._meta.label_lower
    return queued.filter(subject_type=label, subject_id__in=requests, kind__in=KINDS_WITH_THE_LINK)


@transaction.atomic
def undo_run(*, run: BulkRun, by: Employee, clock: Clock = database_clock) -> BulkRun:
    """Take back what has been done while its mail waits, and leave out what has not been done yet.

    The mails are held on until a worker has been at their rows. Raises NotAllowed where nothing waits any more.
    """
    run = lock_own_run(run, by)
    at = clock()
    if run.state == BulkRun.State.UNDOING:
        return run
    held = list(waiting_mails(run, at).select_for_update(skip_locked=True))
    if run.is_draft or not deed_of(run).mails or not (held or run.state == BulkRun.State.RUNNING):
        raise NotAllowed(_("Det er ingenting å angre lenger: e-postene er sendt."))
    outbox.hold_emails(held, until=at + outbox.LONGEST_HOLD)
    taken_back = run.rows.filter(state=BulkRow.State.DONE, activation__in=[mail.subject_id for mail in held])
    count = taken_back.update(state=BulkRow.State.UNDOING, attempts=0)
    run.rows.filter(state=BulkRow.State.READY).update(state=BulkRow.State.SKIPPED, reason={"codes": [STOPPED]})
    run.state = BulkRun.State.UNDOING
    run.save(update_fields=["state"])
    record_event(subject=run, verb="undo", by=by.user, at=at, firm=run.firm, after={"rows": count})
    wake_workers_after_commit(run.pk)
    return run


@transaction.atomic
def send_now(*, run: BulkRun, by: Employee, clock: Clock = database_clock) -> int:
    """Let the mails go that wait; returns how many. Raises NotAllowed before the run has finished."""
    run = lock_own_run(run, by)
    if run.state != BulkRun.State.DONE:
        raise NotAllowed(_("Kjøringen er ikke ferdig ennå."))
    at = clock()
    held = list(waiting_mails(run, at).select_for_update(skip_locked=True))
    if held:
        outbox.hold_emails(held, until=at)
        record_event(subject=run, verb="send_now", by=by.user, at=at, firm=run.firm, after={"mails": len(held)})
    return len(held)
