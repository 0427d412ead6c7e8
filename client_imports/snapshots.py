"""A client's card, contacts and tasks as plain values: what an import found, and what it left."""

from typing import Any

from clients.models import Client

CARD = (
    "name", "number", "org_number", "legal_form", "street", "postal_code", "city", "email", "phone",
    "account_manager_id", "is_active",
)  # fmt: skip
CONTACT = ("name", "email", "phone", "is_main")


def take_snapshot(client: Client) -> dict[str, Any]:
    """The client as the database has it now. Equal snapshots: nobody has changed anything in between."""
    card = Client.objects.values(*CARD).get(pk=client.pk)
    contacts = client.contacts.order_by("pk").values("pk", *CONTACT)
    tasks = client.tasks.order_by("pk").prefetch_related("participants")
    return {
        "card": card,
        "contacts": {str(row["pk"]): {name: row[name] for name in CONTACT} for row in contacts},
        "tasks": {
            str(task.pk): {
                "type": task.type_id,
                "owner": task.owner_id,
                "due_on": task.due_on.isoformat() if task.due_on else None,
                "is_open": task.is_open,
                "participants": sorted(person.pk for person in task.participants.all()),
            }
            for task in tasks
        },
    }
