"""What was ticked in a list: some rows, or all that its filter finds."""

from django.http import QueryDict

from clients.models import Client
from office.clients.rows import clients_of_list
from organisations.places.requests import FirmRequest

LONGEST_NUMBER = 9  # digits


def chosen_clients(request: FirmRequest) -> list[int]:
    """The ids of the clients, in the order of their names, as far as the employee sees them.

    `client` are the numbers of those that were ticked; `all` with `query`, the address' filter, is every one it finds.
    """
    clients = Client.objects.visible_to(request.employee)
    if "all" in request.POST:
        clients = clients_of_list(request.employee, QueryDict(request.POST.get("query", "").removeprefix("?")))
    else:
        clients = clients.filter(number__in=posted_numbers(request))
    return list(clients.order_by("sort_name", "pk").values_list("pk", flat=True))


def posted_numbers(request: FirmRequest) -> list[int]:
    typed = request.POST.getlist("client")
    return [
        int(number) for number in typed if number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    ]
