"""The list of clients: its rows, their order, and the addresses of the neighbouring pages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Client
from clients.models.client import ClientQuerySet
from ground.paging import KeysetPage, Sort, get_page
from office.clients.list_forms import ClientFilterForm
from organisations.models import Employee
from organisations.places.requests import FirmRequest

PAGE_SIZE = 50
MOST_COUNTED = 1000
COLUMNS = {
    "number": (gettext_lazy("Nr."), "number"),
    "name": (gettext_lazy("Navn"), "sort_name"),
    "org_number": (gettext_lazy("Org.nr."), "org_number_or_last"),
    "changed": (gettext_lazy("Sist endret"), "updated_at"),
}
DEFAULT_SORT = "name"
AFTER_EVERY_NUMBER = "x"  # who has no organisation number comes last


@dataclass(frozen=True)
class ClientList:
    """One page of the list, with what its head and foot say."""

    form: ClientFilterForm
    page: KeysetPage
    sorts: dict[str, dict[str, str]]
    summary: str
    previous_url: str
    next_url: str
    is_filtered: bool


def find_clients(request: FirmRequest) -> ClientList:
    form = ClientFilterForm(request.GET)
    answers = form.answers
    clients = filter_clients(Client.objects.visible_to(request.employee), answers)
    asked = request.GET.get("sort", DEFAULT_SORT)
    name = asked.removeprefix("-") if asked.removeprefix("-") in COLUMNS else DEFAULT_SORT
    descending = asked == f"-{name}"
    page = get_page(
        clients.annotate(org_number_or_last=Coalesce("org_number", Value(AFTER_EVERY_NUMBER))),
        Sort(COLUMNS[name][1], descending=descending),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    kept = answers if asked == DEFAULT_SORT else answers | {"sort": f"-{name}" if descending else name}
    return ClientList(
        form=form,
        page=page,
        sorts={column: sort_header(column, name, answers, descending=descending) for column in COLUMNS},
        summary=summarise(clients, page),
        previous_url=query_string(**kept, before=page.before) if page.before else "",
        next_url=query_string(**kept, after=page.after) if page.after else "",
        is_filtered=bool(answers),
    )


def clients_of_list(employee: Employee, query: QueryDict) -> ClientQuerySet:
    """All clients that the employee sees and the list's address finds, whatever page and order it asks for."""
    return filter_clients(Client.objects.visible_to(employee), ClientFilterForm(query).answers)


def filter_clients(clients: ClientQuerySet, answers: dict[str, str]) -> ClientQuerySet:
    status = answers.get("status")
    if status != "all":
        clients = clients.filter(is_active=status != "inactive")
    return clients.search(answers["q"]) if answers.get("q") else clients


def sort_header(column: str, current: str, answers: dict[str, str], *, descending: bool) -> dict[str, str]:
    """A column's heading. A click sorts by the column, another click turns the order round."""
    is_current = column == current
    wanted = f"-{column}" if is_current and not descending else column
    return {
        "label": str(COLUMNS[column][0]),
        "url": query_string(**answers, sort=wanted),
        "direction": ("descending" if descending else "ascending") if is_current else "",
    }


def query_string(**query: str) -> str:
    return f"?{urlencode(query)}"


def summarise(clients: ClientQuerySet, page: KeysetPage) -> str:
    """How many clients are shown, of how many. Counts no further than it tells, and not at all when all are shown."""
    shown = len(page.rows)
    if not page.after and not page.before:
        return ngettext("Viser %(shown)s kunde", "Viser %(shown)s kunder", shown) % {"shown": shown}
    total = clients.order_by()[: MOST_COUNTED + 1].count()
    if total > MOST_COUNTED:
        return _("Viser %(shown)s av over %(most)s kunder") % {"shown": shown, "most": localize(MOST_COUNTED)}
    return _("Viser %(shown)s av %(total)s kunder") % {"shown": shown, "total": total}
