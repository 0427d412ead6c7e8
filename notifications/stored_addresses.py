"""Bringing stored addresses into their form: called by migrations, and never twice for the same rows."""

import re
from typing import Any
from urllib.parse import quote, unquote

from django.db import IntegrityError, models, transaction

from ground.mail_addresses import LONGEST, STORED, NoAddress, address_form

ODD_DOMAIN = "@uten-form.invalid"  # that nobody can have (RFC 2606)


def bring_into_form(model: type[models.Model], column: str, *, is_for_one: bool = False) -> list[str]:
    """Write the form of every address of the column; returns a line for each that could not get it.

    What has no form, and what would be another row's address, is kept within an address that no mail reaches: it can
    be read, and nobody is found by what stood there. People are not merged. `is_for_one`: no two rows may have one
    address, whatever the database says of it.
    """
    rows: Any = model._base_manager
    odd = rows.exclude(**{column: ""}).exclude(**{f"{column}__regex": STORED}).order_by("pk")
    return [
        f"{model._meta.label} {pk}, {column}: {set_apart(stored)}"
        for pk, stored in list(odd.values_list("pk", column))
        if not gets_form(rows, pk, column, stored, is_for_one=is_for_one)
    ]


def gets_form(rows: Any, pk: int, column: str, stored: str, *, is_for_one: bool) -> bool:
    """False where the address is set apart instead."""
    try:
        form = address_form(stored)
        if is_for_one and rows.exclude(pk=pk).filter(**{column: form}).exists():
            raise IntegrityError
        with transaction.atomic():
            rows.filter(pk=pk).update(**{column: form})
    except (NoAddress, IntegrityError):
        apart = set_apart(stored)
        if len(apart) > LONGEST:
            apart = f"{apart[: LONGEST - len(ODD_DOMAIN) - 20].rstrip('.')}={pk}{ODD_DOMAIN}"
        rows.filter(pk=pk).update(**{column: apart})
        return False
    return True


def set_apart(stored: str) -> str:
    """The text as the first part of an address, in which everything but letters, digits and `.-_+` is spelt as =XX."""
    spelt = quote(stored.lower(), safe="+").replace("~", "%7E").replace("%", "=").lower()
    return re.sub(r"^\.|\.(?=\.|$)", "=2e", spelt) + ODD_DOMAIN


def as_it_was(address: str) -> str:
    """What set_apart was given, in small letters; any other address is itself."""
    if not address.endswith(ODD_DOMAIN):
        return address
    return unquote(address.removesuffix(ODD_DOMAIN).replace("=", "%"))


def tell(lines: list[str]) -> None:
    """On the terminal of whoever runs the migration; `manage.py list_odd_addresses` tells it again."""
    for line in lines:
        print(f"  no form, or another's: {line}")
