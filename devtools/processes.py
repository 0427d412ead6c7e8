"""Child processes that never outlive the one that started them."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devtools.watchdog import signal_group

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):
    """Something that the person at the terminal must read; one sentence, no traceback."""


class Stopped(Exception):
    """Somebody asked for an end: Ctrl-C, SIGTERM, or a terminal that was closed."""


def die_with_parent(number: int) -> None:
    """Have the kernel send this signal when the parent dies; outside Linux the watchdog is alone with it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def listening(port: int) -> bool:
    """Whether somebody answers on this port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A free port below the range from which the kernel takes the near ends of outgoing connections."""
    for port in random.sample(range(20_000, 32_000), 200):
        if port_is_free(port) and not listening(port):
            return port
    raise Failure("No free port was found between 20000 and 32000.")


@dataclass
class Child:
    """One running process and the signal that asks it to end."""

    name: str
    process: "subprocess.Popen[bytes]"
    stop_signal: int
    log: Path | None

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def send(self, number: int) -> None:
        """To the process alone: it ends its own children in the order that it likes."""
        if self.running:
            self.process.send_signal(number)

    def how_it_ended(self) -> str:
        """For people: its exit code, and what it said at last when that went to a file."""
        lines = self.log.read_text(errors="replace").splitlines()[-10:] if self.log else []
        return "\n".join([*lines, f"{self.name} ended with code {self.process.returncode}"])

    def kill(self) -> None:
        """To everybody that is still in its group, also when the first of them has ended."""
        signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Processes:
    """Starts processes, each in a session of its own, waits for them and ends them in order."""

    def __init__(self, keep_open: IO[Any] | None = None) -> None:
        """`keep_open`: a lock that the watchdog holds too, so that it is free only when all has ended."""
        self.children: list[Child] = []
        self.stop_asked = False
        self._printers: list[threading.Thread] = []
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", "devtools.watchdog"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=[keep_open.fileno()] if keep_open else [],
        )

    def tell_watchdog(self, line: str) -> None:
        """See `devtools.watchdog` for the words it knows."""
        assert self._watchdog.stdin
        with suppress(BrokenPipeError):  # somebody killed the watchdog: we go on without it
            self._watchdog.stdin.write(line + "\n")
            self._watchdog.stdin.flush()

    @contextmanager
    def stop_on_signals(self) -> Iterator[None]:
        """Note the signals and let `pause` raise Stopped, so that nothing is cut off in the middle.

        SIGINT needs it too: a process that a script starts with `&` inherits it as ignored.
        """

        def note(number: int, frame: object) -> None:
            self.stop_asked = True

        before = {number: signal.signal(number, note) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        stop_signal: int = signal.SIGTERM,
        log: Path | None = None,
        prefix: bool = False,
        capture: bool = False,
        stdin: int | None = subprocess.DEVNULL,
        before_exec: Callable[[], None] = lambda: None,
        **options: Any,
    ) -> Child:
        """Start a command. Its output goes to `log`, to the terminal with its name before each line, into
        `process.stdout`, or just where ours goes."""

        def prepare() -> None:
            before_exec()
            die_with_parent(stop_signal)  # last, as a change of user clears it

        with open(log or os.devnull, "ab") as file:
            process = subprocess.Popen(
                [os.fspath(word) for word in command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=stdin,
                stdout=file if log else subprocess.PIPE if prefix or capture else None,
                stderr=subprocess.STDOUT if log or prefix else None,
                start_new_session=True,
                preexec_fn=prepare,
                **options,
            )
        child = Child(name, process, stop_signal, log)
        self.children.append(child)
        self.tell_watchdog(f"group {process.pid}")
        if prefix:
            self._print_with_name(child)
        return child

    def _print_with_name(self, child: Child) -> None:
        def pump() -> None:
            assert child.process.stdout
            for line in child.process.stdout:
                with suppress(OSError):  # a closed terminal must not stop the child, so read on
                    print(f"{child.name:7}│ {line.decode(errors='replace').rstrip()}", flush=True)

        printer = threading.Thread(target=pump, daemon=True)
        printer.start()
        self._printers.append(printer)

    def pause(self, seconds: float = 0.05, may_end: Child | None = None) -> None:
        """Sleep; raise when an end is asked for or when a process has ended that should be there."""
        time.sleep(seconds)
        if self.stop_asked:
            raise Stopped
        for child in self.children:
            if child is not may_end and not child.running:
                raise Failure(f"{child.how_it_ended()}; all else is stopped.")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Wait until `ready()`; a Failure names `what` is missing after so many seconds."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Failure(f"{what} was not ready after {seconds:g} seconds.")
            self.pause()

    def wait_for_end(self, child: Child) -> int:
        """Let a command run to its end and return its exit code; what it left running is killed."""
        while child.running:
            self.pause(0.02, may_end=child)
        self._forget(child)
        return child.process.returncode

    def run(self, name: str, command: Sequence[str | Path], **options: Any) -> None:
        """Start a command that must end well."""
        child = self.start(name, command, **options)
        if self.wait_for_end(child):
            raise Failure(f"{child.how_it_ended()}.")

    def stop(self, names: Sequence[str] | None = None, patience: float = 5) -> None:
        """Ask these (or all) to end, together; kill whoever has not after `patience` seconds."""
        leaving = [child for child in self.children if names is None or child.name in names]
        for child in leaving:
            child.send(child.stop_signal)
        deadline = time.monotonic() + patience
        while any(child.running for child in leaving) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in leaving:
            self._forget(child)

    def _forget(self, child: Child) -> None:
        child.kill()
        self.children.remove(child)
        self.tell_watchdog(f"ended {child.process.pid}")

    def close(self) -> None:
        """Call it when everything is stopped: the watchdog goes home."""
        for printer in self._printers:
            printer.join(1)
        self.tell_watchdog("done")
        self._watchdog.wait()
        assert self._watchdog.stdin
        with suppress(BrokenPipeError):
            self._watchdog.stdin.close()
