"""Agreement periods: whole months, counted from the first day and clamped to the month's end."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one: 31 Jan + 3 = 30 Apr."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_start(first_day: date, months: int, k: int) -> date:
    """The first day of period k (0 is the first), always counted from the very first day: 31 Jan + 6 = 31 Jul."""
    return add_months(first_day, k * months)
