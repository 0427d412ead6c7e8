"""Random lives of an agreement in memory: two firms, rising and falling prices, everybody's verbs on any day."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from random import Random

from agreements.rules import days, plans, verbs
from agreements.rules.aims import Aim, NewLength, NewPayer, NewVariant
from agreements.rules.facts import Outcome, Renewed
from agreements.rules.plans import Plan
from agreements.rules.refusals import Refused
from agreements.rules.values import COMPANY, Agreement, NoPrice, Notice, Party, Period, Seat, Service, Variant
from tests.agreements import recount

FJORD, VIDDA = Party(1), Party(2)
START, SMART, PRO = Variant(1, 1), Variant(2, 2), Variant(3, 3)
FIRST_DAYS = (date(2026, 1, 31), date(2026, 11, 30), date(2027, 11, 30), date(2028, 2, 29), date(2026, 1, 1))


@dataclass
class PriceList:
    """Rows as in the admin: (variant, months) -> [(from, price)]."""

    rows: dict[tuple[int, int], list[tuple[date, Decimal]]] = field(default_factory=dict)

    def set(self, variant: Variant, months: int, price: Decimal, valid_from: date) -> None:
        own = [row for row in self.rows.get((variant.key, months), []) if row[0] != valid_from]
        self.rows[variant.key, months] = sorted([*own, (valid_from, price)])

    def __call__(self, variant: Variant, months: int, day: date) -> Decimal:
        found = [price for valid_from, price in self.rows.get((variant.key, months), []) if valid_from <= day]
        if not found:
            raise NoPrice
        return found[-1]


def a_price_list(**prices: int) -> PriceList:
    """a_price_list(start=199, pro=549), the same for every length."""
    names = {"start": START, "smart": SMART, "pro": PRO}
    made = PriceList()
    for name, price in prices.items():
        for months in (1, 3, 12):
            made.set(names[name], months, Decimal(price), date(2020, 1, 1))
    return made


def an_agreement(
    prices: PriceList, variant: Variant = START, *, payer: Party = COMPANY, months: int = 3,
    first_day: date = date(2026, 11, 30), firms: tuple[Party, ...] = (), service: Service | None = None,
) -> Agreement:  # fmt: skip
    """Begun on its first day, with a seat for each of the firms, whose key is the firm's."""
    agreement = verbs.begin(
        service or Service(), variant, payer=payer, months=months, per_month=prices(variant, months, first_day),
        first_day=first_day, prices=prices,
    )  # fmt: skip
    for firm in firms:
        agreement = verbs.join(agreement, Seat(firm.firm or 0, firm))
    return agreement


def foretold_renewals(agreement: Agreement) -> dict[date, Period]:
    """The periods that are known to come; of a cancelled one, if it were resumed."""
    agreement = replace(agreement, cancelled_on=None)
    try:
        return {one.day: one.period for one in days.renewals(agreement)} if not agreement.is_over else {}
    except NoPrice:
        return {}


class Life:
    """One agreement lived through; after each step everything that must hold is asked."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.log: list[str] = [f"seed {seed}"]
        self.seats = count(100)
        self.today = self.random.choice(FIRST_DAYS)
        self.prices = PriceList()
        for variant, price in ((START, 199), (SMART, 349), (PRO, 549)):
            for months in (1, 3, 12):
                self.prices.set(variant, months, Decimal(price + 20 * (3 - months // 4)), date(2020, 1, 1))
        service = self.random.choice([Service(), Service(), Service(lengths=(1,))])
        months = self.random.choice(service.lengths)
        firms = self.random.choice([(), (FJORD,), (FJORD, VIDDA), (FJORD, VIDDA)])
        payer = self.random.choice([COMPANY, *firms, *firms])
        self.agreement = an_agreement(
            self.prices, self.random.choice([START, SMART]), payer=payer, months=months, first_day=self.today,
            firms=firms, service=service,
        )  # fmt: skip
        self.counted = 1
        self.seen: dict[Party, set[tuple[int, int, Decimal]]] = {}
        self.see(payer, Period(self.agreement.variant, payer, months, self.agreement.charges[0].per_month))

    # --- Who has seen what

    def see(self, party: Party, period: Period) -> None:
        self.seen.setdefault(party, set()).add((period.variant.key, period.months, period.per_month))

    def is_allowed(self, period: Period, day: date) -> bool:
        """He said yes to it, or to what costs as much by the list of the day."""
        return any(
            months == period.months and period.per_month <= max(price, self.prices(Variant(key, 0), months, day))
            for key, months, price in self.seen.get(period.payer, ())
        )

    # --- Steps

    def live(self, steps: int) -> int:
        """At most so many steps, for an agreement may end before; returns how many it were."""
        for number in range(steps):
            if self.agreement.is_over:
                return number
            step = self.random.choice(self.steps())
            try:
                step()
            except Refused as refusal:
                self.log.append(f"  refused: {refusal}")
            self.check()
        return steps

    def steps(self) -> list[Callable[[], None]]:
        found = [self.pass_time] * 4 + [self.change_list, self.join, self.cancel, self.notice, self.plan_end]
        found += [self.ask_variant, self.ask_payer, self.ask_payer, self.ask_length, self.end, self.plan_end]
        if self.agreement.changes:
            found += [self.answer] * 6 + [self.take_back] * 2
        if self.agreement.is_cancelled:
            found += [self.resume] * 8
        return found

    def parties(self) -> list[Party]:
        return [COMPANY, *(seat.firm for seat in self.agreement.seats)]

    def decide(self, outcome: Outcome, *deciding: Party, what: str) -> None:
        """Take over what a verb returned; each page that somebody said yes to is remembered."""
        self.log.append(f"{self.today} {what} by {[party.firm for party in deciding]}")
        before, after = foretold_renewals(self.agreement), foretold_renewals(outcome.agreement)
        self.agreement = outcome.agreement
        for day, period in after.items():
            was = before.get(day)
            if period.payer in deciding or (was and period.per_month <= was.costs(period.payer)):
                self.see(period.payer, period)
            elif was and was.payer == period.payer and not (self.holds_today(period) or self.is_allowed(period, day)):
                raise AssertionError(f"{period} on {day}, foretold {was}, and the payer has not been asked")

    def holds_today(self, period: Period) -> bool:
        """Nothing new for who pays today: something cheaper that was to come has been taken back."""
        held = self.agreement
        return (period.variant, period.months, period.payer) == (held.variant, held.months, held.payer)

    def ask(self, to: Aim, by: Party) -> None:
        plan = plans.plan(self.agreement, to, asking=by, day=self.today)
        outcome = verbs.change(self.agreement, to, asking=by, day=self.today)
        if plan.answering is None:
            self.check_plan(plan, outcome)
        self.decide(outcome, by, what=f"{to}, asks {plan.answering}")

    def check_plan(self, plan: Plan, outcome: Outcome) -> None:
        """What the page said is what the deed has done, and what is then known to come."""
        charged = outcome.agreement.charges[len(self.agreement.charges) :]
        assert sum(one.amount for one in charged) == (plan.charge_now or 0)
        assert {one.payer for one in charged} <= {plan.before.payer}
        assert dict(plan.renewals) == foretold_renewals(outcome.agreement), "the plan has foretold something else"

    def ask_variant(self) -> None:
        who = [seat.firm for seat in self.agreement.seats] or [COMPANY]
        self.ask(NewVariant(self.random.choice([START, SMART, PRO])), self.random.choice(who))

    def ask_payer(self) -> None:
        by = self.random.choice(self.parties())
        named = [COMPANY, by] if by != COMPANY else self.parties()
        self.ask(NewPayer(self.random.choice(named)), by)

    def ask_length(self) -> None:
        self.ask(NewLength(self.random.choice([3, 12, 1])), self.random.choice(self.parties()))

    def answer(self) -> None:
        waiting = self.agreement.proposed
        if not waiting:
            return
        change = self.random.choice(waiting)
        accepts = self.random.random() < 0.8
        plan = verbs.plan_to_answer(self.agreement, change.key, day=self.today) if accepts else None
        outcome = verbs.answer(self.agreement, change.key, accepts=accepts, by=change.answering, day=self.today)
        if plan:
            self.check_plan(plan, outcome)
        deciding = (change.asking, change.answering) if accepts else ()
        self.decide(outcome, *deciding, what=f"answer {accepts} to {change.to}")

    def take_back(self) -> None:
        change = self.random.choice(self.agreement.changes)
        by = change.asking if change.is_proposed else self.random.choice([change.asking, change.consenting])
        if by not in self.parties():
            return
        self.decide(verbs.take_back(self.agreement, change.key, by=by, day=self.today), by, what=f"take back {change}")

    def end(self) -> None:
        if not self.agreement.seats:
            return
        seat = self.random.choice(self.agreement.seats)
        by = self.random.choice([COMPANY, seat.firm])
        may = by == COMPANY or (self.agreement.payer == by and len(self.agreement.seats) == 1)
        ends_service = may and self.random.random() < 0.2
        outcome = verbs.end(self.agreement, seat.key, by=by, day=self.today, ends_service=ends_service)
        self.decide(outcome, by, what=f"end of {seat}, service {ends_service}")

    def plan_end(self) -> None:
        if not self.agreement.seats:
            return
        seat = self.random.choice(self.agreement.seats)
        ahead = [
            1,
            5,
            30,
            92,
            200,
            400,
            *([(self.agreement.renews_on - self.today).days] if self.agreement.renews_on else []),
        ]
        on = None if self.random.random() < 0.2 else self.today + timedelta(days=max(1, self.random.choice(ahead)))
        others = [one for one in self.agreement.seats if one.firm != seat.firm]
        if on and others and self.random.random() < 0.3:
            payer = self.random.choice([COMPANY, others[0].firm])
            outcome = verbs.hand_over(self.agreement, seat.key, on, payer=payer, day=self.today)
            self.decide(outcome, COMPANY, what=f"hand-over from {seat} on {on}, pays {payer}")
            return
        outcome = verbs.plan_end(self.agreement, seat.key, on, day=self.today)
        self.decide(outcome, COMPANY, what=f"end of {seat} on {on}")

    def join(self) -> None:
        away = [firm for firm in (FJORD, VIDDA) if not self.agreement.seats_of(firm)]
        if away:
            firm = self.random.choice(away)
            self.agreement = verbs.join(self.agreement, Seat(next(self.seats), firm))
            self.log.append(f"{self.today} {firm} joins")

    def cancel(self) -> None:
        payer = self.agreement.payer
        alone = {seat.firm for seat in self.agreement.seats} == {payer}
        by = payer if alone and self.random.random() < 0.5 else COMPANY
        self.decide(verbs.cancel(self.agreement, by=by, day=self.today), by, what="cancel")

    def resume(self) -> None:
        canceller = self.agreement.cancelled_by
        alone = {seat.firm for seat in self.agreement.seats} == {canceller} == {self.agreement.payer}
        by = canceller if alone and self.random.random() < 0.5 else COMPANY
        self.decide(verbs.resume(self.agreement, by=by, day=self.today), by, what="resume")

    def notice(self) -> None:
        """The payer to come is told the price thirty days before."""
        renews_on = self.agreement.renews_on
        if not renews_on or self.agreement.is_cancelled or self.agreement.payer_has_left:
            return
        if not timedelta(0) < renews_on - self.today <= timedelta(days=30):
            return
        renewal = days.next_renewal(self.agreement)
        assert renewal
        told = Notice(renews_on, renewal.period.variant, renewal.period.months, renewal.period.per_month)
        self.agreement = replace(self.agreement, notices=(*self.agreement.notices, told))
        self.see(renewal.period.payer, renewal.period)
        self.log.append(f"{self.today} notice {told}")

    def change_list(self) -> None:
        """A new price from some day on; what it was before stays."""
        variant, months = self.random.choice([START, SMART, PRO]), self.random.choice([1, 3, 12])
        valid_from = self.today + timedelta(days=self.random.choice([0, 1, 30, 90]))
        self.prices.set(variant, months, Decimal(self.random.choice([99, 149, 199, 250, 333, 549, 699])), valid_from)
        self.log.append(f"{self.today} list: {variant}, {months} months from {valid_from}")

    def pass_time(self) -> None:
        """To some day; what was foretold this morning is what the days bring."""
        ahead = [1, 29, 31, 60]
        if self.agreement.renews_on:
            left = (self.agreement.renews_on - self.today).days
            ahead += [left, left, left - 1, left - 30]
        until = self.today + timedelta(days=max(1, self.random.choice(ahead)))
        foretold = [
            fact for fact in days.foretell(Outcome(self.agreement, ()), self.today) if fact.day and fact.day <= until
        ]
        brought, terms = [], None
        for outcome in days.catch_up(self.agreement, until):
            for fact in outcome.facts:
                if isinstance(fact, Renewed):
                    self.check_consent(fact, before=self.agreement)
                    is_known, terms = fact.period == terms, fact.period
                    if is_known:
                        continue
                brought.append(fact)
            self.agreement = outcome.agreement
        unread = [fact for fact in foretold if type(fact).__name__ != "Unreadable"]
        assert brought[: len(unread)] == unread, "the days have brought something else than what was foretold"
        self.today = until
        self.log.append(f"{until} has come: {brought}")

    def check_consent(self, fact: Renewed, *, before: Agreement) -> None:
        """He or his predecessor has said yes to it: what holds already goes on, at the list's price."""
        goes_on = (fact.period.variant, fact.period.months) == (before.variant, before.months)
        assert goes_on or self.is_allowed(fact.period, fact.day), (
            f"{fact.period} on {fact.day}, and the payer has seen {self.seen.get(fact.period.payer)}"
        )
        self.see(fact.period.payer, fact.period)

    # --- What holds always

    def check(self) -> None:
        agreement = self.agreement
        kinds = [change.kind for change in agreement.changes]
        assert len(kinds) == len(set(kinds)), "two open changes of one kind"
        for change in agreement.agreed:
            assert change.effective_on == agreement.renews_on, "agreed for a day that is no period's first"
        lines = recount.lines_of(agreement.charges)
        recount.check_every_day_has_one_payer(lines, periods_from=agreement.periods_from, renews_on=agreement.renews_on)
        recount.check_amounts(lines, self.list_price, self.named_price, known=self.counted)
        self.counted = len(lines)

    def list_price(self, variant: int, months: int, day: date) -> Fraction:
        return Fraction([row for row in self.prices.rows[variant, months] if row[0] <= day][-1][1])

    def named_price(self, day: date, variant: int, months: int) -> Fraction | None:
        named = [
            one for one in self.agreement.notices
            if (one.renews_on, one.variant.key, one.months) == (day, variant, months)
        ]  # fmt: skip
        return Fraction(named[-1].per_month) if named else None
