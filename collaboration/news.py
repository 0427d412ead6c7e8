"""Who is told what about an agreement: the company's administrators by e-mail, a firm's people as alerts.

Called last in a deed, in its transaction. No firm reads another firm's name, nor what another party pays.
"""

from collaboration.actions.locks import Agreement
from collaboration.models import Collaboration
from collaboration.plans import Plan
from collaboration.rights import Person
from subscriptions.models import RenewalNotice, SubscriptionChange


def change_proposed(agreement: Agreement, change: SubscriptionChange, plan: Plan) -> None:
    """To the party that is to pay more: what is asked, what it costs it, by when to answer."""


def change_settled(agreement: Agreement, change: SubscriptionChange, *, by: Person | None) -> None:
    """To both parties: agreed (from when), refused, taken back or lapsed; not to the one who did it."""


def subscription_cancelled(agreement: Agreement, *, by: Person) -> None:
    """To the company and all who collaborate: the agreement ends with its period."""


def subscription_resumed(agreement: Agreement, *, by: Person) -> None:
    """To the same: it goes on after all."""


def subscription_ended(agreement: Agreement, ended: list[Collaboration]) -> None:
    """To the company and those who collaborated: it is over, and until when the data can be read."""


def renewal_notice(agreement: Agreement, notice: RenewalNotice) -> None:
    """To the payer, thirty days before: the price of the next period, which then holds."""


def end_planned(collaboration: Collaboration) -> None:
    """To the firm: the company has chosen its last day, or taken the choice back (`ends_on` is empty)."""


def collaboration_ended_as_planned(collaboration: Collaboration) -> None:
    """To both: the chosen day has come."""
