"""Asking a worker to do something at once. What must be done stands in the database: the clock asks as well."""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


def wake_worker(job: str, *, expires: int = 60, **arguments: Any) -> bool:
    """Ask for the job by its name; after `expires` seconds the wish is forgotten.

    False where the broker is away, which is logged and delays the job until the clock asks; it never loses it.
    """
    try:
        current_app.send_task(job, kwargs=arguments, expires=expires)
    except (KombuError, OSError) as error:
        logger.warning("the broker is away, %s waits for the clock: %s", job, error)
        return False
    return True
