"""How a web server fares under clients that take its time, and what a light page costs it. Any server can be tried:

.venv/bin/python -m devtools.stack -- .venv/bin/python -m benchmarks.slow_clients [--clients 24] [--kinds silent …] \
    -- .venv/bin/python -m gunicorn byra.wsgi --workers 2 --threads 2 --bind 127.0.0.1:{port}

Without a command it is that of the Procfile. For each kind of tests/slow_clients.py it prints how long an ordinary
person waits for a page, and how many of the clients were cut off; then the processor time of a page without them.
"""

import argparse
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from django.core.management import execute_from_command_line

from devtools.processes import free_port
from devtools.stack import healthy, procfile
from tests.slow_clients import KINDS, LARGE, PAGE, Crowd, p95, visit, visits


def tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(grandchild for child in children for grandchild in tree(int(child)))]


def processor_seconds(pid: int) -> float:
    fields = [Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split() for process in tree(pid)]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    texts = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in tree(pid)]
    return sum(int(text.split("\nPss:")[1].split()[0]) for text in texts) / 1024


def measure_attacks(port: int, clients: int, kinds: list[str], seconds: float) -> None:
    for kind in kinds:
        with Crowd(port, clients, (kind,)) as crowd:
            time.sleep(2)
            try:
                took = visits(port, seconds)
                told = f"p50 {took[len(took) // 2]:6.3f} s  p95 {p95(took):6.3f} s  ({len(took)} pages)"
            except (OSError, AssertionError) as error:
                told = f"nobody else is served: {type(error).__name__}"
        print(f"{clients} × {kind:20} {told}  cut off {crowd.cut_off.total()}", flush=True)


def measure_cost(port: int, pid: int, path: str, pages: int = 400) -> None:
    for _turn in range(20):
        visit(port, path)
    begin = processor_seconds(pid)
    for _turn in range(pages):
        visit(port, path)
    used = (processor_seconds(pid) - begin) / pages * 1000
    print(f"{path:30} {used:6.2f} ms of processor time a page, {megabytes(pid):.0f} MB for all processes", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="none: the cost alone")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "byra.settings"
    execute_from_command_line(["manage.py", "migrate", "--verbosity", "0"])
    port = free_port()
    command = options.command or [*procfile()["web"], "--bind", "127.0.0.1:{port}"]
    command = [word.replace("{port}", str(port)) for word in command]
    print(shlex.join(command), flush=True)
    env = os.environ | {"LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "2000"}
    server = subprocess.Popen(command, env=env, stdout=sys.stderr)  # noqa: S603 - it is given on the command line
    try:
        while not healthy(port):
            time.sleep(0.1)
        for path in (PAGE, LARGE):
            measure_cost(port, server.pid, path)
        measure_attacks(port, options.clients, options.kinds, options.seconds)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
