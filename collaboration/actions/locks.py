"""Locks, always in this order: organisation number, company, subscription, activation, collaboration; and client
before task."""

from dataclasses import dataclass

from agreements.rules import values as rules
from clients.models import Client
from collaboration.agreement_rows import Loaded, load_rows
from collaboration.models import Activation, Collaboration
from collaboration.scenarios import find_company
from organisations.companies.rows import lock_company, lock_rows
from organisations.models import Company
from subscriptions.models import Service, Subscription


def lock_company_of(activation_id: int) -> Company | None:
    """The company that the request is to, as it is now, locked; None while it has none yet, or no more."""
    asked = Company.objects.filter(activations=activation_id)
    org_number = asked.values_list("org_number", flat=True).first()
    if org_number is None:
        return None
    rows = lock_rows(org_number)
    return rows.get(asked.values_list("pk", flat=True).first())


def lock_known_company(client: Client) -> Company | None:
    """The company of the client's organisation number that the firm knows, locked; None while it knows none.

    None too for a client without an organisation number.
    """
    if not client.org_number:
        return None
    rows, company = lock_rows(client.org_number), find_company(client)
    return rows.get(company.pk) if company else None


def lock_client(client: Client) -> Client:
    """The client as it is now. The full row lock also holds back a request that is being started."""
    return Client.objects.select_for_update(of=("self",)).select_related("firm").get(pk=client.pk)


def lock_activation(activation_id: int) -> Activation:
    """The request as it is now, locked. Only its own row: the rows it names are read, not held."""
    return Activation.objects.select_for_update(of=("self",)).with_names().get(pk=activation_id)


def lock_active_subscription(company: Company | None, service: Service) -> Subscription | None:
    """The company's active subscription of the service, locked, if it has one."""
    if company is None:
        return None
    active = Subscription.objects.select_for_update(of=("self",)).of(company).active()
    return active.filter(service=service).with_service().first()


@dataclass
class Agreement:
    """A subscription with what hangs on it: the company, the active collaborations, and the value of it all.

    `agreement_store.store` keeps rows and value together.
    """

    company: Company
    subscription: Subscription
    collaborations: list[Collaboration]
    loaded: Loaded

    @property
    def value(self) -> rules.Agreement:
        return self.loaded.value


def lock_agreement(subscription_id: int) -> Agreement:
    """The company's row, the subscription's and its active collaborations', as they are now, locked in that order.

    With the names that most deeds need; what a mail names besides is loaded where it is written.
    """
    company_id = Subscription.objects.values_list("company_id", flat=True).get(pk=subscription_id)
    company = lock_company(company_id)
    assert company  # no row goes while it has a subscription
    locked = Subscription.objects.select_for_update(of=("self",)).select_related("service", "paying_firm")
    subscription = locked.get(pk=subscription_id)
    subscription.company = company
    return complete_agreement(company, subscription)


def complete_agreement(company: Company, subscription: Subscription) -> Agreement:
    """The same for who holds the first two locks already."""
    active = Collaboration.objects.select_for_update(of=("self",)).on(subscription).active()
    collaborations = list(active.select_related("firm", "client", "activation").order_by("pk"))
    for one in collaborations:  # one row, one object: a mail written last says how it is then
        one.subscription, one.service, one.company = subscription, subscription.service, company
        one.activation.firm, one.activation.client, one.activation.service = one.firm, one.client, one.service
    former = Collaboration.objects.on(subscription).values_list("firm_id", flat=True)
    return Agreement(company, subscription, collaborations, load_rows(subscription, collaborations, former=former))


def try_lock_activation(activation_id: int, company_id: int | None) -> Activation | None:
    """The same two locks in the same order for a sweep that can come back: None when anybody holds one of them."""
    if company_id and not Company.objects.select_for_update(skip_locked=True).filter(pk=company_id).first():
        return None
    free = Activation.objects.select_for_update(of=("self",), skip_locked=True)
    return free.with_names().filter(pk=activation_id).first()
