"""For the leaver's report: when a co-worker saw all clients, and could open which service, by the events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from clients.models import Task
from collaboration.access import PeopleTurn, read_people_turns
from collaboration.models import Collaboration
from history.models import Event
from organisations.models import Employee


@dataclass(frozen=True)
class Period:
    """A time. `start` is None for one from the beginning, `end` None for one that lasts."""

    start: datetime | None
    end: datetime | None

    def overlap(self, other: "Period") -> "Period | None":
        start = max((at for at in (self.start, other.start) if at), default=None)
        end = min((at for at in (self.end, other.end) if at), default=None)
        return None if start and end and start >= end else Period(start, end)


@dataclass(frozen=True)
class Work(Period):
    """A time in which the person worked in the firm and saw its clients in one way."""

    sees_all: bool


def latest(ends: Iterable[datetime | None]) -> datetime | None:
    """The latest of the ends; None where one of them has not come."""
    ends = list(ends)
    return None if None in ends else max(end for end in ends if end)


def periods_of_work(employee: Employee) -> list[Work]:
    """The person's times of work in order. What counted in one stands in the event that ended it."""
    verbs = ("accept", "change_role", "deactivate")
    start, works_here, found = None, True, []
    for event in Event.objects.about(employee).filter(verb__in=verbs).order_by("pk"):
        if event.verb == "accept":
            start, works_here = (start if works_here else event.at), True
            continue
        found.append(Work(start, event.at, event.before["client_access"] == Employee.ClientAccess.ALL))
        start, works_here = event.at, event.verb != "deactivate"
    if works_here or employee.deactivated_at is None:  # who is back without an event is so since the leaving
        found.append(Work(start, employee.deactivated_at, employee.sees_all_clients))
    return found


def services_opened(employee: Employee, on_tasks: dict[int, list[Period]]) -> dict[int, dict[str, datetime | None]]:
    """By client: the services of the firm's collaborations, and until when the person could open each.

    He can while he works in the firm and is on the task that the collaboration has at the time.
    """
    work = periods_of_work(employee)
    found: dict[int, dict[str, list[datetime | None]]] = defaultdict(lambda: defaultdict(list))
    for collaboration, task, of_task in tasks_of_collaborations(employee, list(on_tasks)):
        for on_task in on_tasks.get(task, ()):
            both = of_task.overlap(on_task)
            for period in (both.overlap(part) for part in work) if both else ():
                if period:
                    found[collaboration.client_id][collaboration.service.name].append(period.end)
    return {client: {name: latest(ends) for name, ends in services.items()} for client, services in found.items()}


def periods_on_tasks(employee: Employee) -> dict[int, list[Period]]:
    """By task: when the person was owner or participant. A beginning without an event is the task's own."""
    tasks = Task.objects.filter(firm=employee.firm)
    now = set(tasks.worked_on_by(employee).values_list("pk", flat=True))
    turns = turns_on_tasks(employee, now)
    found: dict[int, list[Period]] = {}
    for task, since in tasks.filter(pk__in=now | set(turns)).values_list("pk", "opened_at"):
        found[task] = []
        for turn in turns.get(task, ()):
            if employee.pk not in turn.after:
                found[task].append(Period(since, turn.event.at))
            else:
                since = turn.event.at
        if task in now:
            found[task].append(Period(since, None))
    return found


def turns_on_tasks(employee: Employee, now: set[int]) -> dict[int, list[PeopleTurn]]:
    """By task: how the person came on it and went off it, in order. `now` are the tasks that he is on."""
    turns: dict[int, list[PeopleTurn]] = defaultdict(list)
    for turn in read_people_turns(employee.firm_id, now | tasks_in_events(employee)):
        if (employee.pk in turn.before) != (employee.pk in turn.after):
            turns[turn.task_id].append(turn)
    return turns


def tasks_in_events(employee: Employee) -> set[int]:
    """The tasks that the person has handed over on leaving, has taken over, or is named on."""
    of_tasks = Event.objects.filter(firm=employee.firm, subject_type=Task._meta.label_lower)
    leavings = Event.objects.filter(
        Q(subject_id=employee.pk) | Q(after__task_owner=employee.pk),
        firm=employee.firm,
        subject_type=Employee._meta.label_lower,
        verb="deactivate",
    )
    named = of_tasks.filter(names_on_task(employee)).values_list("subject_id", flat=True)
    handed_over = {
        task for event in leavings for name in ("owned", "participated") for task in event.before.get(name, ())
    }
    return {*named, *handed_over}


def names_on_task(employee: Employee) -> Q:
    """The events of tasks that name the person, before or after."""
    owner = Q(before__owner=employee.pk) | Q(after__owner=employee.pk)
    participant = Q(before__participants__contains=[employee.pk]) | Q(after__participants__contains=[employee.pk])
    return owner | participant


def tasks_of_collaborations(employee: Employee, tasks: list[int]) -> list[tuple[Collaboration, int, Period]]:
    """The firm's collaborations that have, or had, one of the tasks, with each task and its time."""
    changes = defaultdict(list)
    for event in Event.objects.filter(
        firm=employee.firm, subject_type=Collaboration._meta.label_lower, verb="change_task"
    ).order_by("pk"):
        changes[event.subject_id].append(event)
    had = [pk for pk, events in changes.items() if any(event.before["task"] in tasks for event in events)]
    rows = Collaboration.objects.filter(Q(task__in=tasks) | Q(pk__in=had), firm=employee.firm)
    found = []
    for row in rows.select_related("service", "activation").order_by("service__position", "service__name", "pk"):
        start = row.activation.decided_at
        for event in changes[row.pk]:
            found.append((row, event.before["task"], Period(start, event.at)))
            start = event.at
        found.append((row, row.task_id, Period(start, row.ended_at)))
    return found
