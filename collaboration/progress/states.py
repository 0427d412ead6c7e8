"""How far a request or its collaboration has come, for the firm: one expression for queries, one badge for pages."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, F, OuterRef, Q, Subquery, TextChoices, Value, When
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration import emails
from collaboration.models import Activation
from collaboration.models.activation import ActivationQuerySet
from collaboration.workflow import Status
from notifications.models import Email


class State(TextChoices):
    """A request until it is approved, and from then on its collaboration. One that waits in vain says why."""

    DRAFT = "draft", _("Utkast")
    WAITING = "waiting", _("Venter på kunden")
    BOUNCED = "bounced", _("E-post i retur")
    DISOWNED = "disowned", _("Feil person")
    ACTIVE = "active", _("Aktiv")
    ENDED = "ended", _("Avsluttet")
    DECLINED = "declined", _("Avslått")
    WITHDRAWN = "withdrawn", _("Trukket tilbake")
    EXPIRED = "expired", _("Utløpt")


WAITS = (State.WAITING, State.BOUNCED, State.DISOWNED)  # sent, and may still be answered

TONES = {
    State.DRAFT: "info",
    State.WAITING: "warning",
    State.BOUNCED: "danger",
    State.DISOWNED: "danger",
    State.ACTIVE: "success",
    State.ENDED: "neutral",
    State.DECLINED: "danger",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "neutral",
    Status.APPROVED: "success",
}


class Badge(NamedTuple):
    text: str
    tone: str


def badge_of(state: str) -> Badge:
    """The word and the colour of a State, or of the Status in which a request was closed."""
    found = State(state) if state in State.values else Status(state)
    return Badge(capfirst(str(found.label)), TONES[found])


class Delivery(TextChoices):
    """How the last mail with the link fared."""

    QUEUED = "queued", _("I kø")
    SENT = "sent", _("Sendt")
    DELAYED = "delayed", _("Forsinket")
    DELIVERED = "delivered", _("Kommet fram")
    NOT_SENT = "not_sent", _("Ikke sendt")
    BOUNCED = "bounced", _("I retur")


def with_state(requests: ActivationQuerySet, at: datetime | Now) -> ActivationQuerySet:
    """Annotate `delivery` and `state` as they are at the hour. What is over counts as expired, swept or not."""
    return requests.annotate(delivery=latest_delivery()).annotate(state=state_at(at))


def waits_at(at: datetime | Now) -> Q:
    return Q(status=Status.PENDING, expires_at__gt=at)


def state_at(at: datetime | Now) -> Case:
    """Expression: the State at the hour, of requests annotated with `delivery`."""
    return Case(
        When(collaboration__ended_at__isnull=False, then=Value(State.ENDED)),
        When(status=Status.APPROVED, then=Value(State.ACTIVE)),
        When(status=Status.PENDING, expires_at__lte=at, then=Value(State.EXPIRED)),
        When(status=Status.PENDING, delivery=Delivery.BOUNCED, then=Value(State.BOUNCED)),
        When(status=Status.PENDING, disowned_at__isnull=False, then=Value(State.DISOWNED)),
        When(status=Status.PENDING, then=Value(State.WAITING)),
        default=F("status"),
    )


def latest_delivery() -> Subquery:
    """Subquery: the Delivery of the mail that emails.latest_with_the_link finds; None where none has been posted."""
    mails = Email.objects.filter(
        subject_type=Activation._meta.label_lower,
        subject_id=OuterRef("pk"),
        kind__in=emails.KINDS_WITH_THE_LINK,
        to=OuterRef("contact_email"),
    )
    fact = Case(
        When(bounced_at__isnull=False, then=Value(Delivery.BOUNCED)),
        When(status=Email.Status.DEAD, then=Value(Delivery.NOT_SENT)),
        When(delivered_at__isnull=False, then=Value(Delivery.DELIVERED)),
        When(delayed_at__isnull=False, then=Value(Delivery.DELAYED)),
        When(sent_at__isnull=False, then=Value(Delivery.SENT)),
        default=Value(Delivery.QUEUED),
    )
    newest_first = mails.exclude(status=Email.Status.CANCELLED).order_by("-posted_at", "-pk")
    return Subquery(newest_first.annotate(fact=fact).values("fact")[:1])
