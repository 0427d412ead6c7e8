"""manage.py list_odd_addresses: the stored addresses that no mail can go to, or that are another row's in truth."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models

from collaboration.models import Receipt
from ground.mail_addresses import NoAddress, address_form
from notifications.stored_addresses import as_it_was


class Command(BaseCommand):
    help = "List stored addresses that nobody can be reached or found by, and who else has the mailbox."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, column in columns_of_addresses():
            rows = model._base_manager
            stored = rows.exclude(**{column: ""}).order_by("pk").values_list("pk", column)
            for pk, address in stored.iterator():
                if not has_its_form(address):
                    self.stdout.write(
                        f"{model._meta.label} {pk}, {column}: {address} {what_of_it(model, column, as_it_was(address))}"
                    )


def columns_of_addresses() -> Iterator[tuple[type[models.Model], str]]:
    """All but the receipts': those keep the spelling that was signed."""
    for model in apps.get_models():
        if model._meta.proxy or model is Receipt:
            continue
        for column in model._meta.local_concrete_fields:
            if isinstance(column, models.EmailField):
                yield model, column.name


def has_its_form(address: str) -> bool:
    try:
        return address_form(address) == address == as_it_was(address)
    except NoAddress:
        return False


def what_of_it(model: type[models.Model], column: str, address: str) -> str:
    """The mailbox that it was meant for, and the row that has it."""
    try:
        form = address_form(address)
    except NoAddress:
        return f"was {address!a}: no mail can go there"
    others = model._base_manager.filter(**{column: form}).order_by("pk").values_list("pk", flat=True)
    held = ", ".join(str(pk) for pk in others[:5])
    return f"was {address!a}, the mailbox {form} of row {held or '?'}"
