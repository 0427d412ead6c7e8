"""Where a customer stands with a service. It decides what the wizard asks and what an approval makes."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from clients.models import Client
from collaboration.models import Activation
from organisations.models import Company, Firm
from organisations.models.company import CompanyQuerySet
from subscriptions.models import Service, Subscription

Scenario = Activation.Scenario


@dataclass(frozen=True)
class Standing:
    """`company` is None unless the firm knows it: what one firm has asked is invisible to the others."""

    scenario: Activation.Scenario
    company: Company | None = None
    subscription: Subscription | None = None


def known_to(firm: Firm) -> CompanyQuerySet:
    """The companies that the firm may see: those that are known, and the provisional ones that it has asked itself.

    To it they are like any other, so that it does not learn that somebody else has asked.
    """
    asked = Activation.objects.filter(firm=firm, company=OuterRef("pk"))
    return Company.objects.known() | Company.objects.provisional().filter(Exists(asked))


def find_company(client: Client) -> Company | None:
    """The company of the client's organisation number, as far as its firm knows one."""
    return companies_of(client).first() if client.org_number else None


def companies_of(client: Client) -> CompanyQuerySet:
    """The companies of the client's organisation number, the one that counts first."""
    return known_to(client.firm).numbered(client.org_number or "").order_by("provisional_at")


def find_standing(client: Client, service: Service) -> Standing:
    """Look the client's company up by organisation number."""
    return standing_of(find_company(client), service)


def standing_of(company: Company | None, service: Service) -> Standing:
    """None is a company that the firm does not know."""
    if company is None:
        return standing_with(None, None)
    return standing_with(
        company, Subscription.objects.of(company).active().filter(service=service).with_service().first()
    )


def standing_with(company: Company | None, subscription: Subscription | None) -> Standing:
    """Of a company that the firm knows, or of None, with its active subscription to the service, if any."""
    if company is None:
        return Standing(Scenario.NEW)
    return Standing(Scenario.SUBSCRIBED if subscription else Scenario.KNOWN, company, subscription)
