"""The columns of the list of clients that one chooses, and what stands in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import Collaboration
from clients.models import Task
from ground.clock import oslo_date
from organisations.models import Employee
from subscriptions.models import Subscription


@dataclass(frozen=True)
class Cell:
    """What stands in a column: text, "–" where there is nothing, and a mark of what is late."""

    text: str = "–"
    mark: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Facts:
    """What the cells of a page are made of, by the client's id."""

    firm_id: int
    tasks: dict[int, Any] = field(default_factory=dict)
    subscriptions: dict[int, list[Subscription]] = field(default_factory=dict)


def with_cells(clients: Sequence[Any], columns: Iterable[str], *, seen_by: Employee) -> None:
    """Give each client its `cells`, in the order of the columns. At most two queries for any number of clients."""
    columns = list(columns)
    ids = [client.pk for client in clients]
    facts = Facts(seen_by.firm_id)
    if "task" in columns:
        for task in next_tasks(ids, seen_by=seen_by):
            facts.tasks[task.client_id] = task
    if {"payer", "renewal"} & set(columns):
        shared = Collaboration.objects.visible_to(seen_by).active().filter(client__in=ids)
        for collaboration in shared.select_related("subscription__service").order_by("pk"):
            facts.subscriptions.setdefault(collaboration.client_id, []).append(collaboration.subscription)
    for client in clients:
        client.cells = [CELLS[column](client, facts) for column in columns]


def next_tasks(ids: list[int], *, seen_by: Employee) -> Iterable[Task]:
    """Of each client the open task that is due first."""
    tasks = Task.objects.visible_to(seen_by).open().filter(client__in=ids).with_overdue().select_related("type")
    return tasks.order_by("client_id", F("due_on").asc(nulls_last=True), "pk").distinct("client_id")


def manager_cell(client: Any, facts: Facts) -> Cell:
    return Cell(client.account_manager.user.name) if client.account_manager else Cell()


def task_cell(client: Any, facts: Facts) -> Cell:
    task = facts.tasks.get(client.pk)
    if task is None:
        return Cell()
    if task.due_on is None:
        return Cell(str(task))
    words = _("%(task)s, frist %(day)s") % {"task": task, "day": short(task.due_on)}
    return Cell(words, mark=_("Over fristen") if task.is_overdue else "")


def payer_cell(client: Any, facts: Facts) -> Cell:
    """Who pays for what the client has. Another firm is not named."""
    names = {None: _("Kunden"), facts.firm_id: _("Byrået")}
    payers = [
        names.get(subscription.paying_firm_id, _("Uendret"))
        for subscription in facts.subscriptions.get(client.pk, ())
        if subscription.service.has_payer
    ]
    return Cell(", ".join(dict.fromkeys(payers))) if payers else Cell()


def renewal_cell(client: Any, facts: Facts) -> Cell:
    """The day on which the first of the client's agreements is renewed."""
    there = facts.subscriptions.get(client.pk, ())
    days = [one.renews_on for one in there if one.is_renewing and not one.payer_has_left and one.renews_on]
    return Cell(short(min(days)), is_number=True) if days else Cell()


def changed_cell(client: Any, facts: Facts) -> Cell:
    return Cell(short(oslo_date(client.changed_at)), is_number=True)


def short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


CELLS: dict[str, Callable[[Any, Facts], Cell]] = {
    "manager": manager_cell,
    "task": task_cell,
    "payer": payer_cell,
    "renewal": renewal_cell,
    "changed": changed_cell,
}
