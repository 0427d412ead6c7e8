"""React: a request's mail came back, or was given up, and somebody must know.

To an address that says no nothing more goes; what could not be handed over in two days may go better next time.
"""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from collaboration import alerts, emails
from collaboration.actions.locks import try_lock_activation
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock
from history.models import Event, record_event
from notifications.delivery import their_words
from notifications.models import Email
from sweeps.sweep import Done, sweep

LONGEST_LIFE = timedelta(days=100)  # no request lives longer, so no older bounce is of one that waits


def react_to_bounces(*, clock: Clock = database_clock) -> Done:
    """React to each request whose latest mail failed, once for a mail and how. Safe late, twice, and by two beats."""
    at = clock()
    label, since = Activation._meta.label_lower, at - LONGEST_LIFE
    mails = Email.objects.filter(subject_type=label, kind__in=emails.KINDS_WITH_THE_LINK)
    known = Event.objects.annotate(mail=KT("after__email")).filter(
        subject_type=label, subject_id=OuterRef("subject_id"), verb=OuterRef("verb"),
        mail=Cast(OuterRef("pk"), CharField()),
    )  # fmt: skip
    later = mails.exclude(status=Email.Status.CANCELLED).filter(
        subject_id=OuterRef("subject_id"), posted_at__gt=OuterRef("posted_at")
    )
    bounced = Q(bounced_at__gt=since)
    given_up = Q(status=Email.Status.DEAD, bounced_at=None, posted_at__gt=since)
    failed = mails.filter(bounced | given_up).annotate(
        verb=Case(When(bounced_at=None, then=Value("give_up")), default=Value("bounce"))
    )
    news = failed.filter(~Exists(known), ~Exists(later), subject_id=OuterRef("pk"))
    waiting = Activation.objects.pending().filter(Exists(news))
    return sweep(
        waiting.order_by("pk").values("company_id", activation_id=F("pk")),
        partial(react_to_bounce, clock=clock),
        name="collaboration.react_to_bounces",
        key=("activation_id",),
        at=at,
        failure="no reaction to the bounce of request %(activation_id)s",
    )


@transaction.atomic
def react_to_bounce(*, activation_id: int, company_id: int | None, clock: Clock = database_clock) -> bool:
    """Tell the one who asked, and stop the reminders to an address that says no.

    False when it is done, too late, or somebody holds the request.
    """
    activation = try_lock_activation(activation_id, company_id)
    if activation is None or not activation.is_pending:
        return False
    mail = emails.latest_with_the_link(activation)
    if mail is None or not (mail.bounced_at or mail.status == Email.Status.DEAD):
        return False
    verb = "bounce" if mail.bounced_at else "give_up"
    if Event.objects.about(activation).filter(verb=verb, after__email=mail.pk).exists():
        return False
    at = clock()
    record_event(subject=activation, verb=verb, at=at, firm=activation.firm, after={"email": mail.pk})
    if mail.bounced_at:
        cancel_reminders(activation, at=at)
        emails.cancel_unsent(activation)
        alerts.activation_bounced(activation, mail.last_error, at=at)
    else:
        alerts.activation_undelivered(activation, their_words(mail.last_error), at=at)
    return True
