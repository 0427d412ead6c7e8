"""One question to the register over HTTP: so many seconds in all, so many bytes, no redirects, JSON or nothing."""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from ssl import SSLContext
from typing import Any

import httpx
from django.conf import settings

SECONDS = 2.0  # for all that one page asks
MOST_BYTES = 1024 * 1024
LONGEST_REST = 3600.0


class Away(Exception):
    """Raised when no usable answer came in time. `rests` are the seconds that the register asks to be left alone."""

    def __init__(self, why: str, *, rests: float = 0) -> None:
        super().__init__(why)
        self.rests = rests


class Deadline:
    """The hour until which a page waits, whatever it asks; `seconds` from now."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self.at - time.monotonic()


@dataclass(frozen=True)
class Heard:
    """What came back: the status, and the JSON of a 200."""

    status: int
    said: Any = None


@cache
def certificates() -> SSLContext:
    """Reading them takes longer than a question."""
    return httpx.create_ssl_context(trust_env=False)


class Connection:
    """What a question travels by, so that whoever has waited long enough can end it."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.is_given_up = False

    def note(self, event: str, details: dict[str, Any]) -> None:
        """httpx tells of each step; those that made a connection return it."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.socket = details["return_value"].get_extra_info("socket")
        if self.is_given_up:
            self.give_up()

    def give_up(self) -> None:
        """Nothing more comes, and the thread that reads ends. It closes its socket itself: a closed number is given to
        another connection, and would be read from.
        """
        self.is_given_up = True
        if self.socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def ask(path: str, deadline: Deadline, **query: str) -> Heard:
    """What the register says of this path: 200, or 400, 404 or 410. Raises Away for anything else, and in time.

    A thread of its own asks, for no time-out of a socket bounds a server that sends a byte a second, or a name that
    nobody resolves.
    """
    if deadline.left <= 0:
        raise Away("no time left")
    url = f"{settings.BUSINESS_REGISTER_URL.rstrip('/')}{path}"
    connection, answers = Connection(), SimpleQueue[Heard | Exception]()

    def ask_there() -> None:
        try:
            answers.put(hear(url, query, deadline, connection))
        except Exception as error:  # whatever it is, the one who waits is told
            answers.put(error)

    threading.Thread(target=ask_there, daemon=True).start()
    try:
        answer = answers.get(timeout=max(deadline.left, 0))
    except Empty:
        connection.give_up()
        raise Away("no answer in time") from None
    if isinstance(answer, Heard):
        return answer
    raise answer if isinstance(answer, Away) else Away(f"{type(answer).__name__}: {answer}") from answer


def hear(url: str, query: dict[str, str], deadline: Deadline, connection: Connection) -> Heard:
    client = httpx.Client(
        timeout=SECONDS,
        follow_redirects=False,
        trust_env=False,
        verify=certificates() if url.startswith("https:") else False,
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Byra"},
    )
    with client, client.stream("GET", url, params=query or None, extensions={"trace": connection.note}) as response:
        return read_answer(response, deadline)


def read_answer(response: httpx.Response, deadline: Deadline) -> Heard:
    """What the response says, by its status. Raises Away for what the register does not document."""
    if response.status_code == 429:
        raise Away("asked too often", rests=wished_rest(response))
    if response.status_code in (404, 410) and is_page(response):
        raise Away(f"a page with status {response.status_code}")
    if response.status_code in (400, 404, 410):
        return Heard(response.status_code)
    if response.status_code != 200:
        raise Away(f"status {response.status_code}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Away("packed, though it was asked not to be")  # a bomb unpacks before its size can be told
    return Heard(200, read_json(response, deadline))


def is_page(response: httpx.Response) -> bool:
    """Whether something else than the register answers, such as a proxy: its "not found" tells nothing of a unit."""
    return "html" in response.headers.get("Content-Type", "").lower()


def read_json(response: httpx.Response, deadline: Deadline) -> Any:
    body = bytearray()
    for piece in response.iter_raw(64 * 1024):
        body += piece
        if len(body) > MOST_BYTES:
            raise Away("too long")
        if deadline.left <= 0:
            raise Away("no answer in time")
    try:
        return json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise Away("no JSON") from error


def wished_rest(response: httpx.Response) -> float:
    """The seconds of Retry-After, within an hour; 60 where it is a date or is missing."""
    told = response.headers.get("Retry-After", "").strip()
    return min(float(told), LONGEST_REST) if told.isascii() and told.isdecimal() else 60.0
