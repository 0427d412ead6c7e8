"""The processes of the Procfile on the tests' database, with a broker and a mail catcher of their own."""

import http.client
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from redis import Redis

from devtools.demo.caught_mails import Mail, read_mail
from devtools.processes import Processes, free_port
from devtools.services import start_mail_catcher, start_redis
from devtools.stack import healthy, procfile
from organisations.models import CacheEntry


def database_url() -> str:
    """Of the tests' database."""
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)


class Stack:
    """A broker and a mail catcher that run, and processes to start; `variables` go over the stack's own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.processes = Processes()
        redis_url = start_redis(self.processes, folder, durable=False)
        catcher = start_mail_catcher(self.processes, folder)
        self.mails = Path(catcher["MAIL_CATCHER_DIR"])
        self.redis = Redis.from_url(redis_url)
        self.env = {
            **catcher,
            "REDIS_URL": redis_url,
            "DATABASE_URL": database_url(),
            "BEAT_SCHEDULE": str(folder / "beat-schedule"),
            "PYTHONWARNINGS": "ignore",
            "BUSINESS_REGISTER_URL": "",
            **variables,
        }

    def start(self, name: str) -> None:
        self.processes.start(name, procfile()[name], env=self.env, log=self.folder / f"{name}.log")

    def kill(self, name: str) -> None:
        """kill -9, with all its children."""
        next(child for child in self.processes.children if child.name == name).kill()
        self.processes.stop([name])

    def caught(self) -> list[Path]:
        """The mails that the catcher took, oldest first."""
        return sorted(self.mails.glob("*.eml"))

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, f"{what}\n{self.said()}"
            time.sleep(0.005)

    def said(self) -> str:
        """The end of what each process has written."""
        return "\n".join(file.read_text(errors="replace")[-3000:] for file in self.folder.glob("*.log"))

    def close(self) -> None:
        """A worker would first finish what it does; nobody waits for that."""
        self.redis.close()
        for name in [child.name for child in self.processes.children if child.name in ("worker", "beat")]:
            self.kill(name)
        self.processes.stop()
        self.processes.close()


class Web:
    """The web server of the Procfile alone, with pages on the tests' database; `variables` go over the stack's own."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.port = free_port()
        self.log = folder / "web.log"
        self.processes = Processes()
        words = [*procfile()["web"], "--bind", f"127.0.0.1:{self.port}", *arguments]
        env = {"DATABASE_URL": database_url(), "STATEMENT_TIMEOUT_MS": "2000", "PYTHONWARNINGS": "ignore"}
        env |= {"BUSINESS_REGISTER_URL": "", **variables}
        self.child = self.processes.start("web", words, env=env, log=self.log)
        deadline = time.monotonic() + 60
        while not healthy(self.port):
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    @property
    def pids(self) -> list[int]:
        """The master and its workers."""
        master = self.child.process.pid
        return [master, *map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())]

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def says(self, shape: str) -> bool:
        """Whether what it writes matches the shape; a line can come after the answer that it is about."""
        end = time.monotonic() + 5
        while not (found := re.search(shape, self.said(), re.MULTILINE)) and time.monotonic() < end:
            time.sleep(0.02)
        return bool(found)

    def ask(self, method: str, path: str, **options: Any) -> http.client.HTTPResponse:
        """One request on a connection of its own; `options` are http.client's. The body is in the answer's `.page`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        options["headers"] = {"Host": "localhost", **options.get("headers", {})}
        try:
            connection.request(method, path, **options)
            answer = connection.getresponse()
            answer.page = answer.read().decode()
            return answer
        finally:
            connection.close()

    def close(self) -> None:
        self.processes.stop()
        self.processes.close()


class Site(Stack):
    """The stack with web and worker running: what a person meets in the browser and in the mailbox."""

    def __init__(self, folder: Path, **variables: str) -> None:
        port = free_port()
        self.address = f"http://localhost:{port}"
        super().__init__(
            folder,
            BASE_URL=self.address,
            STATEMENT_TIMEOUT_MS="10000",
            GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port} --log-level warning --workers 1 --threads 4",
            **variables,
        )
        self.start("web")
        self.start("worker")
        self.wait_until(lambda: healthy(port), "the web server", 60)
        self.wait_until(lambda: "ready." in (folder / "worker.log").read_text(), "the worker", 60)

    def forget(self) -> None:
        """No mail and no count of sign-ins from the test before."""
        for file in self.caught():
            file.unlink()
        CacheEntry.objects.all().delete()

    def mailbox(self) -> list[Mail]:
        return [read_mail(file.read_bytes(), name=file.stem) for file in self.caught()]

    def wait_for_mail(self, to: str, subject: str) -> Mail:
        """The newest mail to this address with these words in its subject, as soon as the catcher has it."""

        def fitting() -> list[Mail]:
            return [mail for mail in self.mailbox() if mail.to == to and subject in mail.subject]

        self.wait_until(lambda: bool(fitting()), f"a mail to {to} about {subject}")
        return fitting()[-1]
