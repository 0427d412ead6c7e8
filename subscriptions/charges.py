"""What is charged, and for which days. Every paid day has exactly one payer."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from subscriptions.models import Charge, RenewalNotice, Subscription, Variant
from subscriptions.periods import months_between

OERE = Decimal("0.01")


def upgrade_amount(*, new_price: Decimal, last_price: Decimal, months: int, days_left: int, days: int) -> Decimal:
    """The difference for the rest of a paid period, in NOK excluding VAT.

    (new monthly price - monthly price last charged) x months x days left, today included / days of the period; half
    up to øre, never below 0.
    """
    difference = (new_price - last_price) * months * days_left / days
    return max(difference, Decimal(0)).quantize(OERE, ROUND_HALF_UP)


def covering_charge(subscription: Subscription, day: date) -> Charge | None:
    """The opening or period charge that the day lies in; None where nothing is charged."""
    return Charge.objects.covering().filter(subscription=subscription, period__contains=day).first()


def last_price(subscription: Subscription, day: date) -> Decimal | None:
    """The monthly price that the day was charged at last, an upgrade's before its period's."""
    charges = Charge.objects.filter(subscription=subscription, period__contains=day)
    newest = charges.order_by("-period__startswith", "-pk").first()
    return newest.monthly_price if newest else None


def renewal_price(subscription: Subscription, *, variant: Variant, months: int, day: date) -> Decimal:
    """The monthly price of a period that begins on the day: the one a notice named, else the list's on that day.

    Raises Price.DoesNotExist where the list has none.
    """
    named = RenewalNotice.objects.filter(subscription=subscription, renews_on=day, variant=variant, months=months)
    notice = named.order_by("-posted_at", "-pk").first()
    return notice.monthly_price if notice else variant.price_on(day, months)


def charge_period(subscription: Subscription, *, first_day: date, next_day: date, price: Decimal) -> Charge:
    """Charge a whole period in advance, to the payer that the subscription has now."""
    return Charge.objects.create(
        subscription=subscription,
        kind=Charge.Kind.PERIOD,
        variant_id=subscription.variant_id,
        period=DateRange(first_day, next_day),
        paying_firm_id=subscription.paying_firm_id,
        monthly_price=price,
        amount=price * subscription.period_months,
    )


def price_upgrade(subscription: Subscription, *, variant: Variant, day: date) -> tuple[Charge, Decimal, Decimal] | None:
    """The charge whose period the day lies in, the new monthly price and the amount; None where nothing is charged."""
    period = covering_charge(subscription, day)
    if period is None:
        return None
    new_price = variant.price_on(day, subscription.period_months)
    amount = upgrade_amount(
        new_price=new_price,
        last_price=last_price(subscription, day) or period.monthly_price,
        months=months_between(period.period.lower, period.period.upper),  # an opening charge may span several periods
        days_left=(period.period.upper - day).days,
        days=(period.period.upper - period.period.lower).days,
    )
    return period, new_price, amount


def charge_upgrade(subscription: Subscription, *, variant: Variant, day: date) -> Charge | None:
    """Charge the rest of the period for a greater variant, to the payer of that period."""
    priced = price_upgrade(subscription, variant=variant, day=day)
    if priced is None:
        return None
    period, new_price, amount = priced
    return Charge.objects.create(
        subscription=subscription,
        kind=Charge.Kind.UPGRADE,
        variant=variant,
        period=DateRange(day, period.period.upper),
        paying_firm_id=period.paying_firm_id,
        monthly_price=new_price,
        amount=amount,
    )
