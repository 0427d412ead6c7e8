"""Agreements as a state machine: anybody's deed on any day, over the real database.

PostgreSQL's own clock is moved. Before each deed the machine says by the product's rules whether it may be done, and
what the plan of the page foretells; after each step all invariants are read from the rows (agreements.py).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from agreements import actions as agreement_actions
from agreements.access import doors
from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import Plan, foretell, period_next, plan_payer, plan_period, plan_variant
from clients.models import Client, Task
from collaboration import actions
from collaboration.models import Activation
from collaboration.offer.offers import make_offer
from commitments import actions as commitment_actions
from ground.clock import OSLO, oslo_date
from ground.refusals import NotAllowed
from organisations.models import Company, CompanyUser, Employee
from subscriptions.models import Charge, Feature, Price, Service, Subscription, Variant
from subscriptions.orders import make_order
from tests import factories
from tests.machine import agreements
from tests.machine.agreements import Row, State
from tests.machine.world import employee, make_clock_movable, seed_of_today, set_clock

FIRST_DAYS = (
    datetime(2026, 1, 31, 12, tzinfo=OSLO),  # every period ends on a clamped day
    datetime(2026, 3, 28, 23, 59, 50, tzinfo=OSLO),  # summer time begins tomorrow
    datetime(2026, 10, 25, 0, 30, tzinfo=OSLO),  # summer time ends today
    datetime(2027, 11, 30, 9, tzinfo=OSLO),  # 29 February 2028 is three months away
    datetime(2028, 2, 29, 8, tzinfo=OSLO),
    datetime(2026, 12, 31, 15, tzinfo=OSLO),
)
Person = Employee | CompanyUser
Party = int | None

lines = st.integers(0, 3)  # a company's service, taken modulo those in play
firms = st.integers(0, 1)
people = st.sampled_from(
    [6, 7, 8, 6, 7, 8, 6, 7, 8, 0, 1, 2, 3, 4, 5]
)  # see World.person; from 6 on: one of the parties
rarely = st.sampled_from([False, False, False, True])
seldom = st.sampled_from([False] * 9 + [True])

MUST_REACH = {
    "activate", "order", "variant", "payer", "period", "answer payer yes", "answer variant yes", "take back",
    "end", "plan an end", "cancel", "noticed", "renewed as foretold",
}  # fmt: skip


@dataclass(frozen=True)
class Consent:
    """What a party has said yes to pay: the variant for so many months, at least at this price a month."""

    variant_id: int
    months: int
    price: Decimal


DEEDS: dict[str, dict[str, st.SearchStrategy]] = {
    "activate": {
        "line": lines, "firm": firms, "code": st.integers(0, 3), "firm_pays": st.booleans(),
        "months": st.sampled_from([3, 12]), "dearer": rarely,
    },
    "order": {
        "line": lines, "code": st.integers(0, 3), "months": st.sampled_from([3, 12]),
        "person": st.sampled_from([0, 0, 0, 3, 5]),
    },
    "change_variant": {
        "line": lines, "person": people, "code": st.integers(0, 3), "stale": seldom, "unswept": rarely,
    },
    "change_payer": {
        "line": lines, "person": people, "to": st.sampled_from([None, None, 0, 1, 2]), "stale": seldom,
        "unswept": rarely,
    },
    "change_period": {
        "line": lines, "person": people, "months": st.sampled_from([0, 0, 0, 0, 12, 1]), "stale": seldom,
        "unswept": rarely,
    },
    "answer": {
        "newest": st.sampled_from([0, 0, 0, 1]), "right": st.sampled_from([True, True, True, False]), "person": people,
        "accepts": st.sampled_from([True, True, False]), "stale": seldom,
    },
    "take_back": {"newest": st.sampled_from([0, 0, 0, 1]), "right": st.booleans(), "person": people},
    "end": {
        "line": lines, "firm": firms, "person": people, "right": st.booleans(),
        "outcome": st.sampled_from(["continues", "continues", "service_ends"]),
    },
    "plan_an_end": {
        "line": lines, "firm": firms, "person": st.sampled_from([0, 0, 0, 3, 5]),
        "days": st.sampled_from([1, 1, 5, 30, 31, 92, 0]), "back": rarely,
    },
    "cancel": {"line": lines, "person": people},
    "resume": {"line": lines, "person": st.sampled_from([0, 0, 1, 2, 3, 4, 5])},
    "change_something_else": {
        "what": st.sampled_from(["task", "price", "price", "sale", "notices"]), "line": lines, "person": people,
        "number": st.integers(0, 11), "days": st.integers(0, 45),
    },
    "pass_time": {
        "days": st.sampled_from([1, 1, 2, 27, 29, 30, 31, 45, 92, 122]), "hour": st.sampled_from([0, 2, 3, 12, 23]),
        "to": st.sampled_from(["renewal", "last day", "notice", "days"]), "line": lines,
        "swept": st.sampled_from([True, True, True, False]), "noticed": st.booleans(),
    },
}  # fmt: skip


class World:
    """Two firms with a client each of two companies, and two services, one of them free in its smallest variant."""

    def __init__(self) -> None:
        self.yearly = factories.eaccounting()
        self.monthly = factories.ServiceFactory(
            code="arkiv", name="Arkiv", has_variants=True, has_period=False, position=9,
            variants={"gratis": (1, 0, 0), "pluss": (2, 49, 49), "stor": (3, 149, 149)},
        )  # fmt: skip
        feature = Feature.objects.create(service=self.yearly, name="Lager", position=2)
        feature.variants.set(self.yearly.variants.filter(code="pro"))
        fjord = factories.FirmFactory(name="Fjord Regnskap AS", slug="fjord")
        vidda = factories.FirmFactory(name="Vidda Økonomi AS", slug="vidda")
        self.kari = employee(fjord, "Kari Nordmann", "kari@fjordregnskap.example", role="administrator")
        self.nils = employee(vidda, "Nils Vidda", "nils@vidda.example", role="administrator")
        self.eli = employee(fjord, "Eli Dahl", "eli@fjordregnskap.example")
        self.leads = [self.kari, self.nils]
        self.firms = [fjord, vidda]
        self.companies: list[Company] = []
        self.administrators: list[CompanyUser] = []
        self.both: list[CompanyUser] = []  # Eli, who is an administrator of the company too
        self.plain: list[CompanyUser] = []
        self.clients: list[list[Client]] = []
        self.tasks: list[list[list[Task]]] = []
        for number, (name, person, address) in enumerate(
            (("Ærlig Bakeri AS", "Line Berg", "line@aerligbakeri.example"),
             ("Ørsta Rør AS", "Per Rør", "per@orstaror.example"))
        ):  # fmt: skip
            company = factories.CompanyFactory(name=name, org_number=factories.org_number(number))
            user = factories.UserFactory(name=person, email=address)
            self.administrators.append(factories.CompanyUserFactory(company=company, user=user, is_main_contact=True))
            self.both.append(factories.CompanyUserFactory(company=company, user=self.eli.user))
            self.plain.append(
                factories.CompanyUserFactory(
                    company=company, role="user",
                    user=factories.UserFactory(name="Anne Vik", email=f"anne{number}@eksempel.example"),
                )
            )  # fmt: skip
            self.companies.append(company)
            self.clients.append([])
            self.tasks.append([])
            for lead in self.leads:
                client = factories.ClientFactory(
                    firm=lead.firm, number=1001 + number, name=name, org_number=company.org_number
                )
                factories.ContactFactory(client=client, name=person, email=address)
                owner = self.eli if lead == self.kari else lead
                self.tasks[number].append([
                    factories.TaskFactory(client=client, owner=owner),
                    factories.TaskFactory(client=client, owner=owner, participants=[lead] if lead != owner else []),
                ])  # fmt: skip
                self.clients[number].append(client)

        self.begin_before()

    def begin_before(self) -> None:
        """The first company has eAccounting from before, made outside the portal, and both firms are in it."""
        self.own = factories.SubscriptionFactory(company=self.companies[0], service=self.yearly)
        for place in (self.administrators[0], self.both[0]):
            factories.ServiceAccessFactory(company_user=place, subscription=self.own)
        for client, task, lead in zip(self.clients[0], self.tasks[0], self.leads, strict=True):
            ask_and_approve(client, self.yearly, task[0], lead, by=self.administrators[0])

    def person(self, number: int, company: int) -> Person:
        """0: the company's administrator, 1 and 2: the firms', 3: one of both sides, 4: an employee, 5: a user."""
        everybody: list[Person] = [
            self.administrators[company], self.kari, self.nils, self.both[company], self.eli, self.plain[company]
        ]  # fmt: skip
        return everybody[number]

    def services(self) -> list[Service]:
        """Without and with a free variant, by their numbers in a line."""
        return [self.yearly, self.monthly]


def ask(client: Client, service: Service, task: Task, lead: Employee, **answers: Any) -> Activation:
    """Start, fill in and send. In scenario 1 the answers are not asked for."""
    draft = actions.start_activation(client=client, service=service, by=lead, variant=answers.get("variant"))
    kept = {"task": task} if draft.keeps_agreement else {"task": task, **answers}
    actions.save_answers(activation=draft, by=lead, answers=kept)
    ticked = ["subscription_cancelled", "register_unavailable"]
    sent = actions.send_activation(activation=draft, by=lead, acknowledged=ticked)
    return Activation.objects.with_everything().get(pk=sent.pk)


def ask_and_approve(client: Client, service: Service, task: Task, lead: Employee, *, by: CompanyUser) -> None:
    activation = ask(client, service, task, lead)
    shown = make_offer(activation, today=oslo_date(activation.requested_at)).fingerprint
    actions.approve_activation(activation=activation, by=by, shown=shown, accepts_terms=True)


def party_of(by: Person) -> Party:
    return by.firm_id if isinstance(by, Employee) else None


def is_company_administrator(by: Person) -> bool:
    return isinstance(by, CompanyUser) and by.role == "administrator"


def is_lead(by: Person) -> bool:
    return isinstance(by, Employee) and by.role == "administrator"


class Agreements(RuleBasedStateMachine):
    """One example: a world, years of deeds, everything rolled back."""

    world: World  # made once a test, inside its transaction
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.refused = False
        self.consents: dict[int, dict[Party, set[Consent]]] = {}
        self.consents_of_changes: dict[int, dict[Party, set[Consent]]] = {}
        self.stays: set[int] = set()
        self.first_prices: dict[int, Decimal] = {}
        self.access: dict[tuple[int, int], tuple] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(
        day=st.sampled_from(FIRST_DAYS),
        in_play=st.sampled_from([[(0, 0)], [(0, 0)], [(1, 0)], [(1, 1)], [(0, 0), (1, 1)], [(1, 0), (0, 1)]]),
        paid_by=st.sampled_from([None, None, 0, 1]),
        months=st.sampled_from([3, 12]),
        past=st.integers(0, 12),
        collaborating=st.sampled_from([(0,), (1,), (0, 1), (0, 1), ()]),
    )
    def begin(
        self, day: datetime, in_play: list, paid_by: int | None, months: int, past: int, collaborating: tuple[int, ...]
    ) -> None:
        """The agreement from before, with who pays it and who collaborates in it; the other company is known."""
        self.now, self.in_play = day, in_play
        set_clock(day)
        started = oslo_date(day) - timedelta(days=past * 7)
        renews = started
        periods = 0
        while renews <= oslo_date(day):
            periods += months
            renews = agreements.later(started, periods)
        payer = None if paid_by is None else self.world.firms[paid_by].pk
        own = Subscription.objects.filter(pk=self.world.own.pk)
        own.update(period_months=months, started_on=started, periods_from=started, renews_on=renews, paying_firm=payer)
        opening = Charge.objects.filter(subscription=self.world.own)
        opening.update(period=DateRange(started, renews), paying_firm=payer)
        absent = [self.world.firms[number] for number in (0, 1) if number not in collaborating]
        Collaboration.objects.filter(firm__in=absent).delete()
        smart = self.world.own.variant
        price = smart.price_on(started, months)
        self.consents[self.world.own.pk] = {payer: {Consent(smart.pk, months, price)}}
        self.before = State.read()

    # --- The machine's own tools

    def line(self, number: int) -> tuple[int, int]:
        return self.in_play[number % len(self.in_play)]

    def service(self, number: int) -> Service:
        return self.world.services()[self.line(number)[1]]

    def company(self, number: int) -> Company:
        return self.world.companies[self.line(number)[0]]

    def find(self, number: int) -> Subscription | None:
        """The line's newest subscription."""
        own = Subscription.objects.of(self.company(number)).filter(service=self.service(number))
        return own.with_service().order_by("-pk").first()

    def somebody(self, number: int, person: int) -> Person:
        subscription = self.find(number) if person > 5 else None
        return self.somebody_near(subscription, person, self.line(number)[0])

    def somebody_near(self, subscription: Subscription | None, person: int, company: int) -> Person:
        if person <= 5:
            return self.world.person(person, company)
        firms = self.firms_in(subscription) if subscription else set()
        parties = [self.world.administrators[company], *[one for one in self.world.leads if one.firm_id in firms]]
        return parties[person % len(parties)]

    @property
    def today(self) -> date:
        return oslo_date(self.now)

    @property
    def has_a_free_firm(self) -> bool:
        active = [row for row in self.before.collaborations if row["ended_at"] is None]
        return len(active) < 2 * len(self.in_play)

    @property
    def has_a_free_line(self) -> bool:
        services = [service.pk for service in self.world.services()]
        taken = {
            (row["company_id"], row["service_id"]) for row in self.before.subscriptions.values() if not row["ended_on"]
        }
        in_play = {(self.world.companies[company].pk, services[service]) for company, service in self.in_play}
        return not in_play <= taken

    def firms_in(self, subscription: Subscription) -> set[int]:
        return {row["firm_id"] for row in State.read().active_collaborations(subscription.pk)}

    @contextmanager
    def expecting(self, may: bool | None) -> Iterator[None]:
        """The deed is done exactly when the rules allow it (None: they do not say). A refusal leaves no trace."""
        refusal, before = None, State.read()
        try:
            yield
        except NotAllowed as error:
            refusal = error
            assert State.read() == before, "a refusal has left a trace"
        assert may is not True or not refusal, f"refused though the rules allow it: {refusal and refusal.sentence}"
        assert may is not False or refusal, "done though the rules forbid it"
        self.refused = bool(refusal)

    def reach(self, what: str) -> None:
        if not self.refused:
            self.reached[what] += 1

    # --- The ledger: who has said yes to what

    def say_yes(self, subscription_id: int, party: Party, *consents: Consent) -> None:
        self.consents.setdefault(subscription_id, {}).setdefault(party, set()).update(consents)

    def say_yes_to_change(self, change: SubscriptionChange, party: Party, plan: Plan) -> None:
        """What the plan showed the party: from when it holds, and from the next period on."""
        for period in (plan.after, plan.renewal):
            if period is not None and period.payer == party:
                seen = Consent(period.variant.pk, period.months, period.per_month)
                self.consents_of_changes.setdefault(change.pk, {}).setdefault(party, set()).add(seen)
        if plan.charge_now is not None and plan.before.payer == party:
            seen = Consent(plan.after.variant.pk, plan.before.months, plan.after.per_month)
            self.consents_of_changes.setdefault(change.pk, {}).setdefault(party, set()).add(seen)

    def say_yes_to_renewal(self, subscription: Subscription) -> None:
        """The company goes on, and knows by it what the next period is."""
        subscription.refresh_from_db()
        period = period_next(subscription, day=self.today) if subscription.ended_on is None else None
        if period is not None and period.payer is None:
            self.say_yes(subscription.pk, None, Consent(period.variant.pk, period.months, period.per_month))

    def settle_ledger(self, state: State) -> None:
        """Every new charge was said yes to; what the last one says is what its payer knows from then on.

        Besides an upgrade's charge he knows what its page showed of the next period, which may be of another length.
        """
        known = {row["id"] for row in self.before.charges}
        known_notices = {row["id"] for row in self.before.notices}
        shown: dict[tuple[int, Party], set[Consent]] = {}
        for notice in state.notices:
            if notice["id"] not in known_notices:
                self.say_yes(
                    notice["subscription_id"], notice["paying_firm_id"],
                    Consent(notice["variant_id"], notice["months"], notice["monthly_price"]),
                )  # fmt: skip
        for pk, parties in list(self.consents_of_changes.items()):
            change = state.changes[pk]
            if change["status"] == "in_force":
                for party, seen in parties.items():
                    self.say_yes(change["subscription_id"], party, *seen)
                    if change["kind"] == "variant":
                        shown[change["subscription_id"], party] = seen
            if change["status"] not in ("proposed", "agreed"):
                del self.consents_of_changes[pk]
        for change in state.changes.values():
            if change["id"] not in self.before.changes and change["kind"] == "payer":
                self.accept_with_a_planned_end(state, change)
        for charge in state.charges:
            if charge["id"] not in known and charge["kind"] != "opening":
                self.check_consent(state, charge)
                if charge["kind"] == "upgrade":
                    party = charge["paying_firm_id"]
                    self.say_yes(charge["subscription_id"], party, *shown.get((charge["subscription_id"], party), ()))

    def accept_with_a_planned_end(self, state: State, change: Row) -> None:
        """The day that the company chose for the paying firm's last has come: it pays what the next period is."""
        if change["needs_yes"] or change["asking_firm_id"] or change["to_firm_id"]:
            return
        pk = change["subscription_id"]
        agreed = [row for row in self.before.open_changes(pk) if row["status"] == "agreed"]
        variants = {self.before.subscriptions[pk]["variant_id"]} | {row["to_variant_id"] for row in agreed} - {None}
        months = self.before.subscriptions[pk]["period_months"]  # what only the firm has chosen falls with it
        self.say_yes(pk, None, *(Consent(variant, months, Decimal(0)) for variant in variants))

    def check_consent(self, state: State, charge: Row) -> None:
        own, party = self.consents.setdefault(charge["subscription_id"], {}), charge["paying_firm_id"]
        price, day = charge["monthly_price"], charge["first_day"]
        seen = own.get(party, set())
        most = [max(one.price, state.list_price(one.variant_id, one.months, day)) for one in seen]
        assert any(price <= allowed for allowed in most), (
            f"{party} pays {price} from {day}, and has said yes to {sorted(most)}"
        )
        period = next(
            row for row in state.charges_of(charge["subscription_id"])
            if row["kind"] != "upgrade" and row["first_day"] <= day < row["next_day"]
        )  # fmt: skip
        months = agreements.whole_months(period["first_day"], period["next_day"])
        if charge["kind"] == "period":
            own.clear()
        own[party] = {Consent(charge["variant_id"], months, price)}

    # --- The rule: of what can be done now, one thing

    @rule(data=st.data())
    def live(self, data: st.DataObject) -> None:
        """One rule, so that every life knows all deeds, and each is drawn where there is something to do."""
        deed = data.draw(st.sampled_from(self.what_can_be_done()), label="deed")
        getattr(self, deed)(**data.draw(st.fixed_dictionaries(DEEDS[deed]), label=deed))

    def what_can_be_done(self) -> list[str]:
        """As often as it is to come; a tenth of all is in vain, and that is the deeds' own matter."""
        subscriptions = [row for row in self.before.subscriptions.values() if row["ended_on"] is None]
        found = ["pass_time"] * 3 + ["change_something_else"]
        if subscriptions:
            found += ["change_variant"] * 3 + ["change_payer"] * 4 + ["change_period"] * 2 + ["cancel"]
        if any(row["cancelled_on"] for row in subscriptions):
            found += ["resume"] * 6
        if any(self.before.open_changes(row["id"]) for row in subscriptions):
            found += ["answer"] * 6 + ["take_back"] * 2
        if any(row["ended_at"] is None for row in self.before.collaborations):
            found += ["end", "end", "plan_an_end", "plan_an_end"]
        if self.has_a_free_line:
            found += ["order"] * 2 + ["activate"] * 4
        if self.has_a_free_firm:
            found += ["activate"]
        return found

    # --- Begin

    def activate(self, line: int, firm: int, code: int, firm_pays: bool, months: int, dearer: bool) -> None:
        """The firm asks and the company says yes; a price that rises in between is not the request's."""
        company, service = self.line(line)[0], self.service(line)
        lead, client = self.world.leads[firm], self.world.clients[company][firm]
        if Collaboration.objects.active().filter(client=client, service=service).exists():
            lead, client, firm = self.world.leads[1 - firm], self.world.clients[company][1 - firm], 1 - firm
        if Collaboration.objects.active().filter(client=client, service=service).exists():
            return
        self.sweep()
        variants = list(service.variants.order_by("rank"))
        variant = variants[code % len(variants)]
        standing = Subscription.objects.of(self.company(line)).active().filter(service=service).first()
        with self.expecting(bool(standing or variant.is_for_sale)), transaction.atomic():
            sent = ask(
                client, service, self.world.tasks[company][firm][0], lead, variant=variant,
                payer="firm" if firm_pays else "company", period_months=months if service.has_period else 1,
            )  # fmt: skip
            self.approve(line, sent, dearer=dearer)
        self.reach("activate")

    def approve(self, line: int, activation: Activation, *, dearer: bool) -> None:
        asked = activation.price_per_month
        if dearer and not activation.keeps_agreement:
            self.raise_price(activation.variant, by=Decimal(10), on=self.today)
        charges = len(State.read().charges)
        actions.approve_activation(
            activation=activation, by=self.world.administrators[self.line(line)[0]],
            shown=make_offer(activation, today=self.today).fingerprint, accepts_terms=True,
        )  # fmt: skip
        activation.refresh_from_db()
        if activation.keeps_agreement:
            assert len(State.read().charges) == charges, "scenario 1 is charged"
            return
        payer = activation.firm_id if activation.firm_pays else None
        self.say_yes(activation.subscription_id, payer, Consent(activation.variant_id, activation.period_months, asked))
        for charge in State.read().charges_of(activation.subscription_id):
            assert (charge["monthly_price"], charge["paying_firm_id"]) == (asked, payer), "not what was asked"

    def order(self, line: int, code: int, months: int, person: int) -> None:
        service, by = self.service(line), self.somebody(line, person)
        variants = list(service.variants.order_by("rank"))
        variant, months = variants[code % len(variants)], months if service.has_period else 1
        standing = [
            row for row in self.before.subscriptions.values()
            if (row["company_id"], row["service_id"]) == (by.company_id, service.pk)
            and not self.before.is_over(row, self.today)
        ]  # fmt: skip
        may = not standing and variant.is_for_sale and is_company_administrator(by)
        if not may and not standing:
            return
        with self.expecting(may):
            order = make_order(by.company, variant, months=months, day=self.today)
            receipt = commitment_actions.order_subscription(
                variant=variant, months=months, by=by, shown=order.fingerprint, accepts_terms=True
            )
            self.say_yes(receipt.subscription_id, None, Consent(variant.pk, months, order.price_per_month))
        self.reach("order")

    # --- Change

    def change(self, line: int, person: int, verb: str, make_plan: Callable, deed: Callable, **checks: Any) -> None:
        """The page makes a plan and the deed does what it says; it may be refused only where the page says no."""
        subscription, by = self.find(line), self.somebody(line, person)
        if subscription is None:
            return
        if checks["unswept"] and agreements_due(self.before, subscription.pk, self.today):
            with self.expecting(None):
                plan = make_plan(subscription, asking=party_of(by), day=self.today)
                deed(subscription=subscription, by=by, shown=plan.fingerprint)
            assert self.refused, "done on a page that showed a period that is over"
            return
        self.sweep()
        subscription = self.find(line)
        assert subscription is not None
        if verb == "variant" and person > 5 and (firms := self.firms_in(subscription)):  # then it is theirs to choose
            by = next(lead for lead in self.world.leads if lead.firm_id in firms)
        may = self.may_change(verb, subscription, by) and checks.get("payer_is_right", True)
        try:
            plan = make_plan(subscription, asking=party_of(by), day=self.today)
        except NotAllowed:
            plan, may = None, False
        before = State.read()
        change = None
        with self.expecting(may and not checks["stale"]):
            shown = "" if checks["stale"] or plan is None else plan.fingerprint
            change = deed(subscription=subscription, by=by, shown=shown)
        if change is not None and plan is not None:
            assert change.needs_yes == plan.needs_yes
            assert (change.status == "proposed") == plan.needs_yes
            self.say_yes_to_change(change, party_of(by), plan)
            if not plan.needs_yes:
                self.check_foretold(plan, before, change)
            self.reach(f"{verb}, {'asked' if plan.needs_yes else 'at once' if plan.at_once else 'planned'}")

    def may_change(self, verb: str, subscription: Subscription, by: Person) -> bool:
        firms = self.firms_in(subscription)
        if isinstance(by, Employee):
            return is_lead(by) and by.firm_id in firms
        return is_company_administrator(by) and (verb != "variant" or not firms)

    def check_foretold(self, plan: Plan, before: State, change: SubscriptionChange) -> None:
        """What the page said is what the database holds."""
        state = State.read()
        row = state.subscriptions[plan.subscription.pk]
        known = {charge["id"] for charge in before.charges}
        charged = [charge for charge in state.charges if charge["id"] not in known]
        change.refresh_from_db()
        assert change.effective_on == plan.effective_on
        now = plan.after if plan.at_once else plan.before
        assert (row["variant_id"], row["paying_firm_id"], row["period_months"]) == (
            now.variant.pk, now.payer, now.months,
        )  # fmt: skip
        assert change.status == ("in_force" if plan.at_once else "agreed")
        assert sum(charge["amount"] for charge in charged) == (plan.charge_now or 0)
        assert {charge["paying_firm_id"] for charge in charged} <= {plan.before.payer}
        assert plan.charge_now is None or plan.at_once
        subscription = Subscription.objects.with_service().get(pk=row["id"])
        following = period_next(subscription, day=self.today)
        assert following == plan.renewal

    def change_variant(self, line: int, person: int, code: int, stale: bool, unswept: bool) -> None:
        variants = list(self.service(line).variants.order_by("rank"))
        subscription = self.find(line)
        if subscription and code < 3:  # seldom the one they have
            variants.remove(subscription.variant)
        variant = variants[code % len(variants)]
        self.change(
            line, person, "variant",
            lambda subscription, **more: plan_variant(subscription, variant, **more),
            lambda **more: agreement_actions.change_variant(variant=variant, **more),
            stale=stale, unswept=unswept,
        )  # fmt: skip

    def change_payer(self, line: int, person: int, to: int | None, stale: bool, unswept: bool) -> None:
        by, subscription = self.somebody(line, person), self.find(line)
        if subscription is None:
            return
        firm = None if to is None else by.firm if to == 2 and isinstance(by, Employee) else self.world.firms[to % 2]
        if firm and firm.pk == subscription.paying_firm_id:
            firm = None
        swept = agreements_due(self.before, subscription.pk, self.today)
        if not unswept:
            self.sweep()
        inside = firm is None or firm.pk in self.firms_in(subscription)
        own = firm is None or party_of(by) in (None, firm.pk)
        access = self.rows_of_access(self.before)
        self.change(
            line, person, "payer",
            lambda subscription, **more: plan_payer(subscription, firm, **more),
            lambda **more: agreement_actions.change_payer(firm=firm, **more),
            stale=stale, unswept=unswept, payer_is_right=inside and own,
        )  # fmt: skip
        assert unswept or swept or self.rows_of_access(State.read()) == access, "a change of payer touches access"

    def change_period(self, line: int, person: int, months: int, stale: bool, unswept: bool) -> None:
        if not months and (subscription := self.find(line)):
            months = 15 - subscription.period_months  # the other one of 3 and 12
        self.change(
            line, person, "period",
            lambda subscription, **more: plan_period(subscription, months, **more),
            lambda **more: agreement_actions.change_period(months=months, **more),
            stale=stale, unswept=unswept,
        )  # fmt: skip

    def answer(self, newest: int, right: bool, person: int, accepts: bool, stale: bool) -> None:
        self.sweep()
        change = self.some_change(newest)
        by = self.somebody_of(change, change.answering_firm_id) if right else self.anybody(change, person)
        may = change.status == "proposed" and party_of(by) == change.answering_firm_id and self.may_answer(change, by)
        before, plan, shown = State.read(), None, ""
        try:
            plan = foretell(change, day=self.today)
        except NotAllowed:
            may = may and not accepts
        if plan:
            shown = "stale" if stale else plan.fingerprint
            may = may and (not stale or not accepts)
        with self.expecting(may):
            change = agreement_actions.answer_change(change=change, accepts=accepts, by=by, shown=shown)
        if not self.refused and accepts:
            self.say_yes_to_change(change, party_of(by), plan)
            self.check_foretold(plan, before, change)
        elif not self.refused:
            assert change.status == "refused"
        self.reach(f"answer {change.kind} {'yes' if accepts else 'no'}")

    def some_change(self, newest: int) -> SubscriptionChange:
        rows = SubscriptionChange.objects.with_names().select_related("subscription__service")
        found = sorted(rows, key=lambda row: (row.is_proposed, row.is_open, row.pk), reverse=True)
        change = found[newest % len(found)]
        change.subscription = Subscription.objects.with_service().get(pk=change.subscription_id)
        return change

    def somebody_of(self, change: SubscriptionChange, party: Party) -> Person:
        if party is None:
            return self.world.administrators[self.world.companies.index(change.subscription.company)]
        return next(lead for lead in self.world.leads if lead.firm_id == party)

    def anybody(self, change: SubscriptionChange, person: int) -> Person:
        company = self.world.companies.index(change.subscription.company)
        return self.somebody_near(change.subscription, person, company)

    def may_answer(self, change: SubscriptionChange, by: Person) -> bool:
        """Who is asked may answer, whoever could have begun it; but nobody for both sides."""
        if isinstance(by, Employee):
            return is_lead(by) and by.firm_id in self.firms_in(change.subscription)
        asks = change.asking_firm_id == self.world.eli.firm_id and by.user_id == self.world.eli.user_id
        return is_company_administrator(by) and not asks

    def take_back(self, newest: int, right: bool, person: int) -> None:
        self.sweep()
        change = self.some_change(newest)
        by = self.somebody_of(change, change.asking_firm_id) if right else self.anybody(change, person)
        parties = {change.asking_firm_id} | ({change.answering_firm_id} if change.answered_at else set())
        subscription = change.subscription
        may_act = (
            is_lead(by) and by.firm_id in self.firms_in(subscription)
            if isinstance(by, Employee) else is_company_administrator(by)
        )  # fmt: skip
        may = change.status in ("proposed", "agreed") and party_of(by) in parties and may_act
        with self.expecting(None if may and change.status == "agreed" and change.kind != "payer" else may):
            agreement_actions.take_back_change(change=change, by=by)
            change.refresh_from_db()
            assert change.status == "taken_back"
        self.reach("take back")

    # --- End

    def end(self, line: int, firm: int, person: int, right: bool, outcome: str) -> None:
        collaboration = self.collaboration(line, firm)
        if collaboration is None:
            return
        self.sweep()
        firm = [lead.firm_id for lead in self.world.leads].index(collaboration.firm_id)
        by = self.world.leads[firm] if right and person else self.somebody(line, person)
        subscription = Subscription.objects.get(pk=collaboration.subscription_id)
        others = self.firms_in(subscription) - {collaboration.firm_id}
        is_active = Collaboration.objects.active().filter(pk=collaboration.pk).exists()
        own = is_company_administrator(by) or (is_lead(by) and by.firm_id == collaboration.firm_id)
        may_end_service = isinstance(by, CompanyUser) or (
            subscription.paying_firm_id == by.firm_id and not others
        )  # fmt: skip
        may = is_active and own and (
            outcome == "continues" or bool(subscription.cancelled_on) or may_end_service
        )  # fmt: skip
        with self.expecting(may):
            agreement_actions.end_collaboration(collaboration=collaboration, by=by, outcome=outcome)
            if isinstance(by, CompanyUser) and outcome == "continues":
                self.say_yes_to_renewal(subscription)
        if not self.refused:
            row = State.read().subscriptions[subscription.pk]
            assert outcome == "continues" or row["cancelled_on"]
            self.check_no_refund(row)
        self.reach(f"end, {outcome}")

    def check_no_refund(self, row: Row) -> None:
        """Whoever ends what, the paid period stays as it was paid."""
        earlier = self.before.subscriptions[row["id"]]
        assert State.read().charges_of(row["id"])[: len(self.before.charges_of(row["id"]))] == self.before.charges_of(
            row["id"]
        )
        assert earlier["renews_on"] is None or row["renews_on"] is not None

    def collaboration(self, line: int, firm: int) -> Collaboration | None:
        """An active one, of that firm if it has one; else its last one that has ended."""
        clients = self.world.clients[self.line(line)[0]]
        own = Collaboration.objects.filter(client__in=clients, service=self.service(line)).with_everything()
        found = list(own.order_by("pk"))
        return max(
            found, key=lambda one: (one.ended_at is None, one.client_id == clients[firm].pk, one.pk), default=None
        )

    def plan_an_end(self, line: int, firm: int, person: int, days: int, back: bool) -> None:
        collaboration, by = self.collaboration(line, firm), self.somebody(line, person)
        if collaboration is None:
            return
        self.sweep()
        collaboration.refresh_from_db()
        may = collaboration.ended_at is None and is_company_administrator(by)
        if back:
            with self.expecting(may and collaboration.ends_on is not None):
                agreement_actions.take_back_end(collaboration=collaboration, by=by)
        else:
            with self.expecting(may and days > 0):
                agreement_actions.plan_end(collaboration=collaboration, by=by, on=self.today + timedelta(days=days))
        self.reach("take back the end" if back else "plan an end")

    def cancel(self, line: int, person: int) -> None:
        subscription, by = self.find(line), self.somebody(line, person)
        if subscription is None:
            return
        self.sweep()
        subscription.refresh_from_db()
        with self.expecting(self.may_cancel(subscription, by) and not subscription.is_cancelled):
            agreement_actions.cancel_subscription(subscription=subscription, by=by)
        self.reach("cancel")

    def may_cancel(self, subscription: Subscription, by: Person) -> bool:
        if subscription.ended_on is not None:
            return False
        if isinstance(by, CompanyUser):
            return is_company_administrator(by)
        others = self.firms_in(subscription) - {by.firm_id}
        return is_lead(by) and subscription.paying_firm_id == by.firm_id and not others

    def resume(self, line: int, person: int) -> None:
        subscription, by = self.find(line), self.somebody(line, person)
        if subscription is None:
            return
        self.sweep()
        subscription.refresh_from_db()
        may = self.may_cancel(subscription, by) and subscription.is_cancelled
        if isinstance(by, Employee):  # what it has cancelled itself, while it is there
            may = may and subscription.cancelling_firm_id == by.firm_id and by.firm_id in self.firms_in(subscription)
        with self.expecting(may):
            agreement_actions.resume_subscription(subscription=subscription, by=by)
            if isinstance(by, Employee):
                self.stays.add(subscription.pk)
            else:
                self.stays.discard(subscription.pk)
                self.say_yes_to_renewal(subscription)
        self.reach("resume")

    # --- Around the agreements

    def change_something_else(self, what: str, line: int, person: int, number: int, days: int) -> None:
        match what:
            case "task":
                self.change_task(line, firm=number % 2, which=number // 2 % 2, person=person)
            case "price":
                variants = list(self.service(line).variants.order_by("rank"))
                on = self.today + timedelta(days=days + 1)  # what begins today may have been charged already
                self.raise_price(variants[number % len(variants)], by=Decimal([-20, 10, 30][number // 4]), on=on)
            case "sale":
                variants = list(self.service(line).variants.order_by("rank"))
                chosen = variants[number % len(variants)]
                Variant.objects.filter(pk=chosen.pk).update(is_for_sale=not chosen.is_for_sale)
            case "notices":
                self.notice_sweep()

    def change_task(self, line: int, firm: int, which: int, person: int) -> None:
        collaboration, by = self.collaboration(line, firm), self.somebody(line, person)
        if collaboration is None or isinstance(by, CompanyUser):
            return
        self.sweep()
        collaboration.refresh_from_db()
        firm = [lead.firm_id for lead in self.world.leads].index(collaboration.firm_id)
        task = self.world.tasks[self.line(line)[0]][firm][which]
        with self.expecting(collaboration.ended_at is None and by.firm_id == collaboration.firm_id):
            agreement_actions.change_task(collaboration=collaboration, task=task, by=by)
        self.reach("change task")

    def raise_price(self, variant: Variant, *, by: Decimal, on: date) -> None:
        for months in (1, 3, 12):
            price = variant.price_on(on, months)
            new = max(price + by, Decimal(0)) if price else price  # what is free stays free
            Price.objects.update_or_create(variant=variant, months=months, valid_from=on, defaults={"per_month": new})

    # --- The clock

    def pass_time(self, days: int, hour: int, to: str, line: int, swept: bool, noticed: bool) -> None:
        """A few days, or to a day that matters to the agreement; what was foretold for the next period comes true."""
        subscription = self.find(line)
        renews_on = subscription and subscription.ended_on is None and subscription.renews_on
        beside = {"renewal": 0, "last day": -1, "notice": -30}
        day = self.today + timedelta(days=days)
        if renews_on and to in beside:
            day = max(renews_on + timedelta(days=beside[to]), self.today)
        foretold = self.foretell_renewals(day) if swept else {}
        at = datetime.combine(day, time(hour, 30), OSLO)
        if at > self.now:
            self.now = at
            set_clock(at)
        if noticed:
            self.notice_sweep()
        if swept:
            self.sweep()
            assert agreement_actions.renew_subscriptions() == 0, "a second sweep finds something"
            self.check_renewals(foretold)
        self.reached[f"time, {to}"] += 1

    def foretell_renewals(self, day: date) -> dict[int, tuple[date, Any]]:
        """What the pages say today of the next period of each agreement, whoever is to leave before it."""
        found = {}
        for subscription in Subscription.objects.active().filter(renews_on__lte=day, cancelled_on=None).with_service():
            if not subscription.payer_has_left and subscription.renews_on > self.today:
                found[subscription.pk] = (subscription.renews_on, period_next(subscription, day=self.today))
        return found

    def check_renewals(self, foretold: dict[int, tuple[date, Any]]) -> None:
        state = State.read()
        for pk, (first_day, period) in foretold.items():
            charged = [
                row for row in state.charges_of(pk) if row["kind"] == "period" and row["first_day"] == first_day
            ]  # fmt: skip
            if not charged:
                assert period.per_month == 0, "not renewed"
                continue
            row = charged[0]
            months = agreements.whole_months(row["first_day"], row["next_day"])
            assert (row["variant_id"], row["paying_firm_id"], months, row["monthly_price"]) == (
                period.variant.pk, period.payer, period.months, period.per_month,
            )  # fmt: skip
            self.reached["renewed as foretold"] += 1

    def sweep(self) -> None:
        """What the clock does by itself; only where something is due, for it costs time."""
        if not self.is_something_due():
            return
        agreement_actions.renew_subscriptions()
        before = State.read()
        assert not [
            row for row in before.subscriptions.values()
            if row["ended_on"] is None and row["renews_on"] and row["renews_on"] <= self.today
        ], "a sweep has left an agreement behind"  # fmt: skip
        for row in before.collaborations:
            assert row["ended_at"] or not row["ends_on"] or row["ends_on"] > self.today
        for row in before.changes.values():
            waits = row["status"] in ("proposed", "agreed")
            assert not waits or not row["lapses_on"] or row["lapses_on"] > self.today, "not lapsed in time"
        self.hold_invariants()  # the ledger is settled before the deed that follows

    def is_something_due(self) -> bool:
        days = [row["renews_on"] for row in self.before.subscriptions.values() if row["ended_on"] is None]
        days += [row["ends_on"] for row in self.before.collaborations if row["ended_at"] is None]
        return any(day and day <= self.today for day in days)

    def notice_sweep(self) -> None:
        known = len(State.read().notices)
        agreement_actions.send_renewal_notices()
        fresh = State.read().notices[known:]
        assert agreement_actions.send_renewal_notices() == 0, "noticed twice"
        for row in fresh:
            assert timedelta(0) < row["renews_on"] - self.today <= timedelta(days=30), "noticed out of its time"
            self.reached["noticed"] += 1
        subscriptions = [row["subscription_id"] for row in fresh]
        assert len(subscriptions) == len(set(subscriptions)), "more than one notice"

    # --- What holds after every step

    @invariant()
    def hold_invariants(self) -> None:
        if not hasattr(self, "now"):
            return
        state = State.read()
        agreements.check(state, today=self.today, monthly={self.world.monthly.pk}, stays=self.stays)
        self.settle_ledger(state)
        for pk, row in self.before.subscriptions.items():
            assert state.subscriptions[pk]["version"] >= row["version"]
            assert row["ended_on"] is None or state.subscriptions[pk] == row, "something has changed in what is over"
        known = len(self.before.charges)
        assert state.charges[:known] == self.before.charges, "a charge has changed"
        self.check_access(state)
        self.before = state

    def rows_of_access(self, state: State) -> dict[tuple[int, int], tuple]:
        """What the doors of each line look at: the payer is not among it."""
        found = {}
        for company_number, service_number in self.in_play:
            key = (self.world.companies[company_number].pk, self.world.services()[service_number].pk)
            subscriptions = [
                (row["id"], row["variant_id"], state.is_over(row, self.today))
                for row in state.subscriptions.values()
                if (row["company_id"], row["service_id"]) == key
            ]
            collaborations = [
                (row["id"], row["ended_at"], row["task_id"], bool(row["ends_on"] and row["ends_on"] <= self.today))
                for row in state.collaborations
                if (row["company_id"], row["service_id"]) == key
            ]
            found[company_number, service_number] = (
                subscriptions, collaborations, state.people, state.accesses, self.today.year,
            )  # fmt: skip
        return found

    def check_access(self, state: State) -> None:
        """The people on the task of an active collaboration, and those of the company who have been given access."""
        looked_at, self.access = self.access, self.rows_of_access(state)
        for line in self.in_play:
            if looked_at.get(line) != self.access[line]:
                self.check_doors(state, self.world.companies[line[0]], self.world.services()[line[1]], line[0])

    def check_doors(self, state: State, company: Company, service: Service, company_number: int) -> None:
        own = [
            row for row in state.subscriptions.values()
            if (row["company_id"], row["service_id"]) == (company.pk, service.pk)
        ]  # fmt: skip
        for person in (0, 1, 2, 4, 5):
            by = self.world.person(person, company_number)
            entry = doors.may_open(by.user, company, service, as_firm=party_of(by))
            found = "no" if entry is None else "reads" if entry.is_read_only else "works"
            assert found == (self.right_door(state, own[-1], by) if own else "no"), f"{by} at the door of {service}"

    def right_door(self, state: State, subscription: Row, by: Person) -> str:
        is_over = state.is_over(subscription, self.today)
        if isinstance(by, CompanyUser):
            has_access = {"subscription_id": subscription["id"], "company_user_id": by.pk} in state.accesses
            ended_on = subscription["ended_on"] or subscription["renews_on"] or self.today
            if not has_access or (is_over and agreements.later(ended_on, 60) <= self.today):
                return "no"
            return "reads" if is_over else "works"
        on_the_task = any(
            {"task_id": row["task_id"], "employee_id": by.pk} in state.people
            for row in state.active_collaborations(subscription["id"])
            if row["firm_id"] == by.firm_id and not (row["ends_on"] and row["ends_on"] <= self.today)
        )
        return "works" if on_the_task and not is_over else "no"


def agreements_due(state: State, subscription_id: int, today: date) -> bool:
    row = state.subscriptions.get(subscription_id)
    return bool(row and row["ended_on"] is None and row["renews_on"] and row["renews_on"] <= today)


def run(*, examples: int, steps: int, seed_number: int) -> None:
    machine = type("Agreements", (Agreements,), {})
    seed(seed_number)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=[Phase.generate],
        ),
    )


@pytest.fixture
def world(db) -> Iterator[World]:
    make_clock_movable()
    set_clock(FIRST_DAYS[0])
    Agreements.world, Agreements.reached = World(), Counter()
    yield Agreements.world
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path")


def test_every_life_of_an_agreement_holds_the_invariants(world):
    """25 × 12, from a seed that is another one each day."""
    run(examples=25, steps=12, seed_number=seed_of_today())


AT_ONCE = {"line": 0, "stale": False, "unswept": False}
ANSWER = {"newest": 0, "right": True, "person": 0, "accepts": True, "stale": False}
SHORT_LIVES: list[tuple[tuple[int, int], list[tuple[str, dict[str, Any]]]]] = [  # the line in play, and the deeds on it
    (
        (0, 0),
        [
            ("change_period", AT_ONCE | {"person": 0, "months": 3}),
            ("take_back", {"newest": 0, "right": True, "person": 0}),
            ("change_variant", AT_ONCE | {"person": 1, "code": 2}),
            ("answer", ANSWER),
            ("change_payer", AT_ONCE | {"person": 0, "to": 0}),
            ("answer", ANSWER),
            ("pass_time", {"days": 1, "hour": 12, "to": "notice", "line": 0, "swept": True, "noticed": True}),
            ("pass_time", {"days": 1, "hour": 12, "to": "renewal", "line": 0, "swept": True, "noticed": True}),
        ],
    ),
    (
        (0, 0),
        [
            ("plan_an_end", {"line": 0, "firm": 0, "person": 0, "days": 30, "back": False}),
            ("end", {"line": 0, "firm": 0, "person": 1, "right": True, "outcome": "continues"}),
            ("cancel", {"line": 0, "person": 0}),
        ],
    ),
    (
        (1, 1),
        [
            ("order", {"line": 0, "code": 1, "months": 12, "person": 0}),
            ("activate", {"line": 0, "firm": 0, "code": 1, "firm_pays": False, "months": 12, "dearer": False}),
        ],
    ),
]  # fmt: skip


def test_every_deed_is_done_and_holds_the_invariants(world):
    """Not left to chance: the lives that come to all of MUST_REACH."""
    for line, deeds in SHORT_LIVES:
        life = Agreements()
        try:
            life.begin(day=FIRST_DAYS[0], in_play=[line], paid_by=None, months=12, past=0, collaborating=(0, 1))
            life.hold_invariants()
            for deed, chosen in deeds:
                getattr(life, deed)(**chosen)
                life.hold_invariants()
        finally:
            life.teardown()

    assert_all_is_reached()


def assert_all_is_reached() -> None:
    missing = MUST_REACH - {what.split(",")[0] for what in Agreements.reached}
    assert not missing, f"the machine has not come to {missing}"


@pytest.mark.long
@pytest.mark.parametrize("tenth", range(10))
def test_a_thousand_longer_lives_hold_the_invariants(world, tenth):
    """1,000 × 40, in ten transactions."""
    run(examples=100, steps=40, seed_number=seed_of_today() * 100 + tenth)

    assert_all_is_reached()
