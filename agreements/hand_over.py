"""What a customer chooses about the firm it has, when it approves another one."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from agreements.models import Collaboration
from agreements.rows.load import load
from agreements.rules import verbs
from agreements.rules.facts import Outcome
from agreements.rules.values import Agreement, Party, Seat
from agreements.words.refusals import in_words
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
        """The old firm's last day."""
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


def find_chosen_end(activation: models.Model) -> ChosenEnd | None:
    """Find what the approval chose for the other firm, by its event; None where both firms were kept."""
    told = Event.objects.about(activation).filter(verb="approve", after__has_key="ends").first()
    if told is None:
        return None
    old = Collaboration.objects.select_related("firm", "subscription").get(pk=told.after["ends"])
    return ChosenEnd(old, date.fromisoformat(told.after["last_day"]))


def payer_of(hand_over: HandOver) -> Party:
    return Party(hand_over.payer.pk if hand_over.payer else None)


def asks_payer(subscription: Subscription, collaboration: Collaboration, *, day: date) -> bool:
    """Whether the firm's end leaves open who pays: it pays today, and no change of payer is on its way."""
    value = load(subscription, day=day).value
    return any(seat.key == collaboration.pk and verbs.asks_payer(value, seat) for seat in value.seats)


def foretell_hand_over(value: Agreement, hand_over: HandOver, *, day: date) -> Outcome:
    """The outcome of the hand-over, as if the firm that is to pay collaborated already. Raises NotAllowed."""
    payer = payer_of(hand_over)
    if not payer.is_company and not value.seats_of(payer):
        value = verbs.join(value, Seat(0, payer))
    with in_words():
        return verbs.hand_over(value, hand_over.collaboration.pk, hand_over.on, payer=payer, day=day)
