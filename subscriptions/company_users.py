"""Deeds about a company's people: what they may do, which services they open, and that they leave."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.closed_invitations import withdraw_invitations_of
from organisations.models import Company, CompanyUser
from subscriptions.actions import give_access
from subscriptions.models import ServiceAccess, Subscription

# These begin by locking the company's row: its people change one after the other, so that two administrators who
# demote each other, or leave, at the same moment do not both find that there is another one left.


@transaction.atomic
def change_role(*, company_user: CompanyUser, role: str, by: CompanyUser, clock: Clock = database_clock) -> CompanyUser:
    """Make the person administrator, user or auditor. An auditor only reads: the access to services goes at once.

    What an administrator has offered others and nobody has answered ends with the role.
    Raises NotAllowed for the main contact, who must be replaced first, and for the last administrator.
    """
    company, place = lock_company_and_place(company_user, by)
    if role not in CompanyUser.Role.values:
        raise NotAllowed(_("Velg en rolle."))
    if role == place.role:
        return place
    if place.is_administrator:
        check_can_be_spared(company, place, by)
    at = clock()
    before: dict[str, Any] = {"role": place.role}
    place.role = role
    place.save(update_fields=["role"])
    withdraw_invitations_of(place.user, company, by=by.user, at=at)
    if not place.may_open_services:
        before["subscriptions"] = take_services(place)
    record_event(
        subject=place, verb="change_role", by=by.user, company=company, at=at, before=before, after={"role": role}
    )
    return place


@transaction.atomic
def choose_main_contact(*, company_user: CompanyUser, by: CompanyUser, clock: Clock = database_clock) -> CompanyUser:
    """Let one of the administrators be the main contact instead of the present one.

    Raises NotAllowed for anybody who is no administrator.
    """
    company, place = lock_company_and_place(company_user, by)
    if not place.is_administrator:
        raise NotAllowed(_("Hovedkontakten må være administrator. Gi personen den rollen først."))
    if place.is_main_contact:
        return place
    at = clock()
    earlier = CompanyUser.objects.of(company).filter(is_main_contact=True, user__isnull=False)
    before = list(earlier.active().values_list("pk", flat=True))
    earlier.update(is_main_contact=False)
    place.is_main_contact = True
    place.save(update_fields=["is_main_contact"])
    record_event(
        subject=place, verb="choose_main_contact", by=by.user, company=company, at=at, before={"main_contact": before}
    )
    return place


@transaction.atomic
def choose_services(
    *, company_user: CompanyUser, subscriptions: Iterable[Subscription], by: CompanyUser, clock: Clock = database_clock
) -> CompanyUser:
    """Let the person open these of the company's services, and no others; of those that are over, only to read.

    Raises NotAllowed for an auditor, and for what the company has not got.
    """
    company, place = lock_company_and_place(company_user, by)
    at = clock()
    chosen = {subscription.pk for subscription in subscriptions}
    there = {subscription.pk: subscription for subscription in Subscription.objects.of(company).openable(oslo_date(at))}
    if not chosen <= there.keys():
        raise NotAllowed(_("Selskapet har ikke lenger alle tjenestene som var på siden. Se over og velg på nytt."))
    if chosen and not place.may_open_services:
        raise NotAllowed(_("En revisor ser, men åpner ikke tjenestene. Gi personen en annen rolle først."))
    accesses = ServiceAccess.objects.filter(company_user=place, subscription__in=there)
    before = set(accesses.values_list("subscription_id", flat=True))
    if chosen == before:
        return place
    accesses.exclude(subscription__in=chosen).delete()
    for pk in chosen - before:
        give_access(company_user=place, subscription=there[pk], at=at)
    record_event(
        subject=place, verb="choose_services", by=by.user, company=company, at=at,
        before={"subscriptions": sorted(before)}, after={"subscriptions": sorted(chosen)},
    )  # fmt: skip
    return place


@transaction.atomic
def deactivate_company_user(
    *, company_user: CompanyUser, by: CompanyUser, clock: Clock = database_clock
) -> CompanyUser:
    """Take the person's place away, at once. Raises NotAllowed for the main contact and the last administrator."""
    company, place = lock_company_and_place(company_user, by)
    return take_place(company, place, by=by, verb="deactivate", at=clock())


@transaction.atomic
def leave_company(*, company_user: CompanyUser, clock: Clock = database_clock) -> CompanyUser:
    """The person gives up the place. Raises NotAllowed for the main contact and the last administrator."""
    company = Company.objects.select_for_update().get(pk=company_user.company_id)
    place = find_active(company, company_user)
    if place is None:
        raise NotAllowed(_("Du har ikke lenger noen plass i selskapet."))
    return take_place(company, place, by=place, verb="leave", at=clock())


# --- Parts of the deeds ------------------------------------------------------------------------------------------


def lock_company_and_place(company_user: CompanyUser, by: CompanyUser) -> tuple[Company, CompanyUser]:
    """The company's row, locked, and the person's place as it is now. Rights can go between page and click.

    Raises NotAllowed unless `by` is an administrator of the same company, and the place is in use.
    """
    company = Company.objects.select_for_update().get(pk=company_user.company_id)
    if not CompanyUser.objects.of(company).active().administrators().filter(pk=by.pk).exists():
        raise NotAllowed(_("Bare en administrator i selskapet kan endre hvem som er brukere."))
    place = find_active(company, company_user)
    if place is None:
        raise NotAllowed(_("Personen er ikke lenger bruker av selskapet."))
    return company, place


def find_active(company: Company, company_user: CompanyUser) -> CompanyUser | None:
    return CompanyUser.objects.of(company).active().select_related("user").filter(pk=company_user.pk).first()


def check_can_be_spared(company: Company, place: CompanyUser, by: CompanyUser) -> None:
    """Raises NotAllowed when the company needs this person where he is. The caller holds the company's lock."""
    if reason := why_needed(company, place, by):
        raise NotAllowed(reason, field="role")


def why_needed(company: Company, place: CompanyUser, by: CompanyUser) -> str:
    """Why the person can neither leave nor get another role, and what to do first; empty when nothing hinders."""
    if not place.is_administrator:
        return ""
    is_oneself = place.pk == by.pk
    if not CompanyUser.objects.of(company).active().administrators().exclude(pk=place.pk).exists():
        if is_oneself:
            return _("Du er den siste administratoren. Gjør en annen til administrator først.")
        return _("Selskapet må ha en administrator. Gjør en annen til administrator først.")
    if place.is_main_contact:
        if is_oneself:
            return _("Du er hovedkontakt. Velg en annen hovedkontakt først.")
        return _("Personen er hovedkontakt. Velg en annen hovedkontakt først.")
    return ""


def take_place(company: Company, place: CompanyUser, *, by: CompanyUser, verb: str, at: datetime) -> CompanyUser:
    check_can_be_spared(company, place, by)
    place.deactivated_at = at
    place.save(update_fields=["deactivated_at"])
    withdraw_invitations_of(place.user, company, by=by.user, at=at)
    before = {"role": place.role, "subscriptions": take_services(place)}
    record_event(subject=place, verb=verb, by=by.user, company=company, at=at, before=before)
    return place


def take_services(place: CompanyUser) -> list[int]:
    """The subscriptions that the person could open, for the event: the rows themselves go."""
    subscriptions = sorted(place.service_accesses.values_list("subscription_id", flat=True))
    place.service_accesses.all().delete()
    return subscriptions
