"""Locks, always in this order: company, subscription, activation, collaboration."""

from collaboration.models import Activation, Collaboration
from organisations.models import Company
from subscriptions.models import Subscription


def lock_company(company_id: int | None) -> Company | None:
    """The company's row, locked until the deed is done; None while a request has none yet, or no more."""
    return Company.objects.select_for_update().filter(pk=company_id).first() if company_id else None


def lock_activation(activation_id: int) -> Activation:
    """The request as it is now, locked. Only its own row: the rows it names are read, not held."""
    return Activation.objects.select_for_update(of=("self",)).with_everything().get(pk=activation_id)


def lock_subscription(subscription_id: int) -> Subscription:
    return Subscription.objects.select_for_update().get(pk=subscription_id)


def lock_collaboration(collaboration_id: int) -> Collaboration:
    """The collaboration as it is now, locked; only its own row."""
    return Collaboration.objects.select_for_update(of=("self",)).with_everything().get(pk=collaboration_id)


def try_lock_activation(activation_id: int, company_id: int | None) -> Activation | None:
    """The same two locks in the same order for a sweep that can come back: None when anybody holds one of them."""
    if company_id and not Company.objects.select_for_update(skip_locked=True).filter(pk=company_id).first():
        return None
    free = Activation.objects.select_for_update(of=("self",), skip_locked=True)
    return free.with_everything().filter(pk=activation_id).first()
