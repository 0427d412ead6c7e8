"""Samples of the mails about people's places; who posts them rolls back what they write."""

from collaboration import dispute_emails
from collaboration.disputes import describe_claims
from organisations.actions.invitations import invite_company_user, invite_employee, refuse_invitation
from organisations.models import CompanyUser, Employee, Invitation

NAME, ADDRESS = "Eva Ås", "eva.aas@eksempel.example"


def invitation_to_a_firm() -> Invitation:
    administrators = Employee.objects.active().filter(role=Employee.Role.ADMINISTRATOR)
    by = administrators.select_related("firm", "user").earliest("pk")
    return invite_employee(firm=by.firm, email=ADDRESS, name=NAME, role="employee", client_access="own", by=by)


def invitation_to_a_company() -> Invitation:
    by = CompanyUser.objects.active().administrators().select_related("company", "user").earliest("pk")
    return invite_company_user(company=by.company, email=ADDRESS, name=NAME, role="auditor", by=by)


def invitation_to_a_wrong_person() -> Invitation:
    return refuse_invitation(invitation=invitation_to_a_firm(), by=None)


def settled_for_the_administrator() -> object:
    """As if the second of two companies' administrators had answered for the first one too."""
    administrator, other = two_administrators()
    return dispute_emails.company_settled(
        administrator.company, describe_claims([other, administrator]), others_stay=True
    )


def settled_for_another() -> object:
    administrator, other = two_administrators()
    return dispute_emails.company_settled(
        administrator.company, describe_claims([administrator, other]), others_stay=True
    )


def two_administrators() -> list[CompanyUser]:
    places = CompanyUser.objects.active().administrators().select_related("company", "user").order_by("pk")
    return [
        places.filter(company__subscriptions=None).earliest("pk"),
        places.exclude(company__subscriptions=None).earliest("pk"),
    ]
