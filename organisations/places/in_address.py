"""The firm or company in the address of a page: `?byra=` names a firm, `?selskap=` a company."""

from collections.abc import Callable
from urllib.parse import quote, unquote_plus, urlsplit

from django.conf import settings
from django.http import HttpRequest

from organisations.places.current import Place
from organisations.places.redirects import find_page, is_ours

PARAMETERS = {"firm": "byra", "company": "selskap"}
FIELDS = {"firm": Place.FIRM_FIELD, "company": Place.COMPANY_FIELD}  # the same in a form, there always by its id
LONGEST_ID = 18  # digits; one more may be too much for PostgreSQL


def side_of(address: str) -> str | None:
    """The side of the house that a page belongs to (settings.PLACES); None for a page of neither, and for no page."""
    match = find_page(address)
    return settings.PLACES.get(match.namespace) if match else None


def place_named_in(address: str, side: str) -> str:
    """What the address says of the place: a firm's short name, or an id; empty where it says nothing."""
    values = [unquote_plus(part.partition("=")[2]) for part in query_of(address) if names_place(part, side)]
    return values[-1] if values else ""


def with_place(address: str, side: str, place: str) -> str:
    """The address of the same page in that place."""
    rest = [part for part in query_of(address) if not names_place(part, side)]
    return with_query(address, [*rest, f"{PARAMETERS[side]}={quote(place)}"])


def without_place(address: str) -> str:
    """The address as it is for every place."""
    rest = [part for part in query_of(address) if not any(names_place(part, side) for side in PARAMETERS)]
    return with_query(address, rest)


def tell_place(request: HttpRequest, address: str) -> str:
    """The address of one of our pages, with the place that the request was about.

    That is the one in the address, else of the form that was sent, of the page that it came from, or of the session
    (`place_of_session`), which does not know what tab asks: only of what can say where it is. The address as it is for
    a page that belongs to no place, for who has one alone, and where nothing tells.
    """
    side = side_of(address)
    has_one_alone = len(getattr(request, "places", [])) == 1
    if side is None or has_one_alone or place_named_in(address, side):
        return address
    place = posted_place(request, side) or place_of_last_page(request, side)
    if not place and not is_without_page(address):
        place = place_of_session(request, side)
    return with_place(address, side, place) if place else address


def posted_place(request: HttpRequest, side: str) -> str:
    """The id that the form carries; empty where it carries none, or what can be none."""
    posted = request.POST.get(FIELDS[side], "")
    return posted if posted.isascii() and posted.isdecimal() and len(posted) <= LONGEST_ID else ""


def place_of_last_page(request: HttpRequest, side: str) -> str:
    """What the address of the page that the browser comes from says of the place, if that is one of the same side."""
    came_from = request.headers.get("Referer", "")
    return place_named_in(came_from, side) if is_ours(request, came_from) and side_of(came_from) == side else ""


def place_of_session(request: HttpRequest, side: str) -> str:
    """The id of the place that the session was in last; of one that this request has ended, as it was."""
    places = getattr(request, "ended_places", request.session)
    return str(places.get(FIELDS[side], ""))


def without_page(view: Callable) -> Callable:
    """Marks a view that gives a file or leads to a service: nothing on it could say which place it is of."""
    view.is_without_page = True  # type: ignore[attr-defined]
    return view


def is_without_page(address: str) -> bool:
    match = find_page(address)
    return match is not None and getattr(match.func, "is_without_page", False)


def query_of(address: str) -> list[str]:
    return [part for part in urlsplit(address).query.split("&") if part]


def with_query(address: str, parts: list[str]) -> str:
    return urlsplit(address)._replace(query="&".join(parts)).geturl()


def names_place(part: str, side: str) -> bool:
    return unquote_plus(part.partition("=")[0]) == PARAMETERS[side]
