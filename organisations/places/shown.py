"""The place that the header shows: that of the page, or on a page of no place the one that the person comes from."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest

from organisations.models import CompanyUser, Employee, User
from organisations.places.current import SIDE_KEY, Place, Places, company_places, firm_places
from organisations.places.in_address import PARAMETERS, place_of_last_page, side_of
from organisations.places.redirects import is_ours
from organisations.signing_in.proofs import has_proved_second_factor

OWN_PAGES = "konto/"
OTHER_PAGES = ("organisations:help", "privacy-policy")


@dataclass(frozen=True)
class Shown:
    """The side of the house and the place whose navigation the header has. The page itself acts for `request.place`."""

    side: str
    places: Places
    current: Place
    query: str = ""  # names the place in the links of a page of no place, for who has several

    @property
    def employee(self) -> Employee | None:
        return self.current.row if isinstance(self.current.row, Employee) else None

    @property
    def company_user(self) -> CompanyUser | None:
        return self.current.row if isinstance(self.current.row, CompanyUser) else None


def find_shown(request: HttpRequest) -> Shown | None:
    """None where the header has no navigation: nobody is signed in, or the page asks where one wants to go."""
    places: Places = getattr(request, "places", Places([]))
    if places.current is not None:
        return Shown(getattr(request, "place", ""), places, places.current)
    user = getattr(request, "user", None)
    if not isinstance(user, User) or getattr(request, "place", None) or not is_of_the_person(request):
        return None
    for side in sides_of(request):
        found = firm_places(request) if side == "firm" else company_places(request)
        if found and may_be_named(request, user, side, found):
            return show(side, found, place_of_last_page(request, side))
    return None


def is_of_the_person(request: HttpRequest) -> bool:
    """Whether the page is about the person or the house, wherever one works: Min konto, help, privacy."""
    match = request.resolver_match
    return match is not None and (match.route.startswith(OWN_PAGES) or match.view_name in OTHER_PAGES)


def sides_of(request: HttpRequest) -> list[str]:
    """Where to look for a place: on the side that one comes from, else on that of the last page, then on the other."""
    came_from = request.headers.get("Referer", "")
    last = (is_ours(request, came_from) and side_of(came_from)) or request.session.get(SIDE_KEY) or "firm"
    return sorted(PARAMETERS, key=lambda side: side != last)


def may_be_named(request: HttpRequest, user: User, side: str, places: Places) -> bool:
    """Not before the second factor has been shown, of who must have one."""
    must = settings.REQUIRE_SECOND_FACTOR and (side == "firm" or places.has_other_side or user.is_staff)
    return not must or has_proved_second_factor(request)


def show(side: str, places: Places, named: str) -> Shown:
    """With the place that the last page named as the current one."""
    current = (places.called(named) if named else None) or places.current
    assert current is not None  # of places that are there
    rows = [replace(place, is_current=place.row is current.row) for place in places]
    query = f"?{PARAMETERS[side]}={quote(current.name_in_address)}" if len(places) > 1 else ""
    return Shown(side, replace(places, rows=rows), replace(current, is_current=True), query)
