"""The door to a service, for both sides: one question, asked at every opening."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from collaboration.models import Collaboration
from ground.clock import database_clock, oslo_date
from organisations.models import Company, User
from subscriptions.models import Service, ServiceAccess, Subscription, Variant


@dataclass(frozen=True)
class Entry:
    """How somebody comes in: by which variant, and whether only to read what is left of an ended subscription."""

    variant: Variant
    is_read_only: bool = False


def may_open(user: User, company: Company, service: Service, *, as_firm: int | None = None) -> Entry | None:
    """How the user comes in, or None: the door is shut.

    For a firm's people (`as_firm`, the firm's id): those on the task of an active collaboration, and always in the
    variant that firms work in. For the company's people: those with access to its subscription, and to its data when
    it has ended, for as long as the service keeps them.
    """
    today = oslo_date(database_clock())
    if not user.is_active:
        return None
    if as_firm is not None:
        return entry_of_a_firm(user, company, service, firm_id=as_firm, day=today)
    subscription = Subscription.objects.of(company).openable(today).filter(service=service).with_service().first()
    if subscription is None:
        return None
    accesses = ServiceAccess.objects.filter(company_user__user=user, company_user__deactivated_at=None)
    if not accesses.filter(subscription=subscription).exists():
        return None
    return Entry(subscription.variant, is_read_only=subscription.is_over_on(today))


def entry_of_a_firm(user: User, company: Company, service: Service, *, firm_id: int, day: date) -> Entry | None:
    subscription = Subscription.objects.of(company).running(day).filter(service=service).with_service().first()
    if subscription is None:
        return None
    collaboration = (
        Collaboration.objects.of(company)
        .running(day)
        .filter(service=service, firm_id=firm_id)
        .select_related("task__owner__user")
        .prefetch_related("task__participants__user")
        .first()
    )
    if collaboration is None or not any(
        person.user_id == user.pk and person.is_active for person in collaboration.task.people
    ):
        return None
    return Entry(service.variants.filter(is_firms_own=True).first() or subscription.variant)


def service_address(service: Service, company: Company, entry: Entry) -> str:
    """Where the door leads: the service's own address, told which company and variant arrives, and if only to read."""
    separator = "&" if "?" in service.url else "?"
    told = {"orgnr": company.org_number, "variant": entry.variant.code}
    if entry.is_read_only:
        told["lesetilgang"] = "1"
    return service.url + separator + urlencode(told)
