"""The demo's data, loaded once for all tests of the folder; what a test changes is rolled back."""

import pytest
from django.db import transaction

from devtools.demo.load import load_demo


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield
        transaction.set_rollback(True)
