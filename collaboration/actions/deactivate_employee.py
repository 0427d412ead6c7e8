"""An employee leaves: what the person answered for goes to others, and the way in is shut, in one go."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, Task, TaskParticipant
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.closed_invitations import withdraw_invitations_of
from organisations.actions.employees import check_can_be_spared, lock_employee
from organisations.models import Employee


@dataclass(frozen=True)
class Responsibilities:
    """What somebody answers for today; `participated` are others' open tasks."""

    managed: list[Client]
    owned: list[Task]
    participated: list[Task]

    @property
    def ids(self) -> dict[str, list[int]]:
        """As the event keeps them: the leaver's report is read from there."""
        return {name: [row.pk for row in rows] for name, rows in vars(self).items()}


def responsibilities_of(employee: Employee, *, lock: bool = False) -> Responsibilities:
    """The clients managed and the open tasks, each in the order in which they are locked."""
    clients = Client.objects.filter(firm=employee.firm, account_manager=employee).order_by("pk")
    tasks = Task.objects.filter(firm=employee.firm).open().select_related("client", "type").order_by("pk")
    participations = TaskParticipant.objects.filter(employee=employee).values("task_id")
    if lock:
        clients = clients.select_for_update(no_key=True)
        tasks = tasks.select_for_update(no_key=True, of=("self",))
    return Responsibilities(
        managed=list(clients),
        owned=list(tasks.filter(owner=employee)),
        participated=list(tasks.filter(pk__in=participations)),
    )


@transaction.atomic
def deactivate_employee(
    *,
    employee: Employee,
    account_manager: Employee | None,
    task_owner: Employee | None,
    by: Employee,
    clock: Clock = database_clock,
) -> Employee:
    """Hand the clients to `account_manager` and the open tasks to `task_owner`, and shut the firm's pages at once.

    Raises NotAllowed for anybody but an administrator, for the last one, and while there is something to hand over and
    nobody who gets it.
    """
    employee = lock_employee(employee, by)
    check_can_be_spared(employee)
    there = responsibilities_of(employee, lock=True)
    Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)  # from here nobody gives the person a task
    if responsibilities_of(employee).ids != there.ids:
        raise NotAllowed(_("Personen har nettopp fått noe nytt å svare for. Se hva som skal overtas nå."))
    if there.managed:
        check_takes_over(account_manager, employee, _("Velg hvem som skal være kundeansvarlig."))
        Client.objects.filter(pk__in=there.ids["managed"]).update(account_manager=account_manager)
    shared: list[int] = []
    if there.owned:
        check_takes_over(task_owner, employee, _("Velg hvem som skal ha oppgavene."))
        shared = participated_in(task_owner, there.ids["owned"])
        Task.objects.filter(pk__in=there.ids["owned"]).update(owner=task_owner)
        TaskParticipant.objects.filter(task__in=there.ids["owned"], employee=task_owner).delete()
    TaskParticipant.objects.filter(task__in=there.ids["participated"], employee=employee).delete()
    employee.deactivated_at = clock()
    employee.save(update_fields=["deactivated_at"])
    withdraw_invitations_of(employee.user, employee.firm, by=by.user, at=employee.deactivated_at)
    record_event(
        subject=employee, verb="deactivate", by=by.user, at=employee.deactivated_at, firm=employee.firm,
        before={"role": employee.role, "client_access": employee.client_access, "shared": shared, **there.ids},
        after={
            "account_manager": account_manager.pk if there.managed and account_manager else None,
            "task_owner": task_owner.pk if there.owned and task_owner else None,
        },
    )  # fmt: skip
    return employee


def participated_in(taker: Employee | None, tasks: list[int]) -> list[int]:
    """Those of the tasks on which who takes over stands already: the event tells, as nothing else does afterwards."""
    rows = TaskParticipant.objects.filter(task__in=tasks, employee=taker)
    return sorted(rows.values_list("task", flat=True))


def check_takes_over(taker: Employee | None, leaver: Employee, refusal: str) -> None:
    """Somebody else who works there now; the firm's lock keeps it so."""
    others = Employee.objects.visible_to(leaver).active().exclude(pk=leaver.pk)
    if taker is None or not others.filter(pk=taker.pk).exists():
        raise NotAllowed(refusal)
