"""What a company would order: the facts of the page and of the deed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.refusals import NotAllowed
from organisations.models import Company
from subscriptions.models import Price, Service, Subscription, Terms, Variant
from subscriptions.models.service import PriceQuerySet

NOT_NOW = gettext_lazy("Tjenesten kan ikke bestilles nå. Prøv igjen senere.")


@dataclass(frozen=True)
class Order:
    """A variant for some months, at the list price of the day, in NOK a month excluding VAT, under these terms."""

    variant: Variant
    months: int
    price_per_month: Decimal
    terms: Terms

    @property
    def fingerprint(self) -> str:
        """What the page showed; an order counts only if it still is what would be ordered."""
        return f"{self.variant.pk}:{self.months}:{self.price_per_month}:{self.terms.sha256}"


def make_order(company: Company, variant: Variant, *, months: int, day: date) -> Order:
    """Raises NotAllowed with what stands in the way."""
    service = variant.service
    check_has_none(company, service, day)
    if not variant.is_for_sale or months not in service.period_choices:
        raise NotAllowed(_("Varianten er ikke til salgs. Velg en annen."))
    try:
        return Order(variant, months, variant.price_on(day, months), Terms.objects.current(service))
    except (Price.DoesNotExist, Terms.DoesNotExist):
        raise NotAllowed(str(NOT_NOW)) from None


def possible_orders(company: Company, service: Service, *, day: date) -> list[Order]:
    """Everything of the service that the company could order today, the smallest variant and shortest period first.

    Raises NotAllowed where there is nothing, with what stands in the way.
    """
    check_has_none(company, service, day)
    terms = Terms.objects.filter(service=service).order_by("-version").first()
    listed = prices_on_sale(day).filter(variant__service=service)
    prices = [price for price in listed if price.months in service.period_choices]
    if terms is None or not prices:
        raise NotAllowed(str(NOT_NOW))
    orders = [Order(price.variant, price.months, price.per_month, terms) for price in prices]
    return sorted(orders, key=lambda order: (order.variant.rank, order.months))


def services_to_order(company: Company, *, day: date) -> list[tuple[Service, list[Price]]]:
    """The services that the company has not, each with today's prices of what is for sale."""
    had = Subscription.objects.of(company).running(day).values("service_id")
    services = Service.objects.exclude(pk__in=had).filter(terms__isnull=False).distinct().order_by("position", "name")
    prices: dict[int, list[Price]] = {}
    for price in prices_on_sale(day):
        if price.months in price.variant.service.period_choices:
            prices.setdefault(price.variant.service_id, []).append(price)
    return [(service, prices[service.pk]) for service in services if service.pk in prices]


def prices_on_sale(day: date) -> PriceQuerySet:
    return Price.objects.on(day).filter(variant__is_for_sale=True).select_related("variant__service")


def check_has_none(company: Company, service: Service, day: date) -> None:
    """Raises NotAllowed where the company has the service, or another place of its number has begun it."""
    in_the_way = Subscription.objects.begun_beside(company) | Subscription.objects.of(company).running(day)
    having = set(in_the_way.filter(service=service).values_list("company", flat=True))
    if having - {company.pk}:
        raise NotAllowed(_("Selskapet må bekreftes før dere kan bestille. Vi tar kontakt."))
    if having:
        raise NotAllowed(_("Dere har allerede %(service)s.") % {"service": service.name})
