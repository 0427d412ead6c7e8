"""Deeds about a firm's people: their roles, and which clients they see."""

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.closed_invitations import withdraw_invitations_of
from organisations.actions.invitations import lock_place
from organisations.invitations.rules import check_firm_administrator
from organisations.models import Employee


@transaction.atomic
def change_employee(
    *, employee: Employee, role: str, client_access: str, by: Employee, clock: Clock = database_clock
) -> Employee:
    """Change the co-worker's role and which clients he sees. Who loses the administrator's role loses his open
    invitations.

    Raises NotAllowed for anybody but an administrator, for a co-worker who has left, and for the last administrator's
    role.
    """
    employee = lock_employee(employee, by)
    if role not in Employee.Role.values or client_access not in Employee.ClientAccess.values:
        raise NotAllowed(_("Velg rolle og hvilke kunder medarbeideren skal se."))
    before = {"role": employee.role, "client_access": employee.client_access}
    after = {"role": role, "client_access": client_access}
    if before == after:
        return employee
    if role != Employee.Role.ADMINISTRATOR:
        check_can_be_spared(employee)
    employee.role, employee.client_access = role, client_access
    employee.save(update_fields=["role", "client_access"])
    at = clock()
    if before["role"] != role:
        withdraw_invitations_of(employee.user, employee.firm, by=by.user, at=at)
    record_event(
        subject=employee, verb="change_role", by=by.user, at=at, firm=employee.firm, before=before, after=after
    )
    return employee


def lock_employee(employee: Employee, by: Employee) -> Employee:
    """The co-worker as he is now, under the firm's lock. Raises NotAllowed as `change_employee` does.

    A firm's people change one after the other, so that two administrators who demote each other do not both find
    another.
    """
    lock_place(by.firm)
    check_firm_administrator(by, by.firm)
    found = Employee.objects.visible_to(by).select_related("firm", "user").filter(pk=employee.pk).first()
    if found is None or found.deactivated_at is not None:
        raise NotAllowed(_("Personen arbeider ikke lenger i byrået."))
    return found


def check_can_be_spared(employee: Employee) -> None:
    """Raise NotAllowed for the firm's last administrator. The caller holds the firm's lock."""
    if reason := why_needed(employee):
        raise NotAllowed(reason, field="role")


def why_needed(employee: Employee) -> str:
    """Why the co-worker can neither leave nor change role, and what to do first; empty when he can."""
    others = Employee.objects.visible_to(employee).active().filter(role=Employee.Role.ADMINISTRATOR)
    if employee.is_administrator and not others.exclude(pk=employee.pk).exists():
        return _("Byrået må ha minst én administrator. Gi en annen rollen først.")
    return ""
