"""The list of clients as a file: the rows and the order that the address asks for, with the list's columns."""

from collections.abc import Iterator
from itertools import islice

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from ground.spreadsheets import Columns
from office.clients.columns import Cell, with_cells
from office.clients.filters import clients_of_list
from office.clients.list_forms import COLUMNS, chosen_columns
from office.clients.rows import SORTS, find_sort, in_order
from office.clients.states import ServiceState, find_states
from office.list_export import AT_ONCE, all_in_order, long_reading
from office.list_pages import sort_of
from organisations.models import Employee
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest
from subscriptions.models import Service

Row = tuple[Client, dict[int, ServiceState]]


@without_page
@require_safe
def client_export(request: FirmRequest, kind: str) -> HttpResponseBase:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    name = _("kunder-%(day)s") % {"day": oslo_date(database_clock())}
    chosen = chosen_columns(request.GET)
    columns = make_columns(list(Service.objects.all()), chosen)
    with long_reading():
        clients = in_asked_order(request.employee, request.GET)
        rows = with_states(request.employee, clients, chosen)
        return spreadsheets.respond(rows, columns, kind=kind, title=_("Kunder"), file_name=name)


def in_asked_order(employee: Employee, query: QueryDict) -> Iterator[Client]:
    """The clients that the list of this address has, in its order."""
    order = sort_of(SORTS, find_sort(query.get("sort", "")))
    return all_in_order(in_order(clients_of_list(employee, query), order), order)


def with_states(employee: Employee, clients: Iterator[Client], chosen: tuple[str, ...]) -> Iterator[Row]:
    """Each client with its state by service's id, and the cells of the chosen columns; AT_ONCE clients at a time."""
    while some := list(islice(clients, AT_ONCE)):
        with_cells(some, chosen, seen_by=employee)
        states = find_states(some, seen_by=employee)
        of_client: dict[int, dict[int, ServiceState]] = {client.pk: {} for client in some}
        for (client_id, service_id), state in states.items():
            of_client[client_id][service_id] = state
        yield from ((client, of_client[client.pk]) for client in some)


def make_columns(services: list[Service], chosen: tuple[str, ...]) -> Columns:
    """Everything that a line shows: a column for each service, and for each column that was chosen."""
    columns: Columns = {
        _("Kundenummer"): lambda row: row[0].number,
        _("Navn"): lambda row: row[0].name,
        _("Organisasjonsnummer"): lambda row: row[0].org_number,
        _("Aktiv"): lambda row: _("Ja") if row[0].is_active else _("Nei"),
    }
    for service in services:
        columns[service.name] = state_column(service)
    for place, name in enumerate(chosen):
        columns[str(COLUMNS[name])] = cell_column(place)
    return columns


def cell_column(place: int):
    return lambda row: row[0].cells[place].text if row[0].cells[place] != Cell() else ""


def state_column(service: Service):
    return lambda row: row[1].get(service.pk, ServiceState.NONE).badge.text
