"""The open tasks that a person works on, or for an administrator a colleague or everybody, as one list."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import QueryDict

from clients.models import Client, Task, TaskParticipant
from clients.models.task import TaskQuerySet
from collaboration.actions.firm.obstacles import with_use
from ground.names import NorwegianOrder
from ground.paging import KeysetPage, Sort, get_page
from office.list_choices import ListChoices, find_choices
from office.list_pages import PAGE_SIZE, sort_headers, sort_of, summarise
from office.query import query_string
from office.tasks.forms import EVERYBODY, TaskFilterForm
from office.tasks.orders import DEFAULT_ORDER, KEYS, ORDERS
from organisations.models import Employee
from organisations.places.requests import FirmRequest


@dataclass(frozen=True)
class TaskList:
    """One page of the list, with what its head and foot say."""

    form: TaskFilterForm
    page: KeysetPage
    sorts: dict[str, dict]
    summary: str
    previous_url: str
    next_url: str
    is_filtered: bool
    query: str


def find_tasks(request: FirmRequest, choices: ListChoices) -> TaskList:
    form = TaskFilterForm(request.GET, employee=request.employee, choices=choices)
    answers = form.answers
    sort = order_of(answers)
    tasks = tasks_of_list(request.employee, answers)
    page = get_page(
        with_use(with_facts(tasks)),
        sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    return TaskList(
        form=form,
        page=page,
        sorts=sort_headers(ORDERS, answers, default=DEFAULT_ORDER),
        summary=summarise(tasks, sort, page),
        previous_url=query_string(**answers, before=page.before) if page.before else "",
        next_url=query_string(**answers, after=page.after) if page.after else "",
        is_filtered=bool(answers.keys() - {"sort"}),
        query=query_string(**answers) if answers else "",
    )


def read_filters(employee: Employee, query: QueryDict) -> TaskFilterForm:
    return TaskFilterForm(query, employee=employee, choices=find_choices(employee))


def order_of(answers: dict[str, str]) -> Sort:
    return sort_of(ORDERS, answers.get("sort", DEFAULT_ORDER))


def tasks_of_list(employee: Employee, answers: dict[str, str]) -> TaskQuerySet:
    """The open tasks that the filters leave, with the keys of the list's orders."""
    tasks = Task.objects.visible_to(employee).filter(firm=employee.firm_id).open()
    person = answers.get("person", "")
    if person != EVERYBODY:
        tasks = tasks.worked_on_by(int(person) if person else employee.pk)
    if "type" in answers:
        tasks = tasks.filter(type=answers["type"])
    if "due" in answers:
        tasks = tasks.due(answers["due"])
    if "q" in answers:
        tasks = tasks.filter(client__in=Client.objects.visible_to(employee).search(answers["q"]))
    return tasks.annotate(**KEYS)


def with_facts(tasks: TaskQuerySet) -> TaskQuerySet:
    """With everything that a line shows: client, type, owner, and `others` on the task by name."""
    others = TaskParticipant.objects.filter(task=OuterRef("pk")).exclude(employee=OuterRef("owner"))
    names = others.order_by(NorwegianOrder("employee__user__name"), "pk").values("employee__user__name")
    tasks = tasks.select_related("client", "type", "owner__user").annotate(others=ArraySubquery(names))
    return tasks.with_overdue()
