"""What becomes of a mail after it was handed over, as providers tell."""

from datetime import datetime

from django.db import transaction

from ground.clock import Clock, database_clock
from ground.mail_addresses import find_form
from notifications.models import Email, EmailEvent

LONGEST_ID = 250
LONGEST_REASON = 1000


@transaction.atomic
def record_delivery(
    *,
    event_id: str,
    type: str,
    at: datetime,
    reason: str = "",
    email_id: int | None = None,
    provider_id: str = "",
    message_id: str = "",
    recipient: str = "",
    clock: Clock = database_clock,
) -> Email | None:
    """Note one event (an EmailEvent.Type) of the mail with that id, provider's id or Message-ID; returns the mail.

    The same event twice counts once, and the order makes no difference. An hour before the mail was posted, or in the
    future, counts as the nearest possible one. None, with nothing written, when no such mail went to `recipient`.
    """
    email = find_email(email_id=email_id, provider_id=provider_id, message_id=message_id)
    if email is None or (recipient and find_form(recipient) != email.to):
        return None
    email = Email.objects.select_for_update(of=("self",)).defer("message").get(pk=email.pk)
    received_at = clock()
    EmailEvent.objects.get_or_create(
        event_id=clean(event_id, LONGEST_ID),
        defaults={
            "email": email,
            "type": type,
            "at": max(email.posted_at, min(at, received_at)),
            "reason": clean(reason, LONGEST_REASON),
            "received_at": received_at,
        },
    )
    settle(email)
    return email


def find_email(*, email_id: int | None, provider_id: str, message_id: str) -> Email | None:
    emails = Email.objects.defer("message")
    if email_id is not None:
        return emails.filter(pk=email_id).first()
    if provider_id and (found := emails.filter(provider_id=provider_id).order_by("pk").last()):
        return found
    return emails.filter(message_id=f"<{message_id.strip('<>')}>").first() if message_id else None


def settle(email: Email) -> None:
    """Set one final state from all events: bounced over delivered over delayed, each by its first event."""
    events = {event.type: event for event in email.events.order_by("-at", "-event_id")}
    order = (EmailEvent.Type.BOUNCED, EmailEvent.Type.DELIVERED, EmailEvent.Type.DELAYED)
    final = next((events[type] for type in order if type in events), None)
    if final is None:
        return
    email.bounced_at = final.at if final.type == EmailEvent.Type.BOUNCED else None
    email.delivered_at = final.at if final.type == EmailEvent.Type.DELIVERED else None
    email.delayed_at = final.at if final.type == EmailEvent.Type.DELAYED else None
    if email.bounced_at:
        email.last_error = final.reason
    email.save(update_fields=["bounced_at", "delivered_at", "delayed_at", "last_error"])


def clean(text: str, longest: int) -> str:
    """Foreign text as PostgreSQL can store it."""
    return text.encode(errors="ignore").decode().replace("\0", "")[:longest]
