"""What a customer is asked to say yes to: the facts behind the mail, the approval page and the receipt."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from agreements.models import Collaboration
from collaboration.models import Activation
from organisations.models import Company, Employee, Firm
from subscriptions.models import Service, Subscription, Terms


@dataclass(frozen=True)
class Offer:
    """The agreement as it would be if it were approved today. The wording is the templates'.

    `keeps_agreement` is scenario 1, or a request that has met a subscription the customer got in the meantime
    (`is_attached`): then the customer's own agreement goes on and nothing is charged.
    """

    activation: Activation
    subscription: Subscription | None
    terms: Terms | None
    other_firms: list[Firm]
    today: date

    @property
    def keeps_agreement(self) -> bool:
        return self.subscription is not None

    @property
    def is_attached(self) -> bool:
        return self.subscription is not None and not self.activation.keeps_agreement

    @property
    def is_impossible(self) -> bool:
        """Whether it is about a subscription that has ended (scenario 1): there is nothing left to share."""
        return self.activation.keeps_agreement and self.subscription is None

    @property
    def variant_name(self) -> str:
        variant = self.subscription.variant if self.subscription else self.activation.variant
        return variant.full_name

    @property
    def firm_pays(self) -> bool:
        return not self.keeps_agreement and self.activation.firm_pays

    @property
    def price_per_month(self) -> Decimal | None:
        return self.activation.price_per_month

    @property
    def is_free(self) -> bool:
        return self.price_per_month == 0

    @property
    def people(self) -> list[Employee]:
        """Who of the firm gets access: those on the task."""
        return [person for person in self.activation.task.people if person.is_active]

    @property
    def needs_terms(self) -> bool:
        return not self.keeps_agreement and not self.is_impossible

    @property
    def fingerprint(self) -> str:
        """What the page showed. An approval carries it back, and counts only if it still is what would be approved."""
        subscription = f"{self.subscription.pk}.{self.subscription.version}" if self.subscription else "-"
        parts = [
            str(self.activation.link_version),
            subscription,
            self.terms.sha256 if self.terms else "-",
            ".".join(str(pk) for pk in sorted(person.pk for person in self.people)),
            ".".join(str(pk) for pk in sorted(firm.pk for firm in self.other_firms)),
        ]
        return ":".join(parts)


def make_offer(activation: Activation, *, today: date) -> Offer:
    """The offer as the database has it now. Before a new company's first answer there is nothing to attach to."""
    company = activation.company
    subscription = running_subscription(company, activation.service, day=today) if company else None
    terms = subscription.terms if subscription else Terms.objects.filter(service=activation.service).first()
    return Offer(
        activation=activation,
        subscription=subscription,
        terms=terms,
        other_firms=other_firms(activation, company, today=today) if company else [],
        today=today,
    )


def is_impossible(day: date | TruncDate) -> Q:
    """Condition on requests: Offer.is_impossible on the day."""
    running = Subscription.objects.running(day).filter(company=OuterRef("company"), service=OuterRef("service"))
    return Q(~Exists(running), scenario=Activation.Scenario.SUBSCRIBED)


def running_subscription(company: Company, service: Service, *, day: date) -> Subscription | None:
    """The company's subscription of the service; None where it has none, or one over by the calendar, swept or not."""
    return Subscription.objects.of(company).running(day).filter(service=service).with_service().first()


def other_firms(activation: Activation, company: Company, *, today: date) -> list[Firm]:
    """The firms that collaborate with the company in this service already, as the company itself may know."""
    collaborations = Collaboration.objects.of(company).running(today).filter(service=activation.service)
    return list(Firm.objects.filter(pk__in=collaborations.exclude(firm=activation.firm_id).values("firm_id")))
