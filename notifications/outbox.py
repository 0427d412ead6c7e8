"""Posting a mail: the finished message becomes a row in the deed's own transaction; after commit a worker is woken."""

import logging
import time
import uuid
from email.utils import parseaddr

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from kombu.exceptions import OperationalError

from history.clock import database_clock
from notifications.jobs import relay_emails
from notifications.models import Email

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 30  # without wake-ups after the broker failed; the relay sweeps every few seconds anyway
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_quiet_until = 0.0


def base_url() -> str:
    return settings.BASE_URL


def post_email(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    context: dict,
    about: models.Model | None = None,
    firm: models.Model | None = None,
    secret: str = "",
) -> Email | None:
    """Render templates/emails/<kind>/ in the receiver's language and post the message.

    `key` names the mail once for ever: posting it again does nothing and returns None. `about` is the row whose time
    line shows it. `secret` is a part of the message that is blanked when it has been sent.
    """
    with translation.override(language):
        context = {**context, "base_url": base_url(), "language": language, "kind": kind}
        subject = " ".join(render_to_string(f"emails/{kind}/subject.txt", context).split())
        message = EmailMultiAlternatives(subject, render_to_string(f"emails/{kind}/body.txt", context).strip(), to=[to])
        message.attach_alternative(_inliner.inline(render_to_string(f"emails/{kind}/body.html", context)), "text/html")
    return post_message(message, key=key, kind=kind, about=about, firm=firm, secret=secret)


def post_message(
    message: EmailMultiAlternatives,
    *,
    kind: str,
    key: str = "",
    about: models.Model | None = None,
    firm: models.Model | None = None,
    secret: str = "",
) -> Email | None:
    """Write the finished message as a row, and wake a worker once the transaction is committed."""
    now = database_clock()
    identity = uuid.uuid4()
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message_id = f"<{identity}@{domain}>"
    message.extra_headers |= {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    row, is_new = Email.objects.get_or_create(
        key=key or f"{kind}:{identity}",
        defaults={
            "kind": kind,
            "to": message.to[0],
            "subject": str(message.subject)[:250],
            "message": message.message().as_bytes(linesep="\r\n"),
            "message_id": message_id,
            "secret": secret,
            "firm": firm,
            "subject_type": about._meta.label_lower if about else "",
            "subject_id": about.pk if about else None,
            "posted_at": now,
            "next_attempt_at": now,
        },
    )
    if not is_new:
        return None
    transaction.on_commit(wake_worker, robust=True)
    return row


def cancel_emails(about: models.Model, *, kinds: tuple[str, ...]) -> int:
    """Stop the mails about a row that have not been handed over yet; part of the deed that makes them pointless."""
    return (
        Email.objects.about(about)
        .filter(kind__in=kinds, status__in=(Email.Status.QUEUED, Email.Status.SENDING))
        .update(status=Email.Status.CANCELLED, secret="", lease_until=None)
    )


def wake_worker() -> None:
    """Ask a worker to drain the outbox now. A broker that is away delays the mail, it never loses it."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        relay_emails.apply_async(expires=60)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("the broker is away, the relay will send: %s", error)
