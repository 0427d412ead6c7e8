"""React: a request's mail came back, so nothing more goes to that address, and somebody must know."""

import logging
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from collaboration import alerts, emails
from collaboration.actions.locks import try_lock_activation
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from history.clock import Clock, database_clock
from history.models import Event, record_event
from notifications.models import Email

logger = logging.getLogger(__name__)

LONGEST_LIFE = timedelta(days=100)  # no request lives longer, so no older bounce is of one that waits
MOST_AT_ONCE = 1000  # requests; the next sweep goes on


def react_to_bounces(*, clock: Clock = database_clock) -> int:
    """React to every request whose latest mail came back, each in a transaction of its own, once for each mail.

    Safe late, twice, and by two beats at once. One request that fails holds no other back.
    """
    label = Activation._meta.label_lower
    mails = Email.objects.filter(subject_type=label, kind__in=emails.KINDS_WITH_THE_LINK)
    known = Event.objects.annotate(mail=KT("after__email")).filter(
        subject_type=label, subject_id=OuterRef("subject_id"), verb="bounce", mail=Cast(OuterRef("pk"), CharField())
    )
    later = mails.exclude(status=Email.Status.CANCELLED).filter(
        subject_id=OuterRef("subject_id"), posted_at__gt=OuterRef("posted_at")
    )
    bounced = mails.filter(~Exists(known), ~Exists(later), bounced_at__gt=clock() - LONGEST_LIFE)
    waiting = Activation.objects.pending().filter(Exists(bounced.filter(subject_id=OuterRef("pk"))))
    reacted = 0
    for activation_id, company_id in list(waiting.order_by("pk").values_list("pk", "company_id")[:MOST_AT_ONCE]):
        try:
            reacted += react_to_bounce(activation_id=activation_id, company_id=company_id, clock=clock)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("no reaction to the bounce of request %s", activation_id)
    return reacted


@transaction.atomic
def react_to_bounce(*, activation_id: int, company_id: int | None, clock: Clock = database_clock) -> bool:
    """Stop the reminders and tell the one who asked. False when it is done, too late, or somebody holds the request."""
    activation = try_lock_activation(activation_id, company_id)
    if activation is None or not activation.is_pending:
        return False
    mail = emails.latest_with_the_link(activation)
    if mail is None or mail.bounced_at is None:
        return False
    if Event.objects.about(activation).filter(verb="bounce", after__email=mail.pk).exists():
        return False
    at = clock()
    record_event(subject=activation, verb="bounce", at=at, firm=activation.firm, after={"email": mail.pk})
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    alerts.activation_bounced(activation, mail.last_error, at=at)
    return True
