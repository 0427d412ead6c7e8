"""Norwegian working days: Monday to Friday without public holidays. 24 and 31 December are working days."""

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
DAY = timedelta(days=1)


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def next_workday(day: date) -> date:
    """The day itself if it is a working day, else the first one after it."""
    while not is_workday(day):
        day += DAY
    return day


def workday_before(day: date) -> date:
    """The last working day before the day, never the day itself."""
    day -= DAY
    while not is_workday(day):
        day -= DAY
    return day


@lru_cache(maxsize=8)
def holidays_of(year: int) -> Container[date]:
    """The public holidays of the year."""
    from holidays import country_holidays  # takes 0.2 s, which a process that plans nothing need not wait for

    return frozenset(country_holidays("NO", years=year, language="no"))
