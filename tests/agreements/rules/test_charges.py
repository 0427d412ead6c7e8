"""What is charged, in memory: the figures of the design, and of what has gone wrong before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agreements.rules import days, verbs
from agreements.rules.aims import NewVariant
from agreements.rules.money import charged_price, price_of, upgrade_amount
from agreements.rules.values import (
    COMPANY,
    Agreement,
    Charge,
    ChargeKind,
    NoPrice,
    Notice,
    Service,
    Variant,
)
from tests.agreements.rules.lives import PRO, SMART, START, PriceList, a_price_list, an_agreement

FREE, PLUS = Variant(8, 1), Variant(9, 2)
MONTHLY = Service(lengths=(1,))


@pytest.fixture
def prices() -> PriceList:
    return a_price_list(start=199, smart=349, pro=549)


@pytest.fixture
def agreement(prices) -> Agreement:
    """Smart for 12 months, 1 January to 31 December 2026, paid by the company."""
    return an_agreement(prices, SMART, months=12, first_day=date(2026, 1, 1))


def an_opening(agreement: Agreement, first_day: date, next_day: date) -> Agreement:
    """The same, paid outside the portal for these days."""
    opening = replace(
        agreement.charges[0], kind=ChargeKind.OPENING, first_day=first_day, next_day=next_day, amount=Decimal(0)
    )
    return replace(agreement, charges=(opening,), renews_on=next_day, periods_from=first_day)


def change(agreement: Agreement, variant: Variant, day: date) -> Agreement:
    return verbs.change(agreement, NewVariant(variant), asking=COMPANY, day=day).agreement


def charged(agreement: Agreement) -> list[tuple]:
    return [(one.kind, one.first_day, one.next_day, one.per_month, one.amount) for one in agreement.charges]


def amounts(agreement: Agreement) -> list[Decimal]:
    """Without the first charge."""
    return [one.amount for one in agreement.charges[1:]]


def amount(new, last, *, months=12, days_left=184, days_of=365) -> Decimal:
    return upgrade_amount(
        new_price=Decimal(new), last_price=Decimal(last), months=months, days_left=days_left, days=days_of
    )


def test_the_formula_as_the_design_says_it():
    assert amount(549, 349) == Decimal("1209.86")


def test_half_an_oere_goes_up():
    assert amount("1.005", 0, months=1, days_left=1, days_of=1) == Decimal("1.01")
    assert amount("0.01", 0, months=1, days_left=1, days_of=2) == Decimal("0.01")
    assert amount("0.01", 0, months=1, days_left=1, days_of=3) == Decimal("0.00")


def test_it_is_never_below_0():
    assert amount(299, 349) == Decimal("0.00")


def test_an_upgrade_is_charged_for_the_rest_of_the_period(agreement):
    after = change(agreement, PRO, date(2026, 7, 1))

    assert charged(after)[1:] == [
        ("upgrade", date(2026, 7, 1), date(2027, 1, 1), Decimal(549), Decimal("1209.86"))
    ]  # fmt: skip


def test_a_second_upgrade_starts_from_the_price_of_the_first(prices):
    agreement = an_agreement(prices, START, months=12, first_day=date(2026, 1, 1))
    cheap = replace(agreement, charges=(replace(agreement.charges[0], per_month=Decimal(149)),))

    after = change(change(cheap, SMART, date(2026, 7, 1)), PRO, date(2026, 7, 1))

    assert amounts(after) == [Decimal("1209.86"), Decimal("1209.86")]
    assert charged_price(after, date(2026, 12, 31)) == 549
    assert charged_price(after, date(2026, 6, 30)) == 149


def test_two_upgrades_cost_what_one_does_also_where_the_list_has_fallen(prices):
    """Start 199,00 from January; from June the list has Smart at 150 and Pro at 250."""
    prices.set(SMART, 12, Decimal(150), date(2026, 6, 1))
    prices.set(PRO, 12, Decimal(250), date(2026, 6, 1))
    agreement = an_agreement(prices, START, months=12, first_day=date(2026, 1, 1))
    day = date(2026, 7, 1)

    at_once, in_two = change(agreement, PRO, day), change(change(agreement, SMART, day), PRO, day)

    assert amounts(at_once) == [Decimal("308.52")]
    assert amounts(in_two) == [Decimal("0.00"), Decimal("308.52")]


@pytest.mark.parametrize("middle", [0, 99, 199, 250, 333, 548, 549])
@pytest.mark.parametrize("first", [99, 199, 400])
def test_two_upgrades_cost_what_one_does_within_an_oere_each(first, middle):
    prices = a_price_list(start=first, smart=middle, pro=549)
    agreement = an_agreement(prices, START, months=12, first_day=date(2026, 1, 31))
    for day in (date(2026, 1, 31), date(2026, 2, 28), date(2026, 7, 13), date(2027, 1, 30)):
        one = sum(amounts(change(agreement, PRO, day)))
        two = sum(amounts(change(change(agreement, SMART, day), PRO, day)))

        assert abs(one - two) <= Decimal("0.01")


def test_an_upgrade_on_the_last_day_costs_that_day(agreement):
    assert amounts(change(agreement, PRO, date(2026, 12, 31))) == [Decimal("6.58")]  # 200 x 12 / 365


@pytest.mark.parametrize(
    ("first_day", "next_day", "costs"),
    [
        (date(2024, 1, 1), date(2027, 1, 1), "1208.76"),  # three years: 200 x 36 x 184/1096
        (date(2026, 6, 1), date(2026, 9, 1), "404.35"),  # a quarter of a year's agreement: 200 x 3 x 62/92
    ],
)
def test_a_period_paid_outside_the_portal_may_be_of_any_length(first_day, next_day, costs, agreement):
    opened = an_opening(agreement, first_day, next_day)

    assert amounts(change(opened, PRO, date(2026, 7, 1))) == [Decimal(costs)]


def test_a_renewal_takes_the_list_price_of_its_first_day(agreement, prices):
    prices.set(SMART, 12, Decimal(399), date(2027, 1, 1))
    prices.set(SMART, 12, Decimal(449), date(2027, 1, 2))

    after = days.turn(agreement, date(2027, 1, 1)).agreement

    assert charged(after)[1:] == [("period", date(2027, 1, 1), date(2028, 1, 1), Decimal(399), Decimal(4788))]


def test_a_price_that_a_notice_has_named_holds(agreement, prices):
    noticed = replace(agreement, notices=(Notice(date(2027, 1, 1), SMART, 12, Decimal(349)),))
    for months in (3, 12):
        prices.set(SMART, months, Decimal(399), date(2026, 12, 15))

    assert price_of(noticed, SMART, 12, date(2027, 1, 1)) == 349
    assert price_of(noticed, SMART, 3, date(2027, 1, 1)) == 399  # of another length it says nothing
    assert price_of(noticed, SMART, 12, date(2028, 1, 1)) == 399  # nor of another day


def test_without_a_price_there_is_no_renewal(agreement, prices):
    prices.rows.clear()

    with pytest.raises(NoPrice):
        days.turn(agreement, date(2027, 1, 1))


@pytest.fixture
def archive() -> Agreement:
    """Month by month from 31 January 2026, free in its smallest variant."""
    prices = PriceList()
    for variant, price in ((FREE, 0), (PLUS, 49)):
        prices.set(variant, 1, Decimal(price), date(2020, 1, 1))
    return an_agreement(prices, FREE, months=1, first_day=date(2026, 1, 31), service=MONTHLY)


def test_a_free_service_without_periods_is_not_charged_and_does_not_renew(archive):
    assert (archive.charges, archive.renews_on, days.next_renewal(archive)) == ((), None, None)


def test_from_a_free_variant_to_a_priced_one_periods_begin_that_day(archive):
    after = change(archive, PLUS, date(2026, 3, 31))

    assert charged(after) == [("period", date(2026, 3, 31), date(2026, 4, 30), Decimal(49), Decimal(49))]
    assert (after.periods_from, after.renews_on) == (date(2026, 3, 31), date(2026, 4, 30))


def test_month_by_month_a_priced_service_renews_every_month(archive):
    agreement = change(archive, PLUS, date(2026, 1, 31))
    for outcome in days.catch_up(agreement, date(2026, 4, 30)):
        agreement = outcome.agreement

    assert [one.first_day for one in agreement.charges] == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
    ]  # fmt: skip
    assert {one.amount for one in agreement.charges} == {Decimal(49)}


def test_a_price_that_falls_to_nothing_ends_the_periods_of_a_monthly_service(archive):
    agreement = change(archive, PLUS, date(2026, 1, 31))
    agreement.prices.set(PLUS, 1, Decimal(0), date(2026, 2, 28))

    after = days.turn(agreement, date(2026, 2, 28)).agreement

    assert (len(after.charges), after.renews_on) == (1, None)


def test_a_free_variant_of_a_service_with_periods_renews_for_nothing():
    agreement = an_agreement(a_price_list(start=0), START, months=3, first_day=date(2026, 1, 31))

    assert agreement.charges == (
        Charge(ChargeKind.PERIOD, date(2026, 1, 31), date(2026, 4, 30), START, COMPANY, Decimal(0), Decimal(0)),
    )
