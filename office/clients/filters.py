"""Which clients the list has: the filters of its address, as conditions on clients."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import QueryDict

from agreements.models import Collaboration
from clients.models import Client, Task
from clients.models.client import ClientQuerySet
from collaboration.models import Activation
from collaboration.progress.states import State, with_state
from collaboration.workflow import Status
from ground.clock import database_clock
from office.clients.list_forms import ME, NOBODY, ClientFilterForm
from office.collaborations.rows import requests_of
from office.list_choices import find_choices
from organisations.models import Employee

Answers = dict[str, str]
OVER = (Status.APPROVED, Status.WITHDRAWN)  # of a newest request, which then says nothing beside the collaborations


def clients_of_list(employee: Employee, query: QueryDict) -> ClientQuerySet:
    """The clients of the list at the address `query`: visible to the employee, filtered, in no order and without pages.

    What makes no sense in the address is left out, as the list leaves it out.
    """
    return filter_clients(employee, ClientFilterForm(query, choices=find_choices(employee)).answers)


def filter_clients(employee: Employee, answers: Answers) -> ClientQuerySet:
    """The employee's clients that fit the answers of a ClientFilterForm."""
    clients = Client.objects.visible_to(employee)
    if answers.get("status") != "all":
        clients = clients.filter(is_active=answers.get("status") != "inactive")
    if manager := answers.get("manager"):
        clients = clients.filter(account_manager={ME: employee.pk, NOBODY: None}.get(manager, manager))
    if task_type := answers.get("task_type"):
        clients = clients.filter(has_task(employee, task_type))
    service, state = answers.get("service", ""), answers.get("state", "")
    if service or state:
        clients = clients.filter(has_state(employee, service, state))
    if payer := answers.get("payer"):
        clients = clients.filter(has_payer(employee, service, payer))
    return clients.search(answers["q"]) if answers.get("q") else clients


def of_client(rows: QuerySet) -> Exists:
    """Whether the client has any of the rows."""
    return Exists(rows.filter(client=OuterRef("pk")))


def has_task(employee: Employee, task_type: str) -> Q:
    """Whether the client has an open task of the type, or has none at all."""
    tasks = Task.objects.visible_to(employee).open()
    return ~Q(of_client(tasks)) if task_type == NOBODY else Q(of_client(tasks.filter(type=task_type)))


def has_payer(employee: Employee, service: str, payer: str) -> Exists:
    """Whether the customer, or the firm itself, pays for the chosen service of the client, or for any."""
    shared = Collaboration.objects.visible_to(employee).active().filter(service__has_payer=True)
    if service:
        shared = shared.filter(service__code=service)
    return of_client(shared.filter(subscription__paying_firm=employee.firm_id if payer == "firm" else None))


def has_state(employee: Employee, service: str, state: str) -> Exists | Q:
    """Whether the chosen service, or any, has come as far with the client; with no state: whether it has begun."""
    shared = Collaboration.objects.visible_to(employee)
    asked = Activation.objects.visible_to(employee)
    if service:
        shared, asked = shared.filter(service__code=service), asked.filter(service__code=service)
    match state:
        case "draft":
            return of_client(asked.drafts())
        case "waiting":
            return of_client(with_state(asked.answerable(Now()), Now()).filter(state=State.WAITING))
        case "handling":
            wanting = requests_of(employee, at=database_clock()).exclude(reason="")
            return of_client(wanting.filter(service__code=service) if service else wanting)
        case "active":
            return of_client(shared.active())
        case "ended":
            return of_client(that_are_over(shared, employee))
    begun = Q(of_client(shared)) | Q(of_client(that_stand(asked, employee)))
    return ~begun if state == "none" else begun


def that_stand(asked: QuerySet, employee: Employee) -> QuerySet:
    """Of the requests those that the list shows: not withdrawn, and the newest of the client and the service."""
    later = Q(started_at__gt=OuterRef("started_at")) | Q(started_at=OuterRef("started_at"), pk__gt=OuterRef("pk"))
    newer = Activation.objects.visible_to(employee).filter(
        later, client=OuterRef("client"), service=OuterRef("service")
    )
    return asked.exclude(status=Status.WITHDRAWN).filter(~Exists(newer))


def that_are_over(shared: QuerySet, employee: Employee) -> QuerySet:
    """Of the collaborations those after which nothing has begun in the same service."""
    same = {"client": OuterRef("client"), "service": OuterRef("service")}
    running = Collaboration.objects.visible_to(employee).active().filter(**same)
    newest = Activation.objects.visible_to(employee).filter(**same).order_by("-started_at", "-pk").values("status")
    over = shared.exclude(ended_at=None).filter(~Exists(running)).alias(newest=Subquery(newest[:1]))
    return over.filter(Q(newest=None) | Q(newest__in=OVER))
