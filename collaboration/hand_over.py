"""What a customer chooses about the firm it has, when it approves another one."""

from dataclasses import dataclass
from datetime import date, timedelta

from collaboration.models import Activation, Collaboration
from collaboration.plans import Kind
from history.models import Event
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

    @property
    def last_day(self) -> date:
        """The old firm's."""
        return self.on - timedelta(days=1)


@dataclass(frozen=True)
class ChosenEnd:
    """What the approval of a request has chosen for another firm: its collaboration, as it is now, and the last day."""

    collaboration: Collaboration
    last_day: date

    @property
    def is_as_chosen(self) -> bool:
        """Whether the collaboration still ends on the chosen day, or has ended then and not been ended before."""
        on = self.last_day + timedelta(days=1)
        return self.collaboration.ends_on == on and self.collaboration.ended_by_id is None


def find_chosen_end(activation: Activation) -> ChosenEnd | None:
    """By the event of the approval; None where both firms were kept."""
    told = Event.objects.about(activation).filter(verb="approve", after__has_key="ends").first()
    if told is None:
        return None
    old = Collaboration.objects.select_related("firm", "subscription").get(pk=told.after["ends"])
    return ChosenEnd(old, date.fromisoformat(told.after["last_day"]))


def asks_payer(subscription: Subscription, collaboration: Collaboration) -> bool:
    """Whether a firm that goes leaves the question who pays: it pays today, and nothing about it is on its way."""
    if subscription.is_cancelled or subscription.paying_firm_id != collaboration.firm_id:
        return False
    return not subscription.changes.open().filter(kind=Kind.PAYER).exists()
