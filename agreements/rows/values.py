"""The catalogue as the rules of an agreement see it, and what they charge as rows."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from agreements.rules import values
from agreements.rules.values import NoPrice, Party, Prices
from subscriptions.models import Charge, Price, Service, Subscription, Variant


def service_value(service: Service) -> values.Service:
    return values.Service(service.period_choices, service.has_payer, service.retention_years)


def variant_value(variant: Variant) -> values.Variant:
    return values.Variant(variant.pk, variant.rank, variant.is_for_sale)


def charge_value(row: Charge, variant: Variant) -> values.Charge:
    return values.Charge(
        values.ChargeKind(row.kind), row.period.lower, row.period.upper, variant_value(variant),
        Party(row.paying_firm_id), row.monthly_price, row.amount,
    )  # fmt: skip


def write_charge(subscription: Subscription, charge: values.Charge, *, day: date) -> Charge:
    """`day` is the one on which it is written: it stands in no month that was over by then (`Charge.late_in`)."""
    this_month = day.replace(day=1)
    return Charge.objects.create(
        subscription=subscription,
        kind=charge.kind.value,
        variant_id=charge.variant.key,
        period=DateRange(charge.first_day, charge.next_day),
        paying_firm_id=charge.payer.firm,
        monthly_price=charge.per_month,
        amount=charge.amount,
        late_in=this_month if charge.first_day < this_month else None,
    )


def price_list(service_id: int) -> Prices:
    """All prices of the service, of every day."""
    rows: dict[tuple[int, int], list[tuple[date, Decimal]]] = defaultdict(list)
    prices = Price.objects.filter(variant__service=service_id).order_by("valid_from")
    for variant_id, months, valid_from, per_month in prices.values_list(
        "variant_id", "months", "valid_from", "per_month"
    ):
        rows[variant_id, months].append((valid_from, per_month))

    def price_on(variant: values.Variant, months: int, day: date) -> Decimal:
        own = rows.get((variant.key, months), [])
        found = bisect_right(own, day, key=lambda row: row[0])
        if not found:
            raise NoPrice
        return own[found - 1][1]

    return price_on
