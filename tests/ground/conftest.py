"""A web server of the Procfile, started once for the tests that only look at it from outside."""

from collections.abc import Iterator

import pytest

from tests.processes import Web


@pytest.fixture(scope="session")
def web(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Web]:
    with django_db_blocker.unblock():
        web = Web(tmp_path_factory.mktemp("web"), "--workers", "1")
    yield web
    web.close()
