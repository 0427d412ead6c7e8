"""Two deeds about one request at the same moment, in real threads: one outcome, and a clear sentence to the other.

The rounds of a pair run on two connections that stay open; the one that won starts a little later the next time.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.db.models.base import ModelState

from clients.models import Client, Contact, Task
from collaboration import actions
from collaboration.actions.expire_activations import expire_activation
from collaboration.links import hash_token, make_token
from collaboration.models import Activation, Collaboration, Reminder
from collaboration.offers import make_offer
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.models import Company, CompanyUser
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import NOON
from tests.machine import invariants

ROUNDS = [20, pytest.param(200, marks=pytest.mark.long)]
Deed = Callable[[], Any]

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Round:
    activation: Activation
    first: CompanyUser
    second: CompanyUser


class HeadStart:
    """How much later the one side starts: it follows who won, so that the race stays at the point where it tips."""

    def __init__(self) -> None:
        self.delay, self.step = 0.0, 0.001  # seconds that side 1 waits; below 0, that side 0 waits

    def follow(self, winner: int) -> None:
        gives_way = -1 if winner == 0 else 1
        same_again = self.step * gives_way > 0
        self.step = gives_way * (min(abs(self.step) * 2, 0.1) if same_again else 0.001)
        self.delay += self.step

    def wait(self, side: int) -> None:
        time.sleep(max(0.0, self.delay if side else -self.delay))


def the_one_that_was_not_refused(_one: Any, other: Any) -> int:
    return 0 if is_lost(other) else 1


def race(
    rounds: list[tuple[Deed, Deed]], came_first: Callable[[Any, Any], int] = the_one_that_was_not_refused
) -> list[tuple[Any, Any]]:
    """Run each round's two deeds at once; an exception stands as the result of its deed.

    `came_first` tells from the two results which side it was, where a refusal does not tell.
    """
    results: list[list[Any]] = [[], []]
    head_start = HeadStart()

    def look_who_won() -> None:
        if results[1]:
            head_start.follow(came_first(results[0][-1], results[1][-1]))

    barrier = threading.Barrier(2, action=look_who_won, timeout=60)

    def run(side: int) -> None:
        try:
            for deeds in rounds:
                barrier.wait()
                head_start.wait(side)
                try:
                    results[side].append(deeds[side]())
                except Exception as error:
                    results[side].append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(side,)) for side in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=600)
    assert len(results[0]) == len(results[1]) == len(rounds)
    return list(zip(*results, strict=True))


def is_lost(result: Any) -> bool:
    return isinstance(result, Exception) or result is False


def clone(row: models.Model, **changes: Any) -> models.Model:
    """A new row like this one, not saved."""
    twin = copy(row)
    twin._state = ModelState()
    twin.pk = None
    for name, value in changes.items():
        setattr(twin, name, value)
    return twin


@pytest.fixture
def rounds(known, kari, draft, clock) -> Callable[..., list[Round]]:
    """So many customers like Ørsta Rør, each with two administrators and a request like its own."""

    def prepared(count: int, *, sent: bool) -> list[Round]:
        second = factories.CompanyUserFactory(company=known.company, user=factories.UserFactory(name="Per Vik"))
        model = draft(known.client, by=kari)
        if sent:
            model = actions.send_activation(activation=model, by=kari, clock=clock)
        else:
            model = Activation.objects.get(pk=model.pk)
        numbers = [factories.org_number(300 + n) for n in range(count)]
        clients = Client.objects.bulk_create(
            clone(known.client, number=5000 + n, org_number=number) for n, number in enumerate(numbers)
        )
        companies = Company.objects.bulk_create(clone(known.company, org_number=number) for number in numbers)
        tasks = Task.objects.bulk_create(clone(model.task, client=client) for client in clients)
        contacts = Contact.objects.bulk_create(clone(model.contact, client=client) for client in clients)
        firsts, seconds = (
            CompanyUser.objects.bulk_create(clone(place, company=company) for company in companies)
            for place in (known.administrator, second)
        )
        activations = Activation.objects.bulk_create(
            clone(
                model, client=client, company=company if sent else None, task=task, contact=contact,
                token_hash=str(number) if sent else None,
            )
            for number, (client, company, task, contact) in enumerate(
                zip(clients, companies, tasks, contacts, strict=True)
            )
        )  # fmt: skip
        if sent:
            copy_what_sending_wrote(model, activations)
        return [Round(*found) for found in zip(activations, firsts, seconds, strict=True)]

    return prepared


def copy_what_sending_wrote(model: Activation, activations: list[Activation]) -> None:
    for activation in activations:
        activation.token_hash = hash_token(make_token(activation.pk, activation.link_version))
    Activation.objects.bulk_update(activations, ["token_hash"])
    waiting = list(Reminder.objects.filter(activation=model))
    Reminder.objects.bulk_create(clone(row, activation=own) for own in activations for row in waiting)
    event, mail = Event.objects.about(model).get(), Email.objects.about(model).get()
    Event.objects.bulk_create(clone(event, subject_id=own.pk) for own in activations)
    Email.objects.bulk_create(
        clone(mail, subject_id=own.pk, key=f"activation_sent:{own.pk}:1", message_id=f"<{own.pk}@byra.example>")
        for own in activations
    )


@pytest.fixture
def deeds(kari, clock) -> dict[str, Callable[[Round], Any]]:
    def later():
        return clock() + timedelta(minutes=5)

    def approve(case: Round, by: CompanyUser):
        return actions.approve_activation(
            activation=case.activation, by=by, shown=shown(case), accepts_terms=True, clock=later
        )

    def shown(case: Round) -> str:
        offers.setdefault(0, make_offer(case.activation, today=NOON.date()).fingerprint)  # the same for all
        return offers[0]

    offers: dict[int, str] = {}
    return {
        "approve": lambda case: approve(case, case.first),
        "approve too": lambda case: approve(case, case.second),
        "decline": lambda case: actions.decline_activation(
            activation=case.activation, by=case.second, reason="other", clock=later
        ),
        "withdraw": lambda case: actions.withdraw_activation(activation=case.activation, by=kari, clock=later),
        "expire": lambda case: expire_activation(
            activation_id=case.activation.pk,
            clock=lambda: case.activation.expires_at,
        ),
        "correct": lambda case: actions.correct_address(
            activation=case.activation, by=kari, name="Anne Vik", email="anne@orstaror.example", link_version=1,
            clock=later,
        ),
        "send": lambda case: actions.send_activation(activation=case.activation, by=kari, clock=clock),
        "save": lambda case: actions.save_answers(
            activation=copy(case.activation), by=kari, answers={"payer": "firm", "period_months": 3}
        ),
    }  # fmt: skip


LEAVES = {
    "approve": "approved",
    "approve too": "approved",
    "decline": "declined",
    "withdraw": "withdrawn",
    "expire": "expired",
    "correct": "pending",
}


@pytest.mark.parametrize("count", ROUNDS)
@pytest.mark.parametrize("other", ["approve too", "decline", "withdraw", "expire", "correct"])
def test_an_approval_and_another_deed_at_once_have_one_winner(other, count, rounds, deeds):
    cases = rounds(count, sent=True)

    results = race([(lambda case=case: deeds["approve"](case), lambda case=case: deeds[other](case)) for case in cases])

    winners = Counter()
    standing = dict(Activation.objects.values_list("pk", "status"))
    for case, (approval, rival) in zip(cases, results, strict=True):
        won = [not is_lost(result) for result in (approval, rival)]
        refusals = [result for result in (approval, rival) if isinstance(result, Exception)]
        assert all(isinstance(refusal, NotAllowed) for refusal in refusals), refusals
        assert sum(won) == 1
        winner = "approve" if won[0] else other
        assert standing[case.activation.pk] == LEAVES[winner]
        winners[winner] += 1
    assert len(winners) == 2, f"no race: always {winners}"
    approved = sum(status == "approved" for status in standing.values())
    assert (Collaboration.objects.count(), Subscription.objects.count()) == (approved, approved)
    assert Event.objects.filter(verb="approve").count() == approved
    state = invariants.State.read()
    invariants.check(state, state)


@pytest.mark.parametrize("count", ROUNDS)
def test_a_draft_saved_while_it_is_sent_is_sent_as_it_was_or_as_it_became(count, rounds, deeds):
    cases = rounds(count, sent=False)

    results = race([(lambda case=case: deeds["send"](case), lambda case=case: deeds["save"](case)) for case in cases])

    outcomes = Counter()
    prices = {("company", 12): Decimal(349), ("firm", 3): Decimal(389)}
    for case, (sending, saving) in zip(cases, results, strict=True):
        assert isinstance(sending, Activation), sending
        assert saving is None or isinstance(saving, NotAllowed), saving
        row = Activation.objects.get(pk=case.activation.pk)
        answers = (row.payer, row.period_months)
        assert answers == (("firm", 3) if saving is None else ("company", 12))
        assert (row.status, row.price_per_month) == ("pending", prices[answers])
        outcomes[answers] += 1
    assert len(outcomes) == 2, f"no race: always {outcomes}"
    state = invariants.State.read()
    invariants.check(state, state)
