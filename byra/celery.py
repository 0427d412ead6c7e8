"""The Celery application; its jobs stand in each app's jobs.py."""

import logging.config
import os
import uuid
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings

from byra import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "byra.settings")

app = Celery("byra")
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
