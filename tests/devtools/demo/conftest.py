"""The demo's data, loaded once for all tests of the folder; what a test changes is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from devtools.demo.load import load_demo


@contextmanager
def loaded_demo(django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    with loaded_demo(django_db_blocker):
        yield
