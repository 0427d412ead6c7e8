"""Import rows by the deeds of a person: the same locks, checks and events as a form's."""

from datetime import datetime
from typing import Any

from django.db import transaction

from client_imports.actions.faults import explain_fault
from client_imports.models import ClientImport, ImportRow
from client_imports.plans import Plan, Planner
from client_imports.snapshots import take_snapshot
from clients.actions import create_client, create_task, save_contact
from clients.models import Client
from collaboration.actions import edit_client
from ground.refusals import NotAllowed
from organisations.models import Employee, Firm

Kind, Outcome = ImportRow.Kind, ImportRow.Outcome
OUTCOMES = {Kind.SAME: Outcome.SAME, Kind.SKIPPED: Outcome.SKIPPED}


def lock_rows(client_import: ClientImport, rows: list[ImportRow]) -> None:
    """Lock what the rows' deeds will lock, all of it in the one order: the firm, the clients, the co-workers."""
    Firm.objects.select_for_update(no_key=True).get(pk=client_import.firm_id)
    planner = Planner(client_import, rows)
    clients = Client.objects.filter(pk__in=[client.pk for client in planner.found])
    list(clients.select_for_update().order_by("pk").values_list("pk"))
    people = {client_import.by_id} | {
        values.fields["account_manager"].pk for values in planner.values.values() if "account_manager" in values.fields
    }
    list(Employee.objects.filter(pk__in=people).select_for_update(no_key=True).order_by("pk").values_list("pk"))


def write_rows(client_import: ClientImport, rows: list[ImportRow], at: datetime) -> ImportRow | None:
    """Import the rows, each for itself; returns the first that failed, None where none did. The caller has locked."""
    planner, failed = Planner(client_import, rows), None
    for row in rows:
        try:
            with transaction.atomic():
                write_row(client_import, row, planner.plan(row), at)
        except NotAllowed as refusal:
            row.outcome, row.words, row.client = Outcome.FAILED, [refusal.sentence], None
        except Exception as error:
            row.outcome, row.words, row.client = Outcome.FAILED, [explain_fault(error, row)], None
        if row.outcome == Outcome.FAILED and failed is None:
            failed = row
    ImportRow.objects.bulk_update(rows, ["outcome", "words", "client", "before", "after"])
    return failed


def write_row(client_import: ClientImport, row: ImportRow, plan: Plan, at: datetime) -> None:
    """Do what the plan says, and note what it did. Raises NotAllowed as the deeds do."""
    row.words, row.client = plan.words, plan.client
    if plan.kind == Kind.WRONG:
        row.outcome = Outcome.FAILED
        return
    if plan.kind in OUTCOMES:
        row.outcome = OUTCOMES[Kind(plan.kind)]
        return
    by, clock = client_import.by, lambda: at
    if plan.client is None:
        contact = plan.values.contact or None
        client = create_client(by=by, fields=plan.fields, main_contact=contact, clock=clock)
        row.outcome, row.before = Outcome.CREATED, {}
    else:
        client, row.before = plan.client, take_snapshot(plan.client)
        change(client, plan, by=by, at=at)
        row.outcome = Outcome.CHANGED
    if plan.opens_task and plan.values.task_type:
        client = Client.objects.get(pk=client.pk)
        owner = client.account_manager or by
        create_task(client=client, by=by, type=plan.values.task_type, owner=owner, participants=[], clock=clock)
    row.client, row.after = client, take_snapshot(client)


def change(client: Client, plan: Plan, *, by: Employee, at: datetime) -> None:
    if plan.fields:
        edit_client(client=client, by=by, fields=plan.fields, clock=lambda: at)
    if plan.changes_contact:
        told: dict[str, Any] = {**plan.values.contact, "is_main": True}
        save_contact(client=client, by=by, fields=told, contact=plan.contact, clock=lambda: at)
