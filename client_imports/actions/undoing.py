"""Take back what rows of an import did, of clients that nobody has touched since."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from client_imports.actions.faults import explain_fault
from client_imports.models import ClientImport, ImportRow
from client_imports.snapshots import take_snapshot
from clients.models import Client, Contact, LastChange, Listing, Task
from clients.rights import check_sees
from collaboration.actions import edit_client
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee, Firm

Outcome = ImportRow.Outcome
ITS_OWN = (Contact, Task, ImportRow, Listing, LastChange)  # what goes with a client that the import made


def undo_rows(client_import: ClientImport, rows: list[ImportRow], at: datetime) -> None:
    """Undo the rows, each for itself; one that cannot be undone says why."""
    Firm.objects.select_for_update(no_key=True).get(pk=client_import.firm_id)
    pks = [row.client_id for row in rows if row.client_id]
    clients = {client.pk: client for client in Client.objects.filter(pk__in=pks).select_for_update().order_by("pk")}
    by = client_import.undone_by or client_import.by
    for row in rows:
        client = clients.get(row.client_id) if row.client_id else None
        try:
            with transaction.atomic():
                undo_row(row, client, by=by, at=at)
        except NotAllowed as refusal:
            row.outcome, row.words = Outcome.KEPT, [refusal.sentence]
        except ProtectedError:
            row.outcome, row.words = Outcome.KEPT, [touched()]
        except Exception as error:
            row.outcome, row.words = Outcome.KEPT, [explain_fault(error, row)]
        else:
            row.outcome, row.words, row.client = Outcome.UNDONE, [], None if row.before == {} else client
    ImportRow.objects.bulk_update(rows, ["outcome", "words", "client"])


def undo_row(row: ImportRow, client: Client | None, *, by: Employee, at: datetime) -> None:
    """Raises NotAllowed where the client is gone or was touched, and as the deeds do."""
    if client is None or not row.after or take_snapshot(client) != row.after:
        raise NotAllowed(touched())
    check_sees(by, client.pk)
    if row.outcome == Outcome.CREATED:
        delete_made(client, by=by, at=at)
    else:
        restore(client, row.before, row.after, by=by, at=at)


def touched() -> str:
    return _("Kunden er endret eller tatt i bruk etter importen.")


def delete_made(client: Client, *, by: Employee, at: datetime) -> None:
    """Delete a client that the import made, with its contacts and tasks. Raises NotAllowed where anything else needs
    it.
    """
    for relation in Client._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: client})
        if relation.related_model not in ITS_OWN and rows.exists():
            raise NotAllowed(touched())
    delete_tasks(client.tasks.all(), by=by, at=at)
    for contact in client.contacts.all():
        contact.delete()
    record_event(subject=client, verb="delete", by=by.user, at=at, firm=by.firm)
    client.delete()


def delete_tasks(tasks: Any, *, by: Employee, at: datetime) -> None:
    for task in tasks:
        record_event(subject=task, verb="delete", by=by.user, at=at, firm=by.firm)
        task.delete()


def restore(client: Client, before: dict[str, Any], after: dict[str, Any], *, by: Employee, at: datetime) -> None:
    """Give the client back the card, contacts and tasks that it had. Raises NotAllowed as the deed does."""
    card = dict(before["card"])
    manager = card.pop("account_manager_id")
    card.pop("is_active")
    people = Employee.objects.filter(pk=manager).select_related("user")
    edit_client(client=client, by=by, fields=card | {"account_manager": people.first()}, clock=lambda: at)
    delete_tasks(client.tasks.exclude(pk__in=before["tasks"]), by=by, at=at)
    if before["contacts"] == after["contacts"]:
        return
    added = client.contacts.exclude(pk__in=before["contacts"])
    for contact in added:
        record_event(subject=contact, verb="delete", by=by.user, at=at, firm=client.firm)
        contact.delete()
    client.contacts.update(is_main=False)
    for pk, fields in before["contacts"].items():
        if fields != after["contacts"].get(pk):
            contact = client.contacts.get(pk=pk)
            record_event(subject=contact, verb="edit", by=by.user, at=at, firm=client.firm)
        client.contacts.filter(pk=pk).update(**fields)
