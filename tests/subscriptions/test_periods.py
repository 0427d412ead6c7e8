"""Periods: whole months from the very first day, clamped to the month's end."""

from datetime import date

import pytest

from ground.periods import add_months, is_period_start, months_between, next_period


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 28), 12, date(2027, 3, 28)),  # the eve of summer time, and the day it begins a year later
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day, months, later):
    assert add_months(day, months) == later


def test_a_clamped_month_does_no_harm_to_the_later_ones():
    first_day = start = date(2026, 1, 31)
    starts = [start := next_period(first_day, start, 3) for _ in range(5)]

    assert starts == [
        date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31), date(2027, 1, 31), date(2027, 4, 30)
    ]  # fmt: skip


def test_another_length_goes_on_from_the_same_first_day():
    assert next_period(date(2026, 1, 31), date(2026, 4, 30), 12) == date(2027, 4, 30)
    assert next_period(date(2026, 1, 31), date(2026, 4, 30), 1) == date(2026, 5, 31)


def test_only_such_days_begin_a_period():
    first_day = date(2026, 1, 31)

    assert is_period_start(first_day, date(2026, 4, 30))
    assert not is_period_start(first_day, date(2026, 4, 29))
    assert not is_period_start(first_day, date(2026, 1, 30))
    assert months_between(first_day, date(2027, 4, 30)) == 15
