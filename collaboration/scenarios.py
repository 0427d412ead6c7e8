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


def find_company(client: Client, *, lock: bool = False) -> Company | None:
    """The known company with the client's organisation number; None where there is none for this firm to see."""
    if not client.org_number:
        return None
    companies = Company.objects.known().filter(org_number=client.org_number)
    return (companies.select_for_update() if lock else companies).first()


def find_standing(client: Client, service: Service) -> Standing:
    """Look the client's company up by organisation number."""
    return standing_of(find_company(client), service)


def standing_of(company: Company | None, service: Service) -> Standing:
    """None is a company that is not known."""
    if company is None:
        return Standing(Scenario.NEW)
    subscription = Subscription.objects.of(company).active().filter(service=service).with_service().first()
    return Standing(Scenario.SUBSCRIBED if subscription else Scenario.KNOWN, company, subscription)
