"""sweep: bounded runs that go on behind each other, and no row that keeps the others waiting."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from kombu.exceptions import KombuError
from psycopg import errors

from ground import waking
from ground.refusals import NotAllowed
from organisations.models import User
from sweeps import runs
from sweeps.models import Position, SetAside
from sweeps.runs import run_while_due
from sweeps.sweep import BUSY_PAUSE, FIRST_PAUSE, LONGEST_PAUSE, Done, sweep, sweep_round
from tests import factories
from tests.conftest import NOON
from tests.ground.test_database_errors import raised_by
from tests.ground.test_logs import captured, lines_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings):
    """Five people; a run takes two."""
    settings.SWEEP_ROWS = 2
    return [factories.UserFactory(is_staff=True) for _number in range(5)]


class Deed:
    """Says no more of a person; raises `trouble` for those who are given."""

    def __init__(self, trouble: Exception, *poisoned: User) -> None:
        self.trouble, self.poisoned, self.done = trouble, {user.pk for user in poisoned}, []

    def __call__(self, pk: int) -> bool:
        if pk in self.poisoned:
            raise self.trouble
        self.done.append(pk)
        return bool(User.objects.filter(pk=pk).update(is_staff=False))


def run(deed, *, at=NOON) -> Done:
    due = User.objects.filter(is_staff=True).order_by("pk").values("pk")
    return sweep(due, deed, name="test.sweep", key=("pk",), at=at, failure="user %(pk)s was not done")


def test_the_next_run_goes_on_behind_the_one_before(people):
    deed = Deed(ValueError())

    done = [run(deed) for _run in range(4)]

    assert done == [2, 2, 1, 0]
    assert [one.more for one in done] == [True, True, False, False]
    assert deed.done == [user.pk for user in people]


@pytest.mark.parametrize("trouble", [ValueError("per@orstaror.example"), NotAllowed("Nei."), KeyError()])
def test_rows_that_fail_move_aside_and_come_again(people, trouble):
    deed = Deed(trouble, *people[:3])

    done = [run(deed) for _run in range(4)]

    assert (sum(done), deed.done) == (2, [people[3].pk, people[4].pk])
    assert SetAside.objects.count() == 3
    assert not SetAside.objects.filter(reason__contains="@").exists()

    deed.poisoned.clear()
    assert run(deed, at=NOON + LONGEST_PAUSE + timedelta(seconds=1)) == 2
    assert run(deed, at=NOON + LONGEST_PAUSE + timedelta(seconds=1)) == 1
    assert not SetAside.objects.exists()


def test_each_failure_doubles_the_pause_up_to_the_longest(people):
    deed, at, pauses = Deed(ValueError(), people[0]), NOON, []

    for _run in range(6):
        run(deed, at=at)
        row = SetAside.objects.get()
        pauses.append(row.until - at)
        at = row.until

    assert pauses == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8, LONGEST_PAUSE, LONGEST_PAUSE]
    assert row.failures == 6


@pytest.mark.parametrize(
    ("kind", "level", "has_traceback", "pause"),
    [(errors.DeadlockDetected, "WARNING", False, BUSY_PAUSE), (errors.UndefinedColumn, "ERROR", True, FIRST_PAUSE)],
)
def test_a_row_that_fails_is_logged(people, kind, level, has_traceback, pause):
    deed = Deed(raised_by(kind), people[0])

    with captured() as log:
        run(deed)

    (line,) = [line for line in lines_of(log) if line["level"] != "DEBUG"]
    assert line["message"].startswith(f"user {people[0].pk} was not done")
    assert (line["level"], "exception" in line) == (level, has_traceback)
    assert SetAside.objects.get().until == NOON + pause


def test_a_sweep_ends_when_the_database_is_away(people):
    with pytest.raises(OperationalError):
        run(Deed(raised_by(errors.AdminShutdown), people[0]))

    assert not SetAside.objects.exists()


def test_a_run_ends_when_its_time_is_over(people, monkeypatch):
    monkeypatch.setattr("sweeps.sweep.RUN_SECONDS", 0)

    done = run(Deed(ValueError()))

    assert (done, done.more) == (1, True)


def test_a_round_reaches_those_behind_rows_that_stay(people):
    seen = []
    rows = User.objects.filter(is_staff=True).order_by("email").values("email")

    def stay(email: str) -> bool:
        seen.append(email)
        return False

    for _run in range(6):
        sweep_round(rows, stay, name="test.round", key="email", at=NOON, failure="%(email)s")

    expected = sorted(user.email for user in people)
    assert seen == [*expected, *expected]
    assert Position.objects.get().row == ""


@pytest.fixture
def woken(monkeypatch):
    """The jobs that are asked for."""
    asked: list[str] = []
    monkeypatch.setattr(runs, "wake_worker", lambda job, **options: asked.append(job))
    return asked


JOB = SimpleNamespace(name="test.job")


def test_a_job_runs_until_nothing_is_left(people, woken):
    deed = Deed(ValueError(), people[0])

    assert run_while_due(JOB, lambda: run(deed)) == 4
    assert not woken


def test_what_a_job_has_no_time_for_is_asked_for_at_once(people, woken, monkeypatch):
    monkeypatch.setattr(runs, "RUN_SECONDS", 0)

    assert run_while_due(JOB, lambda: run(Deed(ValueError()))) == 2
    assert woken == ["test.job"]


@pytest.mark.parametrize("error", [OSError("away"), KombuError("away")])
def test_a_broker_that_is_away_leaves_it_to_the_clock(error, monkeypatch):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("ground.waking.current_app", SimpleNamespace(send_task=fail))

    with captured() as log:
        assert waking.wake_worker("test.job") is False
    assert [line["level"] for line in lines_of(log) if "test.job" in line["message"]] == ["WARNING"]
