"""Deeds about agreements. The caller holds the company's lock."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from organisations.models import Company, CompanyUser, Firm
from subscriptions.models import Charge, ServiceAccess, Subscription, Terms, Variant
from subscriptions.periods import add_months


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
    """Begin an agreement and charge its first period, paid in advance. A free one is not charged.

    `paying_firm` None means that the company pays; `price_per_month` is NOK excluding VAT. Without an agreement
    period a free service does not renew.
    """
    renews = variant.service.has_period or price_per_month > 0
    next_period = add_months(first_day, months)
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        paying_firm=paying_firm,
        period_months=months,
        terms=terms,
        started_on=first_day,
        renews_on=next_period if renews else None,
    )
    if price_per_month > 0:
        Charge.objects.create(
            subscription=subscription,
            kind=Charge.Kind.PERIOD,
            period=DateRange(first_day, next_period),
            paying_firm=paying_firm,
            monthly_price=price_per_month,
            amount=price_per_month * months,
        )
    return subscription


def give_access(*, company_user: CompanyUser, subscription: Subscription, at: datetime) -> ServiceAccess:
    """Let a person of the company open the service; giving twice is the same as once."""
    access, _ = ServiceAccess.objects.get_or_create(
        company_user=company_user, subscription=subscription, defaults={"given_at": at}
    )
    return access
