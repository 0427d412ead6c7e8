"""Who of a firm gets into a client's services, since when, and who let them in: read from the events.

That is who stands on the collaboration's task and works in the firm, from the approval to the end. The events are gone
through twice: backward from the rows of today, to find where things began, and forward, to find who came and went.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from clients.models import Task, TaskParticipant
from collaboration.models import Activation, Collaboration
from ground.clock import oslo_date
from history.models import Event
from organisations.models import Employee, User

OF_COLLABORATION = Collaboration._meta.label_lower
OF_REQUEST = Activation._meta.label_lower
OF_TASK = Task._meta.label_lower
OF_EMPLOYEE = Employee._meta.label_lower

People = frozenset[int]  # employees, by their ids
# What an event changes: the "people" of a task, whether an employee "works", the "task" of a collaboration, whether
# that "runs"; each with the row's id.
Key = tuple[str, int]
State = dict[Key, Any]
Step = tuple[Event, list[tuple[Key, Any, Any]]]  # an event, and what each key was before and after it

NOBODY: People = frozenset()


@dataclass(frozen=True)
class Turn:
    """A change of who gets in through one collaboration, with the event that brought it."""

    event: Event
    came: People
    went: People

    @property
    def is_access_itself(self) -> bool:
        """Whether the collaboration began or ended with it; otherwise the people have changed in between."""
        return self.event.verb in ("approve", "end")


@dataclass(frozen=True)
class PeopleTurn:
    """Who stood on a task before a deed and after it, with the deed's event."""

    event: Event
    task_id: int
    before: People
    after: People


@dataclass(frozen=True)
class PersonAccess:
    """Somebody of a firm who gets in now, or got in until a day.

    `given_by` is the colleague who let the person in. None: the customer's yes did, or the person came back to the firm
    and stood on the task still, or no event tells.
    """

    employee: Employee
    since: date
    given_by: User | None


@dataclass
class AccessLog:
    """The turns of each collaboration by its id, oldest first, and the employees that they name by theirs."""

    turns: dict[int, list[Turn]] = field(default_factory=dict)
    people: dict[int, Employee] = field(default_factory=dict)

    def people_now(self, collaboration: Collaboration) -> list[PersonAccess]:
        """Who gets in, as the door would say it: the task's owner first."""
        return [self.access_of(person, collaboration) for person in collaboration.task.people if person.is_active]

    def access_of(self, employee: Employee, collaboration: Collaboration) -> PersonAccess:
        turn = self.last_turn(employee.pk, collaboration, came=True)
        if turn is None:
            return PersonAccess(employee, collaboration.started_on, None)
        is_given = turn.event.verb not in ("approve", "accept")
        return PersonAccess(employee, oslo_date(turn.event.at), turn.event.by if is_given else None)

    def last_turn(self, employee_id: int, collaboration: Collaboration, *, came: bool) -> Turn | None:
        """The one with which the person came last, or went last."""
        found = reversed(self.turns.get(collaboration.pk, []))
        return next((turn for turn in found if employee_id in (turn.came if came else turn.went)), None)


def read_access_log(collaborations: Iterable[Collaboration]) -> AccessLog:
    """Five queries, however many collaborations, people and events."""
    own = list(collaborations)
    if not own:
        return AccessLog()
    events, tasks = find_events(own)
    state = people_of_today(tasks)
    people = find_employees(events, state)
    state |= {("works", pk): person.is_active for pk, person in people.items()}
    for one in own:
        state |= {("task", one.pk): one.task_id, ("runs", one.pk): one.is_active}
    return AccessLog(replay(own, state, go_back(events, state)), people)


def read_people_turns(firm_id: int, tasks: set[int]) -> list[PeopleTurn]:
    """Of a firm's tasks: every deed that says who stood on one, oldest first. Three queries."""
    steps = go_back(find_task_events({firm_id}, tasks), people_of_today(tasks))
    return [
        PeopleTurn(event, key[1], before, after)
        for event, changes in steps
        for key, before, after in changes
        if key[0] == "people"
    ]


def access_rows(
    collaborations: Iterable[Collaboration], log: AccessLog
) -> list[tuple[Collaboration, list[PersonAccess]]]:
    """As "Hvem har tilgang" shows them."""
    return [(one, log.people_now(one)) for one in collaborations]


# --- What is read ------------------------------------------------------------------------------------------------


def find_events(collaborations: Sequence[Collaboration]) -> tuple[list[Event], set[int]]:
    """All that says who got in, oldest first; and the tasks that the collaborations have, or had."""
    ids = [one.pk for one in collaborations]
    begun = Q(subject_type=OF_REQUEST, verb="approve", subject_id__in=[one.activation_id for one in collaborations])
    moved = Q(subject_type=OF_COLLABORATION, verb__in=("change_task", "end"), subject_id__in=ids)
    own = list(Event.objects.filter(begun | moved).select_related("by"))
    tasks = {one.task_id for one in collaborations}
    tasks |= {event.before["task"] for event in own if event.verb == "change_task"}
    others = find_task_events({one.firm_id for one in collaborations}, tasks)
    return sorted([*own, *others], key=lambda event: event.pk), tasks


def find_task_events(firms: set[int], tasks: set[int]) -> list[Event]:
    """What says who stood on the firms' tasks, oldest first: the tasks' own, and those of who came and who left."""
    of_tasks = Q(subject_type=OF_TASK, subject_id__in=tasks, after__has_key="owner")
    of_people = Q(subject_type=OF_EMPLOYEE, verb__in=("deactivate", "accept"), firm__in=firms)
    return list(Event.objects.filter(of_tasks | of_people).select_related("by").order_by("pk"))


def people_of_today(tasks: Iterable[int]) -> State:
    state: dict[int, set[int]] = defaultdict(set)
    for task, owner in Task.objects.filter(pk__in=tasks).values_list("pk", "owner"):
        state[task].add(owner)
    for task, employee in TaskParticipant.objects.filter(task__in=tasks).values_list("task", "employee"):
        state[task].add(employee)
    return {("people", task): frozenset(people) for task, people in state.items()}


def find_employees(events: Iterable[Event], state: State) -> dict[int, Employee]:
    """All who are named on the tasks, today or in an event, and the leavers."""
    named = {pk for people in state.values() for pk in people}
    for event in events:
        if event.subject_type == OF_TASK:
            named |= people_in(event.before) | people_in(event.after)
        elif event.verb == "deactivate":
            named |= {event.subject_id}
    return Employee.objects.select_related("user").in_bulk(named)


# --- What an event changes ---------------------------------------------------------------------------------------


def changes_of(event: Event, state: State) -> Iterator[tuple[Key, Any, Any]]:
    """What it changes, as it was before and was after. `state` is the one after it."""
    match event.subject_type, event.verb:
        case kind, _verb if kind == OF_TASK:
            yield ("people", event.subject_id), people_in(event.before), people_in(event.after)
        case _kind, "change_task":
            yield ("task", event.subject_id), event.before["task"], event.after["task"]
        case _kind, "approve":
            yield ("runs", event.after["collaboration"]), False, True
        case _kind, "end":
            yield ("runs", event.subject_id), True, False
        case _kind, "accept":
            yield ("works", event.subject_id), False, True
        case _kind, "deactivate":
            yield ("works", event.subject_id), True, False
            yield from changes_of_leaving(event, state)


def changes_of_leaving(event: Event, state: State) -> Iterator[tuple[Key, People, People]]:
    """The leaver goes off the tasks, and who takes over comes on those that the leaver had, if not on them already."""
    owned, taker = event.before.get("owned", []), event.after.get("task_owner")
    for task in {*owned, *event.before.get("participated", [])}:
        after = state.get(("people", task))
        if after is None:
            continue
        is_new = task in owned and taker is not None and task not in event.before.get("shared", [])
        yield ("people", task), (after | {event.subject_id}) - ({taker} if is_new else set()), after


def people_in(words: dict[str, Any]) -> People:
    """Of a task's event: the owner and the participants; nobody before it was made."""
    return frozenset([words["owner"], *words["participants"]]) if "owner" in words else NOBODY


# --- Backward and forward ----------------------------------------------------------------------------------------


def go_back(events: Sequence[Event], state: State) -> list[Step]:
    """The steps of the events, which are given and returned oldest first. `state`, today's, becomes the beginning's."""
    steps: list[Step] = []
    for event in reversed(events):
        changes = list(changes_of(event, state))
        state |= {key: before for key, before, _after in changes}
        steps.append((event, changes))
    return steps[::-1]


def replay(collaborations: Sequence[Collaboration], state: State, steps: Iterable[Step]) -> dict[int, list[Turn]]:
    """From the state of the beginning: the turns of each collaboration."""
    turns: dict[int, list[Turn]] = defaultdict(list)
    there = {one.pk: present(one, state) for one in collaborations}
    for event, changes in steps:
        state |= {key: after for key, _before, after in changes}
        for one in collaborations:
            now = present(one, state)
            if now != there[one.pk]:
                turns[one.pk].append(Turn(event, came=now - there[one.pk], went=there[one.pk] - now))
                there[one.pk] = now
    return dict(turns)


def present(collaboration: Collaboration, state: State) -> People:
    if not state["runs", collaboration.pk]:
        return NOBODY
    people = state["people", state["task", collaboration.pk]]
    return frozenset(pk for pk in people if state.get(("works", pk), True))
