"""How a deed with an agreement begins: the locks, the hour, and what the days have brought meanwhile."""

from datetime import datetime

from agreements.rules import days
from agreements.rules.facts import Outcome, SeatEnded
from agreements.rules.values import NoPrice
from collaboration import news
from collaboration.actions.agreement_store import store
from collaboration.actions.locks import Agreement, lock_agreement
from collaboration.agreement_refusals import missing_price
from ground.clock import Clock, oslo_date


def enter_agreement(subscription_id: int, clock: Clock) -> tuple[Agreement, datetime]:
    """How a deed begins: the locks, the hour, and what the calendar has done meanwhile. Raises NotAllowed."""
    agreement = lock_agreement(subscription_id)
    at = clock()
    bring_up_to_date(agreement, at=at)
    return agreement, at


def bring_up_to_date(agreement: Agreement, *, at: datetime) -> None:
    """Catch up for somebody's deed, so that none depends on a sweep. Raises NotAllowed where a price is missing."""
    try:
        catch_up(agreement, at=at)
    except NoPrice:
        raise missing_price() from None


def catch_up(agreement: Agreement, *, at: datetime) -> bool:
    """Store every missed day in its order: agreed ends, lapses, renewals, the last day. True when there was any.

    Raises NoPrice where the list has none for a period that should begin.
    """
    changed = False
    while outcome := days.due(agreement.value, oslo_date(at)):
        changed = True
        leaving = {one.pk: one for one in agreement.collaborations}
        store(agreement, outcome, by=None, at=at)
        for fact in planned_ends(outcome):
            news.collaboration_ended_as_planned(leaving[fact.seat.key])
    return changed


def planned_ends(outcome: Outcome) -> list[SeatEnded]:
    """Of the firms whose chosen last day is over; of those that go with the whole agreement that tells itself."""
    return [fact for fact in outcome.facts if isinstance(fact, SeatEnded) and not fact.with_all]
