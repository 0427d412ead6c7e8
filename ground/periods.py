"""Agreement periods: whole months, counted from the first day and clamped to the month's end."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one: 31 Jan + 3 = 30 Apr."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first_day: date, day: date) -> int:
    """How many months from the one's month to the other's, whatever their days."""
    return (day.year - first_day.year) * 12 + day.month - first_day.month


def next_period(first_day: date, start: date, months: int) -> date:
    """The first day after the period that begins at `start`, always counted from the very first day.

    So a clamped month does no harm to the later ones: of 31 Jan, 30 Apr is followed by 31 Jul.
    """
    return add_months(first_day, months_between(first_day, start) + months)


def is_period_start(first_day: date, day: date) -> bool:
    return day >= first_day and add_months(first_day, months_between(first_day, day)) == day
