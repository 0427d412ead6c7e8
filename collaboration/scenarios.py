"""Where a customer stands with a service. It decides what the wizard asks and what an approval makes."""

from dataclasses import dataclass

from clients.models import Client
from collaboration.models import Activation
from organisations.models import Company
from subscriptions.models import Service, Subscription

Scenario = Activation.Scenario


@dataclass(frozen=True)
class Standing:
    """`company` is None unless it is known: what one firm has asked is invisible to the others."""

    scenario: Activation.Scenario
    company: Company | None = None
    subscription: Subscription | None = None


def find_standing(client: Client, service: Service) -> Standing:
    """Look the client's company up by organisation number."""
    company = Company.objects.known().filter(org_number=client.org_number).first() if client.org_number else None
    return standing_of(company, service)


def standing_of(company: Company | None, service: Service) -> Standing:
    if company is None or not company.is_known:
        return Standing(Scenario.NEW)
    subscription = Subscription.objects.of(company).active().filter(service=service).with_service().first()
    return Standing(Scenario.SUBSCRIBED if subscription else Scenario.KNOWN, company, subscription)
