"""Asking a worker to go on with an import. What must be done stands in the database: the clock asks as well."""

import logging

from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


def wake_worker(pk: int) -> None:
    """Ask now. A broker that is away delays the import by some seconds, it never loses it."""
    from client_imports.jobs import go_on_with

    try:
        go_on_with.apply_async(args=(pk,), expires=60)
    except (KombuError, OSError) as error:
        logger.warning("the broker is away, the clock will go on: %s", error)
