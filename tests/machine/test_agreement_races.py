"""Two deeds about one agreement at the same moment, in real threads: one outcome, a clear sentence, no deadlock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from clients.models import Client, Task
from collaboration import actions
from collaboration.actions.renew_subscriptions import renew_one
from collaboration.models import Activation, Collaboration
from collaboration.plans import foretell, plan_payer
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import Company, CompanyUser, Employee
from subscriptions.models import Charge, Subscription, SubscriptionChange
from tests import factories
from tests.collaboration.conftest import noon
from tests.conftest import NOON
from tests.machine import agreements
from tests.machine.test_races import ROUNDS, clone, is_lost, race

pytestmark = pytest.mark.django_db(transaction=True)

RENEWAL = date(2027, 3, 10)
LAST_DAY = date(2027, 3, 9)


@dataclass
class Round:
    subscription: Subscription
    collaboration: Collaboration
    per: CompanyUser
    change: SubscriptionChange | None = None


@pytest.fixture
def rounds(known, kari, sent, approve) -> Callable[..., list[Round]]:
    """So many customers like Ørsta Rør, each with Smart for 12 months paid by Fjord."""

    def prepared(count: int) -> list[Round]:
        approve(sent(known.client, by=kari, payer="firm"), by=known.administrator)
        model = Collaboration.objects.select_related("activation", "task", "subscription").get()
        charge = Charge.objects.get()
        numbers = [factories.org_number(300 + n) for n in range(count)]
        clients = Client.objects.bulk_create(
            clone(known.client, number=5000 + n, org_number=number) for n, number in enumerate(numbers)
        )
        companies = Company.objects.bulk_create(clone(known.company, org_number=number) for number in numbers)
        tasks = Task.objects.bulk_create(clone(model.task, client=client) for client in clients)
        people = CompanyUser.objects.bulk_create(clone(known.administrator, company=company) for company in companies)
        subscriptions = Subscription.objects.bulk_create(
            clone(model.subscription, company=company) for company in companies
        )
        Charge.objects.bulk_create(clone(charge, subscription=own) for own in subscriptions)
        activations = Activation.objects.bulk_create(
            clone(
                model.activation, client=client, company=company, task=task, subscription=own,
                token_hash=f"{own.pk}",
            )
            for client, company, task, own in zip(clients, companies, tasks, subscriptions, strict=True)
        )  # fmt: skip
        collaborations = Collaboration.objects.bulk_create(
            clone(model, client=client, company=company, task=task, subscription=own, activation=activation)
            for client, company, task, own, activation in zip(
                clients, companies, tasks, subscriptions, activations, strict=True
            )
        )
        return [Round(*found) for found in zip(subscriptions, collaborations, people, strict=True)]

    return prepared


def shown_payer(case: Round, firm, asking: int | None) -> str:
    subscription = Subscription.objects.with_service().get(pk=case.subscription.pk)
    return plan_payer(subscription, firm, asking=asking, day=NOON.date()).fingerprint


def ask_the_company(case: Round, kari: Employee) -> None:
    case.change = actions.change_payer(
        subscription=case.subscription, firm=None, by=kari, shown=shown_payer(case, None, kari.firm_id),
        clock=lambda: NOON,
    )  # fmt: skip


def run(
    cases: list[Round], one: Callable[[Round], Any], other: Callable[[Round], Any], **came_first: Any
) -> list[tuple[Any, Any]]:
    """Each result is what was done, or a sentence; anything else (a deadlock) is a fault."""
    results = race([(lambda case=case: one(case), lambda case=case: other(case)) for case in cases], **came_first)
    for result in (result for pair in results for result in pair):
        assert not isinstance(result, Exception) or isinstance(result, NotAllowed), result
    state = agreements.State.read()
    agreements.check(state, today=RENEWAL, monthly=set(), stays=set())
    return results


def one_winner(results: list[tuple[Any, Any]]) -> Counter[int]:
    winners = Counter(0 if is_lost(other) else 1 for _one, other in results)
    assert all(is_lost(one) != is_lost(other) for one, other in results), "both, or none"
    return winners


@pytest.mark.parametrize("count", ROUNDS)
def test_a_yes_and_a_taking_back_have_one_outcome(count, rounds, kari):
    """A yes may be taken back, so both can be done, but never a yes to what was taken back."""
    cases = rounds(count)
    for case in cases:
        ask_the_company(case, kari)
    pages = {case.change.pk: foretell(case.change, day=NOON.date()).fingerprint for case in cases}

    results = run(
        cases,
        lambda case: actions.answer_change(
            change=case.change, accepts=True, by=case.per, shown=pages[case.change.pk], clock=lambda: NOON
        ),
        lambda case: actions.take_back_change(change=case.change, by=kari, clock=lambda: NOON),
        came_first=lambda yes, _taken_back: 1 if is_lost(yes) else 0,
    )

    assert {type(taken_back) for _yes, taken_back in results} == {SubscriptionChange}
    orders = Counter()
    for case, (yes, _taken_back) in zip(cases, results, strict=True):
        verbs = list(Event.objects.about(case.subscription).values_list("verb", flat=True))[-2:]
        assert verbs == (["propose_payer", "take_back_payer"] if is_lost(yes) else ["agree_payer", "take_back_payer"])
        orders[is_lost(yes)] += 1
    assert set(SubscriptionChange.objects.values_list("status", flat=True)) == {"taken_back"}
    assert len(orders) == 2, f"no race: always {orders}"


@pytest.mark.parametrize("count", ROUNDS)
def test_an_end_by_both_sides_ends_it_once(count, rounds, kari):
    cases = rounds(count)

    results = run(
        cases,
        lambda case: actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON),
        lambda case: actions.end_collaboration(collaboration=case.collaboration, by=case.per, clock=lambda: NOON),
    )

    assert len(one_winner(results)) == 2
    for case, (by_firm, _by_company) in zip(cases, results, strict=True):
        change = SubscriptionChange.objects.get(subscription=case.subscription)
        assert change.status == ("agreed" if is_lost(by_firm) else "proposed")
        assert Event.objects.about(case.collaboration).filter(verb="end").count() == 1


@pytest.mark.parametrize("count", ROUNDS)
def test_a_cancelling_and_a_renewal_at_midnight_have_one_outcome(count, rounds):
    """Cancelled on the last evening it ends; a moment later it has been renewed, and ends a year after."""
    cases = rounds(count)

    run(
        cases,
        lambda case: actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=noon(LAST_DAY)),
        lambda case: renew_one(pk=case.subscription.pk, clock=noon(RENEWAL)),
        came_first=lambda cancelled, _renewed: 1 if cancelled.renews_on > RENEWAL else 0,
    )

    outcomes = Counter()
    for case in cases:
        case.subscription.refresh_from_db()
        charges = Charge.objects.filter(subscription=case.subscription).count()
        has_ended = case.subscription.ended_on is not None
        assert case.subscription.cancelled_on
        assert charges == (1 if has_ended else 2)
        assert Collaboration.objects.get(pk=case.collaboration.pk).is_active != has_ended
        outcomes[has_ended] += 1
    assert len(outcomes) == 2, f"no race: always {outcomes}"


@pytest.mark.parametrize("count", ROUNDS)
def test_two_who_change_the_payer_at_once_make_one_change(count, rounds, kari):
    cases = rounds(count)
    pages = {
        case.subscription.pk: (shown_payer(case, None, kari.firm_id), shown_payer(case, None, None)) for case in cases
    }

    def ask(case: Round, by: Employee | CompanyUser, side: int):
        return actions.change_payer(
            subscription=case.subscription, firm=None, by=by, shown=pages[case.subscription.pk][side],
            clock=lambda: NOON,
        )  # fmt: skip

    results = run(cases, lambda case: ask(case, kari, 0), lambda case: ask(case, case.per, 1))

    assert len(one_winner(results)) == 2
    assert SubscriptionChange.objects.count() == count
