"""Work: a job does row after row, each in a transaction of its own; whoever is killed leaves no row half done."""

import logging
import time
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from bulk.actions.locks import lock_run, take_row
from bulk.alerts import run_finished
from bulk.deeds import deed_of
from bulk.models import BulkRow, BulkRun
from bulk.waking import wake_one, wake_workers
from ground.clock import Clock, database_clock
from ground.database_faults import is_away, is_busy
from ground.refusals import NotAllowed
from history.models import record_event
from notifications import outbox
from notifications.models import Email

logger = logging.getLogger(__name__)

RUN_SECONDS = 10  # then another job goes on, so that others get their turn
MOST_ATTEMPTS = 3  # a row that ends its worker each time is given up
LOST_AFTER = timedelta(seconds=20)  # without a sign of life another worker goes on
SIGN_EVERY = 5  # seconds
LEFT = "left"  # could not be taken back any more
GAVE_UP = {"codes": ["gave_up"]}


def continue_runs(*, clock: Clock = database_clock) -> int:
    """Go on with every run that no worker is at; returns how many. Can be called at any time, twice too."""
    before = clock() - LOST_AFTER
    lost = BulkRun.objects.unfinished().filter(Q(worked_at=None) | Q(worked_at__lt=before))
    found = list(lost.order_by("started_at").values_list("pk", flat=True))
    for pk in found:
        wake_workers(pk)
    return len(found)


def work_on(run_id: int, *, seconds: float = RUN_SECONDS) -> int:
    """Do the run's rows for so long, and finish it when none is left. Returns how many rows were done or refused.

    Several may work on one run at once: each row is done by one of them.
    """
    end, next_sign, done = time.monotonic() + seconds, 0.0, 0
    while time.monotonic() < end:
        if time.monotonic() >= next_sign:
            give_sign(run_id)
            next_sign = time.monotonic() + SIGN_EVERY
        row_id = find_row(run_id)
        if row_id is None:
            finish_run(run_id)
            return done
        done += work_on_row(row_id)
    wake_one(run_id)
    return done


def give_sign(run_id: int) -> None:
    BulkRun.objects.unfinished().filter(pk=run_id).update(worked_at=database_clock())


@transaction.atomic
def find_row(run_id: int) -> int | None:
    """The next row that no worker has; its attempt is counted before it is made. None when all are done or taken."""
    waiting = BulkRow.objects.waiting().filter(run=run_id, run__state__in=("running", "undoing"))
    row = waiting.order_by("attempts", "position").select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    BulkRow.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    return row.pk


def work_on_row(row_id: int) -> bool:
    """Do one row. False when another worker has it, or when it is left to a later attempt."""
    try:
        return settle_row(row_id)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # whatever one row does, those behind it go on
        if is_away(error):
            raise
        if is_busy(error):
            logger.warning("row %s of a bulk run waits: %s", row_id, type(error).__name__)
        else:
            logger.exception("row %s of a bulk run has failed", row_id)
        give_up_if_tried_enough(row_id, at_once=not is_busy(error))
        return False


@transaction.atomic
def settle_row(row_id: int) -> bool:
    row = take_row(row_id)
    if row is None:
        return False
    if row.attempts > MOST_ATTEMPTS:
        give_up(row)
    else:
        perform(row)
    row.save(update_fields=["state", "reason", "done_at", "activation"])
    return True


def perform(row: BulkRow) -> None:
    """Do the row's deed, in the language of the one whose run it is; a refusal becomes the row's reason."""
    run = BulkRun.objects.select_related("firm", "by__user", "by__firm").get(pk=row.run_id)
    deed, at = deed_of(run), database_clock()
    with translation.override(run.by.user.language):
        if row.state == BulkRow.State.UNDOING:
            undo(row, run)
            return
        try:
            with transaction.atomic():
                row.finish(at, deed.perform(row, run, at=at))
        except NotAllowed as refusal:
            row.fail(deed.find_reason(row, run, refusal, at=at))


def undo(row: BulkRow, run: BulkRun) -> None:
    """Take the row back; one that cannot be stays done, its mail goes, and the reason says so."""
    try:
        with transaction.atomic():
            deed_of(run).undo(row, run)
            row.state = BulkRow.State.UNDONE
    except NotAllowed:
        row.state, row.reason = BulkRow.State.DONE, {"codes": [LEFT]}
        release_mail(row)


def give_up(row: BulkRow) -> None:
    """Not done after all attempts; or done, and not taken back, so that its mail goes. The caller saves."""
    if row.state == BulkRow.State.UNDOING:
        row.state, row.reason = BulkRow.State.DONE, GAVE_UP
        release_mail(row)
    else:
        row.fail(GAVE_UP)


def release_mail(row: BulkRow) -> None:
    """A mail that was held for undoing leaves at its hour after all."""
    held = Email.objects.about(row.activation).filter(status=Email.Status.QUEUED, attempts=0) if row.activation else []
    outbox.hold_emails(list(held), until=database_clock())


@transaction.atomic
def give_up_if_tried_enough(row_id: int, *, at_once: bool) -> None:
    row = take_row(row_id)
    if row is not None and (at_once or row.attempts >= MOST_ATTEMPTS):
        give_up(row)
        row.save(update_fields=["state", "reason"])


@transaction.atomic
def finish_run(run_id: int) -> None:
    """Close the run, and tell its person once, when no row waits any more."""
    run = lock_run(run_id)
    if not run.is_unfinished or run.rows.waiting().exists():
        return
    was_undone = run.state == BulkRun.State.UNDOING
    run.state, run.finished_at = BulkRun.State.DONE, database_clock()
    run.save(update_fields=["state", "finished_at"])
    record_event(subject=run, verb="finish", at=run.finished_at, firm=run.firm, after=count_states(run))
    if not was_undone:
        run_finished(run)


def count_states(run: BulkRun) -> dict[str, int]:
    """How many rows are in each state."""
    states = list(run.rows.values_list("state", flat=True))
    return {state: states.count(state) for state in sorted(set(states))}
