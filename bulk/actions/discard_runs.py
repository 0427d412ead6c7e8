"""Throw away previews that nobody has started."""

from datetime import timedelta

from django.db import transaction

from bulk.actions.begin_run import check_is_draft
from bulk.actions.locks import lock_own_run
from bulk.models import BulkRun
from ground.clock import Clock, database_clock
from organisations.models import Employee
from sweeps.batches import delete_some
from sweeps.sweep import Done

KEEP_DRAFTS = timedelta(days=7)


@transaction.atomic
def discard_run(*, run: BulkRun, by: Employee) -> None:
    """Throw a draft away; nothing was done by it. Raises NotAllowed once it has started."""
    run = lock_own_run(run, by)
    check_is_draft(run)
    run.delete()


def discard_old_runs(*, clock: Clock = database_clock) -> Done:
    """Throw away the drafts that nobody has started within KEEP_DRAFTS, with their rows; returns how many went."""
    return delete_some(BulkRun.objects.drafts().filter(created_at__lt=clock() - KEEP_DRAFTS))
