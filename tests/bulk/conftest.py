"""Runs as tests begin them: many clients, what is chosen for them, and a worker that is called by hand."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bulk import actions, waking
from bulk.models import BulkRow, BulkRun
from clients.models import Client
from tests import factories

CHOICES = {"services": {"eaccounting": "smart"}, "payer": "company", "period_months": 12, "task_type": None}


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[int]:
    """The runs for which a worker was woken; none comes by itself."""
    calls: list[int] = []
    monkeypatch.setattr(waking, "wake_one", calls.append)
    monkeypatch.setattr("bulk.actions.work.wake_one", calls.append)
    return calls


def make_clients(lead, count: int) -> list[Client]:
    """So many new customers with a contact and a task, nothing wrong with any of them."""
    clients = [factories.ClientFactory(firm=lead.firm) for _ in range(count)]
    for number, client in enumerate(clients):
        factories.ContactFactory(client=client, email=f"post{number}@kunde{number}.example")
        factories.TaskFactory(client=client, owner=lead)
    return clients


@pytest.fixture
def preview() -> Callable[..., BulkRun]:
    """The preview of a run: preview(clients, by=kari)."""

    def begin(clients, *, by, choices=CHOICES, deed="activate") -> BulkRun:
        run = actions.begin_run(deed=deed, chosen=[client.pk for client in clients], by=by)
        return actions.choose(run=run, by=by, choices=choices)

    return begin


@pytest.fixture
def start(preview) -> Callable[..., BulkRun]:
    """A run that waits for a worker."""

    def started(clients, *, by, **chosen) -> BulkRun:
        return actions.start_run(run=preview(clients, by=by, **chosen), by=by)

    return started


def states(run: BulkRun) -> dict[str, int]:
    found = list(run.rows.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def row_of(run: BulkRun, client: Client) -> BulkRow:
    return run.rows.get(client=client)


@pytest.fixture
def plain(kari, eaccounting) -> SimpleNamespace:
    return SimpleNamespace(clients=make_clients(kari, 3))
