"""Norwegian working days."""

from datetime import date

import pytest

from ground.workdays import next_workday, workday_before


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-10", "2026-03-10"),  # a Tuesday
        ("2026-03-14", "2026-03-16"),  # a Saturday
        ("2026-04-02", "2026-04-07"),  # Maundy Thursday, and the whole of Easter
        ("2026-05-14", "2026-05-15"),  # Ascension Day
        ("2026-05-17", "2026-05-18"),  # the National Day on a Sunday
        ("2027-05-17", "2027-05-18"),  # the National Day, and Whit Monday too
        ("2026-12-24", "2026-12-24"),  # Christmas Eve is a working day
        ("2026-12-25", "2026-12-28"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-01-04"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_a_day_off_gives_way_to_the_next_working_day(day, expected):
    assert next_workday(date.fromisoformat(day)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-10", "2026-03-09"),
        ("2026-03-16", "2026-03-13"),
        ("2026-04-07", "2026-04-01"),
        ("2026-05-18", "2026-05-15"),
        ("2028-03-01", "2028-02-29"),
        ("2027-01-04", "2026-12-31"),
    ],
)
def test_the_working_day_before_is_never_the_day_itself(day, expected):
    assert workday_before(date.fromisoformat(day)) == date.fromisoformat(expected)
