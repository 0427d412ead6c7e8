"""A mail as a person sees it, and those that the demo's catcher got."""

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

from django.conf import settings

ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Mail:
    """One mail as a person sees it. A sample has come at no hour; `name` stands in its page's address."""

    name: str
    kind: str
    to: str
    subject: str
    text: str
    html: str
    received_at: datetime | None = None

    @property
    def link(self) -> str:
        """The address that the mail wants one to open: the first one in its text."""
        found = ADDRESS.search(self.text)
        return found[0].rstrip(".,)") if found else ""


def read_mail(message: bytes, *, name: str, kind: str = "", received_at: datetime | None = None) -> Mail:
    parsed = email.message_from_bytes(message, policy=default_policy)
    return Mail(
        name=name,
        kind=kind,
        to=str(parsed.get("X-Envelope-To") or parsed.get("To", "")),
        subject=" ".join(parsed.get("Subject", "").split()),
        text=part(parsed, "plain"),
        html=part(parsed, "html"),
        received_at=received_at,
    )


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return body.get_content() if body else ""


def caught_files() -> list[Path]:
    """Oldest first: the names begin with the nanosecond at which the mail came."""
    return sorted(Path(settings.MAIL_CATCHER_DIR).glob("*.eml")) if settings.MAIL_CATCHER_DIR else []


def read_file(file: Path) -> Mail:
    came_at = datetime.fromtimestamp(int(file.stem.partition("-")[0]) / 1e9, tz=UTC)
    return read_mail(file.read_bytes(), name=file.stem, received_at=came_at)


def caught_mails(*, newest: int | None = None) -> list[Mail]:
    """Oldest first; `newest` keeps only so many of the last ones."""
    files = caught_files()
    return [read_file(file) for file in (files[-newest:] if newest else files)]
