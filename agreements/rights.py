"""What somebody is to an agreement, asked of the database: rights can go between page and click."""

from collections.abc import Sequence
from typing import Protocol

from agreements import workflow
from agreements.models import Collaboration, SubscriptionChange
from clients.models import Client
from organisations.models import CompanyUser, Employee
from subscriptions.models import Subscription

Person = Employee | CompanyUser


class InAgreement(Protocol):
    """What rights depend on: the agreement, and the collaborations that are active in it."""

    @property
    def subscription(self) -> Subscription: ...

    @property
    def collaborations(self) -> Sequence[Collaboration]: ...


Role = workflow.Role


def find_roles(
    subscription: Subscription, collaborations: Sequence[Collaboration], by: Person | None
) -> set[workflow.Role]:
    """The roles of RIGHTS that `by` has; nobody is the clock. `collaborations` are the active ones in it."""
    if by is None:
        return {Role.CLOCK}
    if isinstance(by, CompanyUser):
        return roles_in_the_company(subscription, collaborations, by)
    place = Employee.objects.active().filter(pk=by.pk).first()
    return roles_in_the_firm(subscription, collaborations, place) if place else set()


def roles_in_the_company(
    subscription: Subscription, collaborations: Sequence[Collaboration], by: CompanyUser
) -> set[workflow.Role]:
    places = CompanyUser.objects.active().administrators()
    if not places.filter(pk=by.pk, company_id=subscription.company_id).exists():
        return set()
    return {Role.COMPANY_ADMINISTRATOR} if collaborations else {
        Role.COMPANY_ADMINISTRATOR, Role.LONE_COMPANY_ADMINISTRATOR
    }  # fmt: skip


def roles_in_the_firm(
    subscription: Subscription, collaborations: Sequence[Collaboration], by: Employee
) -> set[workflow.Role]:
    roles = set()
    own = next((collaboration for collaboration in collaborations if collaboration.firm_id == by.firm_id), None)
    if own is not None:
        if Client.objects.visible_to(by).filter(pk=own.client_id).exists():
            roles.add(Role.EMPLOYEE)
        if own.may_be_ended_by(by):
            roles.add(Role.FIRM_LEAD)
    others = any(collaboration.firm_id != by.firm_id for collaboration in collaborations)
    if by.is_administrator and subscription.paying_firm_id == by.firm_id and not others:
        roles.add(Role.PAYING_FIRM_ADMINISTRATOR)
    return roles


def party_of(by: Person) -> int | None:
    """The firm that somebody acts for, by its id; None is the company."""
    return by.firm_id if isinstance(by, Employee) else None


def may(verb: str, subscription: Subscription, collaborations: Sequence[Collaboration], by: Person) -> bool:
    """Whether a page offers the deed; the deed asks again, under its locks."""
    return bool(set(workflow.RIGHTS[verb]) & find_roles(subscription, collaborations, by))


def roles_to_answer(
    subscription: Subscription, collaborations: Sequence[Collaboration], by: Person
) -> set[workflow.Role]:
    """Who is asked may answer, also where he could not have begun it: a company that a firm asks to pay for Pro."""
    roles = find_roles(subscription, collaborations, by)
    if Role.COMPANY_ADMINISTRATOR in roles:
        roles.add(Role.LONE_COMPANY_ADMINISTRATOR)
    return roles


def other_sides_of(by: Person, company_id: int) -> set[int | None]:
    """The other parties that the person belongs to, as `party_of` names them: nobody says yes for both."""
    sides: set[int | None] = set(Employee.objects.active().filter(user=by.user).values_list("firm_id", flat=True))
    if isinstance(by, Employee) and CompanyUser.objects.active().filter(user=by.user, company=company_id).exists():
        sides.add(None)
    return sides - {party_of(by)}


def parties_of(change: SubscriptionChange) -> set[int | None]:
    """The parties that may take the change back: who asked for it, and who has said yes."""
    return {change.asking_firm_id, *({change.answering_firm_id} if change.answered_at else ())}


def may_end_service(subscription: Subscription, collaborations: Sequence[Collaboration], by: Person) -> bool:
    """Whether who ends a collaboration may end the service with it: the company, or the paying firm without others."""
    if not isinstance(by, Employee):
        return True
    others = any(collaboration.firm_id != by.firm_id for collaboration in collaborations)
    return subscription.paying_firm_id == by.firm_id and not others


def may_resume(subscription: Subscription, collaborations: Sequence[Collaboration], by: Person) -> bool:
    """Whether who has the right to resume may use it here: a firm what it has cancelled itself, while it is there."""
    if not isinstance(by, Employee):
        return True
    return subscription.cancelling_firm_id == by.firm_id and any(one.firm_id == by.firm_id for one in collaborations)
