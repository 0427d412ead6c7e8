"""An SMTP server on loopback that keeps every mail as an .eml file and sends none.

It plays the receiving side too. A local part with `avvist` gets 550 for ever, one with `senere` 451. Of what it took
it tells BYRA_EVENTS_URL afterwards, in the words of Postmark and with the secret in ANYMAIL_WEBHOOK_SECRET: delivered
after a moment; with `retur` in the local part a bounce; with `forsinket` first a delay, then delivered.
"""

import argparse
import asyncio
import base64
import email
import itertools
import json
import logging
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger("catcher")

REFUSED_FOR_EVER = "550 5.1.1 Ukjent mottaker"
REFUSED_FOR_NOW = "451 4.3.0 Prøv igjen senere"
PAUSES = (1, 2, 4, 8, 16)  # seconds between the attempts to reach a web server that is away


@dataclass(frozen=True)
class Word:
    """What is told of a mail, so many seconds after it was taken."""

    after: float
    payload: Mapping[str, object]


DELIVERED = {"RecordType": "Delivery", "Details": "smtp;250 2.0.0 OK"}
BOUNCED = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 Postboksen finnes ikke",
}
DELAYED = {
    "RecordType": "Bounce",
    "Type": "Transient",
    "TypeCode": 2,
    "Name": "Message delayed",
    "Description": "The server could not temporarily deliver your message (ex: Message is delayed).",
    "Details": "smtp;452 4.2.2 Postboksen er full",
}


def local_part(address: str) -> str:
    return address.rpartition("@")[0].lower()


def refusal(address: str) -> str | None:
    """The SMTP answer with which a recipient is refused, or None when it is welcome."""
    if "avvist" in local_part(address):
        return REFUSED_FOR_EVER
    if "senere" in local_part(address):
        return REFUSED_FOR_NOW
    return None


def words_about(address: str) -> Sequence[Word]:
    """What becomes of a mail to an address that was welcome."""
    if "retur" in local_part(address):
        return (Word(2, BOUNCED),)
    if "forsinket" in local_part(address):
        return (Word(1, DELAYED), Word(21, DELIVERED))
    return (Word(1, DELIVERED),)


class Teller:
    """Calls the project as Postmark would: its address, its secret, its JSON."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self._ids = itertools.count(time.time_ns() // 1000)

    async def tell_all(self, address: str, message_id: str) -> None:
        started = time.monotonic()
        for word in words_about(address):
            await asyncio.sleep(max(0, word.after - (time.monotonic() - started)))
            await self.tell(self.make_payload(word.payload, address, message_id))

    def make_payload(self, payload: Mapping[str, object], address: str, message_id: str) -> dict[str, object]:
        """Of a mail that came by SMTP its Message-ID is all that both sides know."""
        at = datetime.now(UTC).isoformat()
        about = {"MessageStream": "outbound", "MessageID": message_id, "Metadata": {}}
        if payload["RecordType"] == "Delivery":
            return {**payload, **about} | {"Recipient": address, "DeliveredAt": at}
        return {**payload, **about} | {"ID": next(self._ids), "Email": address, "BouncedAt": at}

    async def tell(self, payload: dict[str, object]) -> None:
        """Again after a pause while nobody answers; what was refused is not tried again."""
        for pause in (*PAUSES, None):
            try:
                await asyncio.to_thread(self.post, payload)
            except urllib.error.HTTPError as error:
                logger.warning("%s answered %s", self.url, error.code)
                return
            except OSError as error:
                if pause is None:
                    logger.warning("nobody answers at %s: %s", self.url, error)
                    return
                await asyncio.sleep(pause)
            else:
                return

    def post(self, payload: dict[str, object]) -> None:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(self.secret.encode()).decode()}",
        }
        request = urllib.request.Request(self.url, json.dumps(payload).encode(), headers)
        urllib.request.urlopen(request, timeout=5).close()


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

    def __init__(self, folder: MailFolder, teller: Teller | None = None) -> None:
        self.folder = folder
        self.teller = teller
        self._telling: set[asyncio.Task[None]] = set()  # a task that nobody holds may vanish

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
        name = self.folder.keep(envelope).name
        if self.teller:
            message_id = email.message_from_bytes(envelope.original_content or b"")["Message-ID"] or ""
            for address in envelope.rcpt_tos:
                task = asyncio.create_task(self.teller.tell_all(address, message_id.strip()))
                self._telling.add(task)
                task.add_done_callback(self._telling.discard)
        return f"250 OK {name}"


async def serve(port: int, folder: Path, teller: Teller | None = None) -> None:
    """Catch mails until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    catcher = Catcher(MailFolder(folder), teller)
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
    url = os.environ.get("BYRA_EVENTS_URL")
    teller = Teller(url, os.environ.get("ANYMAIL_WEBHOOK_SECRET", "")) if url else None
    asyncio.run(serve(options.port, options.folder, teller))


if __name__ == "__main__":
    main()
