"""Locks, always in this order: company, subscription, activation, collaboration."""

from collaboration.models import Activation
from organisations.models import Company


def lock_company(company_id: int | None) -> Company | None:
    """The company's row, locked until the deed is done; None while a request has none yet, or no more."""
    return Company.objects.select_for_update().filter(pk=company_id).first() if company_id else None


def lock_activation(activation_id: int) -> Activation:
    """The request as it is now, locked. Only its own row: the rows it names are read, not held."""
    return Activation.objects.select_for_update(of=("self",)).with_everything().get(pk=activation_id)
