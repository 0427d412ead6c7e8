"""The Celery application; its jobs stand in each app's jobs.py."""

import logging
import logging.config
import os
import uuid
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings

from byra import logs
from ground.database_faults import describe, passes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "byra.settings")

logger = logging.getLogger(__name__)

FIRST_PAUSE = 5  # seconds; twice as long after each time
LONGEST_PAUSE = 240  # below CELERY_VISIBILITY_TIMEOUT, or the broker would hand the job out a second time
MOST_TRIES = 20  # over more than an hour


class Job(Task):
    """A job that waits when the database is away or busy, in place of being lost: one line in the log, and once more.

    One that the clock sends every few minutes is left to the next time.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except Exception as error:
            if self.request.called_directly or not passes(error):
                raise
            logger.warning("%s waits: %s", self.name, describe(error))
            if comes_again(self.name):
                return None
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.request.retries)
            asked: Any = self.request  # Any: the stubs do not know how it was described by who asked for it
            told = {"argsrepr": asked.argsrepr, "kwargsrepr": asked.kwargsrepr}
            raise self.retry(exc=error, countdown=pause, max_retries=MOST_TRIES, **told) from error


def comes_again(name: str) -> bool:
    """Whether the clock sends the job every so many seconds, not at an hour of the day or only when somebody asks."""
    schedule = settings.CELERY_BEAT_SCHEDULE.values()
    return any(entry["task"] == name and isinstance(entry["schedule"], int | float) for entry in schedule)


app = Celery("byra", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@setup_logging.connect(dispatch_uid="byra")
def keep_our_logging(**kwargs: Any) -> None:
    """Without this Celery would write lines of its own shape."""
    logging.config.dictConfig(settings.LOGGING)


@before_task_publish.connect(dispatch_uid="byra")
def hand_request_id_on(headers: dict[str, Any], **kwargs: Any) -> None:
    headers["request_id"] = logs.request_id.get()


@task_prerun.connect(dispatch_uid="byra")
def take_request_id(task: Task, **kwargs: Any) -> None:
    """The id of the request that asked for the job; one of its own for a job that the clock started."""
    logs.request_id.set(getattr(task.request, "request_id", "") or uuid.uuid4().hex)


@task_postrun.connect(dispatch_uid="byra")
def drop_request_id(**kwargs: Any) -> None:
    logs.request_id.set("")
