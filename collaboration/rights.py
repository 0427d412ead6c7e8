"""What somebody is to an agreement, asked of the database: rights can go between page and click."""

from collections.abc import Sequence

from clients.models import Client
from collaboration import workflow
from collaboration.models import Collaboration
from organisations.models import CompanyUser, Employee
from subscriptions.models import Subscription

Person = Employee | CompanyUser

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
