"""What may happen next, and who may: one table of the request, three of the agreement. No database, no request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agreements.rules import states
from agreements.rules.states import Arrow
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


class Role(StrEnum):
    EMPLOYEE = "employee who sees the client"
    COMPANY_ADMINISTRATOR = "administrator of the company"
    RECEIVER = "the receiver"
    FIRM_LEAD = "administrator of a collaborating firm, or the client's account manager there"
    LONE_COMPANY_ADMINISTRATOR = "administrator of the company, when no firm collaborates"
    PAYING_FIRM_ADMINISTRATOR = "administrator of the paying firm, when no other firm collaborates"
    ASKED = "the party that is asked, because it is to pay more"
    PARTY = "a party that has asked for it or said yes"
    CLOCK = "the clock"


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

# What may be done with a collaboration and with the agreement under it, and by whom. A change of what somebody is to
# pay waits for that party's yes besides (agreements/rules/plans.py).
RIGHTS = {
    "change_task": (Role.EMPLOYEE,),
    "end": (Role.FIRM_LEAD, Role.COMPANY_ADMINISTRATOR),
    "order": (Role.COMPANY_ADMINISTRATOR,),
    "change_variant": (Role.FIRM_LEAD, Role.LONE_COMPANY_ADMINISTRATOR),
    "change_payer": (Role.FIRM_LEAD, Role.COMPANY_ADMINISTRATOR),
    "change_period": (Role.FIRM_LEAD, Role.COMPANY_ADMINISTRATOR),
    "cancel": (Role.PAYING_FIRM_ADMINISTRATOR, Role.COMPANY_ADMINISTRATOR),
    "resume": (Role.PAYING_FIRM_ADMINISTRATOR, Role.COMPANY_ADMINISTRATOR),
    "renew": (Role.CLOCK,),
    "finish": (Role.CLOCK,),
}

# The states of what an approval or an order has made. From where a verb leads to where is the rules' own
# (agreements/rules/states.py), which follow it; who may is here.
AGREEMENT_TABLES: dict[str, tuple[Mapping[str, Arrow], dict[str, tuple[Role, ...]]]] = {
    "A subscription": (
        states.SUBSCRIPTION,
        {
            "begin": RIGHTS["order"],
            "renew": RIGHTS["renew"],
            "cancel": RIGHTS["cancel"],
            "resume": RIGHTS["resume"],
            "finish": RIGHTS["finish"],
        },
    ),
    "A change": (
        states.CHANGE,
        {
            "propose": RIGHTS["change_payer"],
            "agree": (Role.ASKED,),
            "refuse": (Role.ASKED,),
            "take_back": (Role.PARTY,),
            "lapse": (Role.CLOCK,),
            "put_in_force": (Role.CLOCK,),
        },
    ),
    "A collaboration": (
        states.COLLABORATION,
        {
            "approve": (Role.COMPANY_ADMINISTRATOR,),
            "plan_end": (Role.COMPANY_ADMINISTRATOR,),
            "take_back_end": (Role.COMPANY_ADMINISTRATOR,),
            "end": (*RIGHTS["end"], Role.CLOCK),
        },
    ),
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


def check_right(verb: str, roles: Collection[Role]) -> None:
    """Raises NotAllowed unless RIGHTS has the deed for one of the roles."""
    if not set(RIGHTS[verb]) & set(roles):
        raise NotAllowed(_("Du kan ikke gjøre dette med avtalen. Spør en administrator."))
