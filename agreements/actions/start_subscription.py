"""Deeds about agreements. Where they are part of a greater one, its caller holds the company's lock."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from agreements.rows.values import price_list, service_value, variant_value, write_charge
from agreements.rules.money import is_charged
from agreements.rules.values import Party
from agreements.rules.verbs import begin
from ground.periods import next_period
from organisations.models import Company, Firm
from subscriptions.models import Subscription, Terms, Variant


@transaction.atomic
def start_subscription(
    *,
    company: Company,
    variant: Variant,
    paying_firm: Firm | None,
    months: int,
    price_per_month: Decimal,
    terms: Terms,
    first_day: date,
) -> Subscription:
    """Begin an agreement and charge its first period, paid in advance.

    `paying_firm` None means that the company pays; `price_per_month` is NOK excluding VAT. Without an agreement
    period a free service does not renew, and is not charged.
    """
    payer = Party(paying_firm.pk if paying_firm else None)
    agreement = begin(
        service_value(variant.service), variant_value(variant), payer=payer, months=months,
        per_month=price_per_month, first_day=first_day, prices=price_list(variant.service_id),
    )  # fmt: skip
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        paying_firm=paying_firm,
        period_months=months,
        terms=terms,
        started_on=first_day,
        periods_from=first_day,
        renews_on=agreement.renews_on,
    )
    for charge in agreement.charges:
        write_charge(subscription, charge, day=first_day)
    return subscription


def first_renewal(variant: Variant, *, months: int, price_per_month: Decimal, first_day: date) -> date | None:
    """The day on which an agreement that begins on `first_day` renews; None where it has no periods."""
    has_periods = is_charged(service_value(variant.service), price_per_month)
    return next_period(first_day, first_day, months) if has_periods else None
