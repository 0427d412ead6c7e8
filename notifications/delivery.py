"""Handing mails over. PostgreSQL is the ledger: what is due is found there, whoever woke the worker."""

import contextlib
import email
import logging
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default as default_policy
from email.utils import parseaddr

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F, QuerySet

from history.clock import database_clock
from notifications.models import Email, EmailEvent
from notifications.tracking import record_delivery

logger = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)  # doubled after each failed attempt
BLANK = "…"


class Refused(Exception):
    """The receiving side said no for good."""


def deliver_due_emails() -> int:
    """Send everything that is due, batch by batch, on one kept connection. Returns how many were handed over.

    Safe to run at any time, twice, and by several workers at once.
    """
    sent = 0
    provider.close_if_dead()
    with forgetful_commits():
        while batch := claim_batch():
            sent += sum(deliver_claimed(row) for row in batch)
    return sent


@contextlib.contextmanager
def forgetful_commits() -> Iterator[None]:
    """Do not wait for the disk at each mark: a crash of PostgreSQL may then double the last mails, never lose one."""
    with database.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with database.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def claim_batch() -> list[Email]:
    """Take up to BATCH due mails under a lease, committed before anything is sent."""
    with transaction.atomic():
        now = database_clock()
        batch = list(
            Email.objects.due(now).order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)[:BATCH]
        )
        lease = {"status": Email.Status.SENDING, "lease_until": now + LEASE}
        Email.objects.filter(pk__in=[row.pk for row in batch]).update(**lease)
    for row in batch:
        row.status, row.lease_until = lease["status"], lease["lease_until"]
    return batch


def deliver_claimed(row: Email) -> bool:
    """Try one mail. False when it was cancelled in the meantime, or could not be handed over."""
    mine = Email.objects.filter(pk=row.pk, status=Email.Status.SENDING, lease_until=row.lease_until)
    if not mine.update(attempts=F("attempts") + 1):
        return False
    row.attempts += 1
    if row.attempts > MAX_ATTEMPTS:
        give_up(mine, row, row.last_error or "every attempt ended with the worker")
        return False
    try:
        provider_id = hand_over(row)
    except Refused as refusal:
        give_up(mine, row, str(refusal), bounced=True)
        return False
    except (OSError, smtplib.SMTPException, AnymailError) as error:
        provider.close()
        try_later(mine, row, error)
        return False
    mark_sent(mine, row, provider_id)
    return True


def hand_over(row: Email) -> str:
    """Give the stored bytes to the SMTP server, or the same message to a provider's API. Returns the provider's id.

    Raises Refused for a final no; any other failure may pass by itself.
    """
    backend = provider.open()
    if isinstance(backend, SmtpBackend):
        return send_by_smtp(backend, row)
    message = rebuild_message(row)
    message.connection = backend
    try:
        message.send()
    except AnymailRecipientsRefused as error:
        raise Refused(str(error)) from error
    return getattr(getattr(message, "anymail_status", None), "message_id", None) or ""


def send_by_smtp(backend: SmtpBackend, row: Email) -> str:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        backend.connection.sendmail(sender, [row.to], bytes(row.message))
    except smtplib.SMTPRecipientsRefused as error:
        raise_if_final(error.recipients[row.to][0], error)
    except smtplib.SMTPDataError as error:
        raise_if_final(error.smtp_code, error)
    return ""


def raise_if_final(code: int, error: smtplib.SMTPException) -> None:
    """5xx is a final no (RFC 5321, 4.2.1); anything else is worth another attempt."""
    if 500 <= code < 600:
        raise Refused(words_of(error)) from error
    raise error


def words_of(error: Exception) -> str:
    """What the other side said, for people."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return str(error)
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def rebuild_message(row: Email) -> EmailMultiAlternatives:
    """The stored bytes as a Django message, for providers that take parts instead of bytes."""
    stored = email.message_from_bytes(bytes(row.message), policy=default_policy)
    text, html = stored.get_body(("plain",)), stored.get_body(("html",))
    message = EmailMultiAlternatives(
        row.subject,
        text.get_content() if text else "",
        to=[row.to],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    message.tags = [row.kind]
    message.metadata = {"email": str(row.pk)}
    message.track_clicks = message.track_opens = False
    return message


def mark_sent(mine: QuerySet[Email], row: Email, provider_id: str) -> None:
    mine.update(
        status=Email.Status.SENT,
        sent_at=database_clock(),
        lease_until=None,
        provider_id=provider_id,
        last_error="",
        **without_secret(row),
    )


def try_later(mine: QuerySet[Email], row: Email, error: Exception) -> None:
    """Queue it again after a pause that doubles, or give up after MAX_ATTEMPTS."""
    if row.attempts >= MAX_ATTEMPTS:
        give_up(mine, row, words_of(error))
        return
    logger.warning("mail %s was not handed over, attempt %s: %s", row.pk, row.attempts, type(error).__name__)
    mine.update(
        status=Email.Status.QUEUED,
        next_attempt_at=database_clock() + FIRST_PAUSE * 2 ** (row.attempts - 1),
        lease_until=None,
        last_error=words_of(error),
    )


@transaction.atomic
def give_up(mine: QuerySet[Email], row: Email, reason: str, *, bounced: bool = False) -> None:
    """No further attempt. A final no at the hand-over is a bounce like one that a provider tells of later."""
    logger.error("mail %s is dead after attempt %s", row.pk, row.attempts)
    given_up = mine.update(status=Email.Status.DEAD, lease_until=None, last_error=reason, **without_secret(row))
    if given_up and bounced:
        record_delivery(
            email_id=row.pk,
            event_id=f"hand-over:{row.pk}:{row.attempts}",
            type=EmailEvent.Type.BOUNCED,
            at=database_clock(),
            reason=reason,
        )


def without_secret(row: Email) -> dict[str, object]:
    """The message without the part that must not outlive its sending (a link, a code)."""
    if not row.secret:
        return {}
    return {"message": bytes(row.message).replace(row.secret.encode(), BLANK.encode()), "secret": ""}


class Provider:
    """The connection that a worker process keeps between mails."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def open(self) -> BaseEmailBackend:
        if self._backend is None:
            self._backend = get_connection()
            self._backend.open()
        return self._backend

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def close_if_dead(self) -> None:
        """A server that hung up since the last wake-up is found before the next mail, not by it."""
        if not isinstance(self._backend, SmtpBackend):
            return
        try:
            alive = self._backend.connection is not None and self._backend.connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            alive = False
        if not alive:
            self.close()


provider = Provider()
