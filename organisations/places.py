"""The firms a person works in and the companies a person acts for, and which of them is the current one."""

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Exists, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from organisations.models import CompanyUser, Employee, Invitation


@dataclass(frozen=True)
class Place:
    """One entry of the switcher in the header."""

    FIRM_FIELD: ClassVar[str] = "_firm"
    COMPANY_FIELD: ClassVar[str] = "_company"

    row: Employee | CompanyUser
    is_current: bool
    # Asked along about the person, so that the header asks for more only where there is more.
    has_other_side: bool = False
    has_offers: bool = False

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


def employments(user) -> QuerySet[Employee]:
    return Employee.objects.active().filter(user=user).select_related("firm", "user").order_by("firm__name")


def company_users(user) -> QuerySet[CompanyUser]:
    return CompanyUser.objects.active().filter(user=user).select_related("company", "user").order_by("company__name")


def firm_places(request: HttpRequest) -> list[Place]:
    """The person's firms; the current one is the one in the session, else the first."""
    rows = employments(request.user).annotate(
        has_other_side=Exists(company_users(request.user)), has_offers=offers_wait(request.user)
    )
    return _places(list(rows), request.session.get(Place.FIRM_FIELD), "firm_id")


def company_places(request: HttpRequest) -> list[Place]:
    rows = company_users(request.user).annotate(
        has_other_side=Exists(employments(request.user)), has_offers=offers_wait(request.user)
    )
    return _places(list(rows), request.session.get(Place.COMPANY_FIELD), "company_id")


def _places(rows: list, chosen: int | None, key: str) -> list[Place]:
    current = next((row for row in rows if getattr(row, key) == chosen), rows[0] if rows else None)
    return [Place(row, row is current, row.has_other_side, row.has_offers) for row in rows]


def has_place_beside(user, field_name: str) -> bool:
    """Whether the person has a place on the other side than that of the field."""
    others: QuerySet = company_users(user) if field_name == Place.FIRM_FIELD else employments(user)
    return others.exists()


def offers_wait(user):
    """The condition that somebody asks the person to join a firm or a company, by an invitation or a request."""
    return Exists(Invitation.objects.offered_to(user).open(Now())) | Exists(CompanyUser.objects.offered_to(user))


def offered_names(user) -> list[str]:
    """The firms and companies that ask the person to join; the page of the offers tells the rest."""
    invitations = Invitation.objects.offered_to(user).open(Now()).with_everything().order_by("pk")
    offers = CompanyUser.objects.offered_to(user).select_related("company").order_by("company__name")
    return [*(invitation.place.name for invitation in invitations), *(offer.company.name for offer in offers)]


def header(request: HttpRequest) -> dict:
    """Context processor for the pages of a place: all of the person's places by kind, and how many more offer one."""
    places = getattr(request, "places", [])
    if not places:
        return {}
    return {
        "place_groups": SimpleLazyObject(lambda: place_groups(request, places)),
        "offer_count": SimpleLazyObject(lambda: len(offered_names(request.user))) if places[0].has_offers else 0,
    }


def place_groups(request: HttpRequest, places: list[Place]) -> list[tuple[str, list[Place]]]:
    """Firms and companies under their headings; nothing where there is no other place to go to."""
    others: list[Place] = []
    if places[0].has_other_side:
        rows: QuerySet = company_users(request.user) if places[0].is_firm else employments(request.user)
        others = [Place(row, is_current=False) for row in rows]
    elif len(places) == 1:
        return []
    firms, companies = (places, others) if places[0].is_firm else (others, places)
    return [(heading, group) for heading, group in ((_("Byråer"), firms), (_("Selskaper"), companies)) if group]
