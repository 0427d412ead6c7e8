"""Locks of a run, before all others: the run, then its row, then those of the deed that is done."""

from django.utils.translation import gettext as _

from bulk.models import BulkRow, BulkRun
from ground.refusals import NotAllowed
from organisations.models import Employee
from organisations.rights import check_works_here


def lock_run(run_id: int) -> BulkRun:
    """The run as it is now, locked."""
    runs = BulkRun.objects.select_for_update(of=("self",)).select_related("firm", "by__user", "by__firm")
    return runs.get(pk=run_id)


def lock_own_run(run: BulkRun, by: Employee) -> BulkRun:
    """The run, locked, for the one whose it is; raises NotAllowed for anybody else, and for who has left."""
    run = lock_run(run.pk)
    check_works_here(by)
    if run.by_id != by.pk:
        raise NotAllowed(_("Du har ikke tilgang til kjøringen."))
    return run


def take_row(row_id: int) -> BulkRow | None:
    """The row, locked, if it waits for a worker and none has it; None otherwise."""
    free = BulkRow.objects.waiting().select_for_update(skip_locked=True, of=("self",))
    return free.select_related("client__firm", "service", "activation", "firm").filter(pk=row_id).first()
