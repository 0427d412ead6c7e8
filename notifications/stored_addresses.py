"""Bringing stored addresses into their form; called by migrations, once for each row."""

import re
from typing import Any
from urllib.parse import quote, unquote

from django.db import IntegrityError, models, transaction

from ground.mail_addresses import LONGEST, STORED, NoAddress, address_form

ODD_DOMAIN = "@uten-form.invalid"  # that nobody can have (RFC 2606)


def bring_into_form(model: type[models.Model], column: str, *, is_for_one: bool = False) -> list[str]:
    """Write the form of every address of the column; returns a line for each that could not get it.

    Text without a form, and an address that another row has already, is set apart within one that no mail reaches: it
    can be read, and nobody is found by it. People are not merged. `is_for_one`: no two rows may have one address,
    whatever the database says.
    """
    rows: Any = model._base_manager
    odd = rows.exclude(**{column: ""}).exclude(**{f"{column}__regex": STORED}).order_by("pk")
    return [
        f"{model._meta.label} {pk}, {column}: {set_apart(stored)}"
        for pk, stored in list(odd.values_list("pk", column))
        if not gets_form(rows, pk, column, stored, is_for_one=is_for_one)
    ]


def gets_form(rows: Any, pk: int, column: str, stored: str, *, is_for_one: bool) -> bool:
    """Write the address's form, or set it apart; returns whether it got its form."""
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
    """The text that `set_apart` was given, in small letters; any other address as it is."""
    if not address.endswith(ODD_DOMAIN):
        return address
    return unquote(address.removesuffix(ODD_DOMAIN).replace("=", "%"))


def tell(lines: list[str]) -> None:
    """Print the lines to whoever runs the migration; `manage.py list_odd_addresses` prints them again."""
    for line in lines:
        print(f"  no form, or another's: {line}")
