"""gunicorn's worker for the web: every client has a bounded time, and none can take what the others need.

    gunicorn byra.wsgi --worker-class byra.web_worker.Worker --workers 2 --threads 2

One event loop a process reads and writes; `--threads` of them do the project's work behind the gate (byra.gate).
Of `--worker-connections` that wait for their client, the one that has waited longest gives way to a new one.
"""

import asyncio
import os
import resource
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

HEAD_SECONDS = 10  # from the connection to the end of the first head; between two requests gunicorn's --keep-alive
TAKE_SECONDS = 15  # in which a client takes the next 48 kB of an answer, or its end
FILES = 100  # that a process has open besides its connections


class Connection(ASGIProtocol):
    """One client's connection. It is waiting whenever the client, and not the project, has the next move."""

    _closed: bool  # gunicorn's
    patience: asyncio.TimerHandle | None = None
    is_unread = False  # the client may still be sending what nobody will read

    def wait(self, seconds: float | None, give_up: Callable[[], None]) -> None:
        """The client has the next move, and so many seconds for it (None: another clock runs)."""
        self.stop_waiting()
        self.worker.waiting[self] = None
        if seconds is not None:
            self.patience = self.worker.loop.call_later(seconds, give_up)

    def stop_waiting(self) -> None:
        self.worker.waiting.pop(self, None)
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    def hang_up(self) -> None:
        """At once, whatever the client has not taken yet."""
        if self.transport is not None:
            self.transport.abort()

    # --- Whose move it is: called by the transport, the parser and gunicorn's own code -------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.worker.make_room()
        super().connection_made(transport)
        self.wait(HEAD_SECONDS, self._keepalive_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_waiting()
        super().connection_lost(exc)

    def eof_received(self) -> bool:
        """A client that only has nothing more to say still gets its answer; one that broke off is let go."""
        return self not in self.worker.waiting

    def _on_headers_complete(self) -> bool:
        self.is_unread = True
        self.wait(None, self.hang_up)  # the gate has the clock of the body
        return super()._on_headers_complete()

    def _on_message_complete(self) -> None:
        self.is_unread = False
        self.stop_waiting()
        super()._on_message_complete()

    def pause_writing(self) -> None:
        self.wait(TAKE_SECONDS, self.hang_up)
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stop_waiting()
        super().resume_writing()

    def _arm_keepalive_timer(self) -> None:
        self.wait(None, self.hang_up)
        super()._arm_keepalive_timer()

    def _send_error_response(self, *arguments: Any, **options: Any) -> None:
        self.is_unread = True
        super()._send_error_response(*arguments, **options)

    def _close_transport(self) -> None:
        """Close; but where the client is still sending, drop that for a while: a reset would take the answer away."""
        if self._closed or self.transport is None:
            return
        if self.is_unread and not self.transport.is_closing() and self.transport.can_write_eof():
            self._closed = True
            self._callback_parser = None
            self._resume_reading()
            self.transport.write_eof()
        else:
            super()._close_transport()
        self.wait(TAKE_SECONDS, self.hang_up)

    def _is_websocket_upgrade(self, request: Any) -> bool:
        return False  # nothing here speaks it: the request is answered as if it had not asked


class Worker(ASGIWorker):
    """gunicorn's asyncio worker with the gate in front of the project, and connections that end."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.waiting: dict[Connection, None] = {}  # those whose client has the next move, longest first
        self.most_connections = self.worker_connections
        self.cfg.set("forwarded_allow_ips", "")  # TRUSTED_PROXY_COUNT alone says whose X-Forwarded- is believed

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """gunicorn's own would warn that threads are of no use."""

    def init_process(self) -> None:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if hard != resource.RLIM_INFINITY:
            self.most_connections = max(1, min(self.worker_connections, hard - FILES))
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        from byra.gate import Gate  # it needs the apps, which are there now that the project is loaded

        self.asgi = Gate(self.app.wsgi(), threads=self.cfg.threads)

    def make_room(self) -> None:
        """For one connection more. Where all are at work, which no client can bring about alone, it comes on top."""
        if self.nr_conns >= self.most_connections and self.waiting:
            next(iter(self.waiting)).hang_up()

    async def _serve(self) -> None:
        for listener in self.sockets:
            make = partial(Connection, self)
            server = await self.loop.create_server(make, sock=listener.sock, ssl=self._get_ssl_context())
            self.servers.append(server)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            await asyncio.sleep(1)
        await self._shutdown()
