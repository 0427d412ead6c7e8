"""Handing mails over. PostgreSQL is the ledger: a worker finds there what is due, whoever woke it."""

import contextlib
import email
import functools
import logging
import re
import smtplib
import time
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default as default_policy
from email.utils import parseaddr
from typing import Any

from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet

from ground.clock import database_clock
from ground.mail_addresses import find_form
from notifications.models import Email, EmailEvent
from notifications.tracking import record_delivery

logger = logging.getLogger(__name__)

BATCH = 50
RUN_SECONDS = 30  # then the run ends: a job may take 45 s, and no claimed mail waits until its lease is over
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)  # four times as long after each failed attempt: the last is made after 45 hours
OUTAGE_PAUSE = timedelta(seconds=30)
BLANK = "…"


class Refused(Exception):
    """Raised when the receiving side has said no for good."""


class ProviderAway(Exception):
    """Raised when nobody takes any mail. No mail is to blame, so none loses an attempt by it."""


def deliver_due_emails() -> int:
    """Send what is due, batch by batch, on one kept connection, for RUN_SECONDS. Returns how many were handed over.

    Safe to run at any time, twice, and by several workers at once.
    """
    sent = 0
    end = time.monotonic() + RUN_SECONDS
    provider.close_if_dead()
    with forgetful_commits():
        while time.monotonic() < end and (batch := claim_batch()):
            sent += deliver_batch(batch, end)
    return sent


def deliver_batch(batch: list[Email], end: float) -> int:
    """Try the mails of a batch until `end`, and give back those that were not tried, so that others may."""
    sent = tried = 0
    try:
        for row in batch:
            if time.monotonic() >= end:
                break
            provider.open()
            tried += 1
            sent += deliver_claimed(row)
    except ProviderAway as outage:
        logger.error("mails wait, the provider is away: %s", outage)
        at = database_clock() + OUTAGE_PAUSE
        claimed(batch[tried:]).update(next_attempt_at=at, last_error=str(outage))
    finally:
        claimed(batch[tried:]).update(status=Email.Status.QUEUED, lease_until=None)
    return sent


def claimed(rows: list[Email]) -> QuerySet[Email]:
    """The batch's mails that are still ours: neither cancelled nor taken over after the lease."""
    leases = {row.lease_until for row in rows}
    return Email.objects.filter(pk__in=[row.pk for row in rows], status=Email.Status.SENDING, lease_until__in=leases)


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
        batch = lock_some(Email.objects.abandoned(now)) or lock_some(Email.objects.waiting(now))
        lease: dict[str, Any] = {
            "status": Email.Status.SENDING,
            "lease_until": now + timedelta(seconds=settings.EMAIL_LEASE_SECONDS),
        }
        Email.objects.filter(pk__in=[row.pk for row in batch]).update(**lease)
    for row in batch:
        row.status, row.lease_until = lease["status"], lease["lease_until"]
    return batch


def lock_some(due: QuerySet[Email]) -> list[Email]:
    return list(due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)[:BATCH])


def deliver_claimed(row: Email) -> bool:
    """Try one mail. False when it was cancelled in the meantime, or could not be handed over."""
    if not begin_attempt(row):
        return False
    if row.attempts > MAX_ATTEMPTS:
        give_up(row, row.last_error or "every attempt ended with the worker")
        return False
    try:
        provider_id = hand_over(row)
    except Refused as refusal:
        give_up(row, str(refusal), bounced=True)
        return False
    except Exception as error:  # whatever a single mail does, those behind it go on
        provider.close()
        try_later(row, error)
        return False
    mark_sent(row, provider_id)
    return True


def begin_attempt(row: Email) -> bool:
    """Count the attempt before it is made, so that a mail that kills its worker is given up one day.

    False when the row is not ours any more. In SQL, as is `mark_sent`: the ORM would take as long as the sending.
    """
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_email SET attempts = attempts + 1"
            " WHERE id = %s AND status = 'sending' AND lease_until = %s",
            [row.pk, row.lease_until],
        )
        row.attempts += 1
        return bool(cursor.rowcount)


def hand_over(row: Email) -> str:
    """Give the stored bytes to the SMTP server, or the same message to a provider's API. Returns the provider's id.

    Raises Refused for a final no; any other failure may pass by itself.
    """
    backend = provider.open()
    if isinstance(backend, SmtpBackend):
        try:
            return send_by_smtp(backend, row)
        except smtplib.SMTPException:
            if backend.connection.sock is not None or provider.is_fresh:
                raise
            provider.close()  # the server took enough mails on this connection and hung up
            return send_by_smtp(provider.open(), row)
        finally:
            provider.is_fresh = False
    message = rebuild_message(row)
    message.connection = backend
    try:
        message.send()
    except AnymailRecipientsRefused as error:
        raise Refused(str(error)) from error
    provider_id = getattr(getattr(message, "anymail_status", None), "message_id", None)
    return "" if provider_id is None else str(provider_id)[:250]


def send_by_smtp(backend: BaseEmailBackend, row: Email) -> str:
    sender, to = bare_address(settings.DEFAULT_FROM_EMAIL), row.to
    assert isinstance(backend, SmtpBackend)
    try:
        backend.connection.sendmail(sender, [to], bytes(row.message))
    except smtplib.SMTPRecipientsRefused as error:
        raise_if_final(error.recipients[to][0], error)
    except smtplib.SMTPDataError as error:
        raise_if_final(error.smtp_code, error)
    return ""


@functools.cache
def bare_address(sender: str) -> str:
    """The address without a name, in the form in which SMTP takes it."""
    return find_form(parseaddr(sender)[1])


def raise_if_final(code: int, error: smtplib.SMTPException) -> None:
    """5xx is a final no (RFC 5321, 4.2.1); anything else is worth another attempt."""
    if 500 <= code < 600:
        raise Refused(describe(error)) from error
    raise error


def rebuild_message(row: Email) -> EmailMultiAlternatives:
    """The stored bytes as a Django message, for providers that take parts instead of bytes."""
    stored = email.message_from_bytes(bytes(row.message), policy=default_policy)
    text, html = stored.get_body(("plain",)), stored.get_body(("html",))
    message: Any = EmailMultiAlternatives(  # Any: what Anymail adds
        row.subject,
        text.get_content() if text else "",
        from_email=mailbox(stored["From"]) or None,
        to=[row.to],
        reply_to=[mailbox(stored["Reply-To"])] if stored["Reply-To"] else None,
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    message.tags = [row.kind]
    message.metadata = {"email": str(row.pk)}
    message.track_clicks = message.track_opens = False
    return message


def mailbox(header: Any) -> str:
    """The one mailbox of a parsed header, its name quoted; empty where the header is missing."""
    return str(header.addresses[0]) if header and header.addresses else ""


def mark_sent(row: Email, provider_id: str) -> None:
    changed = {"provider_id": provider_id, **without_secret(row)}
    columns = ", ".join(f"{name} = %s" for name in changed)
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE notifications_email SET {columns}, status = 'sent', sent_at = clock_timestamp(),"  # noqa: S608
            " lease_until = NULL, last_error = ''"
            " WHERE id = %s AND status = 'sending' AND lease_until = %s",
            [*changed.values(), row.pk, row.lease_until],
        )


def try_later(row: Email, error: Exception) -> None:
    """Queue it again after a pause that grows, or give up after MAX_ATTEMPTS."""
    if row.attempts >= MAX_ATTEMPTS:
        give_up(row, describe(error))
        return
    logger.warning("mail %s was not handed over, attempt %s: %s", row.pk, row.attempts, describe(error))
    claimed([row]).update(
        status=Email.Status.QUEUED,
        next_attempt_at=database_clock() + FIRST_PAUSE * 4 ** (row.attempts - 1),
        lease_until=None,
        last_error=describe(error),
    )


def describe(error: Exception) -> str:
    """What the other side said, for `last_error`, without what PostgreSQL cannot store."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return f"{type(error).__name__}: {error}".replace("\x00", "")[:1000]
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {text}".replace("\x00", "")[:1000]


def their_words(error: str) -> str:
    """What the other side said in a mail's `last_error`; empty when it is a note of ours."""
    return error if re.match(r"[245]\d\d ", error) else ""


@transaction.atomic
def give_up(row: Email, reason: str, *, bounced: bool = False) -> None:
    """Make no further attempt. A final no at the hand-over counts as a bounce, as one that a provider tells of later.

    Without a final no a link that lasts stays in the message, so that an operator can have it tried again.
    """
    logger.error("mail %s is dead after attempt %s", row.pk, row.attempts)
    reason = reason.replace("\x00", "")[:1000]
    kept = row.secret_lasts and not bounced
    blanked = {} if kept else without_secret(row)
    given_up = claimed([row]).update(status=Email.Status.DEAD, lease_until=None, last_error=reason, **blanked)
    if given_up and bounced:
        record_delivery(
            email_id=row.pk,
            event_id=f"hand-over:{row.pk}:{row.attempts}",
            type=EmailEvent.Type.BOUNCED,
            at=database_clock(),
            reason=reason,
        )


def without_secret(row: Email) -> dict[str, Any]:
    """The message without the part that must not outlive its sending (a link, a code)."""
    if not row.secret:
        return {}
    message = bytes(row.message).replace(row.secret.encode(), BLANK.encode())
    return {"message": message, "secret": "", "is_blanked": True}


class Provider:
    """The connection that a worker process keeps between mails."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self.is_fresh = True  # no mail has gone over this connection yet

    def open(self) -> BaseEmailBackend:
        """The connection, made when there is none. Raises ProviderAway."""
        if self._backend is None:
            try:
                backend = get_connection()
                backend.open()
            except Exception as error:  # refused, hung, wrong password, wrong settings: nothing can be sent
                raise ProviderAway(describe(error)) from error
            self._backend, self.is_fresh = backend, True
        return self._backend

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(Exception):  # it is given up anyway, and some servers hang up instead of a bye
                backend.close()

    def close_if_dead(self) -> None:
        """A server that hung up since the last wake-up is found before the next mail, not by it."""
        if not isinstance(self._backend, SmtpBackend):
            return
        try:
            alive = self._backend.connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            alive = False
        if not alive:
            self.close()


provider = Provider()
