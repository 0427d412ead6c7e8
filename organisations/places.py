"""The firms a person works in and the companies a person acts for, and which of them is the current one."""

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpRequest
from django.urls import reverse

from organisations.models import CompanyUser, Employee


@dataclass(frozen=True)
class Place:
    """One entry of the switcher in the header."""

    FIRM_FIELD: ClassVar[str] = "_firm"
    COMPANY_FIELD: ClassVar[str] = "_company"

    row: Employee | CompanyUser
    is_current: bool

    @property
    def is_firm(self) -> bool:
        return isinstance(self.row, Employee)

    @property
    def pk(self) -> int:
        """The firm's or the company's id, as forms carry it."""
        return self.row.firm_id if isinstance(self.row, Employee) else self.row.company_id

    @property
    def label(self) -> str:
        return self.row.firm.name if isinstance(self.row, Employee) else self.row.company.name

    @property
    def field_name(self) -> str:
        return self.FIRM_FIELD if self.is_firm else self.COMPANY_FIELD

    @property
    def switch_url(self) -> str:
        return reverse("organisations:firm-switch" if self.is_firm else "organisations:company-switch")


def employments(user) -> list[Employee]:
    return list(Employee.objects.active().filter(user=user).select_related("firm", "user").order_by("firm__name"))


def company_users(user) -> list[CompanyUser]:
    return list(
        CompanyUser.objects.active().filter(user=user).select_related("company", "user").order_by("company__name")
    )


def firm_places(request: HttpRequest) -> list[Place]:
    """The person's firms; the current one is the one in the session, else the first."""
    return _places(employments(request.user), request.session.get(Place.FIRM_FIELD), "firm_id")


def company_places(request: HttpRequest) -> list[Place]:
    return _places(company_users(request.user), request.session.get(Place.COMPANY_FIELD), "company_id")


def _places(rows: list, chosen: int | None, key: str) -> list[Place]:
    current = next((row for row in rows if getattr(row, key) == chosen), rows[0] if rows else None)
    return [Place(row=row, is_current=row is current) for row in rows]
