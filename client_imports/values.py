"""What the cells of a row say, in the form in which it is stored, and what is wrong with them in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_integer
from django.utils.translation import gettext as _

from client_imports.columns import Field
from client_imports.readers.bounds import UNREADABLE
from clients.models import Client, TaskType
from clients.typed import LARGEST_CLIENT_NUMBER, check_org_number, check_postal_code
from ground.lines import LineField, clean_line
from ground.mail_addresses import find_form
from ground.org_number import OrgNumberField
from organisations.forms.addresses import AddressField
from organisations.models import Employee, Firm

SHEETS_OWN_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#I/T", "#VERDI!", "#NAVN?"}
LOOKS_LIKE_A_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}( .*)?")
SHORTENED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)  # as a spreadsheet shows a long number
FORMS = {
    "aksjeselskap": "AS", "enkeltpersonforetak": "ENK", "enkeltmannsforetak": "ENK", "ansvarlig selskap": "ANS",
    "ansvarlig selskap med delt ansvar": "DA", "samvirkeforetak": "SA", "utenlandsk foretak": "NUF",
    "norskregistrert utenlandsk foretak": "NUF", "forening": "FLI", "lag": "FLI", "forening/lag/innretning": "FLI",
    "stiftelse": "STI", "privatperson": "PERS", "privat": "PERS", "pers": "PERS", "limited company": "AS",
    "sole proprietorship": "ENK", "sole trader": "ENK", "foundation": "STI", "private person": "PERS",
}  # fmt: skip


@dataclass
class Values:
    """A row's values by field, without what the row leaves empty; what is wrong, and what was left out."""

    fields: dict[str, Any] = field(default_factory=dict)  # of the client's card
    contact: dict[str, str] = field(default_factory=dict)
    task_type: TaskType | None = None
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Known:
    """The firm's people and task types, by every name that a file may call them."""

    def __init__(self, firm: Firm) -> None:
        self.people: dict[str, list[Employee]] = {}
        for person in Employee.objects.filter(firm=firm).active().select_related("user"):
            for name in {clean_line(person.user.name).casefold(), find_form(person.user.email)}:
                self.people.setdefault(name, []).append(person)
        self.types: dict[str, TaskType] = {}
        for one in firm.task_types.filter(is_active=True):
            for name in filter(None, (one.name_en, one.name)):
                self.types[clean_line(name).casefold()] = one


CARD: dict[str, forms.Field] = {
    Field.NAME: LineField(max_length=150),
    Field.NUMBER: forms.IntegerField(min_value=1, max_value=LARGEST_CLIENT_NUMBER),
    Field.ORG_NUMBER: OrgNumberField(),
    Field.STREET: LineField(max_length=150),
    Field.POSTAL_CODE: forms.CharField(max_length=10),
    Field.CITY: LineField(max_length=80),
    Field.EMAIL: AddressField(),
    Field.PHONE: LineField(max_length=30),
}
CONTACT: dict[str, forms.Field] = {
    Field.CONTACT_NAME: LineField(max_length=150),
    Field.CONTACT_EMAIL: AddressField(),
    Field.CONTACT_PHONE: LineField(max_length=30),
}


def read_values(cells: list[str], columns: list[str], known: Known) -> Values:
    """The values of a row whose columns hold those fields. An empty cell says nothing: what is stored stays."""
    values = Values()
    if len(cells) > len(columns):
        values.wrong.append(
            _("Raden har %(cells)s celler, men filen har %(columns)s kolonner. Mangler det anførselstegn?")
            % {"cells": len(cells), "columns": len(columns)}
        )
    for name, cell in zip(columns, cells, strict=False):
        if not name or not cell:
            continue
        try:
            refuse_broken(cell)
            put(values, name, cell, known)
        except ValidationError as error:
            values.wrong += [f"{Field(name).label}: {sentence}" for sentence in error.messages]
    if "name" not in values.fields and not any(str(Field.NAME.label) in sentence for sentence in values.wrong):
        values.wrong.append(_("Raden mangler kundens navn."))
    if values.contact and "name" not in values.contact and not values.wrong:
        values.wrong.append(_("Raden mangler navnet på hovedkontakten."))
    return values


def refuse_broken(cell: str) -> None:
    """Raise ValidationError for a cell that came to harm before it came here."""
    if UNREADABLE in cell:
        raise ValidationError(_("Cellen har tegn som ikke kan leses."))
    if cell in SHEETS_OWN_ERRORS:
        raise ValidationError(_("Cellen har en feil fra regnearket: %(cell)s.") % {"cell": cell})


def put(values: Values, name: str, cell: str, known: Known) -> None:
    """Add the cell's value. Raises ValidationError."""
    if name in CONTACT:
        if found := CONTACT[name].clean(cell):
            values.contact[name.removeprefix("contact_")] = found
    elif name == Field.LEGAL_FORM:
        found = find_legal_form(cell)
        if found:
            values.fields[name] = found
        else:
            values.notes.append(_("Organisasjonsformen %(cell)s er ikke med.") % {"cell": cell})
    elif name == Field.ACCOUNT_MANAGER:
        values.fields[name] = find_person(cell, known)
    elif name == Field.TASK_TYPE:
        values.task_type = find_type(cell, known)
    else:
        found = READERS.get(name, lambda text: CARD[name].clean(text))(cell)
        if found not in ("", None):
            values.fields[name] = found


def read_number(cell: str) -> int:
    digits = "".join(cell.split())
    try:
        validate_integer(digits)
    except ValidationError:
        raise ValidationError(_("Kundenummeret skal være et helt tall.")) from None
    return CARD[Field.NUMBER].clean(digits)


def read_org_number(cell: str) -> str | None:
    if LOOKS_LIKE_A_DAY.fullmatch(cell):
        raise ValidationError(_("Her står en dato (%(cell)s). Gjør kolonnen om til tekst.") % {"cell": cell[:20]})
    if SHORTENED.fullmatch(cell):
        raise ValidationError(
            _("Regnearket har forkortet nummeret (%(cell)s). Gjør kolonnen om til tekst.") % {"cell": cell[:20]}
        )
    return check_org_number(CARD[Field.ORG_NUMBER].clean(cell))


def read_postal_code(cell: str) -> str:
    """A spreadsheet takes away the zeros at the beginning: 155 is 0155."""
    code = cell.removeprefix("NO-").removeprefix("N-")
    return check_postal_code(code.zfill(4) if code.isdecimal() and code.isascii() and len(code) == 3 else code)


READERS: dict[str, Callable[[str], Any]] = {
    Field.NUMBER: read_number,
    Field.ORG_NUMBER: read_org_number,
    Field.POSTAL_CODE: read_postal_code,
}


def find_legal_form(cell: str) -> str:
    """The form's code, by its code or name; empty for one that a card cannot have."""
    text = " ".join(cell.split())
    by_label = {str(label).casefold(): code for code, label in Client.LegalForm.choices}
    code = text.upper()
    return code if code in Client.LegalForm.values else by_label.get(text.casefold()) or FORMS.get(text.casefold(), "")


def find_person(cell: str, known: Known) -> Employee:
    """The co-worker by name or e-mail address. Raises ValidationError for nobody, and for one of several."""
    found = known.people.get(clean_line(cell).casefold()) or known.people.get(find_form(cell)) or []
    if not found:
        raise ValidationError(_("Ingen i byrået heter %(cell)s.") % {"cell": cell[:80]})
    if len(found) > 1:
        raise ValidationError(_("Flere i byrået heter %(cell)s. Bruk e-postadressen.") % {"cell": cell[:80]})
    return found[0]


def find_type(cell: str, known: Known) -> TaskType:
    try:
        return known.types[clean_line(cell).casefold()]
    except KeyError:
        raise ValidationError(_("Byrået har ingen oppgavetype som heter %(cell)s.") % {"cell": cell[:80]}) from None
