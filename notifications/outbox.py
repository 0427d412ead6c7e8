"""Posting a mail: the finished message becomes a row in the deed's own transaction; after commit a worker is woken."""

import logging
import textwrap
import time
import uuid
from datetime import datetime, timedelta

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import EmailAlternative
from django.db import connection, models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from kombu.exceptions import KombuError

from ground.clock import database_clock
from ground.linkable import break_links, break_links_in_html
from ground.mail_addresses import find_form
from notifications.delivery import bare_address, without_secret
from notifications.jobs import relay_emails
from notifications.models import Email

logger = logging.getLogger(__name__)

LONGEST_HOLD = timedelta(hours=1)  # of mails that are about to be taken back
PAUSE_SECONDS = 30  # without wake-ups after the broker failed; the relay sweeps every few seconds anyway
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_quiet_until = 0.0


def base_url() -> str:
    return settings.BASE_URL


def make_url(path: str) -> str:
    """A page's address as mails carry it."""
    return base_url() + path


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
    secret_lasts: bool = False,
    sender: str = "",
    reply_to: str = "",
    not_before: datetime | None = None,
) -> Email | None:
    """Render templates/emails/<kind>/ in the receiver's language and post the message.

    `key` names the mail once for ever: posting it again does nothing and returns None. `about` is the row whose time
    line shows it. `secret` is a part of the message that is blanked when it has been sent, or given up: one that lasts
    until the mail is cancelled, and not for minutes, stays in a mail that was given up without a final no. `sender`
    is a name with our own address, `reply_to` where an answer goes; both empty: the mail is ours alone. `not_before` is
    the first hour at which it may leave; None: at once.
    """
    with translation.override(language):
        context = {**context, "base_url": base_url(), "language": language, "kind": kind}
        subject = " ".join(render_to_string(f"emails/{kind}/subject.txt", context).split())
        context["subject"] = subject
        text = render_to_string(f"emails/{kind}/body.txt", context).strip()
        html = _inliner.inline(render_to_string(f"emails/{kind}/body.html", context))
    message = EmailMultiAlternatives(
        subject, break_long_lines(text), sender or None, [to], reply_to=[reply_to] if reply_to else None
    )
    message.attach_alternative(break_long_lines(html), "text/html")
    return post_message(
        message, key=key, kind=kind, about=about, firm=firm, secret=secret, secret_lasts=secret_lasts,
        not_before=not_before,
    )  # fmt: skip


def post_message(
    message: EmailMultiAlternatives,
    *,
    kind: str,
    key: str = "",
    about: models.Model | None = None,
    firm: models.Model | None = None,
    secret: str = "",
    secret_lasts: bool = False,
    not_before: datetime | None = None,
) -> Email | None:
    """Write the finished message as a row, and wake a worker once the transaction is committed."""
    now = database_clock()
    identity = uuid.uuid4()
    domain = bare_address(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2]
    message_id = f"<{identity}@{domain}>"
    message.to = [find_form(address) for address in message.to]
    break_foreign_links(message)
    message.extra_headers |= {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    check_can_be_blanked(message, content, secret)
    row, is_new = Email.objects.get_or_create(
        key=key or f"{kind}:{identity}",
        defaults={
            "kind": kind,
            "to": message.to[0],
            "subject": str(message.subject)[:250],
            "message": content,
            "message_id": message_id,
            "secret": secret,
            "secret_lasts": secret_lasts,
            "firm": firm,
            "subject_type": about._meta.label_lower if about else "",
            "subject_id": about.pk if about else None,
            "posted_at": now,
            "next_attempt_at": not_before or now,
        },
    )
    if not is_new:
        return None
    wake_worker_after_commit()
    return row


def break_foreign_links(message: EmailMultiAlternatives) -> None:
    """Whatever people have typed, and whichever template writes it: nothing in a mail becomes a link but our own."""
    own = base_url()
    message.subject = break_links(str(message.subject), own=own)
    message.body = break_links(str(message.body), own=own)
    alternatives = getattr(message, "alternatives", None) or []  # allauth's are plain text
    for number, (content, mimetype) in enumerate(alternatives):
        assert mimetype == "text/html"
        alternatives[number] = EmailAlternative(break_links_in_html(str(content), own=own), mimetype)


def break_long_lines(text: str) -> str:
    """Break lines of more than 998 bytes (RFC 5322, 2.1.1) at a space.

    Python would encode such a body as quoted-printable, and a secret could not be found in its bytes.
    """
    return "\n".join(
        "\n".join(textwrap.wrap(line, 240, break_long_words=False, break_on_hyphens=False))
        if len(line.encode()) > 990
        else line
        for line in text.split("\n")
    )


def check_can_be_blanked(message: EmailMultiAlternatives, content: bytes, secret: str) -> None:
    """Whether delivery will find every place of the secret. Raises ValueError."""
    if not secret:
        return
    bodies = [str(message.body), *(str(part[0]) for part in getattr(message, "alternatives", ()))]
    places = sum(body.count(secret) for body in bodies)
    if not places or content.count(secret.encode()) != places:
        raise ValueError("the mail's secret cannot be found in its bytes, so it could not be blanked")


def cancel_emails(about: models.Model, *, kinds: tuple[str, ...]) -> int:
    """Stop the mails about a row that have not been handed over yet; part of the deed that makes them pointless.

    Returns how many. One that was given up stays so, but loses its secret, and cannot be tried again.
    """
    may_go = Q(status__in=(Email.Status.QUEUED, Email.Status.SENDING))
    may_be_retried = Q(status=Email.Status.DEAD) & ~Q(secret="")
    cancelled = 0
    for row in Email.objects.about(about).filter(may_go | may_be_retried, kind__in=kinds).select_for_update():
        stop = {} if row.status == Email.Status.DEAD else {"status": Email.Status.CANCELLED, "lease_until": None}
        Email.objects.filter(pk=row.pk).update(**stop, **without_secret(row))
        cancelled += bool(stop)
    return cancelled


def hold_emails(rows: list[Email], *, until: datetime) -> None:
    """Let mails that the caller has locked, and that wait, leave from that hour on."""
    Email.objects.filter(pk__in=[row.pk for row in rows]).update(next_attempt_at=until)
    wake_worker_after_commit()


def wake_worker_after_commit() -> None:
    """One wake-up a transaction, however many mails it posts, unless a savepoint could take the earlier one back."""
    open_savepoints = set(connection.savepoint_ids)
    for waiting in connection.run_on_commit:  # the savepoints it was registered in, the function, whether robust
        if waiting[1] is wake_worker and waiting[0] <= open_savepoints:
            return
    transaction.on_commit(wake_worker, robust=True)


def wake_worker() -> None:
    """Ask a worker to drain the outbox now. A broker that is away delays the mail, it never loses it."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        relay_emails.apply_async(expires=60)
    except (KombuError, OSError) as error:
        _quiet_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("the broker is away, the relay will send: %s", error)
