"""A stretch of wire between a process and the database that a test can cut, and mend again."""

import selectors
import socket
import threading
from contextlib import suppress


class Wire:
    """Hands everything on between its port and the server's. `cut` ends all connections and refuses new ones."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.pairs: dict[socket.socket, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.lock = threading.RLock()
        self.is_over = False
        self.listener = self.listen(0)
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.carry)
        self.thread.start()

    def listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        self.selector.register(listener, selectors.EVENT_READ)
        return listener

    def carry(self) -> None:
        while not self.is_over:
            for key, _events in self.selector.select(0.02):
                with self.lock, suppress(OSError):
                    if key.fileobj is self.listener:
                        self.accept()
                    elif key.fileobj in self.pairs:
                        self.hand_on(key.fileobj)

    def accept(self) -> None:
        near, _address = self.listener.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.to_port))
        except OSError:  # the server itself is away
            near.close()
            return
        self.pairs |= {near: far, far: near}
        for end in (near, far):
            self.selector.register(end, selectors.EVENT_READ)

    def hand_on(self, end: socket.socket) -> None:
        text = b""
        with suppress(ConnectionResetError):
            text = end.recv(65536)
        if text:
            self.pairs[end].sendall(text)
        else:
            self.drop(end)

    def drop(self, end: socket.socket) -> None:
        for each in (end, self.pairs[end]):
            self.selector.unregister(each)
            del self.pairs[each]
            each.close()

    def cut_once(self) -> None:
        """The connections there are; new ones are carried."""
        with self.lock:
            while self.pairs:
                self.drop(next(iter(self.pairs)))

    def cut(self) -> None:
        with self.lock:
            self.selector.unregister(self.listener)
            self.listener.close()
            self.cut_once()

    def mend(self) -> None:
        with self.lock:
            self.listener = self.listen(self.port)

    def close(self) -> None:
        self.is_over = True
        self.thread.join()
        self.cut()
        self.selector.close()
