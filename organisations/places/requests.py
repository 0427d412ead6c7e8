"""Requests as CurrentPlaceMiddleware leaves them, for the types of the views behind it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from organisations.models import CompanyUser, Employee, User
from organisations.places.current import Places


class PlacedRequest(HttpRequest):
    """Any request, on its way through the middleware."""

    htmx: HtmxDetails
    place: str | None
    places: Places
    employee: Employee | None
    company_user: CompanyUser | None


class SignedInRequest(HttpRequest):
    user: User


class FirmRequest(SignedInRequest):
    """A page of the office's side acts for one employee."""

    employee: Employee
    places: Places


class CompanyRequest(SignedInRequest):
    """A page of Mine tjenester acts for one person of one company."""

    company_user: CompanyUser
    places: Places
