"""A server that cannot be held: whatever the clients do, or do not do, everybody else is served at once."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database

from tests.processes import Web
from tests.slow_clients import KINDS, LARGE, PAGE, Crowd, p95, visit, visits

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST_WAIT = 1  # second, for 95 of 100 ordinary people


def started(folder: Path, blocker: Any, *arguments: str) -> Iterator[Web]:
    with blocker.unblock():
        web = Web(folder, *arguments)
    yield web
    web.close()


@pytest.fixture(scope="module")
def impatient(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Web]:
    """With every bound of time at a second."""
    words = ("--worker-class", "tests.impatient_worker.Worker", "--workers", "1", "--keep-alive", "1")
    yield from started(tmp_path_factory.mktemp("web"), django_db_blocker, *words)


@pytest.fixture(scope="module")
def crowded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Web]:
    """With room for twenty connections."""
    words = ("--workers", "1", "--worker-connections", "20", "--keep-alive", "30")
    yield from started(tmp_path_factory.mktemp("web"), django_db_blocker, *words)


def open_files(web: Web) -> int:
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in web.pids)


def test_24_clients_of_every_kind_hold_nobody_up(db, tmp_path):
    web = Web(tmp_path)
    try:
        with Crowd(web.port, 24 * len(KINDS)):
            time.sleep(2)
            took = visits(web.port, 3)
    finally:
        web.close()

    assert p95(took) < LONGEST_WAIT
    assert "ERROR" not in web.said()


def test_a_client_of_any_kind_is_cut_off(impatient):
    kinds = tuple(set(KINDS) - {"slow_reader"})  # it reads what its kernel has long after

    with Crowd(impatient.port, 2 * len(kinds), kinds, pause=0.2) as crowd:
        wait_until(lambda: set(crowd.cut_off) == set(kinds), lambda: crowd.cut_off)

    assert "ERROR" not in impatient.said()


def test_who_takes_a_byte_of_an_answer_at_a_time_leaves_nothing_open(impatient):
    visit(impatient.port)
    before = open_files(impatient)

    with Crowd(impatient.port, 20, ("slow_reader",)) as crowd:
        wait_until(lambda: crowd.answered["slow_reader"] == 20, lambda: f"answered: {crowd.answered}")
        wait_until(lambda: open_files(impatient) <= before + 2, lambda: f"{open_files(impatient)}, {before} before")

        assert not crowd.cut_off  # they go on reading what the kernels hold

    assert "ERROR" not in impatient.said()


def wait_until(true: Callable[[], bool], told: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, told()
        time.sleep(0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_more_than_there_is_room_for_takes_the_place_of_the_one_that_waited_longest(kind, crowded):
    with Crowd(crowded.port, 24, (kind,)) as crowd:
        time.sleep(1)
        took = visits(crowded.port, 1.2)

    assert p95(took) < LONGEST_WAIT
    assert crowd.cut_off[kind]


@pytest.mark.long
def test_a_thousand_clients_with_the_bounds_of_production(db, tmp_path):
    kinds = tuple(set(KINDS) - {"idle_after_one_page"})  # so many of those are many pages, whatever comes after
    web = Web(tmp_path)
    try:
        begin = memory(web)
        with Crowd(web.port, 1000, kinds) as crowd:
            time.sleep(10)
            took = visits(web.port, 40)
            used = memory(web) - begin
    finally:
        web.close()

    assert p95(took) < LONGEST_WAIT
    assert set(crowd.cut_off) >= set(kinds) - {"slow_reader"}
    assert used < 150  # MB for both workers, with some 200 answers of 348 kB that nobody takes
    assert "ERROR" not in web.said()


def memory(web: Web) -> float:
    """In MB, of all its processes together."""
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in web.pids]
    return sum(int(text.split("\nPss:")[1].split()[0]) for text in texts) / 1024


# --- One client, to the letter ----------


def connect(web: Web, text: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    client.sendall(text)
    return client


def everything(client: socket.socket) -> bytes:
    with client, client.makefile("rb") as answer:
        return answer.read()


def test_a_head_that_never_ends_is_cut_off(impatient):
    begin = time.monotonic()
    client = connect(impatient, b"GET / HTTP/1.1\r\nHost: localhost\r\n")

    assert everything(client) == b""
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("length", [b"Content-Length: 50", b"Transfer-Encoding: chunked"])
def test_a_body_that_never_ends_gets_a_page_with_a_sentence(length, impatient):
    client = connect(impatient, b"POST /konto/login/ HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n1")

    answer = everything(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"Det du sendte, kom ikke fram i tide. Ingenting er lagret." in answer
    assert b"Connection: close" in answer


def test_who_reads_slowly_but_steadily_gets_the_whole_answer(web):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", web.port))
    client.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = b""
    with client:
        while piece := client.recv(8192):
            answer += piece
            time.sleep(0.01)

    assert len(answer) > 348_000
    assert answer.endswith(b"}")


def test_two_requests_in_one_breath_get_two_answers(web):
    asked = f"GET {PAGE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    client = connect(web, asked + asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    assert everything(client).count(b"HTTP/1.1 200 OK") == 2


# --- Stopping, and being killed ----------


def hold_the_request_back(web: Web) -> socket.socket:
    """A request that waits in the database, and is answered with 503 after a while."""
    with database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
    client = connect(web, b"GET /konto/ HTTP/1.1\r\nHost: localhost\r\nCookie: session=" + b"a" * 32 + b"\r\n\r\n")
    time.sleep(0.3)
    return client


def let_go() -> None:
    with database.cursor() as cursor:
        cursor.execute("ROLLBACK")


def test_a_stop_lets_the_request_in_hand_end(db, tmp_path):
    web = Web(tmp_path, "--workers", "1")
    try:
        client = hold_the_request_back(web)
        web.child.send(signal.SIGTERM)
        time.sleep(0.3)
        let_go()
        answer = everything(client)
        code = web.child.process.wait(20)
    finally:
        let_go()
        web.close()

    assert answer.startswith(b"HTTP/1.1 302 ")
    assert code == 0


def test_a_worker_that_is_killed_is_replaced_while_the_other_serves(db, tmp_path):
    web = Web(tmp_path, "--workers", "2")
    try:
        victim = web.pids[1]
        os.kill(victim, signal.SIGKILL)
        visits(web.port, 2)
        wait_until(lambda: len(web.pids) == 3 and victim not in web.pids, web.said)
        assert visit(web.port) == 200
    finally:
        web.close()


def test_a_worker_that_has_served_enough_goes_without_losing_a_request(db, tmp_path):
    web = Web(tmp_path, "--workers", "2", "--max-requests", "25")
    try:
        first = set(web.pids)
        for _turn in range(60):
            assert visit(web.port) == 200
        wait_until(lambda: not first <= set(web.pids), web.said)  # one of them has gone
    finally:
        web.close()
