"""Where an agreement is heading: what its days will bring, by the rules of the deeds, in memory alone.

A party is a firm's id, or None: the company.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from collaboration.models import Collaboration
from collaboration.plans import Kind
from collaboration.priced_periods import Period, price_renewal
from organisations.models import Firm
from subscriptions.actions import is_charged
from subscriptions.models import Price, Subscription, SubscriptionChange
from subscriptions.periods import next_period

Status = SubscriptionChange.Status
Outcome = Collaboration.Outcome


class What(StrEnum):
    LEAVES = "a firm has no access any more"
    CHANGES = "a change comes into force"
    LAPSES = "a change falls, if nobody has said yes"
    FALLS = "an agreed change falls"
    RENEWS = "a period begins"
    ENDS = "the service is over"
    UNREADABLE = "the data can be read for the last time"


@dataclass(frozen=True)
class Happening:
    """One thing on one day; the day is empty where a question waits without a last day."""

    day: date | None
    what: What
    firm: Firm | None = None
    change: SubscriptionChange | None = None
    period: Period | None = None


@dataclass
class Course:
    """An agreement's rows of its own, never saved: the deeds below move them as the real ones move the stored ones."""

    subscription: Subscription
    collaborations: list[Collaboration]
    changes: list[SubscriptionChange]
    former: set[int]
    today: date
    happenings: list[Happening] = field(default_factory=list)

    @classmethod
    def of(cls, subscription: Subscription, *, day: date) -> "Course":
        """As the database has it, with what the calendar has brought up to the day."""
        collaborations = list(Collaboration.objects.on(subscription).select_related("firm").order_by("pk"))
        course = cls(
            subscription=Subscription.objects.with_service().get(pk=subscription.pk),
            collaborations=[one for one in collaborations if one.is_active],
            changes=list(subscription.changes.open().with_names().order_by("pk")),
            former={one.firm_id for one in collaborations},
            today=day,
        )
        while (due := course.next_day()) and due <= day:
            if not course.live(due):
                break
        course.happenings.clear()
        return course

    # --- The deeds

    def end(self, collaboration: Collaboration, *, outcome: str, by: int | None) -> None:
        """A party ends a collaboration today."""
        self.stop(self.find(collaboration), day=self.today, by_company=by is None, cancels=outcome, by=by)

    def plan_end(self, collaboration: Collaboration, on: date | None) -> None:
        self.find(collaboration).ends_on = on

    def cancel(self, by: int | None) -> None:
        self.subscription.cancelled_on, self.subscription.cancelling_firm_id = self.today, by
        if self.subscription.renews_on is None:
            self.finish(self.today)

    def resume(self, by: int | None) -> None:
        takes_over = by != self.subscription.cancelling_firm_id or (by is None and self.has_lost_its_payer())
        self.subscription.cancelled_on = self.subscription.cancelling_firm_id = None
        if takes_over:
            self.let_company_pay(self.today)

    def ask_payer(self, firm: Firm | None) -> None:
        """The company names who pays from the next period on: itself, or a firm that has to say yes."""
        self.changes = [change for change in self.changes if not (change.is_proposed and change.kind == Kind.PAYER)]
        self.open_payer_change(firm, is_agreed=firm is None, asking=None, day=self.today)

    # --- The rules

    def find(self, collaboration: Collaboration) -> Collaboration:
        return next(one for one in self.collaborations if one.pk == collaboration.pk)

    def stop(self, collaboration: Collaboration, *, day: date, by_company: bool, by=None, cancels: str = "") -> None:
        subscription, firm, had_left = self.subscription, collaboration.firm, self.subscription.payer_has_left
        self.collaborations.remove(collaboration)
        self.add(day, What.LEAVES, firm=firm)
        self.close_changes_of(firm.pk, day)
        is_left_now = subscription.payer_has_left and not had_left
        if cancels == Outcome.SERVICE_ENDS and not subscription.is_cancelled:
            self.cancel(by)
        elif not subscription.is_cancelled and (subscription.paying_firm_id == firm.pk or is_left_now):
            self.ask_for_a_payer(firm, by_company=by_company, day=day)

    def close_changes_of(self, firm_id: int, day: date) -> None:
        for change in [one for one in self.changes if one.is_proposed]:
            if firm_id in (change.asking_firm_id, change.answering_firm_id):
                self.drop(change, day)
        for change in [one for one in self.changes if one.is_agreed and one.kind == Kind.PAYER]:
            if change.to_firm_id == firm_id:
                self.withdraw_payer(change, day)

    def withdraw_payer(self, change: SubscriptionChange, day: date) -> None:
        """With another payer goes what that payer alone has said yes to."""
        self.drop(change, day)
        self.drop_proposed(day)
        for other in list(self.changes):
            if other.kind == Kind.PERIOD and other.consenting_firm_id != self.subscription.paying_firm_id:
                self.drop(other, day)
        self.subscription.payer_has_left = self.has_lost_its_payer()

    def has_lost_its_payer(self) -> bool:
        firm_id = self.subscription.paying_firm_id
        return firm_id in self.former and all(one.firm_id != firm_id for one in self.collaborations)

    def ask_for_a_payer(self, firm: Firm, *, by_company: bool, day: date) -> None:
        if any(change.is_agreed and change.kind == Kind.PAYER for change in self.changes):
            return
        for change in [one for one in self.changes if one.kind == Kind.PAYER]:
            self.drop(change, day)
        if by_company:
            self.let_company_pay(day)
        else:
            self.open_payer_change(None, is_agreed=False, asking=firm.pk, day=day)
            self.subscription.payer_has_left = True

    def let_company_pay(self, day: date) -> None:
        """The company goes on, and pays from the next period on."""
        is_agreed = any(change.is_agreed and change.kind == Kind.PAYER for change in self.changes)
        if self.subscription.paying_firm_id is not None and not is_agreed:
            for change in [one for one in self.changes if one.kind == Kind.PAYER]:
                self.drop(change, day)
            self.open_payer_change(None, is_agreed=True, asking=None, day=day)

    def open_payer_change(self, firm: Firm | None, *, is_agreed: bool, asking: int | None, day: date) -> None:
        subscription = self.subscription
        change = SubscriptionChange(
            subscription=subscription, kind=Kind.PAYER, from_firm_id=subscription.paying_firm_id, to_firm=firm,
            status=Status.AGREED if is_agreed else Status.PROPOSED, needs_yes=not is_agreed,
            effective_on=subscription.renews_on or (day if is_agreed else None), lapses_on=subscription.renews_on,
            asking_firm_id=asking, answering_firm=None if is_agreed else firm,
        )  # fmt: skip
        self.changes.append(change)
        if is_agreed:
            subscription.payer_has_left = False
            self.drop_proposed(day)
            if subscription.renews_on is None:
                self.put_in_force(change, day)

    def drop_proposed(self, day: date) -> None:
        for change in [one for one in self.changes if one.is_proposed]:
            self.drop(change, day)

    def drop(self, change: SubscriptionChange, day: date) -> None:
        self.changes.remove(change)
        self.add(day, What.LAPSES if change.is_proposed else What.FALLS, change=change)

    def put_in_force(self, change: SubscriptionChange, day: date) -> None:
        subscription = self.subscription
        self.changes.remove(change)
        self.add(day, What.CHANGES, change=change)
        if change.kind == Kind.VARIANT and change.to_variant:
            subscription.variant = change.to_variant
        elif change.kind == Kind.PAYER:
            subscription.paying_firm, subscription.payer_has_left = change.to_firm, False
        elif change.to_months:
            subscription.period_months = change.to_months

    # --- The calendar

    def foretell(self) -> list[Happening]:
        """Everything that is known to come, by day, up to the renewal after which nothing changes any more."""
        told = None
        while day := self.next_day():
            start = len(self.happenings)
            if not self.live(day):
                break
            renewal = next((one for one in self.happenings[start:] if one.what == What.RENEWS), None)
            if renewal and renewal.period == told:
                self.happenings.remove(renewal)
            elif renewal:
                told = renewal.period
            if told and not self.is_going_to_change():
                break
        waiting = [Happening(None, What.LAPSES, change=change) for change in self.changes if change.is_proposed]
        read_until = self.subscription.read_until
        if read_until and read_until > self.today:
            self.add(read_until - timedelta(days=1), What.UNREADABLE)
        return waiting + sorted(self.happenings, key=lambda one: (one.day or date.min, one.what != What.LAPSES))

    def is_going_to_change(self) -> bool:
        is_dated = any(change.is_agreed or change.lapses_on for change in self.changes)
        return is_dated or any(one.ends_on for one in self.collaborations)

    def next_day(self) -> date | None:
        if not self.subscription.is_active:
            return None
        days = [one.ends_on for one in self.collaborations] + [self.subscription.renews_on]
        return min((day for day in days if day), default=None)

    def live(self, day: date) -> bool:
        """What the calendar does on the day. False where the price list does not reach so far."""
        for collaboration in [one for one in self.collaborations if one.ends_on == day]:
            self.stop(collaboration, day=day, by_company=True)
        return self.turn_period(day) if self.subscription.renews_on == day else True

    def turn_period(self, day: date) -> bool:
        subscription = self.subscription
        proposed = [one for one in self.changes if one.is_proposed]
        question = next((one for one in proposed if one.kind == Kind.PAYER and subscription.payer_has_left), None)
        if subscription.is_cancelled:
            self.finish(day)
            return False
        for change in proposed:
            if change is not question:
                self.drop(change, day)
        if subscription.payer_has_left:
            self.finish(day, question=question)
            return False
        for change in [one for one in self.changes if one.is_agreed and one.effective_on and one.effective_on <= day]:
            self.put_in_force(change, day)
        return self.renew(day)

    def renew(self, day: date) -> bool:
        subscription = self.subscription
        period = Period(subscription.variant, subscription.paying_firm, subscription.period_months, Decimal(0))
        try:
            period = price_renewal(subscription, period)
        except Price.DoesNotExist:
            return False
        subscription.renews_on = None
        if is_charged(subscription.variant, period.per_month):
            subscription.renews_on = next_period(subscription.periods_from, day, subscription.period_months)
        self.add(day, What.RENEWS, period=period)
        return True

    def finish(self, day: date, *, question: SubscriptionChange | None = None) -> None:
        """Over; `question` is what a yes to would have let it go on."""
        self.changes.clear()
        self.collaborations.clear()
        self.subscription.ended_on = day
        self.add(day, What.ENDS, change=question)

    def add(self, day: date, what: What, **about) -> None:
        self.happenings.append(Happening(day, what, **about))
