"""What a company would order: the facts of the page and of the deed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from organisations.models import Company
from organisations.refusals import NotAllowed
from subscriptions.models import Price, Subscription, Terms, Variant


@dataclass(frozen=True)
class Order:
    """A variant for some months, at the list price of the day, in NOK a month excluding VAT, under these terms."""

    variant: Variant
    months: int
    price_per_month: Decimal
    terms: Terms

    @property
    def price_per_period(self) -> Decimal:
        return self.price_per_month * self.months

    @property
    def fingerprint(self) -> str:
        """What the page showed; an order counts only if it still is what would be ordered."""
        return f"{self.variant.pk}:{self.months}:{self.price_per_month}:{self.terms.sha256}"


def make_order(company: Company, variant: Variant, *, months: int, day: date) -> Order:
    """Raises NotAllowed with what stands in the way."""
    service = variant.service
    if Subscription.objects.of(company).active().filter(service=service).exists():
        raise NotAllowed(_("Dere har allerede %(service)s.") % {"service": service.name})
    if not variant.is_for_sale or months not in service.period_choices:
        raise NotAllowed(_("Varianten er ikke til salgs. Velg en annen."))
    try:
        return Order(variant, months, variant.price_on(day, months), Terms.objects.current(service))
    except (Price.DoesNotExist, Terms.DoesNotExist):
        raise NotAllowed(_("Tjenesten kan ikke bestilles nå. Prøv igjen senere.")) from None
