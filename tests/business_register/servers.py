"""A server that answers each question with the bytes it is told to, at the pace it is told to."""

import socket
import threading
import time
from collections.abc import Iterable

Pieces = Iterable[bytes | float]  # a number is a pause in seconds


def response(body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/json") -> list[bytes]:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return ["\r\n".join([*lines, "", ""]).encode(), body]


class RawServer:
    """Each connection gets all pieces; `asked` counts them."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces, self.asked = pieces, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            self.asked += 1
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(4096)
                for piece in self.pieces:
                    if isinstance(piece, float):
                        time.sleep(piece)
                    else:
                        connection.sendall(piece)
            except OSError:
                return  # whoever asked has gone

    def close(self) -> None:
        self.socket.close()
