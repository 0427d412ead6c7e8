"""Celery's part in the runs: woken when one is started, and by the clock."""

from celery import shared_task

from bulk import actions


@shared_task(name="bulk.work_on")
def work_on(*, run_id: int) -> int:
    return actions.work_on(run_id)


@shared_task(name="bulk.continue_runs")
def continue_runs() -> int:
    return actions.continue_runs()


@shared_task(name="bulk.discard_old_runs")
def discard_old_runs() -> int:
    return actions.discard_old_runs()
