"""What a change would do: from when, what it costs whom, and whose yes it needs.

It is worked out by making the change and turning the days; who pays more in any period that is known to come is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agreements.rules.aims import Aim, NewPayer, NewVariant
from agreements.rules.days import Renewal, renewals
from agreements.rules.facts import Charged, Outcome
from agreements.rules.money import period_now
from agreements.rules.progress import Progress
from agreements.rules.refusals import Reason, Refused
from agreements.rules.values import Agreement, Change, NoPrice, Party, Period


@dataclass(frozen=True)
class Plan:
    """`before` holds now, `after` from `effective_on`; `renewals` are the periods that are then known to come.

    `effective_on` is None while it waits for a yes that puts it in force at once. `charge_now` is charged then, to the
    payer of `before`; without a yes by the day before `lapses_on` everything stays. `answering` None: nobody is asked.
    """

    to: Aim
    before: Period
    after: Period
    renewals: tuple[Renewal, ...]
    effective_on: date
    at_once: bool
    lapses_on: date | None
    asking: Party
    answering: Party | None
    charge_now: Decimal | None


def plan(agreement: Agreement, to: Aim, *, asking: Party, day: date, standing: Change | None = None) -> Plan:
    """`standing` is the proposal that it is the plan of, if it has been made already. Raises Refused."""
    check_changeable(agreement, to, standing)
    to.check(agreement)
    if standing:
        agreement = agreement.without(standing)
    try:
        return foretell_change(agreement, to, asking=asking, day=day)
    except NoPrice:
        raise Refused(Reason.NO_PRICE) from None


def plan_of(agreement: Agreement, change: Change, *, day: date) -> Plan:
    """The plan of a proposal as it would be if it were agreed today. Raises Refused."""
    return plan(agreement, change.to, asking=change.asking, day=day, standing=change)


def foretell_change(agreement: Agreement, to: Aim, *, asking: Party, day: date) -> Plan:
    made = agree_at_once(agreement, to, asking=asking, day=day)
    at_once = to.is_at_once(agreement)
    before, coming = period_now(agreement, day), renewals(made.agreement)
    after = period_now(made.agreement, day) if at_once else coming[0].period
    charged = sum((fact.charge.amount for fact in made.facts if isinstance(fact, Charged)), Decimal(0))
    draft = Plan(
        to=to,
        before=before,
        after=after,
        renewals=tuple(coming),
        effective_on=day if at_once else agreement.renews_on or day,
        at_once=at_once,
        lapses_on=None,
        asking=asking,
        answering=None,
        charge_now=charged if at_once and isinstance(to, NewVariant) else None,
    )
    answering = one_answer(agreement, who_must_agree(agreement, draft) - {asking})
    return replace(
        draft, answering=answering, lapses_on=agreement.first_day_too_late(to.kind, asking, answering)
    )  # fmt: skip


def agree_at_once(agreement: Agreement, to: Aim, *, asking: Party, day: date) -> Outcome:
    """As if everybody who is to pay for it had said yes to it today."""
    progress = Progress(agreement, day, asking)
    progress.open(to, asking=asking, answering=None, for_all=True)
    return progress.outcome()


def who_must_agree(agreement: Agreement, draft: Plan) -> set[Party]:
    """Who pays more by it: now, or in any period that is known to come; a new payer always."""
    found = {draft.to.party} if isinstance(draft.to, NewPayer) else set()
    if draft.at_once and (draft.charge_now or draft.after.costs(draft.before.payer) > draft.before.per_month):
        found.add(draft.before.payer)
    if not draft.at_once and draft.after.per_month > draft.before.per_month:
        found.add(draft.after.payer)
    if draft.to.always_asks_payers:
        return found | {renewal.period.payer for renewal in draft.renewals}
    return found | set(who_pays_more(agreement, draft.renewals))


def who_pays_more(agreement: Agreement, with_it: tuple[Renewal, ...]) -> Iterable[Party]:
    """The payers of periods that would cost them less without the change."""
    if not with_it:
        return
    known = {renewal.day: renewal.period for renewal in renewals(agreement, until=with_it[-1].day)}
    for day, period in with_it:
        without = known.get(day)
        if without is not None and period.per_month > without.costs(period.payer):
            yield period.payer


def one_answer(agreement: Agreement, parties: set[Party]) -> Party | None:
    """At most one party can be asked; where two would pay more, the payers must agree about who pays first.

    A firm that pays without collaborating has nobody there who could answer. Raises Refused.
    """
    if any(not party.is_company and not agreement.seats_of(party) for party in parties):
        raise Refused(Reason.PAYER_IS_GONE)
    if len(parties) > 1:
        raise Refused(Reason.PAYER_IS_CHANGING)
    return next(iter(parties), None)


def check_changeable(agreement: Agreement, to: Aim | str, standing: Change | None = None) -> None:
    """Raises Refused where the agreement ends anyway, or has another open change of the kind already."""
    kind = to if isinstance(to, str) else to.kind
    if agreement.is_over:
        raise Refused(Reason.OVER)
    if agreement.is_cancelled:
        raise Refused(Reason.CANCELLED)
    found = agreement.open_of(kind)
    if found is None or (standing and found.key == standing.key):
        return
    if not (kind == NewPayer.kind and agreement.payer_has_left and found.is_proposed):
        raise Refused(Reason.UNDERWAY)


def check_taking_back(agreement: Agreement, change: Change, by: Party) -> None:
    """Who is to pay has said yes to the price that the change gives. Raises Refused where another makes it rise."""
    if not change.is_agreed or isinstance(change.to, NewPayer):
        return
    for payer in who_would_pay_more(replace(agreement, cancelled_on=None), change):
        if payer == by:
            continue
        if payer != agreement.payer:
            raise Refused(Reason.NEXT_PAYER_COUNTS_ON_IT)
        later = agreement.changes[agreement.changes.index(change) + 1 :]
        if any(one.is_agreed and not isinstance(one.to, NewPayer) and one.consenting == payer for one in later):
            raise Refused(Reason.PAYER_HAS_AGREED_SINCE)


def who_would_pay_more(agreement: Agreement, change: Change) -> list[Party]:
    """The payers of the periods known to come that would cost more without the change."""
    try:
        agreed = renewals(agreement)
        without = {one.day: one.period for one in renewals(agreement.without(change), until=agreed[-1].day)}
    except (NoPrice, IndexError):
        return []
    return [
        period.payer for day, period in agreed if day in without and without[day].per_month > period.per_month
    ]  # fmt: skip
