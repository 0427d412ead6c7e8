"""What is charged, and for which days. Every paid day has exactly one payer. Money is NOK excluding VAT."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from agreements.rules.values import Agreement, Charge, ChargeKind, NoPrice, Period, Service, Variant
from ground.periods import months_between, next_period

OERE = Decimal("0.01")


def is_charged(service: Service, per_month: Decimal) -> bool:
    """Whether there are periods at all: month by month a free service just runs."""
    return service.has_period or per_month > 0


def price_of(agreement: Agreement, variant: Variant, months: int, day: date) -> Decimal:
    """The monthly price of a period that begins on the day: the one a notice named, else the list's on that day.

    Raises NoPrice where the list has none.
    """
    named = [
        notice for notice in agreement.notices
        if (notice.renews_on, notice.variant, notice.months) == (day, variant, months)
    ]  # fmt: skip
    return named[-1].per_month if named else agreement.prices(variant, months, day)


def costs_more(agreement: Agreement, variant: Variant, *, than: Variant) -> bool:
    """Whether the one variant costs more a month than the other in the next period. False where a price is missing."""
    day, months = agreement.renews_on, agreement.months
    assert day is not None
    try:
        return price_of(agreement, variant, months, day) > price_of(agreement, than, months, day)
    except NoPrice:
        return False


def covering_charge(agreement: Agreement, day: date) -> Charge | None:
    """The opening or period charge that the day lies in; None where nothing is charged."""
    covering = (one for one in agreement.charges if one.kind != ChargeKind.UPGRADE and one.covers(day))
    return next(covering, None)


def charged_price(agreement: Agreement, day: date) -> Decimal | None:
    """The monthly price that the day has been charged at, upgrades included; None where nothing is charged.

    The highest one: an upgrade to a variant that the list has at less charges nothing, and gives nothing back.
    """
    return max((one.per_month for one in agreement.charges if one.covers(day)), default=None)


def period_now(agreement: Agreement, day: date) -> Period:
    """What the day was charged at; of an agreement without charges the list says the price, and 0 if it has none."""
    per_month = charged_price(agreement, day)
    if per_month is None:
        try:
            per_month = agreement.prices(agreement.variant, agreement.months, day)
        except NoPrice:
            per_month = Decimal(0)
    return Period(agreement.variant, agreement.payer, agreement.months, per_month)


def period_charge(agreement: Agreement, first_day: date, per_month: Decimal) -> Charge:
    """A whole period in advance, for the payer that the agreement has now."""
    next_day = next_period(agreement.periods_from, first_day, agreement.months)
    amount = per_month * agreement.months
    return Charge(ChargeKind.PERIOD, first_day, next_day, agreement.variant, agreement.payer, per_month, amount)


def upgrade_charge(agreement: Agreement, variant: Variant, day: date) -> Charge | None:
    """The rest of the period that the day lies in, in a greater variant, for that period's payer.

    None where nothing is charged. Raises NoPrice.
    """
    period, last = covering_charge(agreement, day), charged_price(agreement, day)
    if period is None or last is None:
        return None
    per_month = agreement.prices(variant, agreement.months, day)
    amount = upgrade_amount(
        new_price=per_month,
        last_price=last,
        months=months_between(period.first_day, period.next_day),  # an opening charge may span several periods
        days_left=(period.next_day - day).days,
        days=(period.next_day - period.first_day).days,
    )
    return Charge(ChargeKind.UPGRADE, day, period.next_day, variant, period.payer, per_month, amount)


def upgrade_amount(*, new_price: Decimal, last_price: Decimal, months: int, days_left: int, days: int) -> Decimal:
    """The difference for the rest of a paid period.

    (new monthly price - monthly price last charged) x months x days left, today included / days of the period; half
    up to øre, never below 0.
    """
    difference = (new_price - last_price) * months * days_left / days
    return max(difference, Decimal(0)).quantize(OERE, ROUND_HALF_UP)
