"""What pages tell of the catalogue: the variants side by side, and the price of a service without variants."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from subscriptions.models import Price, Service, Subscription, Variant
from subscriptions.months import months_in_words
from subscriptions.price_words import monthly_price

Row = tuple[str, str]  # a label and what stands beside it


def compare_variants(
    service: Service, subscription: Subscription | None, *, today: date, is_hindered: bool = False
) -> list[dict[str, Any]]:
    """The variants side by side: price a month for each period, what each has. The variant of
    `subscription` is marked as the customer's own; None: it has none.

    `is_hindered`: nothing can be activated now, so there is no button.
    """
    own = subscription.variant_id if subscription else None
    features = list(service.features.prefetch_related("variants"))
    prices: dict[tuple[int, int], Decimal] = {
        (price.variant_id, price.months): price.per_month
        for price in Price.objects.on(today).filter(variant__service=service)
    }
    return [
        {
            "code": variant.code,
            "name": variant.name,
            "description": variant.local_summary,
            **{f"price_{months}": prices.get((variant.pk, months)) for months in service.period_choices},
            "features": [(feature.local_name, variant in feature.variants.all()) for feature in features],
            "recommended": variant.pk == own,
            "button": not is_hindered and (own is None or variant.pk == own),
            "action_label": _("Aktiver"),
            "note": _("Kan byttes når samarbeidet er aktivt") if own and variant.pk != own else "",
        }
        for variant in service.variants.all()
        if variant.is_for_sale or variant.pk == own
    ]


def price_rows(variant: Variant, *, today: date) -> list[Row]:
    """For a service without variants: its price, for each period that it is sold for."""
    months = variant.service.period_choices
    prices = [price for price in Price.objects.on(today).filter(variant=variant) if price.months in months]
    if all(price.per_month == 0 for price in prices):
        return [(_("Pris"), _("Gratis"))]
    return [
        (
            _("Avtale for %(length)s") % {"length": months_in_words(listed.months)},
            monthly_price(listed.per_month),
        )
        for listed in sorted(prices, key=lambda listed: listed.months)
    ]
