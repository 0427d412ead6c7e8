"""The locks of a deed with an agreement, always in this order: company, subscription, collaborations."""

from dataclasses import dataclass

from agreements.models import Collaboration
from agreements.rows.load import Loaded, load_rows
from agreements.rules import values as rules
from organisations.companies.rows import lock_company
from organisations.models import Company
from subscriptions.models import Service, Subscription


def lock_active_subscription(company: Company | None, service: Service) -> Subscription | None:
    """The company's active subscription of the service, locked, if it has one."""
    if company is None:
        return None
    active = Subscription.objects.select_for_update(of=("self",)).of(company).active()
    return active.filter(service=service).with_service().first()


@dataclass
class LockedAgreement:
    """A subscription with what hangs on it: the company, the active collaborations, and the value of it all.

    `store` keeps rows and value together.
    """

    company: Company
    subscription: Subscription
    collaborations: list[Collaboration]
    loaded: Loaded

    @property
    def value(self) -> rules.Agreement:
        return self.loaded.value


def lock_agreement(subscription_id: int) -> LockedAgreement:
    """Lock the rows of the company, the subscription and its active collaborations, in that order, as they are now.

    With the names that most deeds need; what a mail names besides is loaded where it is written.
    """
    company_id = Subscription.objects.values_list("company_id", flat=True).get(pk=subscription_id)
    company = lock_company(company_id)
    assert company  # no row goes while it has a subscription
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("service", "paying_firm")
    subscription = locked.get(pk=subscription_id)
    subscription.company = company
    return complete_agreement(company, subscription)


def complete_agreement(company: Company, subscription: Subscription) -> LockedAgreement:
    """Lock the active collaborations and load the value, for who holds the locks of company and subscription."""
    active = Collaboration.objects.select_for_update(of=("self",)).on(subscription).active()
    collaborations = list(active.select_related("firm", "client", "activation").order_by("pk"))
    for one in collaborations:  # one row, one object: a mail written last says how it is then
        one.subscription, one.service, one.company = subscription, subscription.service, company
        one.activation.firm, one.activation.client, one.activation.service = one.firm, one.client, one.service
    former = Collaboration.objects.on(subscription).values_list("firm_id", flat=True)
    return LockedAgreement(
        company, subscription, collaborations, load_rows(subscription, collaborations, former=former)
    )
