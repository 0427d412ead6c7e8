"""SMTP servers on loopback that behave as a test wants them to."""

import contextlib
import re
import socket
import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Sink:
    """Speaks just enough SMTP. `answers` maps a command (MAIL, RCPT, DATA, END) to another reply, or to None: hang up.

    `END` is the reply after the message's last line. A message that gets 250 there is in `messages`.
    """

    answers: dict[str, str | None] = field(default_factory=dict)
    mails_per_connection: int = 0
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    before_end: object = None  # called when a message is complete, before it is answered

    def __post_init__(self) -> None:
        sink = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                sink.open.append(self.connection)
                sink.talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.open: list[socket.socket] = []
        self._server = Server(("127.0.0.1", 0), Talk)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def talk(self, read, write) -> None:
        def say(line: str) -> None:
            write.write(line.encode() + b"\r\n")

        say("220 sink")
        taken = 0
        while line := read.readline():
            word = line[:4].upper().decode().strip()
            if word == "EHLO":
                say("250-sink\r\n250 8BITMIME")
                continue
            if word == "QUIT":
                say("221 bye")
                return
            if word == "MAIL" and self.mails_per_connection and taken == self.mails_per_connection:
                say("421 enough")
                return
            if word == "RCPT":
                self.recipients.append(re.search(rb"<(.*?)>", line)[1].decode())
            answer = self.answers.get(word, "354 go" if word == "DATA" else "250 ok")
            if answer is None:
                return
            say(answer)
            if word == "DATA" and answer.startswith("354"):
                message = b"".join(iter(read.readline, b".\r\n"))
                if self.before_end:
                    self.before_end()
                answer = self.answers.get("END", "250 ok")
                if answer is None:
                    return
                if answer.startswith("250"):
                    self.messages.append(re.sub(rb"(?m)^\.", b"", message))
                    taken += 1
                say(answer)

    def hang_up(self) -> None:
        """Cut every connection that is open, as a server does that is restarted."""
        for connection in self.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.hang_up()
