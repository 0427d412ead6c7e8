"""Waking a worker for a run. A broker that is away delays it: the clock's sweep goes on with every run."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

JOB = "bulk.work_on"


LANES = 2  # jobs that work on one run at once: as many as a worker has processes


def wake_workers_after_commit(run_id: int) -> None:
    transaction.on_commit(partial(wake_workers, run_id), robust=True)


def wake_workers(run_id: int) -> None:
    for _lane in range(LANES):
        wake_worker(run_id)


def wake_worker(run_id: int) -> None:
    try:
        current_app.send_task(JOB, kwargs={"run_id": run_id}, expires=60)
    except (KombuError, OSError) as error:
        logger.warning("the broker is away, the sweep will go on with run %s: %s", run_id, error)
