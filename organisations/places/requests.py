"""Types of the requests that views get from CurrentPlaceMiddleware."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from organisations.models import CompanyUser, Employee, User
from organisations.places.current import Places
from organisations.places.shown import Shown


class PlacedRequest(HttpRequest):
    """A request on its way through the middleware, with a place or without."""

    htmx: HtmxDetails
    place: str | None
    places: Places
    employee: Employee | None
    company_user: CompanyUser | None
    shown: Shown | SimpleLazyObject | None


class SignedInRequest(HttpRequest):
    user: User


class FirmRequest(SignedInRequest):
    """A request to one of the office's pages, which act for one employee."""

    htmx: HtmxDetails
    employee: Employee
    places: Places


class CompanyRequest(SignedInRequest):
    """A request to a page of Mine tjenester, which acts for one person of one company."""

    company_user: CompanyUser
    places: Places
