"""Be om ny lenke: whoever holds the mailbox can have the mail again; nobody else learns anything."""

from django.db import transaction

from collaboration import emails
from collaboration.actions.locks import lock_activation
from collaboration.models import Activation
from history.clock import Clock, database_clock
from history.models import record_event


@transaction.atomic
def request_new_link(*, address: str, clock: Clock = database_clock) -> int:
    """Mail the same link once more to each live request's own receiver. Returns how many mails were posted.

    The page answers the same whatever the number is. A request is mailed at most once an hour this way.
    """
    at = clock()
    address = address.strip().lower()
    waiting = Activation.objects.answerable(at).filter(contact_email=address)
    posted = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        activation = lock_activation(pk)
        key = f"activation_sent:{activation.pk}:{activation.link_version}:again:{at:%Y-%m-%dT%H}"
        if not activation.is_pending or activation.contact_email != address:
            continue
        if emails.activation_sent(activation, key=key) is None:
            continue
        activation.link_mailed_at = at
        activation.save(update_fields=["link_mailed_at"])
        record_event(subject=activation, verb="request_link", at=at, firm=activation.firm)
        posted += 1
    return posted
