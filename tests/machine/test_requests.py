"""A request's life as a state machine: any deed at any hour, by anybody, over the real database.

PostgreSQL's own clock is moved, so that pages, deeds and jobs all live in the machine's hour. Before each deed the
machine says by the product's rules whether it may be done; after each step all invariants are read from the rows.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as project
from django.core import mail as edge
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from collaboration import actions, links, preflight
from collaboration import jobs as collaboration_jobs
from collaboration.models import Activation, ForwardProposal, Reminder
from collaboration.offer.offers import make_offer
from collaboration.scenarios import Standing, find_standing
from collaboration.settling.disputes import fingerprint
from ground.clock import OSLO, database_clock, oslo_date
from ground.refusals import NotAllowed
from notifications import delivery
from notifications import jobs as notification_jobs
from notifications.actions import record_delivery, retry_email
from notifications.models import Alert, Email, EmailEvent
from organisations.actions import accept_place, edit_firm
from organisations.companies.rows import find_claims
from organisations.models import Company, CompanyUser, Employee, User
from subscriptions.models import Subscription
from tests import factories
from tests.machine import invariants
from tests.machine.invariants import ARROWS, BEFORE_THE_ANSWER, State
from tests.machine.world import (
    ADDRESSES,
    World,
    is_norwegian_workday,
    make_clock_movable,
    may_decide,
    people_of,
    seed_of_today,
    set_clock,
)
from tests.sign_in import sign_in_as

FIRST_DAYS = (  # what lies within a month of each
    datetime(2026, 3, 10, 12, tzinfo=OSLO),  # 29 March: summer time begins; Easter
    datetime(2026, 10, 1, 0, 30, tzinfo=OSLO),  # 25 October: summer time ends
    datetime(2027, 3, 24, 8, 59, 50, tzinfo=OSLO),  # Easter and summer time on the same day
    datetime(2027, 4, 28, 23, 59, 50, tzinfo=OSLO),  # 1 May, Ascension Day, 17 May on a Monday
    datetime(2028, 1, 31, 9, tzinfo=OSLO),  # 29 February
    datetime(2026, 12, 4, 15, tzinfo=OSLO),  # Christmas and New Year
)
JOBS: dict[str, Callable[[], Any]] = {
    "expire": collaboration_jobs.expire_activations,
    "remind": collaboration_jobs.send_due_reminders,
    "react": collaboration_jobs.react_to_bounces,
    "digest": collaboration_jobs.send_alert_digests,
    "relay": notification_jobs.relay_emails,
    "discard": collaboration_jobs.discard_old_drafts,
    "clear": collaboration_jobs.clear_disputes,
    "blank": notification_jobs.blank_old_emails,
}
FIRSTS = ("nothing", "relay", "remind", "resend", "expire", "approve", "decline")
PAUSE = timedelta(minutes=10)
PASSWORD_HOURS = timedelta(hours=72)

lines = st.integers(0, 5)  # a firm's client, both firms have the same three customers; taken modulo those in play
earlier = st.sampled_from([0, 0, 0, 0, 1])  # the newest request of a line, or the one before it
rarely = st.sampled_from([False, False, False, True])
numbers = st.integers(0, 11)  # somebody, some mail: taken modulo how many there are


class Requests(RuleBasedStateMachine):
    """One example: a world, a month or more of deeds, everything rolled back."""

    world: World  # made once a test, inside its transaction
    reached: Counter[str]  # the verbs of all examples

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.refused = False
        self.claimed: list[Email] = []
        self.told: dict[int, dict[str, tuple]] = {}  # what was said of each mail's way
        self.handed_over = len(edge.outbox)
        self.edge_ids: list[str] = []
        # The day, by the client's id and the address, and by the request that it was said of.
        self.said_not_me: dict[tuple[int, str], dict[int, date]] = {}
        self.doubled: set[str] = set()
        self.accepted: set[str] = set()
        self.sent_to: dict[int, set[str]] = {}  # by the request: every address that it has ever had

    def teardown(self) -> None:
        self.reached.update(event["verb"] for events in self.before.events.values() for event in events)
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(
        day=st.sampled_from(FIRST_DAYS),
        in_play=st.lists(lines, min_size=1, max_size=2, unique=True) | st.just([2, 5]),  # two firms, one new customer
        first=st.sampled_from(FIRSTS),
    )
    def begin(self, day: datetime, in_play: list[int], first: str) -> None:
        """`first` comes what chance alone brings about too seldom."""
        self.now, self.in_play = day, in_play
        set_clock(day)
        self.first_users = State.read().users
        self.before = State.read()
        for line in range(len(in_play)):
            self.ask(line=line, payer="company", months=12)
            self.hold_invariants()
        match first:
            case "relay":
                self.relay(outcome="ok")
            case "remind":
                self.time_passes(line=0, how="reminder", beside=1, amount=0, beat=True)
            case "resend":
                self.resend(line=0, back=0, waits=True)
            case "expire":
                self.time_passes(line=0, how="expiry", beside=1, amount=0, beat=True)
            case "approve":
                self.approve(line=0, back=0, number=0, stale=False, ticked=True)
            case "decline":
                self.decline(line=0, back=0, number=0, reason="other")

    # --- The machine's own tools

    def pick(self, line: int) -> int:
        return self.in_play[line % len(self.in_play)]

    def find(self, line: int, back: int = 0) -> Activation | None:
        return self.world.activation(self.pick(line), back)

    def move_clock_to(self, at: datetime) -> None:
        self.now = max(at, self.now)
        set_clock(self.now)

    @property
    def is_asked(self) -> bool:
        """Whether a request waits, so that a step is not spent on nothing."""
        return any(row["status"] == "pending" for row in self.before.activations.values())

    def is_live(self, activation: Activation) -> bool:
        """Waits for the customer, and its time is not over, whether a sweep has run or not."""
        return activation.status == "pending" and self.now < activation.expires_at

    @contextmanager
    def expecting(self, may: bool) -> Iterator[None]:
        """The deed is done exactly when the rules allow it; a refusal leaves no trace, any other error is a fault."""
        refusal = None
        try:
            yield
        except NotAllowed as error:
            refusal = error
        assert may or refusal, "done though the rules forbid it"
        assert not (may and refusal), f"refused though the rules allow it: {refusal.sentence}"
        self.refused = bool(refusal)

    @contextmanager
    def leaving_no_trace(self) -> Iterator[None]:
        before = State.read()
        yield
        assert State.read() == before

    # --- The firm

    @rule(line=lines, payer=st.sampled_from(["company", "firm"]), months=st.sampled_from([3, 12]))
    def ask(self, line: int, payer: str, months: int) -> None:
        """Start and send; what the wizard asks for is answered as it asks."""
        client = self.world.client(self.pick(line))
        latest = self.find(line)
        free = latest is None or latest.status in ("draft", "declined", "withdrawn", "expired")
        contact = client.contacts.get(is_main=True)
        may = (
            free
            and not client.collaborations.filter(ended_at=None).exists()
            and not Employee.objects.active().filter(firm=client.firm_id, user__email=contact.email).exists()
            and self.somebody_can_approve(client)
        )
        with self.expecting(may), transaction.atomic():
            draft = self.fill_in(client, payer, months)
            findings = preflight.check(draft, find_standing(client, draft.service), today=oslo_date(self.now))
            ticked = [finding.code for finding in findings if finding.level is preflight.Level.YELLOW]
            actions.send_activation(
                activation=draft, by=self.world.employee_for(client), acknowledged=ticked, clock=database_clock
            )

    @rule(line=lines, months=st.sampled_from([3, 12]))
    def begin_a_draft(self, line: int, months: int) -> None:
        client = self.world.client(self.pick(line))
        latest = self.find(line)
        may = (
            not client.collaborations.filter(ended_at=None).exists()
            and (latest is None or not latest.is_pending)
            and self.somebody_can_approve(client)
        )
        with self.expecting(may):
            self.fill_in(client, "company", months)

    def somebody_can_approve(self, client) -> bool:
        """A new company gets its administrator by the request; one that is known must have one."""
        company = self.world.company_of(client)
        return company is None or any(person.is_active and person.is_administrator for person in people_of(company))

    def fill_in(self, client, payer: str, months: int) -> Activation:
        with transaction.atomic():
            by = self.world.employee_for(client)
            draft = actions.start_activation(
                client=client,
                service=self.world.service,
                by=by,
                variant=self.world.smart,
            )
            actions.refresh_scenario(activation=draft)
            answers = {} if draft.keeps_agreement else {"payer": payer, "period_months": months}
            if draft.scenario == "new":
                contact = client.contacts.get(is_main=True)
                answers |= {"contact_name": contact.name, "contact_email": contact.email, "contact_phone": "1"}
            actions.save_answers(activation=draft, by=by, answers={"variant": draft.variant, **answers})
        return draft

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, back=earlier, waits=st.booleans())
    def resend(self, line: int, back: int, waits: bool) -> None:
        if waits:
            self.move_clock_to(self.now + PAUSE)
        if activation := self.find(line, back):
            pause_is_over = bool(activation.link_mailed_at) and self.now >= activation.link_mailed_at + PAUSE
            may = self.is_live(activation) and pause_is_over and not activation.is_disowned
            with self.expecting(may):
                actions.resend_activation(activation=activation, by=self.world.employee_for(activation.client))

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, address=st.sampled_from(ADDRESSES), stale=rarely, card=st.booleans())
    def correct_address(self, line: int, address: str, stale: bool, card: bool) -> None:
        if activation := self.find(line):
            stale = stale and activation.link_version > 1
            may = self.is_live(activation) and not stale and self.is_another_receiver(activation, address)
            with self.expecting(may):
                actions.correct_address(
                    activation=activation, by=self.world.employee_for(activation.client), name="Anne Vik",
                    email=address, link_version=activation.link_version - stale, corrects_card=card,
                    accepts_own_domain=True,
                )  # fmt: skip

    def is_another_receiver(self, activation: Activation, address: str) -> bool:
        same = (activation.contact_name, activation.contact_email, activation.contact_phone) == (
            "Anne Vik",
            address,
            "",
        )
        own = Employee.objects.active().filter(firm=activation.firm_id, user__email=address).exists()
        return not same and not own and not self.has_said_not_me(activation.client_id, address)

    def has_said_not_me(self, client_id: int, address: str) -> bool:
        """To a request to this client, less than thirty days ago; and has not answered that one signed in after all."""
        said = self.said_not_me.get((client_id, address), {})
        recently = [pk for pk, day in said.items() if (oslo_date(self.now) - day).days < 30]
        answered = Activation.objects.filter(contact_email=address, decided_by__email=address)
        return any(not answered.filter(pk=pk, status__in=("approved", "declined")).exists() for pk in recently)

    @rule(line=lines, back=earlier, anew=st.booleans(), draft=rarely)
    def withdraw(self, line: int, back: int, anew: bool, draft: bool) -> None:
        """Take it back, or begin anew (which takes it back first) and mostly send it too."""
        activation = self.find(line, back)
        if activation and anew and not activation.is_draft:
            latest = self.find(line)
            collaborates = activation.client.collaborations.filter(ended_at=None).exists()
            by = self.world.employee_for(activation.client)
            own_draft = latest.is_draft and latest.started_by == by
            anybody = self.somebody_can_approve(activation.client)
            may = own_draft or (not collaborates and anybody and (latest == activation or latest.is_closed))
            with self.expecting(may):
                waits = activation.is_answerable(database_clock())
                begin_anew = actions.change_activation if waits else actions.restart_activation
                begin_anew(activation=activation, by=by)
            if may and not draft:
                self.ask(line=line, payer="firm", months=3)
        elif activation:
            with self.expecting(activation.is_answerable(database_clock())):
                actions.withdraw_activation(activation=activation, by=self.world.employee_for(activation.client))

    def change_the_plan(self, days: list[int], firm: bool) -> None:
        by = self.world.kari if firm else self.world.nils
        edit_firm(firm=by.firm, by=by, fields={"reminder_days": days})

    def choose_alert_emails(self, number: int, choice: str) -> None:
        by = [self.world.kari, self.world.eli, self.world.nils][number % 3]
        actions.choose_alert_emails(by=by, choice=choice)

    @rule(
        what=st.sampled_from(["plan", "alert mails", "kari", "person", "subscribed", "subscribed", "unsubscribed"]),
        line=lines,
        number=numbers,
    )
    def something_else_changes(self, what: str, line: int, number: int) -> None:
        """Around the request: settings, people, agreements."""
        match what:
            case "plan":
                days = ([], [1], [3, 7, 14], [1, 2, 3, 4, 5], [30])[number % 5]
                self.change_the_plan(days, firm=number > 5)
            case "alert mails":
                self.choose_alert_emails(number, Employee.AlertEmails.values[number // 6])
            case "kari":
                self.kari_leaves_or_returns()
            case "person":
                self.deactivate_or_activate_a_person(number)
            case "subscribed":
                self.get_a_subscription(line)
            case "unsubscribed":
                self.lose_the_subscription(line)

    def kari_leaves_or_returns(self) -> None:
        kari = Employee.objects.get(pk=self.world.kari.pk)
        kari.deactivated_at = None if kari.deactivated_at else self.now
        kari.save(update_fields=["deactivated_at"])

    # --- The customer

    @rule(line=lines, back=earlier, replaced=st.booleans(), person=numbers)
    def open_the_link(self, line: int, back: int, replaced: bool, person: int) -> None:
        """A pointer: it decides nothing, and a replaced one tells nothing."""
        activation = self.find(line, back)
        if activation is None or activation.is_draft:
            return
        version = max(1, activation.link_version - replaced)
        browser = Browser()
        people = people_of(activation.company)
        if people and person % 2:
            browser.force_login(people[person // 2 % len(people)].user)
        with self.leaving_no_trace():
            response = browser.get(links.link_url(links.make_token(activation.pk, version)))
        text = response.content.decode()
        if version < activation.link_version and response.status_code != 302:
            assert response.status_code == 200
            assert "erstattet" in text
            assert activation.firm.name not in text
            assert activation.client.name not in text
        else:
            assert response.status_code in (200, 302, 404)

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, number=numbers)
    def read_the_page(self, line: int, number: int) -> None:
        if (activation := self.find(line)) and (person := self.somebody(activation, number)):
            browser = self.browser_of(person, activation)
            url = reverse("my_services:activation-detail", args=[activation.pk])
            allowed = person.is_active and person.company_id == activation.company_id
            assert browser.get(url).status_code == (200 if allowed and not activation.is_draft else 404)

    @rule(line=lines, back=earlier, number=numbers, stale=rarely, ticked=st.sampled_from([True, True, False]))
    def approve(self, line: int, back: int, number: int, stale: bool, ticked: bool) -> None:
        activation = self.find(line, back)
        if activation is None or not (person := self.somebody(activation, number)):
            return
        offer = make_offer(activation, today=oslo_date(self.now))
        shown = "" if stale else offer.fingerprint
        may = (
            self.is_live(activation)
            and may_decide(person, activation)
            and not stale
            and (ticked or offer.subscription is not None)
            and not (activation.scenario == "subscribed" and offer.subscription is None)
            and not self.waits_for_a_rival(activation)
        )
        with self.expecting(may):
            actions.approve_activation(activation=activation, by=person, shown=shown, accepts_terms=ticked)

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, number=numbers, answer=st.sampled_from(["approve", "approve", "decline"]), twice=st.booleans())
    def answer_on_the_page(self, line: int, number: int, answer: str, twice: bool) -> None:
        """Through the whole of the web: whoever may, does it; a second click is answered like the first."""
        activation = self.find(line)
        if activation is None or activation.is_draft or not (person := self.somebody(activation, number)):
            return
        browser = self.browser_of(person, activation)
        offer = make_offer(activation, today=oslo_date(self.now))
        impossible = activation.scenario == "subscribed" and offer.subscription is None
        impossible = impossible or self.waits_for_a_rival(activation)
        may = self.is_live(activation) and may_decide(person, activation) and (answer == "decline" or not impossible)
        form = {
            "_company": activation.company_id or "",
            "shown": offer.fingerprint,
            "accepts_terms": "on",
            "reason": "too_expensive",
        }
        for _click in range(1 + twice):
            response = browser.post(reverse(f"my_services:activation-{answer}", args=[activation.pk]), form)
            assert response.status_code in (200, 302, 404, 409)
        stood = activation.status
        activation.refresh_from_db()
        outcome = {"approve": "approved", "decline": "declined"}[answer]
        assert activation.status == (outcome if may else stood)

    def waits_for_a_rival(self, activation: Activation) -> bool:
        """Another row of the company's number has begun the service, and nobody has settled who administers."""
        row = self.before.companies.get(activation.company_id or 0)
        return row is not None and any(
            self.before.companies[one["company_id"]]["org_number"] == row["org_number"]
            for one in self.before.subscriptions
            if one["ended_on"] is None and one["company_id"] != row["id"] and one["service_id"] == activation.service_id
        )

    @rule(line=lines, back=earlier, number=numbers, reason=st.sampled_from(["other", "other", "too_expensive", ""]))
    def decline(self, line: int, back: int, number: int, reason: str) -> None:
        activation = self.find(line, back)
        if activation and (person := self.somebody(activation, number)):
            may = self.is_live(activation) and may_decide(person, activation) and reason in ("other", "too_expensive")
            with self.expecting(may):
                actions.decline_activation(activation=activation, by=person, reason=reason, comment="Nei takk")

    def somebody(self, activation: Activation, number: int) -> CompanyUser | None:
        """One of the company's people, more seldom somebody of another company."""
        people = people_of(activation.company)
        if not people or number > 9:
            people = list(CompanyUser.objects.filter(user__isnull=False).select_related("user").order_by("pk"))
        return people[number % len(people)] if people else None

    def browser_of(self, person: CompanyUser, activation: Activation) -> Browser:
        browser = sign_in_as(person.user)
        session = browser.session
        session["_company"] = activation.company_id
        session.save()
        return browser

    @precondition(lambda self: self.is_asked)
    @rule(
        line=lines, address=st.sampled_from(ADDRESSES), number=numbers, proved=st.booleans(),
        stale=rarely,
    )  # fmt: skip
    def forward(self, line: int, address: str, number: int, proved: bool, stale: bool) -> None:
        """Sent on in scenarios 1 and 2; in scenario 3 a proposal to the firm."""
        activation = self.find(line)
        if activation is None or activation.is_draft:
            return
        by = None if proved else self.somebody(activation, number)
        if by is None and not proved:
            return
        place = by and CompanyUser.objects.select_related("user").get(pk=by.pk)
        stale = stale and activation.link_version > 1
        is_new = activation.scenario == "new"
        open_proposal = ForwardProposal.objects.filter(activation=activation, answered_at=None).exists()
        may = (
            self.is_live(activation)
            and not stale
            and (place is None or (place.is_active and place.company_id == activation.company_id))
            and (place is None or place.role != "auditor")
            and self.is_another_receiver(activation, address)
            and address not in (activation.contact_email, place and place.user.email)
            and not (is_new and open_proposal)
            and not (by is None and activation.is_disowned)
        )
        with self.expecting(may):
            proposal = actions.forward_activation(
                activation=activation, by=by, name="Anne Vik", email=address,
                link_version=activation.link_version - stale,
            )  # fmt: skip
            assert (proposal is not None) == is_new

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, address=st.none() | st.sampled_from(ADDRESSES))
    def the_receiver_asks_for_a_mail(self, line: int, address: str | None) -> None:
        """The link once more to an address, or a code for sending it on."""
        if address:
            actions.request_new_link(address=address)
        else:
            self.ask_for_a_code(line)

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, sure=rarely)
    def disown(self, line: int, sure: bool) -> None:
        """Det er ikke meg. Most people are the right ones."""
        if (activation := self.find(line)) and sure:
            with self.expecting(self.is_live(activation) and not activation.is_disowned):
                actions.disown_activation(activation=activation)
                said = self.said_not_me.setdefault((activation.client_id, activation.contact_email), {})
                said[activation.pk] = oslo_date(self.now)

    def ask_for_a_code(self, line: int) -> None:
        if activation := self.find(line):
            with self.expecting(self.is_live(activation) and not activation.is_disowned):
                actions.issue_forward_code(activation=activation)

    @precondition(lambda self: self.before.proposals)
    @rule(accept=st.booleans(), newest=st.sampled_from([True, True, False]))
    def answer_the_proposal(self, accept: bool, newest: bool) -> None:
        proposal = ForwardProposal.objects.order_by("pk")[len(self.before.proposals) - 1 if newest else 0]
        activation = proposal.activation
        usable = not accept or self.is_another_receiver(activation, proposal.email)
        may = self.is_live(activation) and proposal.answered_at is None and usable
        with self.expecting(may):
            actions.answer_forward_proposal(
                proposal=proposal, by=self.world.employee_for(activation.client), accept=accept, accepts_own_domain=True
            )

    @precondition(lambda self: any(place["user_email"] is None for place in self.before.places))
    @rule(line=lines, back=earlier)
    def accept_the_place(self, line: int, back: int) -> None:
        """Scenario 3: the mailbox's holder becomes a user, or the user of that address takes the place."""
        activation = self.find(line, back)
        place = activation and links.offered_place(activation)
        if not place:
            return
        user = User.objects.filter(email=place.email).first()
        fresh = (
            self.is_live(activation)
            and not activation.is_disowned
            and self.now < activation.link_mailed_at + PASSWORD_HOURS
        )
        with self.expecting(bool(user) or fresh):
            if user:
                accept_place(place=place, user=user)
            else:
                actions.accept_place_by_link(activation=activation, password="et langt nok passord")
                self.accepted.add(place.email)

    @precondition(lambda self: any(map(invariants.is_provisional, self.before.companies.values())))
    @rule(number=numbers, stay=st.booleans(), sure=rarely)
    def the_platform_settles(self, number: int, stay: bool, sure: bool) -> None:
        claims = find_claims(Company.objects.provisional().order_by("pk")[0].org_number)
        if claims and sure:
            chosen = claims[number % len(claims)].company
            actions.settle_company(
                company=chosen, others_stay=stay, by=self.world.admin, shown=fingerprint(claims), clock=database_clock
            )
            chosen.refresh_from_db()
            assert chosen.is_known

    def deactivate_or_activate_a_person(self, number: int) -> None:
        people = CompanyUser.objects.filter(user__isnull=False).order_by("pk")
        person = people[number % len(people)]
        person.deactivated_at = None if person.deactivated_at else self.now
        person.is_main_contact = False
        person.save(update_fields=["deactivated_at", "is_main_contact"])

    def get_a_subscription(self, line: int) -> None:
        company = self.world.company_of(self.world.client(self.pick(line)))
        if company and not Subscription.objects.of(company).active().exists():
            factories.SubscriptionFactory(company=company, service=self.world.service)

    def lose_the_subscription(self, line: int) -> None:
        """The agreement ends by itself; with a collaboration in it, that is another deed's matter."""
        company = self.world.company_of(self.world.client(self.pick(line)))
        if company:
            running = Subscription.objects.of(company).active().exclude(collaborations__ended_at=None)
            Subscription.objects.filter(pk__in=running.values("pk")).update(ended_on=oslo_date(self.now))

    # --- The clock

    @rule(
        line=lines,
        how=st.sampled_from(["reminder", "reminder", "expiry", "expiry", "minutes", "days", "tomorrow"]),
        beside=st.integers(-2, 1),
        amount=st.sampled_from([0, 1, 2, 3, 7, 9, 10, 11, 60, 71 * 60, 73 * 60]),
        beat=st.booleans(),
    )
    def time_passes(self, line: int, how: str, beside: int, amount: int, beat: bool) -> None:
        """To an hour that matters, or a second beside it; `beat` is what the clock then does by itself."""
        activation = self.find(line)
        waiting = Reminder.objects.waiting().filter(activation=activation).order_by("due_at").first()
        tomorrow = datetime.combine(oslo_date(self.now) + timedelta(days=1), time(amount % 11), OSLO)
        hours = {
            "reminder": waiting and waiting.due_at,
            "expiry": activation and activation.is_pending and activation.expires_at,
            "minutes": self.now + timedelta(minutes=amount),
            "days": self.now + timedelta(days=amount % 33),
            "tomorrow": tomorrow,
        }
        self.move_clock_to((hours[how] or tomorrow) + timedelta(seconds=beside))
        if beat:
            self.beat(["remind", "expire", "react", "digest", "relay", "clear"])

    # --- Jobs

    @rule(name=st.sampled_from(sorted(JOBS)))
    def run_a_job_twice(self, name: str) -> None:
        JOBS[name]()
        with self.leaving_no_trace():
            JOBS[name]()
        self.look_at_the_edge()

    @rule(order=st.permutations(["remind", "expire", "react", "digest", "relay", "clear"]))
    def beat(self, order: list[str]) -> None:
        """All sweeps in any order, and what must be true after each."""
        sweeps = {
            "remind": self.remind_sweep,
            "expire": self.expire_sweep,
            "react": self.bounce_sweep,
            "digest": self.digest,
            "relay": lambda: self.relay(outcome="ok"),
            "clear": collaboration_jobs.clear_disputes,
        }
        for name in order:
            sweeps[name]()

    def expire_sweep(self) -> None:
        collaboration_jobs.expire_activations()

        assert not Activation.objects.filter(status="pending", expires_at__lte=self.now).exists()

    def remind_sweep(self) -> None:
        reminded = {pk: State.verbs(self.before, pk).count("remind") for pk in self.before.activations}

        collaboration_jobs.send_due_reminders()

        state = State.read()
        assert not [
            row
            for row in state.reminders
            if not row["sent_at"] and not row["cancelled_at"] and row["due_at"] <= self.now
        ]
        for pk, count in reminded.items():
            assert state.verbs(pk).count("remind") - count <= 1, "several reminders at once"
        for row in state.reminders:
            if row["sent_at"] == self.now:
                assert self.now < state.activations[row["activation_id"]]["expires_at"]

    def bounce_sweep(self) -> None:
        collaboration_jobs.react_to_bounces()

        state = State.read()
        for activation in state.activations.values():
            latest = invariants.latest_with_the_link(activation, state)
            if activation["status"] == "pending" and latest and latest["bounced_at"]:
                assert invariants.bounce_was_noticed(activation, state)

    def digest(self) -> None:
        collaboration_jobs.send_alert_digests()

        hour = self.now.astimezone(OSLO).replace(hour=7, minute=0, second=0, microsecond=0)
        if self.now >= hour and is_norwegian_workday(oslo_date(self.now)):
            assert not Alert.objects.filter(digest_due=True, created_at__lt=hour).exists()

    # --- The mail

    @rule(outcome=st.sampled_from(["ok", "ok", "ok", "refused", "away"]))
    def relay(self, outcome: str) -> None:
        failure = {"refused": delivery.Refused("550 ukjent mottaker"), "away": OSError("away")}.get(outcome)
        if failure is None:
            notification_jobs.relay_emails()
        else:
            with patch.object(delivery, "hand_over", side_effect=failure):
                notification_jobs.relay_emails()

        assert not (Email.objects.waiting(self.now) | Email.objects.abandoned(self.now)).exists()
        self.look_at_the_edge()

    @precondition(lambda self: not self.claimed)
    @rule(handed_over=st.booleans())
    def relay_crashes(self, handed_over: bool) -> None:
        """A worker takes a batch and never ends it: before anything went, or just after the first mail went."""
        self.claimed = delivery.claim_batch()
        if self.claimed and handed_over:
            delivery.hand_over(self.claimed[0])
            self.doubled.add(self.claimed[0].message_id)
            self.look_at_the_edge()

    @precondition(lambda self: self.claimed)
    @rule(late=st.booleans())
    def slow_worker_goes_on(self, late: bool) -> None:
        """It was not dead at all; perhaps its lease is over, and another one has the mails."""
        if late:
            self.move_clock_to(self.now + timedelta(seconds=project.EMAIL_LEASE_SECONDS + 1))
            notification_jobs.relay_emails()
        for row in self.claimed:
            delivery.deliver_claimed(row)
        self.claimed = []
        self.look_at_the_edge()

    def look_at_the_edge(self) -> None:
        """What has left the house since: each mail once, and none to a customer after the answer."""
        fresh, self.handed_over = edge.outbox[self.handed_over :], len(edge.outbox)
        for message in fresh:
            message_id = message.extra_headers["Message-ID"]
            assert message_id not in self.edge_ids or message_id in self.doubled, "one mail was handed over twice"
            self.edge_ids.append(message_id)
            mail = Email.objects.get(message_id=message_id)
            assert message.to == [mail.to]
            if mail.kind in BEFORE_THE_ANSWER:
                activation = Activation.objects.get(pk=mail.subject_id)
                assert activation.status == "pending", f"{mail.kind} left after the answer"
                assert activation.contact_email == mail.to

    @precondition(lambda self: self.is_asked)
    @rule(line=lines, at_once=st.booleans(), swept=st.booleans())
    def the_request_comes_back(self, line: int, at_once: bool, swept: bool) -> None:
        """The receiving server refuses the mail with the link, at the hand-over or some time after it."""
        activation = self.find(line)
        self.relay(outcome="refused" if at_once else "ok")
        state = State.read()
        latest = activation and invariants.latest_with_the_link(state.activations[activation.pk], state)
        if latest and latest["status"] == "sent":
            said = (EmailEvent.Type.BOUNCED, self.now)
            record_delivery(email_id=latest["id"], event_id=f"back:{latest['id']}", type=said[0], at=said[1])
            self.told.setdefault(latest["id"], {})[f"back:{latest['id']}"] = said
        if swept:
            self.bounce_sweep()

    @precondition(lambda self: any(mail["status"] == "sent" for mail in self.before.emails))
    @rule(
        number=numbers, type=st.sampled_from(["bounced", "bounced", "delivered", "delayed"]), event=st.integers(0, 2),
        ago=st.integers(0, 90),
    )  # fmt: skip
    def webhook(self, number: int, type: str, event: int, ago: int) -> None:
        """Events come twice, out of order, and of mails that went long ago; some are of mails that are not ours."""
        self.webhook_of_somebody_elses_mail(number, type)
        sent = list(Email.objects.filter(status="sent").exclude(to="").order_by("-pk"))
        if not sent:
            return
        mail = sent[number % len(sent)]
        event_id, at = f"{type}:{mail.pk}:{event}", self.now - timedelta(minutes=ago)
        found = record_delivery(
            event_id=event_id, type=type, at=at, reason="550", message_id=mail.message_id, recipient=mail.to
        )
        assert found == mail
        self.told.setdefault(mail.pk, {}).setdefault(event_id, (type, at))

    def webhook_of_somebody_elses_mail(self, number: int, type: str) -> None:
        mail = Email.objects.order_by("pk")[number : number + 1].first()
        with self.leaving_no_trace():
            record_delivery(
                event_id="x", type=type, at=self.now, message_id=mail.message_id if mail else "<x@y>",
                recipient="somebody@else.example",
            )  # fmt: skip

    @precondition(lambda self: any(mail["status"] == "dead" for mail in self.before.emails))
    @rule(number=numbers)
    def retry_a_dead_mail(self, number: int) -> None:
        dead = list(Email.objects.filter(status="dead").order_by("pk"))
        if not dead:
            return
        mail = dead[number % len(dead)]
        try:
            retry_email(email=mail)
        except NotAllowed:
            return
        assert mail.kind not in BEFORE_THE_ANSWER or mail.secret, "a blanked link goes out"
        self.told.pop(mail.pk, None)

    # --- What holds after every step

    @invariant()
    def hold_invariants(self) -> None:
        if not hasattr(self, "now"):
            return
        state = State.read()
        if self.refused:
            assert state == self.before, "a refusal has left a trace"
            self.refused = False
        invariants.check(state, self.before)
        self.check_unknown_company_is_nobodys(state)
        self.check_nobody_sees_what_others_were_asked(state)
        self.check_no_user_before_acceptance(state)
        self.check_delivery(state)
        self.before = state
        self.move_clock_to(self.now + timedelta(seconds=1))

    def check_unknown_company_is_nobodys(self, state: State) -> None:
        """To both firms a company that has not accepted does not exist."""
        if all(state.known.values()) or (state.companies, state.places) == (self.before.companies, self.before.places):
            return
        for line in range(len(self.world.clients)):
            client = self.world.client(line)
            if self.world.company_of(client) is None:
                assert find_standing(client, self.world.service) == Standing(Activation.Scenario.NEW)

    def check_nobody_sees_what_others_were_asked(self, state: State) -> None:
        """While a company is not known its people see and decide what firms ask that have asked one of them."""
        for pk, activation in state.activations.items():
            self.sent_to.setdefault(pk, set()).add(activation["contact_email"])
        for row in state.companies.values():
            people = {place["email"] for place in state.places if place["company_id"] == row["id"]}
            if row["confirmed_at"] or row["merged_into_id"]:
                continue
            asked_by = {
                activation["firm_id"] for pk, activation in state.activations.items() if self.sent_to[pk] & people
            }
            for activation in state.activations.values():
                if activation["company_id"] == row["id"] and people:
                    assert activation["firm_id"] in asked_by, "somebody sees what he was never asked"

    def check_no_user_before_acceptance(self, state: State) -> None:
        assert state.users == self.first_users | self.accepted
        pending = [row for row in state.activations.values() if row["status"] == "pending"]
        asked = {(row["company_id"], row["contact_email"]) for row in pending}
        for place in state.places:
            assert place["user_email"] in (None, place["email"])
            if place["user_email"] is None and not state.known[place["company_id"]]:
                assert (place["company_id"], place["email"]) in asked, "a place is offered that no request offers"

    def check_delivery(self, state: State) -> None:
        """Bounced over delivered, delivered over delayed, in whatever order it was told."""
        for mail in state.emails:
            if mail["id"] in self.told:
                types = {type for type, _at in self.told[mail["id"]].values()}
                final = next(type for type in ("bounced", "delivered", "delayed") if type in types)
                stamps = {type: mail[f"{type}_at"] for type in ("bounced", "delivered", "delayed")}
                assert [type for type, at in stamps.items() if at] == [final]


def run(*, examples: int, steps: int, seed_number: int) -> None:
    machine = type("Requests", (Requests,), {})
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
def world(db, settings) -> Iterator[World]:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    delivery.provider.close()
    make_clock_movable()
    set_clock(FIRST_DAYS[0])
    Requests.world, Requests.reached = World(), Counter()
    yield Requests.world
    delivery.provider.close()
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path")


def test_every_life_of_a_request_holds_the_invariants(world):
    """25 × 20, from a seed that is another one each day."""
    run(examples=25, steps=20, seed_number=seed_of_today())


KNOWN = 1  # the customer whose company has users, and no agreement
SHORT_LIVES: list[tuple[str, str, dict[str, Any]]] = [  # what comes first, and one deed after it
    *((first, "run_a_job_twice", {"name": "relay"}) for first in FIRSTS),
    ("nothing", "correct_address", {"line": 0, "address": ADDRESSES[0], "stale": False, "card": False}),
    ("nothing", "forward", {"line": 0, "address": ADDRESSES[0], "number": 0, "proved": False, "stale": False}),
    ("nothing", "disown", {"line": 0, "sure": True}),
    ("nothing", "withdraw", {"line": 0, "back": 0, "anew": False, "draft": False}),
]


def test_every_move_is_made_and_holds_the_invariants(world):
    """Not left to chance: a life for each move."""
    for first, deed, chosen in SHORT_LIVES:
        life = Requests()
        try:
            life.begin(day=FIRST_DAYS[0], in_play=[KNOWN], first=first)
            life.hold_invariants()
            getattr(life, deed)(**chosen)
            life.hold_invariants()
        finally:
            life.teardown()

    assert_all_is_reached()


def assert_all_is_reached() -> None:
    missing = {verb for _source, verb, _target in ARROWS} - set(Requests.reached)
    assert not missing, f"the machine has not come to {missing}"


@pytest.mark.long
@pytest.mark.parametrize("tenth", range(10))
def test_a_thousand_longer_lives_hold_the_invariants(world, tenth):
    """1,000 × 50, in ten transactions."""
    run(examples=100, steps=50, seed_number=seed_of_today() * 100 + tenth)

    assert_all_is_reached()
