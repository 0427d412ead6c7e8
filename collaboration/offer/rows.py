"""What a request offered when it was sent, as rows of a page."""

from django.utils.translation import gettext as _

from collaboration.models import Activation
from subscriptions.comparison import Row
from subscriptions.months import months_in_words
from subscriptions.price_words import price


def offered_rows(activation: Activation, *, for_firm: bool) -> list[Row]:
    """What a request offered when it was sent, whatever has happened since: variant, payer, period, price."""
    service, variant = activation.service, activation.variant
    assert variant  # the database says so of every request that was sent
    rows = [(_("Variant"), variant.name)] if service.has_variants else []
    if activation.keeps_agreement:
        own = _("Kundens egen, uendret") if for_firm else _("Deres egen, uendret")
        return [*rows, (_("Avtale"), own)]
    if service.has_payer:
        company = activation.client.name if for_firm else activation.company.name
        rows.append((_("Fakturamottaker"), activation.firm.name if activation.firm_pays else company))
    if service.has_period:
        rows.append((_("Avtaleperiode"), months_in_words(activation.period_months)))
    return [*rows, (_("Pris"), price(activation.price_per_month, activation.period_months))]
