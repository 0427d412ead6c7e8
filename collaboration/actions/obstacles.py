"""What stands in the way of closing a task or a client: a sentence that names the service."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from clients.models import Task
from collaboration.models import Activation, Collaboration
from collaboration.sentences import last_day
from ground.refusals import NotAllowed


def refuse_while_in_use(refusal: str, *, field: str = "", **rows) -> None:
    """Raise NotAllowed when a live request or an active collaboration has these rows (client=… or task=…).

    `refusal` is the first sentence; the second tells which service, and what to do about it.
    """
    if reason := why_in_use(**rows):
        raise NotAllowed(f"{refusal} {reason}", field=field)


def why_in_use(**rows) -> str:
    """Which service has these rows, and what to do about it; empty when none has."""
    collaboration = Collaboration.objects.active().filter(**rows).select_related("service").first()
    if collaboration is not None:
        return why_it_lives(collaboration)
    activation = Activation.objects.live().filter(**rows).select_related("service").order_by("-status", "pk").first()
    if activation is not None:
        reason = (
            _("Det ligger et utkast til en forespørsel om %(service)s. Forkast det først.")
            if activation.is_draft
            else _("En forespørsel om %(service)s venter på kunden. Trekk den tilbake først.")
        )
        return reason % {"service": activation.service.name}
    return ""


def with_use(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """With `is_in_use`: why_in_use(task=…) says something of it."""
    collaborations = Collaboration.objects.active().filter(task=OuterRef("pk"))
    requests = Activation.objects.live().filter(task=OuterRef("pk"))
    return tasks.annotate(is_in_use=Exists(collaborations) | Exists(requests))


def why_it_lives(collaboration: Collaboration) -> str:
    names = {"service": collaboration.service.name}
    if collaboration.ends_on is None:
        return _("Samarbeidet i %(service)s er aktivt, og må avsluttes først.") % names
    names["last"] = last_day(collaboration.ends_on)
    return _("Samarbeidet i %(service)s er aktivt til og med %(last)s.") % names
