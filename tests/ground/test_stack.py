"""The runner of bin/dev and bin/test, by starting it: what it says, and that it leaves no process behind."""

import os
import re
import shlex
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from devtools.mail_catcher import refusal
from devtools.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
GIVEN_BY_THE_RUNNER = ("DATABASE_URL", "REDIS_URL", "BUSINESS_REGISTER_URL", "PORT", "BYRA_DATA")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def wait_until(true, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Runner:
    """Starts the runner on a data folder of its own and finds its processes by a mark in their environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "en mappe æøå"
        self.mark = f"STACK_TEST={uuid.uuid4()}"
        self.started: list[subprocess.Popen] = []
        self.port = free_port()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in GIVEN_BY_THE_RUNNER}
        name, _, value = self.mark.partition("=")
        return kept | {
            name: value,
            "BYRA_DATA": str(self.data),
            "PORT": str(self.port),
            "TMPDIR": str(self.folder),
        }

    def start(self, *words: str, program: tuple[str, ...] = ("-m", "devtools.stack")) -> subprocess.Popen:
        """Start it; what it prints goes to a file, so that nobody has to read while it runs."""
        with (self.folder / f"output-{len(self.started)}").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *program, *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def output(self, process: subprocess.Popen) -> str:
        return (self.folder / f"output-{self.started.index(process)}").read_text()

    def run(self, *words: str, **options) -> tuple[int, str]:
        process = self.start(*words, **options)
        return process.wait(60), self.output(process)

    def wait_for(self, process: subprocess.Popen, text: str, seconds: float = 60) -> None:
        def said() -> bool:
            assert process.poll() is None, self.output(process)
            return text in self.output(process)

        wait_until(said, f"never said {text!r}", seconds)

    def processes(self) -> list[str]:
        """The commands that run: by our mark, or by their folder, as PostgreSQL writes over its environment."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and (
                    self.mark.encode() in (entry / "environ").read_bytes()
                    or str((entry / "cwd").readlink()).startswith(str(self.folder))
                ):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # it has just ended
        return found

    def variables(self) -> dict[str, str]:
        """What `--services` writes down for developers."""
        return dict(word.split("=", 1) for word in shlex.split((self.data / "env").read_text()))


@pytest.fixture
def runner(tmp_path):
    runner = Runner(tmp_path)
    yield runner
    for process in runner.started:
        process.kill()
        process.wait()
    wait_until(lambda: not runner.processes(), runner.processes())


# --- What it says before anything is started ----------


def test_a_taken_port_is_told_and_nothing_is_started(runner):
    with socket.create_server(("127.0.0.1", runner.port)):
        code, output = runner.run()

    assert (code, output) == (
        1,
        f"Port {runner.port} is taken; choose another one, for example PORT=8001 bin/dev.\n",
    )
    assert [path.name for path in runner.data.iterdir()] == ["lock"]


def test_a_port_that_is_no_number_is_told(runner):
    runner.port = "åtte"

    assert runner.run() == (1, "PORT must be a number between 1 and 65535, not 'åtte'.\n")


# --- The services ----------


def test_services_serve_one_runner_at_a_time_and_leave_no_process(runner):
    first = runner.start("--services")
    runner.wait_for(first, "are ready")

    code, output = runner.run("--services")
    everything = "\n".join(runner.processes())
    first.send_signal(signal.SIGINT)

    assert (code, output) == (
        1,
        f"It is running already: the services alone (process {first.pid}, data in {runner.data}).\n",
    )
    assert [name in everything for name in ("postgres", "redis-server", "mail_catcher")] == [True, True, True]
    assert first.wait(10) == 0
    assert runner.processes() == []
    assert not (runner.data / "env").exists()


def test_services_are_what_the_project_needs(runner):
    process = runner.start("--services")
    runner.wait_for(process, "are ready")
    variables = runner.variables()

    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        for extension in ("pg_trgm", "btree_gin", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {extension}")
        role = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        trigrams = connection.execute("SELECT cardinality(show_trgm('Øl'))").fetchone()

    assert role == ("byra", False, False, True)
    assert trigrams == (3,)  # "  ø", " øl", "øl "


def test_the_catcher_keeps_mails_in_order_and_refuses_some(runner):
    process = runner.start("--services")
    runner.wait_for(process, "are ready")
    variables = runner.variables()
    port = int(variables["EMAIL_URL"].rpartition(":")[2])

    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for subject in ("Først", "Så"):
            message = EmailMessage()
            message["Subject"] = subject
            message.set_content("Hei på deg")
            smtp.send_message(message, "byra@example.test", ["kari@example.test"])
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.send_message(message, "byra@example.test", ["ola.avvist@example.test"])

    files = sorted(Path(variables["MAIL_CATCHER_DIR"]).iterdir())
    headers = [file.read_text().splitlines()[:2] for file in files]
    assert headers == [["X-Envelope-From: byra@example.test", "X-Envelope-To: kari@example.test"]] * 2
    assert ["F=C3=B8rst" in file.read_text() for file in files] == [True, False]
    assert refused.value.recipients == {"ola.avvist@example.test": (550, b"5.1.1 Ukjent mottaker")}


@pytest.mark.parametrize(
    ("address", "code"),
    [("kari@avvist.test", None), ("AVVIST@x.test", "550"), ("kom.senere+1@x.test", "451"), ("post", None)],
)
def test_only_the_local_part_decides_on_a_refusal(address, code):
    answer = refusal(address)

    assert (answer and answer[:3]) == code


def test_kill_9_leaves_no_process_and_the_next_start_waits_for_it(runner):
    first = runner.start("--services")
    runner.wait_for(first, "are ready")
    first.kill()
    first.wait()

    again = runner.start("--services")
    runner.wait_for(again, "are ready")
    again.terminate()

    assert again.wait(10) == 0
    assert runner.processes() == []


# --- One command ----------


def test_a_command_has_fresh_services_and_gives_its_exit_code(runner):
    code, output = runner.run("--", "sh", "-c", 'echo "$DATABASE_URL"; echo "$MAIL_CATCHER_DIR"; exit 7')

    address, mails = output.split()
    assert code == 7
    assert re.fullmatch(r"postgres://byra@127\.0\.0\.1:\d+/byra", address)
    assert not Path(mails).parent.exists()
    assert not runner.data.exists()
    assert runner.processes() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_starts_others_ends_with_the_runner(runner, number):
    process = runner.start("--", "sh", "-c", "sleep 600 & sleep 601 & echo started; wait")
    runner.wait_for(process, "started")

    process.send_signal(number)

    assert process.wait(10) == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    wait_until(lambda: not runner.processes(), "processes are left", 10)
    assert list(runner.folder.glob("byra-*")) == []


# --- Everything ----------


def started_demo(runner) -> subprocess.Popen:
    process = runner.start()
    runner.wait_for(process, "is ready")
    return process


def test_dev_serves_the_demo_and_ctrl_c_leaves_no_process(runner):
    process = started_demo(runner)
    with urllib.request.urlopen(f"http://127.0.0.1:{runner.port}/helse/") as answer:
        health = answer.status
    second = runner.run()

    process.send_signal(signal.SIGINT)

    assert health == 200
    place = f"(process {process.pid}, data in {runner.data})"
    assert second == (1, f"It is running already: http://localhost:{runner.port}/ {place}.\n")
    assert process.wait(30) == 0
    assert runner.processes() == []


@pytest.mark.long
def test_dev_keeps_its_data_and_its_keys(runner):
    for word in ("CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('ja')", "SELECT word FROM kept"):
        process = started_demo(runner)
        address = re.search(r"port=(\d+)", "\n".join(runner.processes()))[1]
        with psycopg.connect(f"postgres://byra@127.0.0.1:{address}/byra") as connection:
            rows = connection.execute(word)
            found = rows.fetchall() if rows.description else None
        keys = (runner.data / "keys").read_text()
        process.send_signal(signal.SIGHUP)
        assert process.wait(30) == 0

    assert found == [("ja",)]
    assert keys == (runner.data / "keys").read_text()
    assert (runner.data / "keys").stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_kill_9_of_dev_leaves_no_process(runner):
    process = started_demo(runner)

    process.kill()
    process.wait()

    wait_until(lambda: not runner.processes(), "processes are left", 10)
    assert runner.processes() == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["web", "worker", "beat", "catcher", "register", "redis", "postgres"])
def test_dev_stops_when_one_of_its_processes_ends(runner, name):
    process = started_demo(runner)
    word = {"web": "gunicorn", "worker": "-A byra worker", "beat": "-A byra beat", "catcher": "mail_catcher",
            "register": "devtools.register"}  # fmt: skip
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        if word.get(name, name) in Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "):
            os.kill(int(child), signal.SIGKILL)

    assert process.wait(30) == 1
    assert f"{name} ended with code -9; all else is stopped." in runner.output(process)
    assert runner.processes() == []


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL needs another user only when we are root")
def test_postgres_runs_as_nobody_where_user_namespaces_are_refused(runner):
    program = (
        "import sys; from devtools import services, stack;"
        "services.may_enter_user_namespace = lambda: False; sys.exit(stack.main(sys.argv[1:]))"
    )

    process = runner.start("--services", program=("-c", program))
    runner.wait_for(process, "are ready")
    (words,) = [command for command in runner.processes() if "bin/postgres -D" in command]
    data = Path(re.search(r"-D (\S+)", words)[1])
    owner = data.owner()
    process.terminate()

    assert process.wait(10) == 0
    assert owner == "nobody"
    assert runner.processes() == []
    shutil.rmtree(data.parent.parent)  # not below the data folder: `nobody` may not enter that
