"""Nobody gives himself a right: each field that gives one has a rule, tried by every kind of person."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory

from organisations.forms.typed import subclasses
from organisations.models import User
from tests.forms_of_ours import all_forms
from tests.walls.rights import ATTEMPTS, build_case

pytestmark = pytest.mark.django_db

FILE = Path(__file__).with_name("rights.yaml")
DOCS = settings.BASE_DIR / "docs" / "domain.md"
OURS = {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")} | {"office", "my_services", "collaboration"}
KINDS = (forms.ModelChoiceField, forms.ChoiceField, forms.BooleanField, forms.EmailField)


@cache
def read_rights() -> dict:
    return yaml.safe_load(FILE.read_text())


def tried_rights() -> list[tuple[str, list[str]]]:
    """Each attempt, with the kinds of people for whom it comes true."""
    found, sets = [], read_rights()["sets"]
    for row in read_rights()["rights"]:
        for name, who in row["attempts"].items():
            found.append((name, [kind for word in who for kind in sets.get(word, [word])]))
    return found


def is_of_a_kind(field: forms.Field) -> bool:
    """A field in which a row or a role is chosen, a tick is set, or an address is typed."""
    return isinstance(field, KINDS) and not field.widget.is_hidden


def fields_of_forms() -> Iterator[str]:
    """Every such field of every form of ours, the admin's with them, by the form's full name."""
    assert all_forms()  # imports every one
    for form in subclasses(forms.BaseForm):
        if form.__module__.split(".")[0] in OURS and "<locals>" not in form.__qualname__:
            yield from (f"{form.__module__}.{form.__qualname__}.{name}" for name in of_a_kind(form.base_fields))
    request = RequestFactory().get("/")
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    for page in admin.site._registry.values():
        name = f"{type(page).__module__}.{type(page).__qualname__}"
        if name.split(".")[0] in OURS and (page.has_add_permission(request) or page.has_change_permission(request)):
            yield from (f"{name}.{field}" for field in of_a_kind(page.get_form(request).base_fields))


def of_a_kind(fields: dict) -> list[str]:
    return [name for name, field in fields.items() if is_of_a_kind(field)]


def fields_with_a_rule() -> list[str]:
    named = [field for row in read_rights()["rights"] for field in row["fields"]]
    return [*named, *(field for fields in read_rights()["nothing"].values() for field in fields)]


def test_every_field_that_could_give_a_right_has_a_rule():
    assert set(fields_of_forms()) - set(fields_with_a_rule()) == set()


def test_every_rule_has_its_field_and_its_attempt():
    fields = {field.split(" ")[0] for field in fields_with_a_rule()}

    assert fields - set(fields_of_forms()) == set()
    assert {name for name, _who in tried_rights()} == set(ATTEMPTS)


def test_no_field_has_two_rules():
    fields = fields_with_a_rule()

    assert sorted(fields) == sorted(set(fields))


def test_the_docs_tell_the_same():
    lines = re.findall(r"^\| (`.*`.*) \| (.*) \| (.*) \|$", DOCS.read_text(), re.MULTILINE)
    told = {(gives, rule) for _fields, gives, rule in lines}

    assert {(row["gives"], row["rule"]) for row in read_rights()["rights"]} - told == set()


@pytest.mark.parametrize(("name", "given_to"), tried_rights(), ids=[name for name, _who in tried_rights()])
def test_who_may_gives_it_and_nobody_else(name, given_to):
    case, given = build_case(), []
    for kind, person in case.people.items():
        with transaction.atomic():
            if ATTEMPTS[name](case, person):
                given.append(kind)
            transaction.set_rollback(True)

    assert sorted(given) == sorted(given_to)
