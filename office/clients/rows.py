"""The list of clients: its rows, their order, and the addresses of the neighbouring pages."""

from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Client
from clients.models.client import ClientQuerySet
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
from office.query import query_string
from organisations.places.requests import FirmRequest

PAGE_SIZE = 50
MOST_COUNTED = 1000
SORTS = {
    "number": (gettext_lazy("Nr."), "number"),
    "name": (gettext_lazy("Navn"), "sort_name"),
    "org_number": (gettext_lazy("Org.nr."), "org_number_or_last"),
    "changed": (COLUMNS["changed"], "changed_at"),
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
    name, sort = find_sort(query.get("sort", ""))
    exact = list(in_order(clients.numbered(answers["q"]), sort)) if answers.get("q") else []
    others = in_order(clients.exclude(pk__in=[client.pk for client in exact]) if exact else clients, sort)
    page = get_page(others, sort, after=query.get("after", ""), before=query.get("before", ""), size=PAGE_SIZE)
    first = [] if page.before else exact
    kept: dict = {**answers, **kept_columns(columns), **kept_sort(name, sort)}
    summary = summarise(others, page, sort, exactly=len(exact))
    with_cells([*first, *page.rows], columns, seen_by=employee)
    return ClientList(
        form=form,
        choices=choices,
        services=choices.services,
        first=first,
        page=page,
        sort=kept.get("sort", ""),
        sorts={column: sort_header(column, name, kept, descending=sort.descending) for column in SORTS},
        columns=[{"name": one, "label": str(COLUMNS[one]), "is_chosen": one in columns} for one in COLUMNS],
        heads=[{"name": one, "label": str(COLUMNS[one])} for one in columns],
        chips=[
            {"label": label, "value": value, "url": query_string(**without(kept, field))}
            for field, label, value in form.chips()
        ],
        summary=summary,
        url=query_string(**kept) if kept else "",
        reset_url=query_string(**without(kept, *answers)) if answers else "",
        previous_url=query_string(**kept, before=page.before) if page.before else "",
        next_url=query_string(**kept, after=page.after) if page.after else "",
        is_filtered=bool(answers),
    )


def find_sort(asked: str) -> tuple[str, Sort]:
    """The column's name in the address, and the order; by name where the address asks for none that there is."""
    name = asked.removeprefix("-") if asked.removeprefix("-") in SORTS else DEFAULT_SORT
    return name, Sort(SORTS[name][1], descending=asked == f"-{name}")


def in_order(clients: ClientQuerySet, sort: Sort) -> ClientQuerySet:
    """The clients with what they are sorted by, and what the list shows of each."""
    found = clients.annotate(
        org_number_or_last=Coalesce("org_number", Value(AFTER_EVERY_NUMBER)), changed_at=F("last_change__at")
    )
    if sort.column == "changed_at":
        found = found.filter(last_change__firm=F("firm"))  # for the index
    sign = "-" if sort.descending else ""
    return found.select_related("account_manager__user").order_by(f"{sign}{sort.column}", f"{sign}id")


def kept_columns(columns: tuple[str, ...]) -> dict[str, list[str]]:
    return {} if columns == STANDARD_COLUMNS else {"columns": list(columns) or [""]}


def kept_sort(name: str, sort: Sort) -> dict[str, str]:
    if name == DEFAULT_SORT and not sort.descending:
        return {}
    return {"sort": f"-{name}" if sort.descending else name}


def without(kept: dict, *names: str) -> dict:
    return {name: value for name, value in kept.items() if name not in names}


def sort_header(column: str, current: str, kept: dict, *, descending: bool) -> dict[str, str]:
    """A column's heading. A click sorts by the column, another click turns the order round."""
    is_current = column == current
    wanted = f"-{column}" if is_current and not descending else column
    return {
        "label": str(SORTS[column][0]),
        "url": query_string(**kept | {"sort": wanted}),
        "direction": ("descending" if descending else "ascending") if is_current else "",
    }


def summarise(clients: QuerySet[Client], page: KeysetPage, sort: Sort, *, exactly: int) -> str:
    """Which clients are shown, of how many. `exactly` so many stand before the first page's other rows.

    Counts no further than it tells, and not at all when all are shown.
    """
    shown = len(page.rows) + (0 if page.before else exactly)
    if not page.after and not page.before:
        return ngettext("Viser %(shown)s kunde", "Viser %(shown)s kunder", shown) % {"shown": shown}
    total, before = count_round(clients, page, sort)
    if before > MOST_COUNTED:
        return _("Viser %(shown)s av over %(most)s") % {"shown": shown, "most": localize(MOST_COUNTED)}
    before += exactly if page.before else 0
    what = {"first": localize(before + 1), "last": localize(before + shown)}
    if total > MOST_COUNTED:
        return _("Viser %(first)s–%(last)s av over %(most)s") % (what | {"most": localize(MOST_COUNTED)})
    return _("Viser %(first)s–%(last)s av %(total)s") % (what | {"total": localize(total + exactly)})


def count_round(clients: QuerySet[Client], page: KeysetPage, sort: Sort) -> tuple[int, int]:
    """How many clients there are in all, and before the page's first row, in one query.

    Of both no more than one above MOST_COUNTED: the rows are read in the list's own order.
    """
    if not page.before:
        return clients.order_by()[: MOST_COUNTED + 1].count(), 0
    first = page.rows[0]
    comparison = TupleGreaterThan if sort.descending else TupleLessThan
    comes_before = comparison(Tuple(F(sort.column), F("id")), (getattr(first, sort.column), first.pk))
    read = clients.annotate(comes_before=ExpressionWrapper(comes_before, output_field=BooleanField()))
    counts = read[: MOST_COUNTED + 1].aggregate(total=Count("pk"), before=Count("pk", filter=Q(comes_before=True)))
    return counts["total"], counts["before"]
