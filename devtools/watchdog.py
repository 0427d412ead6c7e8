"""Ends what a supervisor started when the supervisor itself was killed and could not.

The supervisor holds the other end of standard input and writes one line for each process group it starts
(`group NUMBER`), for each that has ended (`ended NUMBER`) and for a folder that must not outlive it
(`folder PATH`). A stop in good order closes with `done`. End of input without it means that the supervisor
is gone.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE = 1.5  # seconds between asking the processes to end and killing them


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a whole process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter when only zombies are left
        return False
    return True


def end_groups(groups: Iterable[int]) -> None:
    """SIGINT first, which PostgreSQL takes as a fast shutdown; SIGKILL to whoever is still there."""
    left = [group for group in groups if signal_group(group, signal.SIGINT)]
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [group for group in left if signal_group(group, 0)]
    for group in left:
        signal_group(group, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: list[int] = []
    folders: list[str] = []
    for line in sys.stdin:
        word, _, value = line.rstrip("\n").partition(" ")
        if word == "group":
            groups.append(int(value))
        elif word == "ended":
            groups.remove(int(value))
        elif word == "folder":
            folders.append(value)
        elif word == "done":
            return
    end_groups(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
