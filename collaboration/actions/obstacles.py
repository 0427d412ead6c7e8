"""What stands in the way of closing a task or a client: a sentence that names the service."""

from django.utils.translation import gettext as _

from collaboration.agreement_pages import last_day
from collaboration.models import Activation, Collaboration
from organisations.refusals import NotAllowed


def refuse_while_in_use(refusal: str, **rows) -> None:
    """Raise NotAllowed when a live request or an active collaboration has these rows (client=… or task=…).

    `refusal` is the first sentence; the second tells which service, and what to do about it.
    """
    collaboration = Collaboration.objects.active().filter(**rows).select_related("service").first()
    if collaboration is not None:
        raise NotAllowed(f"{refusal} {why_it_lives(collaboration)}")
    activation = Activation.objects.live().filter(**rows).select_related("service").order_by("-status", "pk").first()
    if activation is not None:
        reason = (
            _("Det ligger et utkast til en forespørsel om %(service)s. Forkast det først.")
            if activation.is_draft
            else _("En forespørsel om %(service)s venter på kunden. Trekk den tilbake først.")
        )
        raise NotAllowed(f"{refusal} {reason % {'service': activation.service.name}}")


def why_it_lives(collaboration: Collaboration) -> str:
    names = {"service": collaboration.service.name}
    if collaboration.ends_on is None:
        return _("Samarbeidet i %(service)s er aktivt, og må avsluttes først.") % names
    names["last"] = last_day(collaboration.ends_on)
    return _("Samarbeidet i %(service)s er aktivt til og med %(last)s.") % names
