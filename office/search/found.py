"""What the search of the header finds: clients, contacts and open tasks that the employee sees."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, Contact, Task
from clients.models.client import typed_number
from office.query import query_string
from organisations.models import Employee

MOST_SHOWN = 10  # of each group
MOST_READ = 20_000  # clients whose contacts are looked through, and open tasks, the first in their order
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Group:
    """The first rows of one kind. `all_url` is the page of all of them; empty where these are all, or there is none."""

    heading: str
    template: str
    rows: list
    has_more: bool
    count: str
    all_url: str = ""


@dataclass(frozen=True)
class Found:
    """`card`: where to go at once, since what is typed is the number of one client; else empty."""

    typed: str
    groups: list[Group]
    card: str = ""

    @property
    def summary(self) -> str:
        """How many of each kind are shown, in words."""
        if not self.groups:
            return _("Ingen treff")
        counts = ", ".join(group.count for group in self.groups)
        return _("%(counts)s. Det er flere.") % {"counts": counts} if self.has_more else counts

    @property
    def has_more(self) -> bool:
        return any(group.has_more for group in self.groups)


def find(employee: Employee, typed: str) -> Found:
    """What is found of the typed line, which is clean; nothing for an empty one."""
    if not typed:
        return Found("", [])
    clients = find_clients(employee, typed)
    exactly = [client for client in clients if getattr(client, "is_exact", False)]
    card = reverse("office:client-detail", args=[exactly[0].number]) if len(exactly) == 1 else ""
    groups = [client_group(clients, typed), contact_group(employee, typed), task_group(employee, typed)]
    return Found(typed, [group for group in groups if group.rows], card)


def find_clients(employee: Employee, typed: str) -> list[Client]:
    """In the order of their names; first the one whose number is typed, which `is_exact`."""
    clients = Client.objects.visible_to(employee)
    found = clients.search(typed)
    if not typed_number(typed):
        return first_of(found.order_by("sort_name", "pk"))
    exactly = Q(pk__in=clients.numbered(typed).values("pk"))
    marked = found.annotate(is_exact=ExpressionWrapper(exactly, output_field=BooleanField()))
    return first_of(marked.order_by("-is_exact", "sort_name", "pk"))


def first_of(rows: QuerySet[Row]) -> list[Row]:
    """As many as are shown, and one more that tells that there are more."""
    return list(rows[: MOST_SHOWN + 1])


def client_group(clients: list[Client], typed: str) -> Group:
    has_more, shown = len(clients) > MOST_SHOWN, clients[:MOST_SHOWN]
    return Group(
        heading=_("Kunder"),
        template="office/_found_client.html",
        rows=shown,
        has_more=has_more,
        count=ngettext("%(count)s kunde", "%(count)s kunder", len(shown)) % {"count": len(shown)},
        all_url=reverse("office:client-list") + query_string(q=typed, status="all") if has_more else "",
    )


def contact_group(employee: Employee, typed: str) -> Group:
    """In the order of their clients' names."""
    clients = Client.objects.visible_to(employee).search(typed).order_by("sort_name", "pk")
    contacts = Contact.objects.visible_to(employee).filter(client__in=clients.values("pk")[:MOST_READ])
    found = first_of(contacts.search(typed).select_related("client").order_by("client__sort_name", "client_id", "pk"))
    shown = found[:MOST_SHOWN]
    return Group(
        heading=_("Kontakter"),
        template="office/_found_contact.html",
        rows=shown,
        has_more=len(found) > MOST_SHOWN,
        count=ngettext("%(count)s kontakt", "%(count)s kontakter", len(shown)) % {"count": len(shown)},
    )


def task_group(employee: Employee, typed: str) -> Group:
    """The open ones by due date."""
    by_due_date = (Coalesce("due_on", Value(date.max)), "pk")
    tasks = Task.objects.visible_to(employee).filter(firm=employee.firm_id).open().order_by(*by_due_date)
    near = Task.objects.visible_to(employee).filter(pk__in=tasks.values("pk")[:MOST_READ])
    found = first_of(near.search(typed).select_related("client", "type").order_by(*by_due_date))
    shown = found[:MOST_SHOWN]
    return Group(
        heading=_("Oppgaver"),
        template="office/_found_task.html",
        rows=shown,
        has_more=len(found) > MOST_SHOWN,
        count=ngettext("%(count)s oppgave", "%(count)s oppgaver", len(shown)) % {"count": len(shown)},
    )
