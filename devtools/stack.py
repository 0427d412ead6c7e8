"""Runs the project on this machine: PostgreSQL, Redis, a mail catcher, a register of enterprises
and the processes of the Procfile.

    python -m devtools.stack                 all of it, with the demo's data, until Ctrl-C (this is bin/dev)
    python -m devtools.stack --services      only the services; their variables are in $BYRA_DATA/env
    python -m devtools.stack -- COMMAND …    fresh services, one command, its exit code (this is bin/test)

BYRA_DATA is the folder that keeps the data (default .run), PORT the port of the pages (default 8000).
DATABASE_URL, REDIS_URL and BUSINESS_REGISTER_URL, when given, are used in place of servers of our own.
"""

import fcntl
import os
import secrets
import shlex
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from devtools.processes import ROOT, Failure, Processes, Stopped, port_is_free
from devtools.services import start_mail_catcher, start_postgres, start_redis, start_register

PATIENT = "60000"  # milliseconds for a statement of anything but a page
KEYS = ("SECRET_KEY", "LINK_KEY", "RECEIPT_KEY")
MANAGE = (sys.executable, ROOT / "manage.py")


def procfile() -> dict[str, list[str]]:
    """The commands by name, run as modules of this Python, so that nobody needs to have set PATH."""
    lines = (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines() if line.strip())
    return {name: [sys.executable, "-m", *shlex.split(command)] for name, _, command in lines}


def wanted_port() -> int:
    """The port of the pages; it is told to people and stands in mails, so another one will not do."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failure(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def is_alive(pid: str) -> bool:
    return pid.isdecimal() and Path(f"/proc/{pid}").exists() if sys.platform == "linux" else True


def take_lock(folder: Path, doing: str) -> IO[str]:
    """Keep a second copy off the same data. After a kill -9 it is free once the watchdog has cleaned up."""
    lock = (folder / "lock").open("a+")
    deadline = time.monotonic() + 10
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            lock.seek(0)
            pid, _, what = lock.read().partition(" ")
            if is_alive(pid) or time.monotonic() > deadline:
                raise Failure(f"It is running already: {what} (process {pid}, data in {folder}).") from None
            time.sleep(0.1)
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()} {doing}")
    lock.flush()
    return lock


def keys(folder: Path) -> dict[str, str]:
    """The secrets of this data folder: made once, as the links and receipts of its data depend on them."""
    file = folder / "keys"
    if not file.exists():
        written = file.with_suffix(".part")
        written.touch(mode=0o600)
        written.write_text("".join(f"{name}={secrets.token_urlsafe(50)}\n" for name in KEYS))
        written.rename(file)
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def start_services(processes: Processes, folder: Path, *, durable: bool) -> dict[str, str]:
    """Start what is not given in the environment; return the variables that the project's settings read."""
    base_url = f"http://localhost:{wanted_port()}"
    # A single command has no web server that could be told.
    events_url = f"{base_url}/anymail/postmark/tracking/" if durable else ""
    return {
        "DEBUG": "0",
        "SERVE_SOURCES": "1",
        "DEMO": "1",
        "BASE_URL": base_url,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS": "0",
        "HELP_PHONE": "10 00 00 00",
        # The demo's people sign in by their password alone; the tests ask for the factor where they are about it.
        "REQUIRE_SECOND_FACTOR": os.environ.get("REQUIRE_SECOND_FACTOR", "0"),
        # A real one that stands in .env must not be used here.
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "BEAT_SCHEDULE": str(folder / "beat-schedule"),
        "STATEMENT_TIMEOUT_MS": PATIENT,
        "PYTHONUNBUFFERED": "1",
        **keys(folder),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or start_postgres(processes, folder),
        "REDIS_URL": os.environ.get("REDIS_URL") or start_redis(processes, folder, durable=durable),
        **start_mail_catcher(processes, folder, events_url=events_url),
        "BUSINESS_REGISTER_URL": os.environ.get("BUSINESS_REGISTER_URL") or start_register(processes, folder),
    }


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/helse/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def serve_demo(processes: Processes, folder: Path) -> None:
    """Everything, until somebody stops it."""
    port = wanted_port()
    env = start_services(processes, folder, durable=True)
    loading = processes.start("load_demo", [*MANAGE, "load_demo", "--migrate"], env=env, capture=True)
    failed = processes.wait_for_end(loading)
    assert loading.process.stdout
    sign_ins = loading.process.stdout.read().decode().rstrip()
    if failed:
        raise Failure(f"{sign_ins}\nThe demo's data could not be loaded; the reason stands above.")
    commands = procfile()
    arguments = f"--bind 127.0.0.1:{port} --preload --log-level warning"
    processes.start(
        "web",
        commands.pop("web"),
        env=env | {"GUNICORN_CMD_ARGS": arguments, "STATEMENT_TIMEOUT_MS": "2000"},
        prefix=True,
    )
    # The pages first: each process needs seconds of a core until it is up, and somebody is waiting.
    processes.wait_until(lambda: healthy(port), "The web server", 60)
    env |= {"CELERY_QUIET": "1", "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    for name, command in commands.items():
        processes.start(name, command, env=env, prefix=True)
    print(f"\n{sign_ins}\n\n{env['BASE_URL']}/ is ready. Ctrl-C stops it; the data stay in {folder}.")
    if env["REQUIRE_SECOND_FACTOR"] == "0":
        print("No second factor is asked for here; REQUIRE_SECOND_FACTOR=1 bin/dev asks for it, as a server does.")
    if "DATABASE_URL" not in os.environ:
        print("PostgreSQL runs with fsync off, as this is a demo: a power cut may lose its data.")
    sys.stdout.flush()
    while True:
        processes.pause(0.2)


def serve_services(processes: Processes, folder: Path) -> None:
    """The services alone, for a developer who runs the rest by hand."""
    env = start_services(processes, folder, durable=True)
    file = folder / "env"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in env.items()))
    print("PostgreSQL, Redis, the mail catcher and the register are ready. Ctrl-C stops them. In another terminal:")
    print(f"    set -a; . {shlex.quote(str(file))}; set +a", flush=True)
    try:
        while True:
            processes.pause(0.2)
    finally:
        file.unlink()


def run_with_services(command: list[str]) -> int:
    """One command with fresh services whose data are thrown away; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="byra-") as name:
        folder = Path(name)

        def run(processes: Processes) -> int:
            processes.tell_watchdog(f"folder {folder}")
            env = start_services(processes, folder, durable=False)
            # SIGINT, for pytest and its like tell what they know when they are interrupted.
            child = processes.start("command", command, env=env, cwd=Path.cwd(), stop_signal=signal.SIGINT, stdin=None)
            return processes.wait_for_end(child)

        return supervise(run)


def supervise(work: Callable[[Processes], int | None], lock: IO[str] | None = None) -> int:
    """Do the work and stop all processes afterwards, however it ends; return the exit code."""
    processes = Processes(keep_open=lock)
    with processes.stop_on_signals():
        try:
            return work(processes) or 0
        except Stopped:
            with suppress(OSError):  # the terminal may have been closed
                print("\nStopping …", flush=True)
            return 130
        finally:
            services = ("redis", "postgres")
            processes.stop([child.name for child in processes.children if child.name not in services])
            for name in services:
                processes.stop([name])
            processes.close()


def serve(work: Callable[[Processes, Path], None], doing: str) -> int:
    """Do the work with the folder that keeps its data."""
    folder = Path(os.environ.get("BYRA_DATA") or ROOT / ".run").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with take_lock(folder, doing) as lock:
        if work is serve_demo and not port_is_free(wanted_port()):
            raise Failure(f"Port {wanted_port()} is taken; choose another one, for example PORT=8001 bin/dev.")
        supervise(lambda processes: work(processes, folder), lock)
    return 0


def main(words: list[str]) -> int:
    try:
        match words:
            case []:
                return serve(serve_demo, f"http://localhost:{wanted_port()}/")
            case ["--services"]:
                return serve(serve_services, "the services alone")
            case ["--", *command] if command:
                return run_with_services(command)
            case _:
                raise Failure((__doc__ or "").strip())
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
