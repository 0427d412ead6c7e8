"""The walk through every address is made once, and the tests look at what it found (tests/ordering.py keeps the files
that do so on one worker); the house is built once for the tests of a file, and what one does to it is rolled back.
"""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.stage import under_the_stage
from tests.walls.crawl import Walk, walk_through
from tests.walls.house import House, build_house


@pytest.fixture(scope="session")
def whole_walk(django_db_setup, django_db_blocker) -> Walk:
    """Needs tests that are marked django_db: without one of them there is no test database."""
    with under_the_stage(django_db_blocker):
        return walk_through()


@pytest.fixture
def walk(whole_walk, db) -> Walk:
    return whole_walk


@pytest.fixture
def visits(walk):
    """Every address of the matrix as every role whose answer depends on the row, by GET and POST."""
    return walk.visits


@pytest.fixture(scope="module")
def built_house(django_db_setup, django_db_blocker) -> Iterator[House]:
    """Not for a file whose threads have connections of their own: they would see none of it."""
    with under_the_stage(django_db_blocker):
        yield build_house()


@pytest.fixture
def house(built_house, db) -> House:
    """People of one's own: what an instance has loaded stays with the test."""
    return deepcopy(built_house)
