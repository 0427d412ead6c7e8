"""Samples of the mails about invitations; who posts them rolls back what they write."""

from organisations.invitations import invite_company_user, invite_employee, refuse_invitation
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
