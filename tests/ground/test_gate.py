"""The gate by itself: what it hands on of a request, what it refuses, and how it hands an answer back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import errors

from byra import gate, refused
from byra.gate import Gate


class Client:
    """What an ASGI server hands the gate, and what it takes back."""

    def __init__(self, *chunks: bytes, ends: bool = True, pause: float = 0, **scope) -> None:
        self.chunks, self.ends, self.pause = list(chunks), ends, pause
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "raw_path": b"/",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "server": ("127.0.0.1", 8000),
            "client": ("192.0.2.1", 40000),
            **scope,
        }
        self.sent: list[dict] = []

    async def receive(self) -> dict:
        await asyncio.sleep(self.pause)
        if not self.chunks and not self.ends:
            return {"type": "http.disconnect"}
        chunk = self.chunks.pop(0) if self.chunks else b""
        return {"type": "http.request", "body": chunk, "more_body": bool(self.chunks) or not self.ends}

    async def send(self, message: dict) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def page(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


class Project:
    """A WSGI application that notes what it was asked."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.asked = pieces, []

    def __call__(self, environ, start_response):
        self.asked.append((environ, environ["wsgi.input"].read()))
        start_response(f"{environ.get(refused.REFUSAL, 200)} X", [("Content-Type", "text/plain")])
        return self.pieces


def ask(client: Client, project=None, held: int = 0) -> Gate:
    through = Gate(project or Project(b"ja"), threads=1)
    through.held = held
    with ThreadPoolExecutor(1) as another:  # in this one the loop of a browser may run
        another.submit(asyncio.run, through(client.scope, client.receive, client.send)).result()
    return through


def test_the_project_gets_the_whole_body_and_its_length():
    client, project = Client(b"en", b"to"), Project(b"ja")

    ask(client, project)

    (environ, body) = project.asked[0]
    assert (body, environ["CONTENT_LENGTH"]) == (b"ento", "4")
    assert (client.status, client.page, client.headers["content-length"]) == (200, b"ja", "2")


def test_of_half_a_body_the_project_never_hears():
    client, project = Client(b"navn=An", ends=False), Project()

    ask(client, project)

    assert (project.asked, client.sent) == ([], [])


def test_a_slow_body_is_refused_and_nothing_of_it_handed_on(monkeypatch):
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)
    client, project = Client(*[b"x"] * 20, pause=0.02), Project()

    ask(client, project)

    assert client.status == 408
    assert project.asked[0][1] == b""
    assert client.headers["connection"] == "close"


@pytest.mark.parametrize("target", [b"localhost:80", b"*", b"finnes", b"", b"ftp://localhost/"])
def test_a_target_that_is_no_path_is_refused(target):
    client = Client(raw_path=target)

    ask(client)

    assert client.status == 400


@pytest.mark.parametrize("target", [b"http://localhost/side/", b"HTTP://evil.example/side/"])
def test_a_whole_address_is_its_path_and_names_no_host(target):
    client, project = Client(raw_path=target), Project()

    ask(client, project)

    assert project.asked[0][0]["PATH_INFO"] == "/side/"
    assert project.asked[0][0]["HTTP_HOST"] == "localhost"


@pytest.mark.parametrize(
    ("chunks", "options"),
    [
        ([b"x" * 300_000], {}),
        ([b"x" * 300_000], {"ends": False}),  # the client hangs up
        ([b"x" * 300_000, b"x" * 900_000], {}),  # 413
        ([b"x" * 300_000, b"x"], {"pause": 0.04}),  # 408
    ],
    ids=["read", "gone", "too large", "too slow"],
)
def test_what_a_body_has_held_is_given_back(chunks, options, monkeypatch):
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.06)

    assert ask(Client(*chunks, **options)).held == 0


def test_small_bodies_are_read_however_much_others_hold():
    large, small = Client(b"x" * (gate.SMALL + 1)), Client(b"x" * gate.SMALL)

    gates = [ask(client, held=gate.ROOM) for client in (large, small)]

    assert (large.status, small.status) == (503, 200)
    assert [one.held for one in gates] == [gate.ROOM, gate.ROOM]


@pytest.mark.parametrize("size", [0, 1, gate.PIECE, gate.PIECE + 1, gate.IN_MEMORY * 3 + 7])
def test_an_answer_of_any_size_comes_whole_and_with_its_length(size):
    client = Client()

    ask(client, Project(*[b"y" * 1000] * (size // 1000), b"z" * (size % 1000)))

    assert len(client.page) == size
    assert client.headers["content-length"] == str(size)
    assert [message.get("more_body", False) for message in client.sent[1:]][-1] is False


def test_of_a_question_for_the_head_alone_the_length_is_told():
    client = Client(method="HEAD")

    ask(client, Project(b"side"))

    assert (client.page, client.headers["content-length"]) == (b"", "4")


@pytest.mark.parametrize(("error", "status"), [(ValueError("feil"), 500), (errors.AdminShutdown("borte"), 503)])
def test_an_error_in_the_middle_of_a_stream_is_told_as_one(error, status, caplog):
    def rows():
        yield b"linje\n" * 1000
        raise error

    class Streaming(Project):
        def __call__(self, environ, start_response):
            super().__call__(environ, start_response)
            return (b"side",) if refused.REFUSAL in environ else rows()

    client = Client()

    ask(client, Streaming())

    assert (client.status, client.page) == (status, b"side")
    assert [bool(record.exc_info) for record in caplog.records] == [status == 500]


def test_cookies_that_come_twice_are_both_read():
    client, project = (
        Client(headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y")]),
        Project(),
    )

    ask(client, project)

    environ = project.asked[0][0]
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")
