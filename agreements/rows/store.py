"""Store and tell what a verb has brought: fact by fact, each with the agreement as it then stood. The caller holds
the locks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import with_rows
from agreements.rights import Person, party_of
from agreements.rows.locks import LockedAgreement
from agreements.rows.values import write_charge
from agreements.rules import facts, plans
from agreements.rules.facts import Outcome, Why
from agreements.rules.values import Agreement as Value
from agreements.rules.values import Change, ChangeState
from agreements.telling import news
from agreements.words.refusals import in_words
from ground.clock import oslo_date
from history.models import record_event
from organisations.models import CompanyUser

VERBS: dict[str, str] = {
    ChangeState.REFUSED: "refuse", ChangeState.TAKEN_BACK: "take_back", ChangeState.LAPSED: "lapse"
}  # fmt: skip
ASKING = ("propose", "agree")  # how a change begins
COLUMNS = (
    "variant_id", "paying_firm_id", "cancelling_firm_id", "period_months", "periods_from", "renews_on", "cancelled_on",
    "payer_has_left", "ended_on", "version",
)  # fmt: skip


def store(
    agreement: LockedAgreement, outcome: Outcome, *, by: Person | None, at: datetime, form_key: UUID | None = None
) -> list[SubscriptionChange]:
    """Write the outcome into the rows, record its events, and tell whom it concerns. `by` None: the clock.

    `form_key` names the form that has asked for the outcome's one change. Returns the changes that it has asked for or
    agreed on, in their order.
    """
    writer = Writer(agreement, outcome, by, at, form_key)
    agreement.subscription.version += 1
    for fact, state in outcome.happened:
        writer.keep(state)
        WRITE[type(fact)](writer, fact)
    writer.keep(outcome.agreement)
    writer.finish()
    return writer.opened


class Writer:
    """One outcome on its way into the rows. `value` is the agreement as it stood right after the fact at hand."""

    def __init__(
        self, agreement: LockedAgreement, outcome: Outcome, by: Person | None, at: datetime, form_key: UUID | None
    ) -> None:
        self.agreement, self.outcome, self.at, self.form_key = agreement, outcome, at, form_key
        self.subscription, self.loaded = agreement.subscription, agreement.loaded
        self.by, self.value = by, agreement.value
        self.kept: list[object] = []
        self.opened: list[SubscriptionChange] = []
        self.user = by.user if by else None
        self.today = oslo_date(at)

    def keep(self, value: Value) -> None:
        """Write the value into the subscription's own columns."""
        self.value = self.loaded.value = value
        row, names = self.subscription, self.loaded.names
        row.variant, row.paying_firm = names.variant(value.variant), names.firm(value.payer)
        row.cancelling_firm = names.firm(value.cancelled_by) if value.cancelled_by else None
        row.period_months, row.periods_from, row.renews_on = value.months, value.periods_from, value.renews_on
        row.cancelled_on, row.payer_has_left, row.ended_on = (
            value.cancelled_on,
            value.payer_has_left,
            value.ended_on,
        )
        columns = [getattr(row, name) for name in COLUMNS]
        if columns != self.kept:
            row.save(update_fields=COLUMNS)
            self.kept = columns

    def finish(self) -> None:
        """Save the subscription and the last days of what waits, and load the value with the keys of new changes."""
        for change in self.value.proposed:
            row = self.loaded.changes[change.key]
            if row.lapses_on != self.value.lapses_on(change):
                row.lapses_on = self.value.lapses_on(change)
                row.save(update_fields=["lapses_on"])
        rows = self.loaded.changes
        stored = tuple(replace(change, key=rows[change.key].pk) for change in self.value.changes)
        self.loaded.value = replace(self.value, changes=stored)
        self.loaded.changes = {rows[change.key].pk: rows[change.key] for change in self.value.changes}

    # --- Collaborations

    def seat_ended(self, fact: facts.SeatEnded) -> None:
        row = self.find(fact.seat.key)
        outcome = Collaboration.Outcome.SERVICE_ENDS if fact.ends_service else Collaboration.Outcome.CONTINUES
        user = self.user if fact.by else None
        row.ended_at, row.ended_by, row.outcome = self.at, user, outcome
        row.save(update_fields=["ended_at", "ended_by", "outcome"])
        self.agreement.collaborations = [one for one in self.agreement.collaborations if one.pk != row.pk]
        side = "clock" if fact.by is None else "company" if fact.by.is_company else "firm"
        record_event(
            subject=row, verb="end", by=user, at=self.at, firm=row.firm, company=self.agreement.company,
            after={"side": side, "outcome": outcome.value, "activation": row.activation_id},
        )  # fmt: skip

    def end_planned(self, fact: facts.EndPlanned) -> None:
        row, on = self.find(fact.seat.key), fact.seat.ends_on
        row.ends_on, row.end_planned_by = on, self.user if on else None
        row.save(update_fields=["ends_on", "end_planned_by"])
        record_event(
            subject=row, verb="plan_end" if on else "take_back_end", by=self.user, at=self.at,
            firm=row.firm, company=self.agreement.company, after={"ends_on": written(on)},
        )  # fmt: skip
        news.end_planned(row)

    def find(self, key: int) -> Collaboration:
        return next(one for one in self.agreement.collaborations if one.pk == key)

    # --- Changes

    def proposed(self, fact: facts.Proposed) -> None:
        row = self.create(fact.change)
        self.opened.append(row)
        self.record(row, "propose", by=self.by)
        with in_words():
            plan = plans.plan_of(self.value, fact.change, day=self.today)
        news.change_proposed(self.agreement, row, with_rows(self.loaded, plan))

    def agreed(self, fact: facts.Agreed) -> None:
        by = self.by or self.planner()
        row = self.loaded.changes.get(fact.change.key)
        if row is None:
            row = self.create(fact.change)
        else:
            row.status, row.effective_on = fact.change.state.value, fact.change.effective_on
            self.answer(row)
            row.save()
        self.opened.append(row)
        self.record(row, "agree", by=by)
        news.change_settled(self.agreement, row, by=by)

    def closed(self, fact: facts.Closed) -> None:
        row = self.loaded.changes[fact.change.key]
        by = self.by if fact.state != ChangeState.LAPSED and self.is_decided else None
        row.status = fact.state.value
        if fact.state == ChangeState.REFUSED:
            self.answer(row)
        row.save()
        self.record(row, VERBS[fact.state], by=by)
        news.change_settled(self.agreement, row, by=by)

    def answer(self, row: SubscriptionChange) -> None:
        assert self.by  # the clock answers nothing
        row.answered_by, row.answered_at = self.by.user, self.at

    @property
    def is_decided(self) -> bool:
        """Whether a party has decided about a change: what else goes with it is told as its deed."""
        return any(isinstance(fact, facts.Closed) and fact.why == Why.DECIDED for fact in self.outcome.facts)

    def came_into_force(self, fact: facts.CameIntoForce) -> None:
        row = self.loaded.changes[fact.change.key]
        row.status = fact.change.state.value
        row.save(update_fields=["status"])

    def create(self, change: Change) -> SubscriptionChange:
        row = self.loaded.row_of(change)
        user = (self.by or self.planner()).user
        assert user  # who acts for a company has an account
        row.asked_by, row.asked_at = user, self.at
        row.save()
        self.loaded.changes[change.key] = row
        return row

    def planner(self) -> CompanyUser:
        """Who chose the last day for the company, also if he has left it since."""
        ended = next(fact for fact in self.outcome.facts if isinstance(fact, facts.SeatEnded))
        planned_by = Collaboration.objects.values_list("end_planned_by", flat=True).get(pk=ended.seat.key)
        return CompanyUser.objects.select_related("user").get(company=self.agreement.company, user=planned_by)

    def record(self, row: SubscriptionChange, verb: str, *, by: Person | None) -> None:
        """The event belongs to the agreement; its ids tell what of, never names."""
        record_event(
            subject=self.subscription, verb=f"{verb}_{row.kind}", by=by.user if by else None, at=self.at,
            company=self.agreement.company, firm=row.asking_firm,
            after={
                "change": row.pk, "status": row.status, "effective_on": written(row.effective_on),
                **({"party": party_of(by)} if by else {}),
            },
            form_key=self.form_key if verb in ASKING else None,
        )  # fmt: skip

    # --- The subscription

    def cancelled(self, fact: facts.Cancelled) -> None:
        self.record_own("cancel", by=self.by, after={"party": fact.by.firm})
        if self.value.renews_on is not None and self.by:
            news.subscription_cancelled(self.agreement, by=self.by)

    def resumed(self, fact: facts.Resumed) -> None:
        assert self.by  # the clock resumes nothing
        self.record_own("resume", by=self.by, after={"party": fact.by.firm})
        news.subscription_resumed(self.agreement, by=self.by)

    def charged(self, fact: facts.Charged) -> None:
        write_charge(self.subscription, fact.charge, day=self.today)

    def renewed(self, fact: facts.Renewed) -> None:
        if fact.charge:
            write_charge(self.subscription, fact.charge, day=self.today)
        changes = [self.loaded.changes[key].pk for key in fact.changes]
        self.record_own("renew", by=None, after={"from": written(fact.day), "changes": changes})

    def ended(self, fact: facts.Ended) -> None:
        self.record_own("finish", by=None, after={"on": written(fact.day)})
        news.subscription_ended(self.agreement, list(self.agreement.collaborations))

    def record_own(self, verb: str, *, by: Person | None, after: dict[str, Any]) -> None:
        record_event(
            subject=self.subscription, verb=verb, by=by.user if by else None, at=self.at,
            company=self.agreement.company, after=after,
        )  # fmt: skip


def written(day: date | None) -> str | None:
    """A day as an event keeps it."""
    return day.isoformat() if day else None


WRITE: dict[type, Callable[[Writer, Any], None]] = {
    facts.SeatEnded: Writer.seat_ended,
    facts.EndPlanned: Writer.end_planned,
    facts.Proposed: Writer.proposed,
    facts.Agreed: Writer.agreed,
    facts.Closed: Writer.closed,
    facts.CameIntoForce: Writer.came_into_force,
    facts.Cancelled: Writer.cancelled,
    facts.Resumed: Writer.resumed,
    facts.Charged: Writer.charged,
    facts.Renewed: Writer.renewed,
    facts.Ended: Writer.ended,
}
