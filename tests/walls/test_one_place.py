"""Read from the source: what is done in one place is done there alone, and rows of people and places in deeds."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.test_translations import APPS

ONE_PLACE = {
    "which page an address is of": (r"(?<![.\w])resolve\(", "organisations/places/redirects.py"),
    "an address with `next`": (r"[?&]next=|urlencode\(.*next", None),
    "what a form has done before": (r"filter\(form_key=", "organisations/forms/sent.py"),
    "a receiver's language": (r"values_list\(\"language\"", "organisations/language.py"),
    "which characters nobody sees": ("\u115f|u115f", "ground/unseen.py"),
    "an address in a place": (r"[?&](byra|selskap)=", None),
}
ROOMS = ("ground", "business_register", "organisations", "clients", "office", "my_services", "privacy")
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
NO_DEEDS = {
    ("organisations/models/company.py", "move"): "the step of the table, which deeds take under their locks",
    ("organisations/models/user.py", "create_user"): "Django's own door, which deeds call",
    ("organisations/admin.py", "save_model"): "the admin's own form, whose rights are a deed's",
    ("organisations/signing_in/address_forms.py", "save"): "allauth's form: it writes no row",
    ("ground/spreadsheets.py", "write_xlsx"): "a file in memory",
}


def sources(apps) -> dict[str, str]:
    found = [file for app in apps for file in sorted(Path(settings.BASE_DIR, app).glob("**/*.py"))]
    return {
        str(file.relative_to(settings.BASE_DIR)): file.read_text() for file in found if "migrations" not in file.parts
    }


@pytest.mark.parametrize("what", ONE_PLACE)
def test_it_is_written_in_one_place(what):
    pattern, place = ONE_PLACE[what]
    likely = {name: text for name, text in sources({*APPS} - {"devtools"}).items() if re.search(pattern, text)}

    found = {name for name, text in likely.items() if re.search(pattern, code_of(text))}

    assert found == ({place} if place else set()), (
        f"{what}: ask {place or 'organisations/places'} instead of writing it"
    )


def code_of(source: str) -> str:
    """The source without docstrings and comments."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree).replace("'", '"')


def test_rows_are_written_in_deeds_alone():
    found = {
        (name, function.name)
        for name, text in sources(ROOMS).items()
        if "/actions" not in name
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    }

    assert found == set(NO_DEEDS), "these write rows outside of actions: make a deed of it"
