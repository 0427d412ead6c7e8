"""Charges as rows: the first period, and what the database refuses. What is charged is tested in tests/agreements."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from ground.refusals import NotAllowed
from subscriptions.actions import record_agreement, start_subscription
from subscriptions.models import Charge, Subscription
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription(eaccounting) -> Subscription:
    """Smart for 12 months, 1 January to 31 December 2026, paid by the company outside the portal."""
    return factories.SubscriptionFactory(service=eaccounting)


def started(variant, *, months=12, price=None, first_day=date(2026, 1, 31)) -> Subscription:
    return start_subscription(
        company=factories.CompanyFactory(), variant=variant, paying_firm=None, months=months,
        price_per_month=variant.price_on(first_day, months) if price is None else Decimal(price),
        terms=variant.service.terms.get(), first_day=first_day,
    )  # fmt: skip


def charged(subscription) -> list[tuple]:
    rows = Charge.objects.filter(subscription=subscription).order_by("pk")
    return [(row.kind, row.period.lower, row.period.upper, row.monthly_price, row.amount) for row in rows]


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
