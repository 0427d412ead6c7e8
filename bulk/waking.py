"""Waking workers for a run."""

from functools import partial

from django.db import transaction

from ground.waking import wake_worker

LANES = 2  # jobs that work on one run at once: as many as a worker has processes


def wake_workers_after_commit(run_id: int) -> None:
    transaction.on_commit(partial(wake_workers, run_id), robust=True)


def ask_register_after_commit(run_id: int) -> None:
    """Have a worker ask the register of the run's clients, while the person makes the choices."""
    transaction.on_commit(partial(wake_worker, "bulk.ask_register", run_id=run_id), robust=True)


def wake_workers(run_id: int) -> None:
    for _lane in range(LANES):
        wake_one(run_id)


def wake_one(run_id: int) -> None:
    wake_worker("bulk.work_on", run_id=run_id)
