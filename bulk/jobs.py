"""Celery's part in the runs: woken when one is started, and by the clock."""

from celery import Task, shared_task

from bulk import actions, asking
from sweeps.runs import run_while_due


@shared_task(name="bulk.work_on")
def work_on(*, run_id: int) -> int:
    return actions.work_on(run_id)


@shared_task(name="bulk.ask_register")
def ask_register(*, run_id: int) -> int:
    return asking.ask_register_of(run_id)


@shared_task(name="bulk.continue_runs")
def continue_runs() -> int:
    return actions.continue_runs()


@shared_task(name="bulk.discard_old_runs", bind=True)
def discard_old_runs(job: Task) -> int:
    return run_while_due(job, actions.discard_old_runs)
