"""What the days bring: agreed ends, lapses, renewals, the last day; done when they come, foretold before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from agreements.rules import states
from agreements.rules.aims import NewPayer
from agreements.rules.facts import Fact, Outcome, Renewed, Unreadable, Waits, Why
from agreements.rules.money import is_charged, period_charge, price_of
from agreements.rules.progress import Progress
from agreements.rules.values import COMPANY, Agreement, Change, ChangeState, NoPrice, Party, Period
from ground.periods import add_months


def next_day(agreement: Agreement) -> date | None:
    """The next day on which something happens by itself; None: never."""
    if agreement.is_over:
        return None
    days = [*(seat.ends_on for seat in agreement.seats), agreement.renews_on]
    return min((day for day in days if day), default=None)


def turn(agreement: Agreement, day: date) -> Outcome:
    """What happens by itself on the day: planned ends first, then the next period. Raises NoPrice."""
    progress = leave(agreement, day)
    turn_period(progress)
    return progress.outcome()


def leave(agreement: Agreement, day: date) -> Progress:
    progress = Progress(agreement, day)
    for seat in agreement.seats:
        if seat.ends_on == day:
            progress.stop(seat, by_company=True)
    return progress


def turn_period(progress: Progress) -> None:
    """Begin the next period, or end the subscription where nobody goes on with it.

    What nobody has answered by the last day lapses first: everything stays as it is.
    """
    agreement = progress.agreement
    if agreement.renews_on != progress.day or agreement.is_over:
        return
    if agreement.is_cancelled or agreement.payer_has_left:
        progress.finish()
        return
    states.follow(states.SUBSCRIPTION, "renew", agreement.state)
    progress.close_proposed(Why.UNANSWERED)
    changes = progress.put_agreed_in_force()
    agreement = progress.agreement
    per_month = price_of(agreement, agreement.variant, agreement.months, progress.day)
    period = Period(agreement.variant, agreement.payer, agreement.months, per_month)
    charge = None
    if is_charged(agreement.service, per_month):
        charge = period_charge(agreement, progress.day, per_month)
        progress.set(charges=(*agreement.charges, charge))
    progress.set(renews_on=charge.next_day if charge else None)
    progress.tell(Renewed(progress.day, period, changes, charge))


def due(agreement: Agreement, today: date) -> Outcome | None:
    """The first thing that was due by today: the ends of a day, else its period. None: all is done. Raises NoPrice."""
    day = next_day(agreement)
    if day is None or day > today:
        return None
    left = leave(agreement, day).outcome()
    if left.happened:
        return left
    progress = Progress(agreement, day)
    turn_period(progress)
    return progress.outcome()


def catch_up(agreement: Agreement, today: date) -> Iterator[Outcome]:
    """Do everything that was due by today, in its order. Raises NoPrice."""
    while outcome := due(agreement, today):
        yield outcome
        agreement = outcome.agreement


def on_the_day(agreement: Agreement, today: date) -> Agreement:
    """As it is on the day, whether its days have been done or not. It stays behind where a price is missing."""
    try:
        for outcome in catch_up(agreement, today):
            agreement = outcome.agreement
    except NoPrice:
        pass
    return agreement


# --- Foretelling


def foretell(outcome: Outcome, today: date) -> list[Fact]:
    """What has happened by a verb today, and everything that is then known to come, by day.

    Up to the renewal after which nothing changes any more; as far as the price list reaches.
    """
    facts, told = list(outcome.facts), None
    agreement = outcome.agreement
    for coming in days_to_come(agreement):
        agreement = coming.agreement
        for fact in coming.facts:
            if not isinstance(fact, Renewed) or fact.period != told:
                facts.append(fact)
            if isinstance(fact, Renewed):
                told = fact.period
        if told and not is_going_to_change(agreement):
            break
    facts += [Waits(change) for change in agreement.proposed]
    if agreement.ended_on:
        read_until = add_months(agreement.ended_on, 12 * agreement.service.retention_years)
        if read_until > today:
            facts.append(Unreadable(read_until - timedelta(days=1)))
    return facts


def days_to_come(agreement: Agreement) -> Iterator[Outcome]:
    """Day after day, until it is over or the price list ends."""
    while (day := next_day(agreement)) is not None:
        progress = leave(agreement, day)
        known = progress.outcome()
        try:
            turn_period(progress)
        except NoPrice:
            yield known
            return
        yield progress.outcome()
        agreement = progress.agreement


def is_going_to_change(agreement: Agreement) -> bool:
    is_dated = any(change.is_agreed or agreement.lapses_on(change) for change in agreement.changes)
    return is_dated or any(seat.ends_on for seat in agreement.seats)


class Renewal(NamedTuple):
    """The first day of a period, and what holds in it."""

    day: date
    period: Period


def renewals(agreement: Agreement, *, until: date | None = None) -> list[Renewal]:
    """The periods that are known to come, up to the one after which nothing changes, or up to a day. Raises NoPrice."""
    found: list[Renewal] = []
    agreement = as_if_paid(agreement)
    while (day := next_day(agreement)) is not None:
        if until and day > until:
            break
        outcome = turn(agreement, day)
        agreement = outcome.agreement
        found += [Renewal(fact.day, fact.period) for fact in outcome.facts if isinstance(fact, Renewed)]
        if found and not until and not is_going_to_change(agreement):
            break
    return found


def next_renewal(agreement: Agreement) -> Renewal | None:
    """The next period as it is known today, whoever is to pay it by then; None: there is none. Raises NoPrice."""
    found = renewals(agreement, until=agreement.renews_on)
    return found[0] if found else None


def payer_of_next_period(agreement: Agreement) -> Party:
    """The payer of the next period, as it is known today; of this one where there is no next."""
    try:
        renewal = next_renewal(agreement)
    except NoPrice:
        renewal = None
    return renewal.period.payer if renewal else agreement.payer


def as_if_paid(agreement: Agreement) -> Agreement:
    """The agreement as if the company had said yes to pay, where nobody is to pay the next period."""
    if not agreement.payer_has_left:
        return agreement
    yes = Change(
        key=0, old=NewPayer(agreement.payer), to=NewPayer(COMPANY), state=ChangeState.AGREED, asking=COMPANY,
        effective_on=agreement.renews_on,
    )  # fmt: skip
    others = tuple(change for change in agreement.changes if change.kind != "payer")
    return replace(agreement, payer_has_left=False, changes=(*others, yes))
