"""The list of clients: its rows, their order, and the addresses of the neighbouring pages."""

from dataclasses import dataclass

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.models import Client
from clients.models.client import ClientQuerySet
from ground import paging
from ground.paging import KeysetPage, Sort, get_page
from office.clients.columns import with_cells
from office.clients.filters import filter_clients
from office.clients.list_forms import (
    COLUMNS,
    STANDARD_COLUMNS,
    ClientFilterForm,
    chosen_columns,
)  # fmt: skip
from office.list_choices import ListChoices, NamedService, find_choices
from office.list_pages import PAGE_SIZE, sort_headers, sort_of, sorts_by, summarise
from office.query import query_string
from organisations.places.requests import FirmRequest

SORTS = {
    "number": sorts_by(_("Nr."), "number"),
    "name": sorts_by(_("Navn"), "sort_name"),
    "org_number": sorts_by(_("Org.nr."), "org_number_or_last"),
    "changed": sorts_by(COLUMNS["changed"], "changed_at"),
}
DEFAULT_SORT = "name"
AFTER_EVERY_NUMBER = "x"  # who has no organisation number comes last


@dataclass(frozen=True)
class ClientList:
    """One page of the list, with what its head and foot say.

    `first` are the clients that have exactly the number that was looked for; they stand on the first page alone.
    """

    form: ClientFilterForm
    choices: ListChoices
    services: list[NamedService]
    first: list[Client]
    page: KeysetPage
    sort: str
    sorts: dict[str, dict[str, str]]
    columns: list[dict]
    heads: list[dict[str, str]]
    chips: list[dict[str, str]]
    summary: str
    url: str
    reset_url: str
    previous_url: str
    next_url: str
    is_filtered: bool

    @property
    def has_more_filters(self) -> bool:
        """Whether any filter is chosen that is folded away until it is asked for."""
        return bool(self.form.answers.keys() - {"q", "status"})

    @property
    def rows(self) -> list[Client]:
        return self.first + self.page.rows


def find_clients(request: FirmRequest) -> ClientList:
    query, employee = request.GET, request.employee
    choices = find_choices(employee)
    form = ClientFilterForm(query, choices=choices)
    answers, columns = form.answers, chosen_columns(query)
    clients = filter_clients(employee, answers)
    sorted_by = find_sort(query.get("sort", ""))
    sort = sort_of(SORTS, sorted_by)
    exact = list(in_order(clients.numbered(answers["q"]), sort)) if answers.get("q") else []
    others = in_order(clients.exclude(pk__in=[client.pk for client in exact]) if exact else clients, sort)
    page = get_page(others, sort, after=query.get("after", ""), before=query.get("before", ""), size=PAGE_SIZE)
    first = [] if page.before else exact
    kept: dict = {**answers, **kept_columns(columns), **kept_sort(sorted_by)}
    rows = [*first, *page.rows]
    with_cells(rows, columns, seen_by=employee)
    return ClientList(
        form=form,
        choices=choices,
        services=choices.services,
        first=first,
        page=page,
        sort=kept.get("sort", ""),
        sorts=sort_headers(SORTS, kept, default=DEFAULT_SORT),
        columns=[{"name": one, "label": str(COLUMNS[one]), "is_chosen": one in columns} for one in COLUMNS],
        heads=[{"name": one, "label": str(COLUMNS[one])} for one in columns],
        chips=[
            {"label": label, "value": value, "url": query_string(**without(kept, field))}
            for field, label, value in form.chips()
        ],
        summary=summarise_clients(others, sort, page, exactly=len(exact)),
        url=query_string(**kept) if kept else "",
        reset_url=query_string(**without(kept, *answers)) if answers else "",
        previous_url=query_string(**kept, before=page.before) if page.before else "",
        next_url=query_string(**kept, after=page.after) if page.after else "",
        is_filtered=bool(answers),
    )


def find_sort(asked: str) -> str:
    """The order in the address; the one by name where the address asks for none that there is."""
    return asked if asked.removeprefix("-") in SORTS else DEFAULT_SORT


def in_order(clients: ClientQuerySet, sort: Sort) -> ClientQuerySet:
    """The clients with what they are sorted by, and what the list shows of each."""
    found = clients.annotate(
        org_number_or_last=Coalesce("org_number", Value(AFTER_EVERY_NUMBER)), changed_at=F("last_change__at")
    )
    if sort.column == "changed_at":
        found = found.filter(last_change__firm=F("firm"))  # for the index
    return paging.in_order(found.select_related("account_manager__user"), sort)


def kept_columns(columns: tuple[str, ...]) -> dict[str, list[str]]:
    return {} if columns == STANDARD_COLUMNS else {"columns": list(columns) or [""]}


def kept_sort(sorted_by: str) -> dict[str, str]:
    return {} if sorted_by == DEFAULT_SORT else {"sort": sorted_by}


def without(kept: dict, *names: str) -> dict:
    return {name: value for name, value in kept.items() if name not in names}


def summarise_clients(clients: QuerySet[Client], sort: Sort, page: KeysetPage, *, exactly: int) -> str:
    """Which clients are shown, of how many; of a single page, how many."""
    if page.after or page.before:
        return summarise(clients, sort, page, exactly=exactly)
    shown = len(page.rows) + exactly
    return ngettext("Viser %(shown)s kunde", "Viser %(shown)s kunder", shown) % {"shown": shown}
