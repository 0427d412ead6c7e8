"""The web worker with all its bounds of time at a second, and kernels that take little of an answer off its hands."""

import socket

from byra import web_worker

web_worker.HEAD_SECONDS = web_worker.TAKE_SECONDS = 1


class Worker(web_worker.Worker):
    def init_process(self) -> None:
        for listener in self.sockets:
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        from byra import gate

        gate.BODY_SECONDS = 1
