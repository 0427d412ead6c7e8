"""Give access: a person of the company may open a service."""

from datetime import datetime

from organisations.models import CompanyUser
from subscriptions.models import ServiceAccess, Subscription


def give_access(*, company_user: CompanyUser, subscription: Subscription, at: datetime) -> ServiceAccess:
    """Let a person of the company open the service; giving twice is the same as once."""
    access, _is_new = ServiceAccess.objects.get_or_create(
        company_user=company_user, subscription=subscription, defaults={"given_at": at}
    )
    return access
