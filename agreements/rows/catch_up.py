"""How a deed with an agreement begins: the locks, the hour, and what the days have brought meanwhile."""

from datetime import datetime

from agreements.rows.locks import LockedAgreement, lock_agreement
from agreements.rows.store import store
from agreements.rules import days
from agreements.rules.facts import Outcome, SeatEnded
from agreements.rules.values import NoPrice
from agreements.telling import news
from agreements.words.refusals import missing_price
from ground.clock import Clock, oslo_date


def enter_agreement(subscription_id: int, clock: Clock) -> tuple[LockedAgreement, datetime]:
    """Begin a deed: lock the agreement, read the clock, do what the days have brought. Raises NotAllowed."""
    agreement = lock_agreement(subscription_id)
    at = clock()
    bring_up_to_date(agreement, at=at)
    return agreement, at


def bring_up_to_date(agreement: LockedAgreement, *, at: datetime) -> None:
    """Catch up for somebody's deed, so that none depends on a sweep. Raises NotAllowed where a price is missing."""
    try:
        catch_up(agreement, at=at)
    except NoPrice:
        raise missing_price() from None


def catch_up(agreement: LockedAgreement, *, at: datetime) -> bool:
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
    """The ends of firms whose chosen last day is over, without those that go with the whole agreement."""
    return [fact for fact in outcome.facts if isinstance(fact, SeatEnded) and not fact.with_all]
