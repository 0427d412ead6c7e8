"""Sweep: what the clock does to many rows, each in a transaction of its own."""

import logging
from collections.abc import Callable

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet

from ground.database_faults import go_on_after

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 1000  # the next sweep goes on


def sweep(rows: QuerySet, deed: Callable[..., bool], *, failure: str, most: int | None = MOST_AT_ONCE) -> int:
    """Call `deed` with the names and values of each row (of `.values`); returns how often it said yes.

    One that fails holds no other back: it is logged as `failure`, which may name the same values. Raises what says
    that the database is away.
    `most` bounds one sweep, where what is done to a row takes it out of the next one.
    """
    done = 0
    for row in list(rows[:most]):
        try:
            done += deed(**row)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            go_on_after(error, logger, failure, row)
    return done
