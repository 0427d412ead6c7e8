"""What may happen next, and who may: one table of the request, three of the agreement. No database, no request."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agreements.workflow import Role
from ground.refusals import NotAllowed


class Status(TextChoices):
    DRAFT = "draft", _("utkast")
    PENDING = "pending", _("venter på kunden")
    APPROVED = "approved", _("godkjent")
    DECLINED = "declined", _("avslått")
    WITHDRAWN = "withdrawn", _("trukket tilbake")
    EXPIRED = "expired", _("utløpt")


LIVE = (Status.DRAFT, Status.PENDING)
CLOSED = (Status.APPROVED, Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED)


@dataclass(frozen=True)
class Move:
    """One arrow of the diagram. `stamp` names the pair of columns (…_by, …_at) that it fills, if any."""

    source: Status
    target: Status
    who: Role
    stamp: str = ""


MOVES = {
    "send": Move(Status.DRAFT, Status.PENDING, Role.EMPLOYEE, "requested"),
    "remind": Move(Status.PENDING, Status.PENDING, Role.CLOCK),
    "resend": Move(Status.PENDING, Status.PENDING, Role.EMPLOYEE),
    "correct_address": Move(Status.PENDING, Status.PENDING, Role.EMPLOYEE),
    "forward": Move(Status.PENDING, Status.PENDING, Role.RECEIVER),
    "disown": Move(Status.PENDING, Status.PENDING, Role.RECEIVER),
    "approve": Move(Status.PENDING, Status.APPROVED, Role.COMPANY_ADMINISTRATOR, "decided"),
    "decline": Move(Status.PENDING, Status.DECLINED, Role.COMPANY_ADMINISTRATOR, "decided"),
    "withdraw": Move(Status.PENDING, Status.WITHDRAWN, Role.EMPLOYEE, "decided"),
    "expire": Move(Status.PENDING, Status.EXPIRED, Role.CLOCK, "decided"),
}


REFUSALS = {
    Status.DRAFT: _("Forespørselen er ikke sendt ennå."),
    Status.PENDING: _("Forespørselen er allerede sendt."),
    Status.APPROVED: _("Forespørselen er allerede godkjent."),
    Status.DECLINED: _("Forespørselen er allerede avslått."),
    Status.WITHDRAWN: _("Forespørselen er trukket tilbake."),
    Status.EXPIRED: _("Forespørselen er utløpt."),
}


def move(verb: str, *, status: str, roles: Collection[Role]) -> Move:
    """The move that `verb` names, if it starts at `status` and is for one of `roles`; raises NotAllowed otherwise."""
    step = MOVES[verb]
    if step.who not in roles:
        raise NotAllowed(_("Du kan ikke gjøre dette med forespørselen."))
    if step.source != status:
        raise NotAllowed(REFUSALS[Status(status)])
    return step
