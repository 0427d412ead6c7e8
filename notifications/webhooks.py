"""Webhooks of mail providers, after django-anymail has checked the secret and read the provider's words."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.dispatch import receiver
from django.utils.timezone import is_naive

from ground.clock import database_clock
from notifications.models import EmailEvent
from notifications.tracking import LONGEST_ID, clean, record_delivery

TYPES = {
    EventType.DELIVERED: EmailEvent.Type.DELIVERED,
    EventType.DEFERRED: EmailEvent.Type.DELAYED,
    EventType.BOUNCED: EmailEvent.Type.BOUNCED,
    EventType.REJECTED: EmailEvent.Type.BOUNCED,
    EventType.FAILED: EmailEvent.Type.BOUNCED,
}


@receiver(tracking, dispatch_uid="notifications.webhooks")
def note_tracking_event(sender: type, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Note how a mail's delivery goes. Opens, clicks and mails that are not ours change nothing."""
    kind = TYPES.get(event.event_type)
    if kind is None:
        return
    message_id = clean(str(event.message_id or ""), LONGEST_ID)
    told_at = None if event.timestamp is None or is_naive(event.timestamp) else event.timestamp
    record_delivery(
        email_id=own_id(event),
        provider_id=message_id,
        message_id=message_id,
        recipient=event.recipient or "",
        event_id=f"{esp_name}:{kind}:{event.event_id or f'{message_id}:{told_at}'}",
        type=kind,
        at=told_at or database_clock(),
        reason="" if kind == EmailEvent.Type.DELIVERED else reason_of(event),
    )


def own_id(event: AnymailTrackingEvent) -> int | None:
    """The id that went out with the mail, where the provider gives it back; else None."""
    value = str((event.metadata or {}).get("email", ""))
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else None


def reason_of(event: AnymailTrackingEvent) -> str:
    """The receiving server's own words before the provider's."""
    words = event.mta_response or event.description or event.reject_reason or ""
    return str(words).removeprefix("smtp;").strip()
