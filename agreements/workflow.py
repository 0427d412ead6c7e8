"""Who may do what with a running agreement: the table of rights, and three tables of states. No database."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from agreements.rules import states
from agreements.rules.states import Arrow
from ground.refusals import NotAllowed


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


def check_right(verb: str, roles: Collection[Role]) -> None:
    """Raises NotAllowed unless RIGHTS has the deed for one of the roles."""
    if not set(RIGHTS[verb]) & set(roles):
        raise NotAllowed(_("Du kan ikke gjøre dette med avtalen. Spør en administrator."))
