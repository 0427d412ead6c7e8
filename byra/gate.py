"""Between the clients and the project: no thread of it ever waits for a client.

The web worker's event loop reads a request to its end, within bounds of size and time, before one of the few threads
takes it, and it writes what the thread has made. The project stays a WSGI application; the gate is an ASGI one.
"""

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from byra.refused import REFUSAL, declared_length, limit_of
from ground.database_faults import describe, is_busy, passes

logger = logging.getLogger("byra.gate")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
Project = Callable[[Environ, Callable[..., None]], Iterable[bytes]]

BODY_SECONDS = 20  # from the end of the head to the end of the body
SMALL = 64 * 1024  # bytes of a body that there is always room for: any form of ours
ROOM = 64 * 1024 * 1024  # bytes for what the bodies of one process are beyond that, all together
IN_MEMORY = 1024 * 1024  # bytes of an answer; a larger one waits for its client in a temporary file
PIECE = 64 * 1024  # bytes of an answer that are handed to the connection at a time


class Refused(Exception):
    """The request is not read on; `status` says why, and byra.refused has the page."""

    def __init__(self, status: int) -> None:
        self.status = status


class Gone(Exception):
    """The client hung up in the middle of its request; nobody waits for an answer."""


class Answer:
    """What the project answers, whole: its status, its headers, and its body in memory or in a temporary file."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the gate closes it

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        """WSGI's start_response."""
        self.status = int(status[:3])
        self.headers = [(name.encode("latin-1"), value.strip(" \t").encode("latin-1")) for name, value in headers]

    def finish(self, *, is_head: bool) -> None:
        """Tell the length, where there is to be one, and leave away a body where there is to be none."""
        has_body = self.status not in (204, 304)
        if has_body and not any(name.lower() == b"content-length" for name, _value in self.headers):
            self.headers.append((b"Content-Length", str(self.body.tell()).encode()))
        if is_head or not has_body:
            self.body.seek(0)
            self.body.truncate()

    async def send_by(self, send: Send) -> None:
        self.body.seek(0)
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        piece = self.body.read(PIECE)
        while following := self.body.read(PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = following
        await send({"type": "http.response.body", "body": piece})


class Gate:
    """The ASGI application in front of the project, with so many threads for it."""

    def __init__(self, project: Project, *, threads: int) -> None:
        self.project = project
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="project")
        self.held = 0  # bytes of all bodies beyond the small ones

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"the project speaks HTTP alone, not {scope['type']}")
        environ, body = make_environ(scope), bytearray()
        try:
            await self.read(body, environ, receive)
            answer = await self.in_thread(self.answer, environ, bytes(body))
        except Gone:
            return
        except Refused as refusal:
            answer = await self.in_thread(self.answer, environ | {REFUSAL: refusal.status}, b"")
        finally:
            self.held -= beyond_small(body)
        with answer.body:
            await answer.send_by(send)

    async def in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    # --- What comes in -----------------------------------------------------------------------------------------------

    async def read(self, body: bytearray, environ: Environ, receive: Receive) -> None:
        """Read into `body` to its end. Raises Refused for one that is too large or too slow, Gone for half of one."""
        if not environ["PATH_INFO"].startswith("/"):
            raise Refused(400)
        limit = await self.limit(environ)
        if declared_length(environ) > limit:
            raise Refused(413)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in chunks_of(receive):
                    self.take(chunk, body, limit)
        except TimeoutError:
            raise Refused(408) from None

    def take(self, chunk: bytes, body: bytearray, limit: int) -> None:
        if len(body) + len(chunk) > limit:
            raise Refused(413)
        self.held -= beyond_small(body)
        body += chunk
        self.held += beyond_small(body)
        if self.held > ROOM and beyond_small(body):
            raise Refused(503)

    async def limit(self, environ: Environ) -> int:
        """How many bytes the body may have; who is signed in is asked of the database, so in a thread."""
        is_large = declared_length(environ) > settings.BODY_LIMIT or "HTTP_TRANSFER_ENCODING" in environ
        if not (is_large and settings.BODY_LIMITS):
            return settings.BODY_LIMIT
        try:
            return await self.in_thread(limit_of, WSGIRequest(environ | {"wsgi.input": io.BytesIO()}))
        except Exception as error:
            if not passes(error):
                raise
            raise Refused(503) from error

    # --- What goes out: in a thread of the project's -----------------------------------------------------------------

    def answer(self, environ: Environ, body: bytes) -> Answer:
        """Let the project answer, to the end of what it streams: an error in the middle can still be told as one."""
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        try:
            return self.run(environ)
        except Exception as error:
            if passes(error):
                logger.log(logging.WARNING if is_busy(error) else logging.ERROR, "while streaming: %s", describe(error))
            else:
                logger.exception("while streaming")
            return self.run(environ | {REFUSAL: 503 if passes(error) else 500, "wsgi.input": io.BytesIO()})

    def run(self, environ: Environ) -> Answer:
        answer = Answer()
        pieces = self.project(environ, answer.start)
        try:
            answer.body.writelines(pieces)
        except BaseException:
            answer.body.close()
            raise
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        answer.finish(is_head=environ["REQUEST_METHOD"] == "HEAD")
        if REFUSAL in environ:  # of what was not read the rest would be taken for another request
            answer.headers.append((b"Connection", b"close"))
        return answer


def beyond_small(body: bytearray) -> int:
    return max(0, len(body) - SMALL)


async def chunks_of(receive: Receive) -> AsyncIterator[bytes]:
    """The pieces of a body as they come. Raises Gone where it breaks off."""
    is_more = True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        is_more = message.get("more_body", False)
        yield message.get("body", b"")


def make_environ(scope: Scope) -> Environ:
    """WSGI's words for what ASGI tells of a request (PEP 3333)."""
    target = scope["raw_path"].decode("latin-1")
    if target.lower().startswith(("http://", "https://")):  # as proxies are asked (RFC 9112, 3.2.2)
        target = urlsplit(target).path or "/"
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(target).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def add_header(environ: Environ, name: str, value: str) -> None:
    """Those that come twice are one list; of cookies with a semicolon (RFC 6265, 5.4)."""
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    separator = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
