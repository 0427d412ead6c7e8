"""A job of the clock runs until nothing is due, and goes on in a new one when its time is over."""

import time
from collections.abc import Callable

from celery import Task

from ground.waking import wake_worker
from sweeps.sweep import RUN_SECONDS, Done


def run_while_due(job: Task, deed: Callable[[], int]) -> int:
    """Call `deed` again as long as it leaves something; returns how much was done in all.

    A deed that returns a plain number has left something where it did something.

    After RUN_SECONDS the rest is left to a new job, asked for at once, so that others have their turn in between.
    """
    done, end = 0, time.monotonic() + RUN_SECONDS
    while True:
        now = deed()
        done += now
        if not (now.more if isinstance(now, Done) else now):
            return done
        if time.monotonic() >= end:
            wake_worker(job.name, expires=3600)
            return done
