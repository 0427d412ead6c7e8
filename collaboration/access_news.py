"""Who has come and who has gone since the company was told last, net: the facts of the mail about access."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from collaboration.access import AccessLog, read_access_log
from collaboration.models import Collaboration
from ground.clock import oslo_date
from organisations.models import Employee, Firm, User


@dataclass(frozen=True)
class Arrival:
    """Somebody of a firm who has got access, or has it no more: to which services, from which day, by whom.

    `day` is None where no event tells it, `by` where the customer's yes did it or no event tells.
    """

    employee: Employee
    firm: Firm
    day: date | None
    by: User | None
    services: list[str] = field(default_factory=list, compare=False)


@dataclass
class AccessNews:
    came: list[Arrival]
    went: list[Arrival]

    def __bool__(self) -> bool:
        return bool(self.came or self.went)


def find_access_news(collaborations: Sequence[Collaboration]) -> AccessNews:
    """Of a company's running collaborations, with their tasks' people. One person, day and giver is one line."""
    log, people = read_access_log(collaborations), employees_of(collaborations)
    news = AccessNews([], [])
    for one in collaborations:
        now, told = set(one.people_with_access), set(one.people_told)
        for pk in sorted(now - told):
            access = log.access_of(people[pk], one)
            add(news.came, Arrival(people[pk], one.firm, access.since, access.given_by), one)
        for pk in sorted(told - now):
            add(news.went, departure(people[pk], one, log), one)
    return news


def employees_of(collaborations: Iterable[Collaboration]) -> dict[int, Employee]:
    named = {pk for one in collaborations for pk in (*one.people_with_access, *one.people_told)}
    return Employee.objects.select_related("user").in_bulk(named)


def departure(employee: Employee, collaboration: Collaboration, log: AccessLog) -> Arrival:
    turn = log.last_turn(employee.pk, collaboration, came=False)
    if turn is None:
        return Arrival(employee, collaboration.firm, None, None)
    return Arrival(employee, collaboration.firm, oslo_date(turn.event.at), turn.event.by)


def add(lines: list[Arrival], line: Arrival, collaboration: Collaboration) -> None:
    """To the same person's line where there is one: a task opens several services."""
    if line in lines:
        line = lines[lines.index(line)]
    else:
        lines.append(line)
    line.services.append(collaboration.service.name)
