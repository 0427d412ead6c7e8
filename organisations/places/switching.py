"""How a person goes over to another of his firms and companies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from organisations.actions.places import enter_place
from organisations.models import CompanyUser, Employee
from organisations.places.current import Place
from organisations.places.requests import CompanyRequest, PlacedRequest


def enter(request: HttpRequest, row: Employee | CompanyUser, to: str, *args: object) -> HttpResponse:
    """Make the place the current one, also after the next sign-in, and lead on to an address or the name of a view.

    The browser is told to keep the left page's address to itself, since that page was of the place before.
    """
    place = Place(row, is_current=True)
    request.session[place.field_name] = place.pk
    enter_place(place=row)
    response = redirect(to, *args)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def offer_switch(request: PlacedRequest | CompanyRequest, asked: Place, address: str) -> HttpResponse:
    """The page that offers the switch to `asked`, in the stead of one that belongs to it; `address` is where that one
    is.

    Its own address names that place, which the links on it do not lead to, so the browser keeps the address to itself.
    """
    response = render(
        request, "organisations/place_offer.html", {"current": request.places.current, "asked": asked, "next": address}
    )
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
