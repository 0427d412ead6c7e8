"""What a party can do with an agreement. Each verb returns the agreement after it and what happened; raises Refused.

The agreement is up to date (`days.catch_up`), and whoever may not is refused before: rights are asked of people.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agreements.rules import states
from agreements.rules.aims import Aim, NewPayer
from agreements.rules.days import payer_of_next_period
from agreements.rules.facts import EndPlanned, Outcome, Resumed, Why
from agreements.rules.money import is_charged, period_charge
from agreements.rules.plans import Plan, check_taking_back, plan, plan_of
from agreements.rules.progress import Progress
from agreements.rules.refusals import Reason, Refused
from agreements.rules.values import COMPANY, Agreement, Change, NoPrice, Party, Prices, Seat, Service, Variant

# --- To begin


def begin(
    service: Service,
    variant: Variant,
    *,
    payer: Party,
    months: int,
    per_month: Decimal,
    first_day: date,
    prices: Prices,
) -> Agreement:
    """An agreement with its first period charged in advance, at the price that was said yes to.

    Without an agreement period a free service does not renew, and is not charged.
    """
    agreement = Agreement(
        service=service, variant=variant, payer=payer, months=months, started_on=first_day, periods_from=first_day,
        renews_on=None, prices=prices,
    )  # fmt: skip
    if not is_charged(service, per_month):
        return agreement
    charge = period_charge(agreement, first_day, per_month)
    return replace(agreement, charges=(charge,), renews_on=charge.next_day)


# --- Collaborations


def join(agreement: Agreement, seat: Seat) -> Agreement:
    """A firm collaborates from now on."""
    return replace(agreement, seats=(*agreement.seats, seat), former=agreement.former | {seat.firm})


def end(agreement: Agreement, seat_key: int, *, by: Party, day: date, ends_service: bool = False) -> Outcome:
    """A party ends a collaboration today; with `ends_service` it cancels the agreement besides."""
    progress = Progress(agreement, day, by)
    progress.stop(find_seat(agreement, seat_key), by_company=by == COMPANY, ends_service=ends_service)
    return progress.outcome()


def plan_end(agreement: Agreement, seat_key: int, on: date | None, *, day: date) -> Outcome:
    """The company chooses a firm's first day without access, or takes the choice back (None)."""
    progress = Progress(agreement, day, COMPANY)
    set_end(progress, find_seat(agreement, seat_key), on)
    return progress.outcome()


def set_end(progress: Progress, seat: Seat, on: date | None) -> None:
    states.follow(states.COLLABORATION, "plan_end" if on else "take_back_end", seat.state)
    ending, payer = replace(seat, ends_on=on), payer_of_next_period(progress.agreement)
    progress.set(seats=tuple(ending if one.key == seat.key else one for one in progress.agreement.seats))
    progress.tell(EndPlanned(progress.day, ending))
    if payer != seat.firm and payer_of_next_period(progress.agreement) == seat.firm:
        progress.release(seat.firm)  # who would have paid instead has agreed on things meanwhile


def find_seat(agreement: Agreement, key: int) -> Seat:
    for seat in agreement.seats:
        if seat.key == key:
            return seat
    raise Refused(Reason.COLLABORATION_ENDED)


def asks_payer(agreement: Agreement, seat: Seat) -> bool:
    """Whether the firm's end leaves open who pays: it pays today, and no change of payer is on its way."""
    return not agreement.is_cancelled and agreement.payer == seat.firm and agreement.open_of(NewPayer.kind) is None


def hand_over(agreement: Agreement, seat_key: int, on: date, *, payer: Party, day: date) -> Outcome:
    """The company lets another firm take over from the one in the seat, from a day.

    A dated end, and where the old firm pays, a change of payer; both can be taken back. `payer` counts only then.
    """
    progress = Progress(agreement, day, COMPANY)
    seat = find_seat(agreement, seat_key)
    is_to_pay = asks_payer(agreement, seat)
    set_end(progress, seat, on)
    if is_to_pay:
        if payer == COMPANY:
            progress.release(COMPANY)
        open_change(progress, NewPayer(payer), asking=COMPANY)
    return progress.outcome()


# --- The subscription


def cancel(agreement: Agreement, *, by: Party, day: date) -> Outcome:
    """No further period after the one that is paid."""
    progress = Progress(agreement, day, by)
    progress.cancel(by)
    return progress.outcome()


def resume(agreement: Agreement, *, by: Party, day: date) -> Outcome:
    """It goes on after all. A company takes over as payer where who paid wants to no more, or has left."""
    states.follow(states.SUBSCRIPTION, "resume", agreement.state)
    progress = Progress(agreement, day, by)
    takes_over = by != agreement.cancelled_by or (by == COMPANY and agreement.has_lost_its_payer)
    progress.set(cancelled_on=None, cancelled_by=None)
    progress.tell(Resumed(day, by))
    if takes_over:
        progress.name_the_company(asking=COMPANY)
    return progress.outcome()


# --- Changes


def find_change(agreement: Agreement, key: int) -> Change:
    for found in agreement.changes:
        if found.key == key:
            return found
    raise Refused(Reason.SETTLED)


def change(agreement: Agreement, to: Aim, *, asking: Party, day: date) -> Outcome:
    """Ask for a change; with nobody else's yes to wait for it is agreed, and in force if its day has come."""
    progress = Progress(agreement, day, asking)
    open_change(progress, to, asking=asking)
    return progress.outcome()


def open_change(progress: Progress, to: Aim, *, asking: Party) -> None:
    found = plan(progress.agreement, to, asking=asking, day=progress.day)
    try:
        progress.open(to, asking=asking, answering=found.answering)
    except NoPrice:
        raise Refused(Reason.NO_PRICE) from None


def answer(agreement: Agreement, key: int, *, accepts: bool, by: Party, day: date) -> Outcome:
    """The party that is asked says yes or no. A yes counts only while nobody else would have to say it too."""
    found = find_change(agreement, key)
    progress = Progress(agreement, day, by)
    if not accepts:
        progress.close(found, "refuse", Why.DECIDED)
        return progress.outcome()
    if plan_to_answer(agreement, key, day=day).at_once:
        found = replace(found, effective_on=None)
    progress.agree(found)
    return progress.outcome()


def plan_to_answer(agreement: Agreement, key: int, *, day: date) -> Plan:
    """The plan of a proposal, for the party that was asked. Raises Refused where it is for another one to say yes."""
    found = find_change(agreement, key)
    made = plan_of(agreement, found, day=day)
    costs_nobody_more = made.answering is None and not found.to.always_asks_payers
    if made.answering != found.answering and not costs_nobody_more:
        raise Refused(Reason.PAYER_IS_CHANGING)
    return made


def take_back(agreement: Agreement, key: int, *, by: Party, day: date) -> Outcome:
    """Undo what has not come into force. Raises Refused where the next payer counts on it."""
    found = find_change(agreement, key)
    check_taking_back(agreement, found, by)
    progress = Progress(agreement, day, by)
    progress.withdraw(found, Why.DECIDED)
    return progress.outcome()
