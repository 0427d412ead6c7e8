"""Charges: what a period costs, and what the rest of one costs in a greater variant."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from history.clock import OSLO
from organisations.refusals import NotAllowed
from subscriptions.actions import record_agreement, renew_subscription, start_subscription, upgrade_subscription
from subscriptions.charges import last_price, renewal_price, upgrade_amount
from subscriptions.models import Charge, Price, RenewalNotice, Subscription
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(eaccounting) -> Subscription:
    """Smart for 12 months, 1 January to 31 December 2026, paid by the company outside the portal."""
    return factories.SubscriptionFactory(service=eaccounting)


@pytest.fixture
def archive():
    """Month by month, free in its smallest variant."""
    return factories.ServiceFactory(
        code="arkiv", has_variants=True, has_period=False, variants={"gratis": (1, 0, 0), "pluss": (2, 49, 49)}
    )


def started(variant, *, months=12, price=None, first_day=date(2026, 1, 31)) -> Subscription:
    return start_subscription(
        company=factories.CompanyFactory(), variant=variant, paying_firm=None, months=months,
        price_per_month=variant.price_on(first_day, months) if price is None else Decimal(price),
        terms=variant.service.terms.get(), first_day=first_day,
    )  # fmt: skip


def charged(subscription) -> list[tuple]:
    rows = Charge.objects.filter(subscription=subscription).order_by("pk")
    return [(row.kind, row.period.lower, row.period.upper, row.monthly_price, row.amount) for row in rows]


def raise_price(variant, per_month, *, valid_from) -> None:
    for months in (1, 3, 12):
        Price.objects.create(variant=variant, months=months, per_month=per_month, valid_from=valid_from)


def amount(new, last, *, months=12, days_left=184, days=365) -> Decimal:
    return upgrade_amount(
        new_price=Decimal(new), last_price=Decimal(last), months=months, days_left=days_left, days=days
    )


def test_the_formula_as_the_design_says_it():
    assert amount(549, 349) == Decimal("1209.86")


def test_half_an_oere_goes_up():
    assert amount("1.005", 0, months=1, days_left=1, days=1) == Decimal("1.01")
    assert amount("0.01", 0, months=1, days_left=1, days=2) == Decimal("0.01")
    assert amount("0.01", 0, months=1, days_left=1, days=3) == Decimal("0.00")


def test_it_is_never_below_0():
    assert amount(299, 349) == Decimal("0.00")


def test_an_upgrade_is_charged_for_the_rest_of_the_period(subscription, eaccounting):
    upgrade_subscription(subscription, variant=eaccounting.variants.get(code="pro"), day=date(2026, 7, 1))

    assert charged(subscription)[1:] == [
        ("upgrade", date(2026, 7, 1), date(2027, 1, 1), Decimal("549.00"), Decimal("1209.86"))
    ]


def test_a_second_upgrade_starts_from_the_price_of_the_first(subscription, eaccounting):
    start, pro = (eaccounting.variants.get(code=code) for code in ("start", "pro"))
    subscription.variant = eaccounting.variants.get(code="faktura")
    Charge.objects.update(monthly_price=149)

    upgrade_subscription(subscription, variant=start, day=date(2026, 7, 1))
    upgrade_subscription(subscription, variant=pro, day=date(2026, 7, 1))

    assert [row[4] for row in charged(subscription)[1:]] == [Decimal("302.47"), Decimal("2117.26")]
    assert last_price(subscription, date(2026, 12, 31)) == Decimal(549)
    assert last_price(subscription, date(2026, 6, 30)) == Decimal(149)


def test_an_upgrade_on_the_last_day_costs_that_day(subscription, eaccounting):
    upgrade_subscription(subscription, variant=eaccounting.variants.get(code="pro"), day=date(2026, 12, 31))

    assert charged(subscription)[1][4] == Decimal("6.58")  # 200 x 12 / 365


@pytest.mark.parametrize(
    ("started_on", "renews_on", "months", "costs"),
    [
        (date(2024, 1, 1), date(2027, 1, 1), 12, "1208.76"),  # three years: 200 x 36 x 184/1096
        (date(2026, 6, 1), date(2026, 9, 1), 12, "404.35"),  # a quarter of a year's agreement: 200 x 3 x 62/92
    ],
)
def test_a_period_paid_outside_the_portal_may_be_of_any_length(started_on, renews_on, months, costs, eaccounting):
    subscription = factories.SubscriptionFactory(
        service=eaccounting, started_on=started_on, renews_on=renews_on, period_months=months
    )

    upgrade_subscription(subscription, variant=eaccounting.variants.get(code="pro"), day=date(2026, 7, 1))

    assert charged(subscription)[1][4] == Decimal(costs)


def test_a_renewal_takes_the_list_price_of_its_first_day(subscription):
    raise_price(subscription.variant, 399, valid_from=date(2027, 1, 1))
    raise_price(subscription.variant, 449, valid_from=date(2027, 1, 2))

    renew_subscription(subscription, changes=[])

    assert charged(subscription)[1:] == [
        ("period", date(2027, 1, 1), date(2028, 1, 1), Decimal("399.00"), Decimal("4788.00"))
    ]


def test_a_price_that_a_notice_has_named_holds(subscription):
    RenewalNotice.objects.create(
        subscription=subscription, renews_on=date(2027, 1, 1), variant=subscription.variant, months=12,
        monthly_price=349, posted_at=datetime(2026, 12, 2, 9, tzinfo=OSLO),
    )  # fmt: skip
    raise_price(subscription.variant, 399, valid_from=date(2026, 12, 15))

    def price(months, day):
        return renewal_price(subscription, variant=subscription.variant, months=months, day=day)

    assert price(12, date(2027, 1, 1)) == Decimal(349)
    assert price(3, date(2027, 1, 1)) == Decimal(399)  # of another length it says nothing
    assert price(12, date(2028, 1, 1)) == Decimal(399)  # nor of another day


def test_without_a_price_there_is_no_renewal(subscription):
    Price.objects.filter(variant=subscription.variant).delete()

    with pytest.raises(Price.DoesNotExist), transaction.atomic():
        renew_subscription(subscription, changes=[])


def test_the_first_period_costs_what_was_asked(eaccounting):
    subscription = started(eaccounting.variants.get(code="smart"), months=3, price=333)

    assert charged(subscription) == [
        ("period", date(2026, 1, 31), date(2026, 4, 30), Decimal("333.00"), Decimal("999.00"))
    ]
    assert subscription.renews_on == date(2026, 4, 30)


def test_a_free_service_without_periods_is_not_charged_and_does_not_renew():
    subscription = started(factories.scanner().variants.get(), months=1)

    assert (charged(subscription), subscription.renews_on) == ([], None)


def test_a_free_variant_of_a_service_with_periods_renews_for_nothing():
    variant = factories.ServiceFactory(variants={"standard": (1, 0, 0)}).variants.get()

    subscription = started(variant, months=3)

    assert charged(subscription) == [("period", date(2026, 1, 31), date(2026, 4, 30), Decimal(0), Decimal(0))]


def test_month_by_month_a_priced_service_renews_every_month(archive):
    subscription = started(archive.variants.get(code="pluss"), months=1)

    for _ in range(3):
        renew_subscription(subscription, changes=[])

    assert [row[1] for row in charged(subscription)] == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
    ]  # fmt: skip
    assert {row[4] for row in charged(subscription)} == {Decimal(49)}


def test_from_a_free_variant_to_a_priced_one_periods_begin_that_day(archive):
    subscription = started(archive.variants.get(code="gratis"), months=1)

    upgrade_subscription(subscription, variant=archive.variants.get(code="pluss"), day=date(2026, 3, 31))

    assert charged(subscription) == [("period", date(2026, 3, 31), date(2026, 4, 30), Decimal(49), Decimal(49))]
    assert (subscription.periods_from, subscription.renews_on) == (date(2026, 3, 31), date(2026, 4, 30))


def test_a_price_that_falls_to_nothing_ends_the_periods_of_a_monthly_service(archive):
    subscription = started(archive.variants.get(code="pluss"), months=1)
    raise_price(subscription.variant, 0, valid_from=date(2026, 2, 28))

    renew_subscription(subscription, changes=[])

    assert (len(charged(subscription)), subscription.renews_on) == (1, None)


def test_the_database_refuses_a_day_that_is_charged_twice(subscription):
    with pytest.raises(IntegrityError, match="charge_periods_never_overlap"), transaction.atomic():
        Charge.objects.create(
            subscription=subscription, kind="period", variant=subscription.variant, monthly_price=1, amount=1,
            period=DateRange(date(2026, 12, 31), date(2027, 12, 31)),
        )  # fmt: skip


def test_an_agreement_from_outside_is_paid_up_to_a_period_of_its_own(eaccounting):
    with pytest.raises(NotAllowed, match="helt antall måneder"):
        record_agreement(
            company=factories.CompanyFactory(), variant=eaccounting.variants.get(code="smart"), paying_firm=None,
            months=12, first_day=date(2026, 1, 31), renews_on=date(2027, 1, 30),
        )  # fmt: skip
