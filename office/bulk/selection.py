"""What was ticked in a list: some rows, or all that its filter finds."""

from django.http import QueryDict

from bulk.actions.begin_run import MOST_CHOSEN
from clients.models import Client
from ground.clock import database_clock
from office.bulk.offers import OF_REQUESTS
from office.clients.filters import clients_of_list
from office.collaborations.found import requests_of_list
from office.list_choices import find_choices
from organisations.places.requests import FirmRequest

LONGEST_NUMBER, LONGEST_ID = 9, 18  # digits


def chosen_ids(request: FirmRequest, deed: str) -> list[int]:
    """The ids of what was ticked: clients, or of a deed with requests these. One more than may be, of too many."""
    found = chosen_requests(request) if deed in OF_REQUESTS else chosen_clients(request)
    return found[: MOST_CHOSEN + 1]


def chosen_clients(request: FirmRequest) -> list[int]:
    """The ids of the clients, in the order of their names, as far as the employee sees them.

    `client` are the numbers of those that were ticked; `all` with `query`, the address' filter, is every one it finds.
    """
    if "all" in request.POST:
        clients = clients_of_list(request.employee, query_of(request))
    else:
        numbers = posted_numbers(request, "client", LONGEST_NUMBER)
        clients = Client.objects.visible_to(request.employee).filter(number__in=numbers)
    return list(clients.order_by("sort_name", "pk").values_list("pk", flat=True)[: MOST_CHOSEN + 1])


def chosen_requests(request: FirmRequest) -> list[int]:
    """The ids of the requests, in the same way; `request` are the ids of those that were ticked."""
    if "all" not in request.POST:
        return posted_numbers(request, "request", LONGEST_ID)
    found = requests_of_list(request.employee, query_of(request), find_choices(request.employee), at=database_clock())
    return list(found.order_by("-started_at", "-pk").values_list("pk", flat=True)[: MOST_CHOSEN + 1])


def query_of(request: FirmRequest) -> QueryDict:
    return QueryDict(request.POST.get("query", "").removeprefix("?"))


def posted_numbers(request: FirmRequest, name: str, longest: int) -> list[int]:
    typed = request.POST.getlist(name)
    return [int(number) for number in typed if number.isascii() and number.isdecimal() and len(number) <= longest]
