"""Be om ny lenke: whoever holds the mailbox can have the mail again; nobody else learns anything."""

from datetime import timedelta

from django.db import transaction

from collaboration import emails, links
from collaboration.actions.locks import lock_activation
from collaboration.models import Activation
from collaboration.reminders import plan_again_after_bounce
from ground.clock import Clock, database_clock
from ground.mail_addresses import find_form
from history.models import Event, record_event

PAUSE = timedelta(hours=1)


@transaction.atomic
def request_new_link(*, address: str, clock: Clock = database_clock) -> int:
    """Mail the same link once more to each live request's own receiver. Returns how many mails were posted.

    The page has answered before this is done. A request is mailed at most once in PAUSE this way.
    """
    address = find_form(address)
    waiting = Activation.objects.answerable(clock()).filter(contact_email=address)
    return sum(
        mail_link_again(pk, address=address, clock=clock)
        for pk in list(waiting.order_by("pk").values_list("pk", flat=True))
    )


def mail_link_again(activation_id: int, *, address: str, clock: Clock) -> bool:
    """One request's mail; False when it is closed, readdressed or disowned, or was just mailed."""
    activation = lock_activation(activation_id)
    at = clock()
    if not activation.is_answerable(at) or activation.contact_email != address:
        return False
    if activation.is_disowned:
        return False
    if Event.objects.about(activation).filter(verb="request_link", at__gt=at - PAUSE).exists():
        return False
    plan_again_after_bounce(activation, at=at)
    activation.link_mailed_at = at
    links.stamp_token(activation)
    activation.save(update_fields=["link_mailed_at", "token_hash"])
    record_event(subject=activation, verb="request_link", at=at, firm=activation.firm)
    key = f"activation_sent:{activation.pk}:{activation.link_version}:again:{at.timestamp():.0f}"
    emails.activation_sent(activation, key=key)
    return True
