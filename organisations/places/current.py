"""The firms a person works in and the companies a person acts for, and which of them is the current one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.db.models import Count, Exists, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from ground.names import NorwegianOrder
from organisations.models import CompanyUser, Employee, Invitation

SIDE_KEY = "_side"  # in the session of who has places on both sides of the house: where the last page was
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """One of the person's firms or companies, as the switcher in the header shows it."""

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
    def name_in_address(self) -> str:
        """The place's name in links: a firm's short name, a company's id."""
        return self.row.firm.slug if isinstance(self.row, Employee) else str(self.pk)

    @property
    def label(self) -> str:
        return self.row.firm.name if isinstance(self.row, Employee) else self.row.company.name

    @property
    def field_name(self) -> str:
        return self.FIRM_FIELD if self.is_firm else self.COMPANY_FIELD

    def is_called(self, name: str) -> bool:
        """Whether an address means this place by the name: a firm's short name or id, a company's id."""
        return name == str(self.pk) or (isinstance(self.row, Employee) and name == self.row.firm.slug)

    @property
    def switch_url(self) -> str:
        return reverse("organisations:firm-switch" if self.is_firm else "organisations:company-switch")


@dataclass(frozen=True)
class Places:
    """The person's places on one side of the house.

    `has_other_side` and `offer_count` come with the rows' own query, so that without a row they are not known.
    """

    rows: list[Place]
    has_other_side: bool = False
    offer_count: int = 0  # firms and companies that ask the person to join

    def __iter__(self) -> Iterator[Place]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def current(self) -> Place | None:
        return next((place for place in self.rows if place.is_current), None)

    def called(self, name: str) -> Place | None:
        """The place that an address means by the name; None for none. Of two, the one with this short name, not
        this id.
        """
        found = [place for place in self.rows if place.is_called(name)]
        return min(found, key=lambda place: str(place.pk) == name, default=None)


def employments(user) -> QuerySet[Employee]:
    """The firms that the user works in, by name."""
    return (
        Employee.objects.active()
        .filter(user=user)
        .select_related("firm", "user")
        .order_by(NorwegianOrder("firm__name"))
    )


def company_users(user) -> QuerySet[CompanyUser]:
    """The companies that the user acts for, by name."""
    return (
        CompanyUser.objects.active()
        .filter(user=user)
        .select_related("company", "user")
        .order_by(NorwegianOrder("company__name"))
    )


def firm_places(request: HttpRequest) -> Places:
    """The person's firms; current is the one in the session, else the one entered last, else the first."""
    rows = employments(request.user).annotate(
        has_other_side=Exists(company_users(request.user)), offer_count=count_offers(request.user)
    )
    return _places(list(rows), request.session.get(Place.FIRM_FIELD), "firm_id")


def company_places(request: HttpRequest) -> Places:
    """The person's companies; current is the one in the session, else the one entered last, else the first."""
    rows = company_users(request.user).annotate(
        has_other_side=Exists(employments(request.user)), offer_count=count_offers(request.user)
    )
    return _places(list(rows), request.session.get(Place.COMPANY_FIELD), "company_id")


def _places(rows: list, chosen: int | None, key: str) -> Places:
    if not rows:
        return Places([])
    entered_last = max(rows, key=lambda row: row.entered_at or NEVER)  # of those with the same hour the first
    current = next((row for row in rows if getattr(row, key) == chosen), entered_last)
    return Places([Place(row, row is current) for row in rows], rows[0].has_other_side, rows[0].offer_count)


def has_place_beside(user, field_name: str) -> bool:
    """Whether the person has a place on the other side of the house than that of the form's field."""
    others: QuerySet = company_users(user) if field_name == Place.FIRM_FIELD else employments(user)
    return others.exists()


def offered_invitations(user) -> QuerySet[Invitation]:
    """The invitations to the person that can be accepted now."""
    return Invitation.objects.offered_to(user).open(Now()).with_everything().order_by("pk")


def offered_places(user) -> QuerySet[CompanyUser]:
    """The administrator's places that firms' requests to the person's address offer."""
    return CompanyUser.objects.offered_to(user).select_related("company").order_by(NorwegianOrder("company__name"))


def count_offers(user):
    """Subquery: the number of invitations and places that wait for the user. All name one address, so each kind is
    one group.
    """
    kinds: tuple[QuerySet, ...] = (offered_invitations(user), offered_places(user))
    invitations, places = (
        Coalesce(Subquery(rows.order_by().values("email").annotate(count=Count("pk")).values("count")), 0)
        for rows in kinds
    )
    return invitations + places


def offered_names(user) -> list[str]:
    """The names of the firms and companies that ask the person to join."""
    invitations, offers = offered_invitations(user), offered_places(user)
    return [*(invitation.place.name for invitation in invitations), *(offer.company.name for offer in offers)]


def place_context(request: HttpRequest) -> dict:
    """Context processor of the pages with a header of a place: the person's places by kind, and the number of offers.

    Nothing is asked for before it is drawn.
    """
    shown = getattr(request, "shown", None)
    if shown is None:
        return {}
    return {
        "shown": shown,
        "place_groups": SimpleLazyObject(lambda: place_groups(request, shown.places) if shown else []),
        "offer_count": SimpleLazyObject(lambda: shown.places.offer_count if shown else 0),
    }


def place_groups(request: HttpRequest, places: Places) -> list[tuple[str, list[Place]]]:
    """Firms and companies under their headings; an empty list where there is no other place to go to."""
    is_office, others = places.rows[0].is_firm, []
    if places.has_other_side:
        rows: QuerySet = company_users(request.user) if is_office else employments(request.user)
        others = [Place(row, is_current=False) for row in rows]
    elif len(places) == 1:
        return []
    firms, companies = (places.rows, others) if is_office else (others, places.rows)
    return [(heading, group) for heading, group in ((_("Byråer"), firms), (_("Selskaper"), companies)) if group]
