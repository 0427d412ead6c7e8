"""Locks, always in this order: company, subscription, activation, collaboration; and client before task."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from agreements.rules import values as rules
from clients.models import Client
from collaboration.agreement_rows import Loaded, load_rows
from collaboration.models import Activation, Collaboration
from organisations.models import Company
from subscriptions.models import Service, Subscription


def lock_company(company_id: int | None) -> Company | None:
    """The company's row, locked until the deed is done; None while a request has none yet, or no more."""
    return Company.objects.select_for_update().filter(pk=company_id).first() if company_id else None


def lock_company_of(client: Client) -> Company | None:
    """The company with the client's organisation number, locked; made, unconfirmed, if nobody has asked it before.

    What is made goes with the deed that fails. None for a client without an organisation number.
    """
    if not client.org_number:
        return None
    while True:  # another round only when somebody else has just made it, or removed it
        company = Company.objects.select_for_update().filter(org_number=client.org_number).first()
        if company is not None:
            return company
        try:
            with transaction.atomic():
                return Company.objects.create(org_number=client.org_number, name=client.name)
        except IntegrityError:
            continue


def lock_client(client: Client) -> Client:
    """The client as it is now. The full row lock also holds back a request that is being started."""
    return Client.objects.select_for_update(of=("self",)).select_related("firm").get(pk=client.pk)


def lock_activation(activation_id: int) -> Activation:
    """The request as it is now, locked. Only its own row: the rows it names are read, not held."""
    return Activation.objects.select_for_update(of=("self",)).with_everything().get(pk=activation_id)


def lock_active_subscription(company: Company | None, service: Service) -> Subscription | None:
    """The company's active subscription of the service, locked, if it has one."""
    if company is None:
        return None
    active = Subscription.objects.select_for_update(of=("self",)).of(company).active()
    return active.filter(service=service).with_service().first()


def lock_collaboration(collaboration_id: int) -> Collaboration:
    """The collaboration as it is now, locked; only its own row."""
    return Collaboration.objects.select_for_update(of=("self",)).with_everything().get(pk=collaboration_id)


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
    """The company's row, the subscription's and its active collaborations', as they are now, locked in that order."""
    company_id = Subscription.objects.values_list("company_id", flat=True).get(pk=subscription_id)
    company = Company.objects.select_for_update().get(pk=company_id)
    locked = Subscription.objects.select_for_update(of=("self",)).with_service()
    return complete_agreement(company, locked.get(pk=subscription_id))


def complete_agreement(company: Company, subscription: Subscription) -> Agreement:
    """The same for who holds the first two locks already."""
    active = Collaboration.objects.select_for_update(of=("self",)).on(subscription).active()
    collaborations = list(active.with_everything().order_by("pk"))
    for collaboration in collaborations:
        collaboration.subscription = subscription  # one row, one object: a mail written last says how it is then
    former = Collaboration.objects.on(subscription).values_list("firm_id", flat=True)
    return Agreement(company, subscription, collaborations, load_rows(subscription, collaborations, former=former))


def try_lock_activation(activation_id: int, company_id: int | None) -> Activation | None:
    """The same two locks in the same order for a sweep that can come back: None when anybody holds one of them."""
    if company_id and not Company.objects.select_for_update(skip_locked=True).filter(pk=company_id).first():
        return None
    free = Activation.objects.select_for_update(of=("self",), skip_locked=True)
    return free.with_everything().filter(pk=activation_id).first()
