"""A second count of what an agreement costs, day by day and in exact fractions; it shares nothing with the rules."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

ONE_DAY = timedelta(days=1)


class Line(NamedTuple):
    """A charge as the count sees it: who pays (None: the company), from and without which day, what, how much."""

    kind: str
    payer: int | None
    first_day: date
    next_day: date
    variant: int
    per_month: Fraction
    amount: Fraction


def lines_of(charges: Iterable[Any]) -> list[Line]:
    return [
        Line(
            str(one.kind), one.payer.firm, one.first_day, one.next_day, one.variant.key,
            Fraction(one.per_month), Fraction(one.amount),
        )
        for one in charges
    ]  # fmt: skip


def check_every_day_has_one_payer(lines: list[Line], *, periods_from: date, renews_on: date | None) -> None:
    """Every day from the first to the last paid one is charged once, to one party."""
    covered: dict[date, int | None] = {}
    for line in lines:
        if line.kind == "upgrade":
            continue
        day = line.first_day
        while day < line.next_day:
            assert day not in covered, f"{day} is charged twice"
            covered[day] = line.payer
            day += ONE_DAY
    if renews_on is None:
        return
    day = periods_from
    while day < renews_on:
        assert day in covered, f"{day} is not charged"
        day += ONE_DAY
    assert not covered or max(covered) < renews_on, "charged beyond the first unpaid day"
    for line in lines:
        assert line.kind != "upgrade" or covered[line.first_day] == line.payer, "an upgrade of another payer's period"


def count_months(first_day: date, next_day: date) -> int:
    """Month by month; the days of the month do not matter, for the periods are whole months."""
    months, year, month = 0, first_day.year, first_day.month
    while (year, month) != (next_day.year, next_day.month):
        months, (year, month) = months + 1, (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def check_amounts(
    lines: list[Line], price: Callable[[int, int, date], Fraction], named: Callable, *, known: int = 0
) -> None:
    """Each line anew, from the price list: a period its price a month, an upgrade what is left to pay, day by day.

    The first `known` ones have been counted before: the list may have changed since.
    """
    for number, line in enumerate(lines[known:], known):
        months = count_months(line.first_day, line.next_day)
        if line.kind == "period" and number:
            expected = named(line.first_day, line.variant, months)
            if expected is None:
                expected = price(line.variant, months, line.first_day)
            assert line.per_month == expected, f"{line} is not the price that holds"
        if line.kind == "period":
            assert line.amount == sum([line.per_month] * months), f"{line} is not its months"
        if line.kind == "upgrade":
            check_upgrade(lines[:number], line)


def check_upgrade(earlier: list[Line], line: Line) -> None:
    (period,) = [one for one in earlier if one.kind != "upgrade" and one.first_day <= line.first_day < one.next_day]
    months = count_months(period.first_day, period.next_day)
    paid_for = {}  # what each day that is left has cost a month until now
    day = line.first_day
    while day < period.next_day:
        paid_for[day] = max(one.per_month for one in earlier if one.first_day <= day < one.next_day)
        day += ONE_DAY
    days = (period.next_day - period.first_day).days
    exact = sum((max(line.per_month - paid, Fraction(0)) * months / days for paid in paid_for.values()), Fraction(0))
    assert line.next_day == period.next_day
    assert abs(line.amount - exact) <= Fraction(1, 200), f"{line} should be {float(exact)}"
