"""The hour: everybody reads the database's clock, never the one of the own process."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

OSLO = ZoneInfo("Europe/Oslo")

Clock = Callable[[], datetime]


def database_clock() -> datetime:
    """The database's hour at this moment, not at the transaction's beginning. A deed reads it after its locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def oslo_date(at: datetime) -> date:
    """The date in Oslo at that hour."""
    return at.astimezone(OSLO).date()


def oslo_midnight(at: datetime, *, days: int = 0) -> datetime:
    """00.00 in Oslo on the date of `at`, or `days` later; right across daylight saving."""
    return datetime.combine(oslo_date(at) + timedelta(days=days), time(), tzinfo=OSLO)
