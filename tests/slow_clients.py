"""Clients that take a server's time: each kind does one thing a second, for ever, and comes back when it is cut off."""

import asyncio
import http.client
import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

# With a cookie for the token of forms: without one the project refuses a form before it has read it.
HEAD = "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: csrf=" + "a" * 32 + "\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
PAGE = "/konto/login/"
LARGE = "/static/ds/web/index.js.map"  # 348 kB, and no page asks for it


def drops(text: bytes) -> Iterator[bytes]:
    return (bytes([byte]) for byte in itertools.cycle(text))


def slow_head() -> tuple[bytes, Iterator[bytes]]:
    return HEAD.format(method="GET", path=PAGE).encode(), drops(b"X-Drop: a\r\n")


def slow_body() -> tuple[bytes, Iterator[bytes]]:
    head = HEAD.format(method="POST", path=PAGE) + FORM + "Content-Length: 100000\r\n\r\n"
    return head.encode(), drops(b"login=a")


def slow_chunks() -> tuple[bytes, Iterator[bytes]]:
    head = HEAD.format(method="POST", path=PAGE) + FORM + "Transfer-Encoding: chunked\r\n\r\n"
    return head.encode(), itertools.cycle([b"1\r\na\r\n"])


def slow_reader() -> tuple[bytes, Iterator[bytes]]:
    return HEAD.format(method="GET", path=LARGE).encode() + b"\r\n", itertools.cycle([b""])


def silent() -> tuple[bytes, Iterator[bytes]]:
    return b"", itertools.cycle([b""])


def idle_after_one_page() -> tuple[bytes, Iterator[bytes]]:
    return HEAD.format(method="GET", path=PAGE).encode() + b"\r\n", itertools.cycle([b""])


KINDS = {kind.__name__: kind for kind in (slow_head, slow_body, slow_chunks, slow_reader, silent, idle_after_one_page)}


class Crowd:
    """So many clients of some kinds, taking turns, on a thread of their own.

    `answered` counts the connections that got a first byte, `cut_off` those that the server ended.
    """

    def __init__(self, port: int, count: int, kinds: tuple[str, ...] = tuple(KINDS), pause: float = 1) -> None:
        self.port, self.count, self.kinds, self.pause = port, count, kinds, pause
        self.answered: Counter[str] = Counter()
        self.cut_off: Counter[str] = Counter()
        self.is_over = False
        self.thread = threading.Thread(target=lambda: asyncio.run(self.attack()))

    async def attack(self) -> None:
        clients = [self.client(kind) for kind in itertools.islice(itertools.cycle(self.kinds), self.count)]
        await asyncio.gather(*clients)

    async def client(self, kind: str) -> None:
        while not self.is_over:
            try:
                await self.one_connection(kind)
            except OSError:
                self.cut_off[kind] += 1
                await asyncio.sleep(0.05)

    async def one_connection(self, kind: str) -> None:
        """Raises OSError once the server has cut it off."""
        loop = asyncio.get_running_loop()
        first, following = KINDS[kind]()
        with socket.socket() as connection:
            connection.setblocking(False)
            if kind == "slow_reader":  # or the kernels would take the whole answer at once
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            await loop.sock_connect(connection, ("127.0.0.1", self.port))
            await loop.sock_sendall(connection, first)
            is_answered = False
            for drop in following:
                await asyncio.sleep(self.pause)
                if self.is_over:
                    return
                await loop.sock_sendall(connection, drop)
                if self.read_a_little(connection, kind) and not is_answered:
                    is_answered = True
                    self.answered[kind] += 1

    def read_a_little(self, connection: socket.socket, kind: str) -> bool:
        """Whether there was something to read."""
        try:
            read = connection.recv(1 if kind == "slow_reader" else 65536)
        except BlockingIOError:
            return False
        if not read:
            raise ConnectionResetError(kind)
        return True

    def __enter__(self) -> "Crowd":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over = True
        self.thread.join()


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def visit(port: int, path: str = PAGE) -> int:
    """The status that an ordinary person gets, on a connection of the own."""
    with connected(port) as connection:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        return answer.status


def visits(port: int, seconds: float) -> list[float]:
    """How many seconds each of an ordinary person's pages took, one after the other for so long."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        assert visit(port) == 200
        took.append(time.monotonic() - begin)
        time.sleep(0.02)
    return sorted(took)


def p95(took: list[float]) -> float:
    return took[int(len(took) * 0.95)]
