"""The list of clients as a file: the rows and the order that the address asks for, with the list's columns."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from ground.paging import Sort
from ground.spreadsheets import Columns
from office.clients.list_forms import ClientFilterForm
from office.clients.rows import AFTER_EVERY_NUMBER, COLUMNS, DEFAULT_SORT, filter_clients
from office.clients.states import ServiceState, find_states
from office.list_export import AT_ONCE, all_in_order, long_reading
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
    columns = make_columns(list(Service.objects.all()))
    with long_reading():
        rows = with_states(request.employee, in_asked_order(request.employee, request.GET))
        return spreadsheets.respond(rows, columns, kind=kind, title=_("Kunder"), file_name=name)


def in_asked_order(employee: Employee, query: QueryDict) -> Iterator[Client]:
    """The clients that the list of this address has, in its order."""
    clients = filter_clients(Client.objects.visible_to(employee), ClientFilterForm(query).answers)
    asked = query.get("sort", DEFAULT_SORT)
    name = asked.removeprefix("-") if asked.removeprefix("-") in COLUMNS else DEFAULT_SORT
    clients = clients.annotate(org_number_or_last=Coalesce("org_number", Value(AFTER_EVERY_NUMBER)))
    order = Sort(COLUMNS[name][1], descending=asked == f"-{name}")
    return all_in_order(clients.select_related("account_manager__user"), order)


def with_states(employee: Employee, clients: Iterator[Client]) -> Iterator[Row]:
    """Each client with its state by service's id. Two queries for AT_ONCE clients."""
    while some := list(islice(clients, AT_ONCE)):
        states = find_states(some, seen_by=employee)
        of_client: dict[int, dict[int, ServiceState]] = {client.pk: {} for client in some}
        for (client_id, service_id), state in states.items():
            of_client[client_id][service_id] = state
        yield from ((client, of_client[client.pk]) for client in some)


def make_columns(services: list[Service]) -> Columns:
    """Everything that a line shows, a column for each service."""
    columns: Columns = {
        _("Kundenummer"): lambda row: row[0].number,
        _("Navn"): lambda row: row[0].name,
        _("Organisasjonsnummer"): lambda row: row[0].org_number,
        _("Kundeansvarlig"): lambda row: row[0].account_manager.user.name if row[0].account_manager else "",
        _("Aktiv"): lambda row: _("Ja") if row[0].is_active else _("Nei"),
    }
    for service in services:
        columns[service.name] = state_column(service)
    columns[_("Sist endret")] = lambda row: oslo_date(row[0].updated_at)
    return columns


def state_column(service: Service):
    return lambda row: row[1].get(service.pk, ServiceState.NONE).badge.text
