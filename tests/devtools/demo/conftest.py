"""The demo's data, loaded once for all tests of the folder; what a test changes is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devtools.demo.load import load_demo
from tests.stage import under_the_stage


@contextmanager
def loaded_demo(django_db_blocker) -> Iterator[None]:
    with under_the_stage(django_db_blocker):
        load_demo()
        yield


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    with loaded_demo(django_db_blocker):
        yield
