"""React: a request's mail came back, so nothing more goes to that address, and somebody must know."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from collaboration import alerts, emails
from collaboration.actions.locks import try_lock_activation
from collaboration.actions.sweep import sweep
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from history.clock import Clock, database_clock
from history.models import Event, record_event
from notifications.models import Email

LONGEST_LIFE = timedelta(days=100)  # no request lives longer, so no older bounce is of one that waits


def react_to_bounces(*, clock: Clock = database_clock) -> int:
    """React to every request whose latest mail came back, once for each mail. Safe late, twice, and by two beats."""
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
    return sweep(
        waiting.order_by("pk").values("company_id", activation_id=F("pk")),
        partial(react_to_bounce, clock=clock),
        failure="no reaction to the bounce of request %(activation_id)s",
    )


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
