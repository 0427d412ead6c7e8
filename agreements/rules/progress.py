"""What follows from what: the consequences that the verbs and the days have in common."""

from dataclasses import dataclass, field, replace
from datetime import date

from agreements.rules import states
from agreements.rules.aims import Aim, NewPayer, NewVariant
from agreements.rules.facts import (
    Agreed,
    CameIntoForce,
    Cancelled,
    Charged,
    Closed,
    Ended,
    Fact,
    Happened,
    Outcome,
    Proposed,
    SeatEnded,
    Why,
)
from agreements.rules.money import is_charged, period_charge, upgrade_charge
from agreements.rules.values import COMPANY, Agreement, Change, ChangeState, Charge, Party, Seat


@dataclass
class Progress:
    """An agreement while a verb works on it, on one day. `by` is who does it; None: the clock."""

    agreement: Agreement
    day: date
    by: Party | None = None
    happened: list[Happened] = field(default_factory=list)

    def outcome(self) -> Outcome:
        return Outcome(self.agreement, tuple(self.happened))

    def tell(self, fact: Fact) -> None:
        self.happened.append(Happened(fact, self.agreement))

    def set(self, **values: object) -> None:
        self.agreement = replace(self.agreement, **values)  # type: ignore[arg-type]

    # --- Changes

    def open(self, to: Aim, *, asking: Party, answering: Party | None, for_all: bool = False) -> Change:
        """Propose it, or agree on it where nobody else has to say yes."""
        agreement = self.agreement
        if isinstance(to, NewPayer):
            self.close_proposed(Why.REPLACED, kind="payer")
        change = Change(
            key=min([0, *(one.key for one in agreement.changes)]) - 1,  # below 0 until it is stored
            old=to.now(agreement), to=to, state=ChangeState.PROPOSED, asking=asking, answering=answering,
            effective_on=None if to.is_at_once(agreement) else agreement.renews_on, for_all=for_all,
        )  # fmt: skip
        self.set(changes=(*self.agreement.changes, change))
        if answering is None:
            self.agree(change)
        else:
            self.tell(Proposed(self.day, change))
        return change

    def agree(self, change: Change) -> None:
        """All have said yes: from its day on, which may be this one."""
        effective_on = change.effective_on or self.day
        state = states.follow(states.CHANGE, "agree", change.state)
        agreed = replace(change, state=state, effective_on=effective_on)
        self.set(changes=(*self.agreement.without(change).changes, agreed))
        if isinstance(change.to, NewPayer):
            self.set(payer_has_left=False)
            self.close_proposed(Why.PAYER)  # asked of the wrong one, or with the wrong price
        if effective_on <= self.day:
            agreed = self.put_in_force(agreed)
        self.tell(Agreed(self.day, agreed))

    def put_in_force(self, change: Change) -> Change:
        if isinstance(change.to, NewVariant):
            self.charge_upgrade(change.to)
        self.agreement = change.to.put_in(self.agreement.without(change))
        return replace(change, state=states.follow(states.CHANGE, "put_in_force", change.state))

    def charge_upgrade(self, to: NewVariant) -> None:
        """The rest of the paid period; or, where nothing has been charged, the first period from today on."""
        agreement = self.agreement
        charge = upgrade_charge(agreement, to.variant, self.day)
        if charge is not None:
            self.charge(charge)
        elif agreement.renews_on is None:
            per_month = agreement.prices(to.variant, agreement.months, self.day)
            if is_charged(agreement.service, per_month):
                self.agreement = replace(to.put_in(agreement), periods_from=self.day)
                self.charge(period_charge(self.agreement, self.day, per_month))

    def charge(self, charge: Charge) -> None:
        """An upgrade lies inside a period, so the first unpaid day stays."""
        self.set(charges=(*self.agreement.charges, charge), renews_on=charge.next_day)
        self.tell(Charged(self.day, charge))

    def close(self, change: Change, verb: str, why: Why) -> None:
        state = states.follow(states.CHANGE, verb, change.state)
        self.agreement = self.agreement.without(change)
        self.tell(Closed(self.day, change, state, why))

    def close_proposed(self, why: Why, kind: str = "") -> None:
        """Lapse what waits for a yes, of one kind or of any."""
        for change in self.agreement.proposed:
            if not kind or change.kind == kind:
                self.close(change, "lapse", why)

    def withdraw(self, change: Change, why: Why) -> None:
        """Take it back; with another payer goes what that payer alone has said yes to."""
        self.close(change, "take_back", why)
        if change.kind == "payer" and change.is_agreed:
            self.close_proposed(Why.PAYER)
            self.release(self.agreement.payer)
            self.set(payer_has_left=self.agreement.has_lost_its_payer)

    def release(self, payer: Party) -> None:
        """Who pays next has become another: what he would have to say yes to, and has not, does not bind him."""
        for change in self.agreement.agreed:
            if not change.binds(payer) and change.to.needs_a_yes_of_who_pays_next(self.agreement):
                self.close(change, "take_back", Why.PAYER)

    # --- Leaving

    def stop(self, seat: Seat, *, by_company: bool, ends_service: bool = False) -> None:
        """A firm collaborates no more, with all that follows for what is on its way and for who pays next.

        A company that ends and goes on accepts to pay by it; where a paying firm leaves, the company is asked.
        """
        states.follow(states.COLLABORATION, "end", seat.state)
        had_left, firm = self.agreement.payer_has_left, seat.firm
        self.set(seats=tuple(one for one in self.agreement.seats if one.key != seat.key))
        self.tell(SeatEnded(self.day, seat, self.by, ends_service))
        if not self.agreement.seats_of(firm):
            self.close_changes_of(firm)
        agreement = self.agreement
        is_left_now = agreement.payer_has_left and not had_left  # by one who was to take over from who left before
        if ends_service and self.by is not None and not agreement.is_cancelled:
            self.cancel(self.by)
        elif not agreement.is_cancelled and (agreement.payer == firm or is_left_now):
            self.name_the_company(asking=COMPANY if by_company else firm)

    def close_changes_of(self, firm: Party) -> None:
        """What the firm has asked for or was asked, and what would make it payer: it is no party any more."""
        for change in self.agreement.proposed:
            if firm in (change.asking, change.answering):
                self.close(change, "lapse", Why.LEFT)
        next_payer = self.agreement.next_payer
        if next_payer and next_payer.to == NewPayer(firm):
            self.withdraw(next_payer, Why.LEFT)

    def name_the_company(self, *, asking: Party) -> None:
        """The company pays from the next period on, where nobody else is to: it says so itself, or a firm asks it."""
        if self.agreement.payer == COMPANY or self.agreement.next_payer:
            return
        self.release(COMPANY)
        self.open(NewPayer(COMPANY), asking=asking, answering=None if asking == COMPANY else COMPANY)
        if asking != COMPANY:
            self.set(payer_has_left=self.agreement.has_lost_its_payer)

    # --- The end

    def cancel(self, by: Party) -> None:
        """No further period; what is never charged is over at once."""
        states.follow(states.SUBSCRIPTION, "cancel", self.agreement.state)
        self.set(cancelled_on=self.day, cancelled_by=by)
        self.tell(Cancelled(self.day, by))
        if self.agreement.renews_on is None:
            self.finish()

    def finish(self) -> None:
        """Over from the day, and with it every collaboration in it."""
        states.follow(states.SUBSCRIPTION, "finish", self.agreement.state)
        agreement = self.agreement
        waiting = (one for one in agreement.proposed if one.kind == "payer" and agreement.payer_has_left)
        question = None if agreement.is_cancelled else next(waiting, None)
        for change in (*agreement.proposed, *agreement.agreed):
            is_unanswered = change.is_proposed and change != question and not agreement.is_cancelled
            self.close(change, "lapse", Why.UNANSWERED if is_unanswered else Why.ENDS)
        self.set(ended_on=self.day)
        self.tell(Ended(self.day, question))
        for seat in agreement.seats:
            self.set(seats=tuple(one for one in self.agreement.seats if one.key != seat.key))
            self.tell(SeatEnded(self.day, seat, None, ends_service=True, with_all=True))

    def put_agreed_in_force(self) -> tuple[int, ...]:
        """All that is agreed comes with the next period. Returns the keys."""
        agreed = self.agreement.agreed
        for change in agreed:
            self.agreement = change.to.put_in(self.agreement.without(change))
            state = states.follow(states.CHANGE, "put_in_force", change.state)
            self.tell(CameIntoForce(self.day, replace(change, state=state)))
        return tuple(change.key for change in agreed)
