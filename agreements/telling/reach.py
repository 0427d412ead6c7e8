"""Whom a customer can call or write to about a request or a collaboration: somebody of the firm, and the firm."""

from dataclasses import dataclass

from agreements.asking import Asking
from organisations.models import Employee, Firm


@dataclass(frozen=True)
class Reach:
    """The person's and the firm's telephone and address; empty where there is none. `person` is empty for the firm's
    own alone.
    """

    firm: Firm
    person: str = ""
    phone: str = ""
    email: str = ""

    @property
    def has_own(self) -> bool:
        """Whether the person has a telephone or an address."""
        return bool(self.phone or self.email)

    @property
    def any_phone(self) -> str:
        return self.phone or self.firm.phone

    @property
    def any_email(self) -> str:
        return self.email or self.firm.email


def reach_of(activation: Asking) -> Reach:
    """Who asked, as long as that person works there; else who owns the task now; else the firm alone."""
    task = activation.task
    for employee in (activation.requested_by, task.owner if task else None):
        if employee is not None and employee.is_active:
            return reach_of_employee(employee, activation.firm)
    return Reach(activation.firm)


def reach_of_employee(employee: Employee, firm: Firm) -> Reach:
    return Reach(firm, employee.user.name, employee.user.phone, employee.user.email)
