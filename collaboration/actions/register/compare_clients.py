"""Compare: each night what the firms' cards say with what the register says, unit by unit, within its bounds."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from business_register.lookups import Found, State, find_roles, find_unit, is_on, is_resting
from business_register.models import Answer, Comparison
from business_register.requests import Deadline
from business_register.values import find_manager
from clients.models import Client
from collaboration.client_alerts import client_changed
from collaboration.register_changes import find_changes, mark_of
from ground.clock import Clock, database_clock
from ground.database_faults import go_on_after

logger = logging.getLogger(__name__)

RUN_SECONDS = 30  # of one job, which a worker would end after 45
MOST_ENLISTED = 2000
QUESTIONS = 2  # about one unit
AGAIN_AFTER = timedelta(hours=20)
AGAIN_AFTER_SILENCE = timedelta(hours=1)
NEWS_OF = timedelta(hours=12)  # an older answer is not today's
COMPARE_LOCK = 4_207_018  # any number that no other advisory lock has
HOUR = timedelta(hours=1)


def compare_clients(*, clock: Clock = database_clock) -> int:
    """Compare the units that are due, as long as there is time and the hour's questions last. Returns how many.

    A unit that two firms have is asked about once. Whom a killed worker had in hand is due again within the hour;
    nothing else is asked twice. Two at once are one: the second one finds the lock taken.
    """
    if not is_on() or settings.BUSINESS_REGISTER_REQUESTS_PER_HOUR <= 0:
        return 0
    with alone() as is_alone:
        return compare_due(clock) if is_alone else 0


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other process compares now. The lock is the session's, and ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [COMPARE_LOCK])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [COMPARE_LOCK])


def compare_due(clock: Clock) -> int:
    at, ends_at, compared = clock(), time.monotonic() + RUN_SECONDS, 0
    left = settings.BUSINESS_REGISTER_REQUESTS_PER_HOUR - Answer.objects.asked_since(at - HOUR).count()
    enlist(at)
    for number in list(Comparison.objects.due(at).values_list("org_number", flat=True)[: max(left // QUESTIONS, 0)]):
        if time.monotonic() > ends_at or is_resting(at=clock()):
            break
        Comparison.objects.filter(pk=number).update(due_at=clock() + AGAIN_AFTER_SILENCE)
        try:
            compared += compare_unit(number, clock=clock)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            go_on_after(error, logger, "unit %(number)s was not compared", {"number": number})
    return compared


def enlist(at: datetime) -> None:
    """Have everybody's clients on the list, and nobody else."""
    listed = Exists(Comparison.objects.filter(org_number=OuterRef("org_number")))
    clients = Client.objects.filter(is_active=True, org_number__isnull=False)
    new = clients.filter(~listed).order_by("org_number").values_list("org_number", flat=True).distinct()
    rows = [Comparison(org_number=number, due_at=at) for number in new[:MOST_ENLISTED]]
    Comparison.objects.bulk_create(rows, ignore_conflicts=True)
    is_client = Exists(clients.filter(org_number=OuterRef("org_number")))
    Comparison.objects.due(at).filter(~is_client).order_by().delete()


def compare_unit(org_number: str, *, clock: Clock) -> bool:
    """Ask about the unit, and tell each firm that has it. False when the register is silent: later then."""
    deadline = Deadline()
    found = find_unit(org_number, deadline=deadline, at_most=NEWS_OF, clock=clock)
    if found.state is State.AWAY:
        return False
    roles = Found(State.FOUND)
    if found.unit and not found.unit.is_deleted:
        roles = find_roles(org_number, deadline=deadline, at_most=NEWS_OF, clock=clock)
        if roles.state is State.AWAY:
            return False
    manager = find_manager(roles.roles)
    tell_changes(org_number, found, manager=mark_of(manager.name) if manager else "", clock=clock)
    return True


@transaction.atomic
def tell_changes(org_number: str, found: Found, *, manager: str, clock: Clock) -> None:
    """Post what is new about each firm's client, and note when the unit is compared next, and who managed it."""
    row = Comparison.objects.select_for_update().get(pk=org_number)
    at = clock()
    new_manager = manager if row.manager and manager != row.manager else ""
    row.manager, row.due_at = manager or row.manager, at + AGAIN_AFTER
    row.save(update_fields=["manager", "due_at"])
    for client in Client.objects.filter(org_number=org_number, is_active=True).select_related("firm").order_by("pk"):
        for change in find_changes(client, found, new_manager=new_manager):
            client_changed(client, change, at=at)
