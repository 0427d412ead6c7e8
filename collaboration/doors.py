"""The door to a service, for both sides: one question, asked at every opening."""

from urllib.parse import urlencode

from collaboration.models import Collaboration
from history.clock import database_clock, oslo_date
from organisations.models import Company, User
from subscriptions.models import Service, ServiceAccess, Subscription, Variant


def may_open(user: User, company: Company, service: Service, *, as_firm: int | None = None) -> Variant | None:
    """The variant that the user comes in by, or None: the door is shut.

    For a firm's people (`as_firm`, the firm's id): those on the task of an active collaboration, and always in the
    variant that firms work in. For the company's people: those with access to its active subscription.
    """
    today = oslo_date(database_clock())
    subscription = Subscription.objects.of(company).running(today).filter(service=service).with_service().first()
    if subscription is None or not user.is_active:
        return None
    if as_firm is not None:
        collaboration = (
            Collaboration.objects.of(company)
            .running(today)
            .filter(service=service, firm_id=as_firm)
            .select_related("task__owner__user")
            .prefetch_related("task__participants__user")
            .first()
        )
        if collaboration is None or not any(
            person.user_id == user.pk and person.is_active for person in collaboration.task.people
        ):
            return None
        return service.variants.filter(is_firms_own=True).first() or subscription.variant
    has_access = ServiceAccess.objects.filter(
        subscription=subscription, company_user__user=user, company_user__deactivated_at=None
    ).exists()
    return subscription.variant if has_access else None


def service_address(service: Service, company: Company, variant: Variant) -> str:
    """Where the door leads: the service's own address, told which company and variant arrives."""
    separator = "&" if "?" in service.url else "?"
    return service.url + separator + urlencode({"orgnr": company.org_number, "variant": variant.code})
