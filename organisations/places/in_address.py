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
    """The place that the address names on that side, a firm's short name or an id; empty where it names none."""
    values = [unquote_plus(part.partition("=")[2]) for part in query_of(address) if names_place(part, side)]
    return values[-1] if values else ""


def with_place(address: str, side: str, place: str) -> str:
    """The address of the same page in that place."""
    rest = [part for part in query_of(address) if not names_place(part, side)]
    return with_query(address, [*rest, f"{PARAMETERS[side]}={quote(place)}"])


def without_place(address: str) -> str:
    """The address without the place that it names, as it is for every place."""
    rest = [part for part in query_of(address) if not any(names_place(part, side) for side in PARAMETERS)]
    return with_query(address, rest)


def tell_place(request: HttpRequest, address: str) -> str:
    """The address of one of our pages, with the place that the request was about.

    That is the place in the address, else in the sent form, else in the page that it came from, else in the session;
    the session does not know which tab asks, so it counts only for pages that say where they are. The address stays as
    it is for a page of no place, for a person with one place alone, and where nothing tells.
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
    """The id that the form carries; empty where it carries none, or something that can be no id."""
    posted = request.POST.get(FIELDS[side], "")
    return posted if posted.isascii() and posted.isdecimal() and len(posted) <= LONGEST_ID else ""


def place_of_last_page(request: HttpRequest, side: str) -> str:
    """The place that the page which the browser comes from names in its address, if it is on the same side; else
    empty.
    """
    came_from = request.headers.get("Referer", "")
    return place_named_in(came_from, side) if is_ours(request, came_from) and side_of(came_from) == side else ""


def place_of_session(request: HttpRequest, side: str) -> str:
    """The id of the place that the session was in last; for a session that this request has ended, the one it was
    in.
    """
    places = getattr(request, "ended_places", request.session)
    return str(places.get(FIELDS[side], ""))


def without_page(view: Callable) -> Callable:
    """Mark a view that gives a file or leads to a service: it shows no page that could say which place it is of."""
    view.is_without_page = True  # type: ignore[attr-defined]
    return view


def is_without_page(address: str) -> bool:
    """Whether the view at the address is marked by `without_page`."""
    match = find_page(address)
    return match is not None and getattr(match.func, "is_without_page", False)


def query_of(address: str) -> list[str]:
    return [part for part in urlsplit(address).query.split("&") if part]


def with_query(address: str, parts: list[str]) -> str:
    return urlsplit(address)._replace(query="&".join(parts)).geturl()


def names_place(part: str, side: str) -> bool:
    return unquote_plus(part.partition("=")[0]) == PARAMETERS[side]
