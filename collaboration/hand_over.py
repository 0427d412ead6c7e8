"""What a customer chooses about the firm it has, when it approves another one."""

from dataclasses import dataclass
from datetime import date

from collaboration.models import Collaboration
from collaboration.plans import Kind
from organisations.models import Firm
from subscriptions.models import Subscription


@dataclass(frozen=True)
class HandOver:
    """The collaboration that ends, the first day without it, and who pays from the next period on.

    `payer` counts where the old firm pays (`asks_payer`): None is the company; the new firm has to say yes first.
    `shown` is the fingerprint of the outlook on the page; None: no page was shown.
    """

    collaboration: Collaboration
    on: date
    payer: Firm | None = None
    shown: str | None = None


def asks_payer(subscription: Subscription, collaboration: Collaboration) -> bool:
    """Whether a firm that goes leaves the question who pays: it pays today, and nothing about it is on its way."""
    if subscription.is_cancelled or subscription.paying_firm_id != collaboration.firm_id:
        return False
    return not subscription.changes.open().filter(kind=Kind.PAYER).exists()
