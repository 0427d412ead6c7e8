"""Sweep: what the clock does to many rows, each in a transaction of its own."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, F, QuerySet

from ground.database_faults import describe, go_on_after, is_busy
from ground.refusals import NotAllowed
from sweeps.models import Position, SetAside

logger = logging.getLogger(__name__)

RUN_SECONDS = 15  # of a run, and of the runs of a job: together well below the 45 after which a job is ended
BUSY_PAUSE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(minutes=5)  # twice as long after each failure
LONGEST_PAUSE = timedelta(hours=1)  # whoever mends the cause should not wait longer


class Done(int):
    """How much a run did; `more` says whether it left some for the next run."""

    more: bool

    def __new__(cls, number: int, *, more: bool) -> "Done":
        done = super().__new__(cls, number)
        done.more = more
        return done


def sweep(
    rows: QuerySet, deed: Callable[..., bool], *, name: str, key: tuple[str, ...], at: datetime, failure: str
) -> Done:
    """Call `deed` with the names and values of each row (of `.values`) that is to be done; how often it said yes.

    `key` has the columns by which a row is known, `name` is the sweep's. One run does SWEEP_ROWS rows or lasts
    RUN_SECONDS; what is done to a row must take it out of `rows`, so that the next run goes on behind. A row that fails
    is logged as `failure`, which may name the same values, and set aside for a while; one whose deed raises NotAllowed
    is set aside without a word. Raises what says that the database is away.
    """
    aside = SetAside.objects.of_outer_row(name, key, at)
    batch = list(rows.filter(~Exists(aside))[: settings.SWEEP_ROWS])
    done, tried = do_rows(batch, deed, name=name, key=key, at=at, failure=failure)
    return Done(done, more=tried == settings.SWEEP_ROWS or tried < len(batch))


def sweep_round(rows: QuerySet, deed: Callable[..., bool], *, name: str, key: str, at: datetime, failure: str) -> Done:
    """As `sweep`, for rows that can stay as they are for long: each run goes on behind the one before, then anew.

    `rows` are ordered by `key`, which no two of them share.
    """
    last = Position.objects.filter(sweep=name).values_list("row", flat=True).first() or ""
    batch = list((rows.filter(**{f"{key}__gt": last}) if last else rows)[: settings.SWEEP_ROWS])
    done, tried = do_rows(batch, deed, name=name, key=(key,), at=at, failure=failure)
    is_over = tried == len(batch) < settings.SWEEP_ROWS
    Position.objects.update_or_create(sweep=name, defaults={"row": "" if is_over else str(batch[tried - 1][key])})
    return Done(done, more=bool(done) and not is_over)


def do_rows(
    batch: list[dict[str, Any]],
    deed: Callable[..., bool],
    *,
    name: str,
    key: tuple[str, ...],
    at: datetime,
    failure: str,
) -> tuple[int, int]:
    """Do the rows one by one, for RUN_SECONDS; returns how often the deed said yes, and how many rows it was asked."""
    names = {known_by(row, key) for row in batch}
    failed_before = set(SetAside.objects.filter(sweep=name, row__in=names).values_list("row", flat=True))
    done = tried = 0
    for row in until_time_is_over(batch):
        tried += 1
        known = known_by(row, key)
        try:
            done += deed(**row)
        except SoftTimeLimitExceeded:
            raise
        except NotAllowed as refusal:
            set_aside(name, known, str(refusal), LONGEST_PAUSE, at)
        except Exception as error:
            go_on_after(error, logger, failure, row)
            set_aside(name, known, reason_of(error), BUSY_PAUSE if is_busy(error) else None, at)
        else:
            if known in failed_before:
                SetAside.objects.filter(sweep=name, row=known).delete()
    return done, tried


def until_time_is_over(batch: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    end = time.monotonic() + RUN_SECONDS
    for row in batch:
        yield row
        if time.monotonic() >= end:
            return


def known_by(row: dict[str, Any], key: tuple[str, ...]) -> str:
    return ":".join(str(row[name]) for name in key)


def reason_of(error: Exception) -> str:
    """One line that names no value of a row; the log has the rest."""
    return describe(error) if isinstance(error, DatabaseError) else type(error).__name__


def set_aside(sweep_name: str, row: str, reason: str, pause: timedelta | None, at: datetime) -> None:
    """Leave the row alone for `pause`; None: twice as long as after its failure before, at most LONGEST_PAUSE."""
    found, is_new = SetAside.objects.get_or_create(
        sweep=sweep_name, row=row, defaults={"reason": reason, "failed_at": at, "until": at + (pause or FIRST_PAUSE)}
    )
    if is_new:
        return
    if pause is None:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(found.failures, 10))
    SetAside.objects.filter(pk=found.pk).update(
        failures=F("failures") + 1, reason=reason, failed_at=at, until=at + pause
    )
