"""The walk through every address is made once; the tests of the walls look at what it found."""

import pytest

from tests.walls.crawl import walk_through
from tests.walls.house import build_house


@pytest.fixture(scope="session")
def walk(django_db_setup, django_db_blocker):
    """Needs tests that are marked django_db: without one of them there is no test database."""
    with django_db_blocker.unblock():
        return walk_through()


@pytest.fixture
def visits(walk, db):
    """Every address of the matrix as every role, by GET and POST."""
    return walk[0]


@pytest.fixture
def earlier_mails(walk, db):
    """What the two firms and companies had in the outbox before the visits."""
    return walk[1]


@pytest.fixture
def house(db):
    return build_house()
