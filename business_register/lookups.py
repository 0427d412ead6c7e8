"""Asking the register: what is kept if it is fresh, else itself, within the time that a page may wait.

Ask outside of a transaction: nobody may wait for a lock while we wait for the register. What stands in a transaction
reads what is kept (`kept_unit`, `kept_roles`).
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.conf import settings

from business_register.actions import keep_answer, keep_failure, take_turn
from business_register.models import KEPT_FOR, Answer, Breaker
from business_register.names import words_of
from business_register.requests import Away, Deadline, Heard, ask
from business_register.values import (
    Malformed,
    Role,
    Unit,
    as_json,
    read_hits,
    read_roles,
    read_unit,
)
from ground.clock import Clock, database_clock
from ground.org_number import is_org_number

logger = logging.getLogger(__name__)

LONGEST_NAME = 180  # the register's own limit
About = Answer.About


class State(Enum):
    """What came of a question. AWAY: nobody knows."""

    FOUND = "found"
    MISSING = "missing"
    REMOVED = "removed"
    AWAY = "away"


@dataclass(frozen=True)
class Found:
    """Of a unit: itself, where there is one. Of a search or roles: those found."""

    state: State
    unit: Unit | None = None
    roles: tuple[Role, ...] = ()
    units: tuple[Unit, ...] = ()


AWAY = Found(State.AWAY)
Read = Callable[[Heard], dict[str, Any]]


def is_on() -> bool:
    """Whether there is a register to ask in this place."""
    return bool(settings.BUSINESS_REGISTER_URL)


def is_resting(*, at: datetime) -> bool:
    """Whether the register has failed so often that nobody asks it now."""
    return Breaker.objects.filter(rests_until__gt=at).exists()


def find_unit(
    org_number: str,
    *,
    deadline: Deadline | None = None,
    at_most: timedelta = KEPT_FOR,
    clock: Clock = database_clock,
) -> Found:
    """The unit with this number: a main unit, else a sub-unit, whose `parent` says so.

    An answer older than `at_most` is asked for anew.
    """
    if not is_org_number(org_number):
        return Found(State.MISSING)
    deadline = deadline or Deadline()

    def read(heard: Heard) -> dict[str, Any]:
        if heard.status == 404:
            heard = ask(f"/underenheter/{org_number}", deadline)
        if heard.status != 200:
            return {"state": State.REMOVED.value if heard.status == 410 else State.MISSING.value}
        return {"state": State.FOUND.value, "unit": as_json(read_unit(heard.said, org_number=org_number))}

    answer = look_up(About.UNIT, org_number, f"/enheter/{org_number}", read, deadline, clock, at_most=at_most)
    return found_unit(answer)


def find_roles(
    org_number: str,
    *,
    deadline: Deadline | None = None,
    at_most: timedelta = KEPT_FOR,
    clock: Clock = database_clock,
) -> Found:
    """The roles that people and units have in the unit; none where the register has none."""
    if not is_org_number(org_number):
        return Found(State.MISSING)

    def read(heard: Heard) -> dict[str, Any]:
        roles = read_roles(heard.said) if heard.status == 200 else ()
        return {"state": State.FOUND.value, "roles": [as_json(role) for role in roles]}

    path = f"/enheter/{org_number}/roller"
    answer = look_up(About.ROLES, org_number, path, read, deadline or Deadline(), clock, at_most=at_most)
    return found_roles(answer)


def find_by_name(name: str, *, deadline: Deadline | None = None, clock: Clock = database_clock) -> Found:
    """The units that the register finds by the name, in its order; MISSING for none."""
    words = " ".join(words_of(name))
    if not words:
        return Found(State.MISSING)
    asked = hashlib.sha256(words.encode()).hexdigest()  # the text itself may be anything, and somebody's

    def read(heard: Heard) -> dict[str, Any]:
        return {"units": [as_json(unit) for unit in read_hits(heard.said)] if heard.status == 200 else []}

    deadline = deadline or Deadline()
    query = {"navn": name[:LONGEST_NAME], "size": "20"}
    answer = look_up(About.NAME, asked, "/enheter", read, deadline, clock, query=query)
    if answer is None:
        return AWAY
    units = tuple(Unit(**unit) for unit in answer.content["units"])
    return Found(State.FOUND if units else State.MISSING, units=units)


def kept_unit(org_number: str, *, at: datetime) -> Found:
    """What the register has said of the unit within the day; AWAY where it has not."""
    return found_unit(Answer.objects.fresh(at).filter(about=About.UNIT, asked=org_number).first())


def kept_roles(org_number: str, *, at: datetime) -> Found:
    """The same of its roles."""
    return found_roles(Answer.objects.fresh(at).filter(about=About.ROLES, asked=org_number).first())


def kept_of_many(org_numbers: Iterable[str], *, at: datetime) -> tuple[dict[str, Found], dict[str, Found]]:
    """The units and the roles that are kept of the numbers, by number, in one query; none of what is not."""
    units, roles = {}, {}
    asked = Answer.objects.fresh(at).filter(about__in=(About.UNIT, About.ROLES), asked__in=org_numbers)
    for answer in asked if is_on() else ():
        if answer.about == About.UNIT:
            units[answer.asked] = found_unit(answer)
        else:
            roles[answer.asked] = found_roles(answer)
    return units, roles


def found_unit(answer: Answer | None) -> Found:
    if answer is None:
        return AWAY
    unit = answer.content.get("unit")
    return Found(State(answer.content["state"]), unit=Unit(**unit) if unit else None)


def found_roles(answer: Answer | None) -> Found:
    if answer is None:
        return AWAY
    return Found(State.FOUND, roles=tuple(Role(**role) for role in answer.content["roles"]))


def look_up(
    about: str,
    asked: str,
    path: str,
    read: Read,
    deadline: Deadline,
    clock: Clock,
    *,
    at_most: timedelta = KEPT_FOR,
    query: dict[str, str] | None = None,
) -> Answer | None:
    """The kept answer while it is fresh, else a new one; None where the register is away, without waiting for it twice
    within a minute.
    """
    if not is_on():
        return None
    at = clock()
    kept = Answer.objects.filter(about=about, asked=asked).first()
    if kept and kept.is_fresh(at, at_most=at_most):
        return kept
    if (kept and kept.rests(at)) or not take_turn(at=at):
        return None
    try:
        content = read(ask(path, deadline, **(query or {})))
    except (Away, Malformed) as error:
        logger.warning("the register is away: %s", error)
        keep_failure(about=about, asked=asked, at=at, rests=getattr(error, "rests", 0))
        return None
    return keep_answer(about=about, asked=asked, content=content, at=at)
