"""The walk through every address is made once, by whichever worker comes first; the tests look at what it found."""

import fcntl
import pickle

import pytest

from tests.walls.crawl import walk_through
from tests.walls.house import build_house


@pytest.fixture(scope="session")
def walk(django_db_setup, django_db_blocker, tmp_path_factory, worker_id):
    """Needs tests that are marked django_db: without one of them there is no test database."""
    with django_db_blocker.unblock():
        if worker_id == "master":
            return walk_through()
        found = tmp_path_factory.getbasetemp().parent / "walk"
        with (found.parent / "walk.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not found.exists():
                found.write_bytes(pickle.dumps(walk_through()))
        return pickle.loads(found.read_bytes())


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
