"""A real web server and worker, and what goes wrong with their database: a sentence meanwhile, and nothing is lost."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from django.db import connection as database
from django.urls import reverse

from collaboration import actions
from devtools.processes import Processes
from devtools.services import start_postgres
from tests.cut_connections import Wire
from tests.processes import Stack, Web, database_url
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "a" * 32
SENTENCE = "Prøv igjen om litt"
MADE_UP = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={'b' * 32}"}


@pytest.fixture(scope="module")
def wire(django_db_setup) -> Iterator[Wire]:
    wire = Wire(int(database.settings_dict["PORT"]))
    yield wire
    wire.close()


def over(wire: Wire) -> str:
    """The database's address by way of the wire."""
    return database_url().replace(f":{wire.to_port}/", f":{wire.port}/")


@pytest.fixture(scope="module")
def web(wire, django_db_blocker, tmp_path_factory) -> Iterator[Web]:
    with django_db_blocker.unblock():
        web = Web(tmp_path_factory.mktemp("web"), "--workers", "1", DATABASE_URL=over(wire))
    yield web
    web.close()


@pytest.fixture
def quiet(web) -> Iterator[Web]:
    """The web server, which must not write a traceback meanwhile."""
    before = len(web.said())
    yield web
    assert "Traceback" not in web.said()[before:]


def cookies_of(person) -> dict[str, str]:
    session = sign_in_as(person.user).session.session_key
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}


def deactivate(web: Web, kari, client):
    """A deed of an employee, by the wire."""
    headers = {**cookies_of(kari), "Content-Type": "application/x-www-form-urlencoded"}
    body = f"csrfmiddlewaretoken={TOKEN}&_firm={kari.firm_id}"
    return web.ask("POST", reverse("office:client-deactivate", args=[client.number]), body=body, headers=headers)


def assert_says_later(answer) -> None:
    assert (answer.status, SENTENCE in answer.page) == (503, True), answer.page
    assert int(answer.headers["Retry-After"]) > 0


@contextmanager
def another_session() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url()) as session:
        yield session
        session.rollback()


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[list]:
    """Begin the work on a thread; its result is in the list afterwards."""
    results: list = []

    def run() -> None:
        results.append(work())
        database.close()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.4)
    yield results
    thread.join(20)


def test_a_row_that_is_locked_says_try_again_and_the_same_click_then_works(quiet, known, kari):
    with another_session() as session:
        session.execute("SELECT 1 FROM clients_client WHERE id = %s FOR UPDATE", [known.client.pk])
        begin = time.monotonic()
        held = deactivate(quiet, kari, known.client)
        took = time.monotonic() - begin
    known.client.refresh_from_db()

    assert_says_later(held)
    assert "Ingenting er lagret." in held.page
    assert 1 < took < 5
    assert known.client.is_active
    assert deactivate(quiet, kari, known.client).status == 302
    known.client.refresh_from_db()
    assert not known.client.is_active


@pytest.mark.parametrize(
    "address", ["/kunder/", "/mine-tjenester/", "/admin/", "/konto/", "/helse/", "/i/" + "x" * 40 + "/"]
)
def test_while_the_database_is_away_every_page_says_so_and_afterwards_none(address, quiet, wire, kari):
    headers = cookies_of(kari)
    before = quiet.ask("GET", address, headers=headers).status
    wire.cut()
    try:
        answers = [quiet.ask("GET", address, headers=each) for each in (headers, MADE_UP) for _turn in range(3)]
    finally:
        wire.mend()

    assert {answer.status for answer in answers} == {503}
    assert {answer.headers["Retry-After"] for answer in answers} == {"5"}
    if address == "/helse/":
        assert '"database": false' in answers[-1].page
    else:
        assert_says_later(answers[0])
    assert quiet.ask("GET", address, headers=headers).status == before


def test_a_connection_that_is_cut_in_the_middle_of_a_deed_undoes_it(quiet, wire, known, kari):
    with another_session() as session:
        session.execute("SELECT 1 FROM clients_client WHERE id = %s FOR UPDATE", [known.client.pk])
        with meanwhile(lambda: deactivate(quiet, kari, known.client)) as answers:
            wire.cut_once()

    assert_says_later(answers[0])
    assert "Ingenting er lagret." not in answers[0].page
    known.client.refresh_from_db()
    assert known.client.is_active


def test_a_session_that_is_ended_by_a_restart_undoes_the_deed_and_the_next_page_is_there(quiet, known, kari):
    with another_session() as session:
        session.execute("SELECT 1 FROM clients_client WHERE id = %s FOR UPDATE", [known.client.pk])
        with meanwhile(lambda: deactivate(quiet, kari, known.client)) as answers:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )

    assert_says_later(answers[0])
    known.client.refresh_from_db()
    assert known.client.is_active
    assert quiet.ask("GET", "/kunder/", headers=cookies_of(kari)).status == 200


@contextmanager
def altered(change: str, back: str, wire: Wire) -> Iterator[None]:
    """The database with another setting, which new sessions read."""
    name = database.settings_dict["NAME"]
    with database.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" {change}')
    wire.cut_once()
    try:
        yield
    finally:
        with database.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" {back}')
        wire.cut_once()


def test_a_database_that_only_reads_says_try_again_to_who_writes(quiet, wire, known, kari):
    with altered("SET default_transaction_read_only = on", "RESET default_transaction_read_only", wire):
        answer = deactivate(quiet, kari, known.client)

    assert_says_later(answer)
    assert deactivate(quiet, kari, known.client).status == 302


def test_a_database_with_no_room_for_another_connection_says_try_again(quiet, wire, kari):
    headers = cookies_of(kari)
    with altered("CONNECTION LIMIT 0", "CONNECTION LIMIT -1", wire):
        answer = quiet.ask("GET", "/kunder/", headers=headers)

    assert_says_later(answer)
    assert quiet.ask("GET", "/kunder/", headers=headers).status == 200


def test_a_job_waits_for_the_database_and_is_done_then(wire, tmp_path, known, kari, draft):
    """A wish for a new link stands nowhere but in its message."""
    actions.send_activation(activation=draft(known.client, by=kari), by=kari)
    address = known.client.contacts.get().email
    stack = Stack(tmp_path, DATABASE_URL=over(wire))
    try:
        stack.start("worker")
        stack.wait_until(lambda: "ready." in (tmp_path / "worker.log").read_text(), "the worker", 60)
        wire.cut()
        ask_for_new_link(stack, address)
        stack.wait_until(lambda: "waits: OperationalError" in stack.said(), "the job to meet the fault")
        stack.wait_until(lambda: '"retries": 1' in messages_of(stack), "the job to come back")
        described = messages_of(stack)
        wire.mend()
        stack.wait_until(lambda: len(stack.caught()) == 2, "the first mail, and that with the new link", 60)
        said = (tmp_path / "worker.log").read_text()
    finally:
        stack.close()

    assert address not in described
    assert "Traceback" not in said
    assert address not in said


def ask_for_new_link(stack: Stack, address: str) -> None:
    """As `jobs.ask_for_new_link`, at the stack's own broker."""
    with Celery(broker=stack.env["REDIS_URL"]) as app:
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        app.send_task("collaboration.request_new_link", kwargs={"address": address}, kwargsrepr="{…}")


def messages_of(stack: Stack) -> str:
    """What waits at the broker or in the worker's hands, as it stands there; the arguments are encoded."""
    held = stack.redis.hvals(next(iter(stack.redis.keys("*unacked")), "unacked"))
    return " ".join(message.decode() for message in held)


@pytest.mark.long
def test_a_database_that_crashes_and_comes_back_is_met_without_a_restart_of_the_web(tmp_path):
    """With a server of its own, as the others' must go on."""
    processes = Processes()
    own = urlsplit(start_postgres(processes, tmp_path))
    wire = Wire(own.port)
    address = own._replace(netloc=f"byra@127.0.0.1:{wire.port}").geturl()
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    env = {**os.environ, "DATABASE_URL": address, "STATEMENT_TIMEOUT_MS": "0"}
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=env, check=True)
    web = Web(tmp_path, DATABASE_URL=address)
    try:
        processes.children[-1].kill()
        processes.stop(["postgres"])
        crashed = [web.ask("GET", "/kunder/", headers=MADE_UP) for _turn in range(10)]
        wire.to_port = urlsplit(start_postgres(processes, tmp_path)).port
        back = [web.ask("GET", "/kunder/", headers=MADE_UP).status for _turn in range(10)]
    finally:
        web.close()
        processes.stop()
        processes.close()
        wire.close()

    for answer in crashed:
        assert_says_later(answer)
    assert set(back) == {302}
    assert "Traceback" not in web.said()
