"""The work on an import, chunk by chunk: each one transaction, so that who is killed leaves nothing half done."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from client_imports.actions.faults import explain_fault
from client_imports.actions.undoing import undo_rows
from client_imports.actions.writing import lock_rows, write_rows
from client_imports.models import ClientImport, ImportRow
from client_imports.plans import Planner
from ground.clock import Clock, database_clock
from history.models import record_event

State = ClientImport.State

RUN_SECONDS = 25  # then a job hands on to the next one: it may take 45 s
QUIET = timedelta(seconds=15)  # after which the clock takes an import for abandoned; a chunk takes a second
UNDO_FOR = timedelta(days=1)
CHECKED_AT_ONCE = 200  # rows
WRITTEN_AT_ONCE = 10  # rows: the firm's other new cards wait for so many


def go_on(pk: int, *, seconds: float = RUN_SECONDS, clock: Clock = database_clock) -> bool:
    """Work on the import for so long; returns whether there is more to do. Safe at any time, and by several at once."""
    end = time.monotonic() + seconds
    while work_on_a_chunk(pk, clock=clock):
        if time.monotonic() >= end:
            return True
    return False


def find_abandoned(*, clock: Clock = database_clock) -> list[int]:
    """The imports with work to do that nobody has worked on of late: their worker is dead, or was never woken."""
    quiet = Q(worked_at=None) | Q(worked_at__lt=clock() - QUIET)
    return list(ClientImport.objects.working().filter(quiet).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def work_on_a_chunk(pk: int, *, clock: Clock = database_clock) -> bool:
    """Do the next rows; returns whether there may be more. False also while somebody else is at it."""
    imports = ClientImport.objects.working().select_for_update(skip_locked=True, of=("self",))
    client_import = imports.select_related("firm", "by__user", "undone_by__user").filter(pk=pk).first()
    if client_import is None:
        return False
    at = clock()
    with translation.override(client_import.language):
        done = WORK[client_import.state](client_import, at)
    client_import.reached = min(client_import.total, client_import.reached + done)
    client_import.worked_at = at
    client_import.save()
    return client_import.is_working


def check_chunk(client_import: ClientImport, at: datetime) -> int:
    """Say of the next rows what each will be; returns how many."""
    rows = list(client_import.rows.filter(kind="").order_by("number")[:CHECKED_AT_ONCE])
    if not rows:
        client_import.state = State.CHECKED
        return 0
    planner = Planner(client_import, rows)
    for row in rows:
        try:
            plan = planner.plan(row)
        except Exception as error:
            row.kind, row.words = ImportRow.Kind.WRONG, [explain_fault(error, row)]
        else:
            row.kind, row.words = plan.kind, plan.words
    ImportRow.objects.bulk_update(rows, ["kind", "words", "named_number", "named_org_number", "named"])
    return len(rows)


def write_chunk(client_import: ClientImport, at: datetime) -> int:
    """Import the next rows; returns how many. Where all are to go or none, a row that fails turns it round."""
    rows = list(client_import.rows.filter(outcome="").order_by("number")[:WRITTEN_AT_ONCE])
    if not rows:
        finish(client_import, State.DONE, at)
        client_import.undo_until = at + UNDO_FOR
        return 0
    lock_rows(client_import, rows)
    failed = write_rows(client_import, rows, at)
    if failed and client_import.scope == ClientImport.Scope.ALL:
        client_import.stopped_by = failed.number
        client_import.state, client_import.undone_by = State.UNDOING, client_import.by
    return len(rows)


def undo_chunk(client_import: ClientImport, at: datetime) -> int:
    """Take back the last rows that were imported; returns how many."""
    rows = list(client_import.rows.filter(outcome__in=ImportRow.WRITTEN).order_by("-number")[:WRITTEN_AT_ONCE])
    if not rows:
        finish(client_import, State.UNDONE, at)
        return 0
    undo_rows(client_import, rows, at)
    return len(rows)


def finish(client_import: ClientImport, state: str, at: datetime) -> None:
    client_import.state, client_import.finished_at = state, at
    client_import.reached = client_import.total
    record_event(subject=client_import, verb=f"be_{state}", at=at, firm=client_import.firm)


WORK: dict[str, Callable[[ClientImport, datetime], int]] = {
    State.CHECKING: check_chunk,
    State.RUNNING: write_chunk,
    State.UNDOING: undo_chunk,
}
