"""A browser in Fjord, and a file that goes through an import."""

from collections.abc import Callable

import pytest

from client_imports.actions.choosing import choose_columns, start_import
from client_imports.actions.uploading import upload_import
from client_imports.actions.working import go_on
from client_imports.models import ClientImport


@pytest.fixture
def office(kari, sign_in):
    return sign_in(kari)


@pytest.fixture
def check() -> Callable[..., ClientImport]:
    """Upload the text and look through its rows: check(kari, "Navn;Orgnr\\n…", duplicates="update")."""

    def checked(by, text: str, *, duplicates: str = "skip") -> ClientImport:
        made = upload_import(by=by, file_name="kunder.csv", content=text.encode())
        choose_columns(client_import=made, by=by, columns=made.columns, is_headed=made.is_headed, duplicates=duplicates)
        go_on(made.pk)
        return ClientImport.objects.get(pk=made.pk)

    return checked


@pytest.fixture
def run(check) -> Callable[..., ClientImport]:
    """The same, and imported."""

    def imported(by, text: str, *, scope: str = "good", **choices) -> ClientImport:
        made = check(by, text, **choices)
        start_import(client_import=made, by=by, scope=scope)
        go_on(made.pk)
        return ClientImport.objects.get(pk=made.pk)

    return imported
