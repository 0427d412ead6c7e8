"""An SMTP server on loopback that keeps every mail as an .eml file and sends none.

Some addresses are refused, so that bounces can be tried: a local part with `avvist` gets 550 for ever,
one with `senere` gets 451.
"""

import argparse
import asyncio
import itertools
import os
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSED_FOR_EVER = "550 5.1.1 Ukjent mottaker"
REFUSED_FOR_NOW = "451 4.3.0 Prøv igjen senere"


def refusal(address: str) -> str | None:
    """The SMTP answer with which a recipient is refused, or None when it is welcome."""
    local_part = address.rpartition("@")[0].lower()
    if "avvist" in local_part:
        return REFUSED_FOR_EVER
    if "senere" in local_part:
        return REFUSED_FOR_NOW
    return None


class MailFolder:
    """Files whose names sort in the order in which the mails came; a reader never sees half a file."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._count = itertools.count()

    def keep(self, envelope: Envelope) -> Path:
        """Write one mail; who it was really for stands in two added lines, as Bcc is not in its headers."""
        name = f"{time.time_ns():020d}-{next(self._count):06d}.eml"
        written = self.path / f".{name}.part"
        with written.open("wb") as file:
            file.write(f"X-Envelope-From: {envelope.mail_from}\r\n".encode())
            file.write(f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode())
            file.write(envelope.original_content or b"")
        return written.rename(self.path / name)


class Catcher:
    """aiosmtpd calls the method that is named after the SMTP command; it fixes the arguments."""

    def __init__(self, folder: MailFolder) -> None:
        self.folder = folder

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = refusal(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
            answer = "250 OK"
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return f"250 OK {self.folder.keep(envelope).name}"


async def serve(port: int, folder: Path) -> None:
    """Catch mails until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    catcher = Catcher(MailFolder(folder))
    server = await loop.create_server(
        lambda: SMTP(catcher, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    os.umask(0o077)
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
