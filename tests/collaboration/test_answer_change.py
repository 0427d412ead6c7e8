"""answer_change: the party that is to pay more says yes or no, once, to what its page shows."""

from datetime import date, timedelta

import pytest

from collaboration import actions
from collaboration.plans import foretell
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import CompanyUser, Employee
from subscriptions.models import Charge, Price, SubscriptionChange
from tests import factories
from tests.collaboration.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)


@pytest.fixture
def case(agreement, kari):
    """Fjord pays, and has asked the company to: case.change waits for Per."""
    case = agreement(payer="firm")
    case.change = change(case.subscription, kari, payer=None)
    return case


def shown(case) -> str:
    case.change.subscription.refresh_from_db()
    return foretell(case.change, day=NOON.date()).fingerprint


def test_a_yes_is_written_with_who_and_when(case):
    made = answer(case.change, case.per)

    assert (made.status, made.answered_by, made.answered_at) == ("agreed", case.per.user, NOON)
    assert Event.objects.about(case.subscription).latest("pk").verb == "agree_payer"


def test_a_no_leaves_everything_as_it_was(case, kari):
    made = answer(case.change, case.per, accepts=False)

    assert (made.status, made.answered_by) == ("refused", case.per.user)
    assert Event.objects.about(case.subscription).latest("pk").verb == "refuse_payer"
    renew(RENEWAL)
    assert set(Charge.objects.values_list("paying_firm", flat=True)) == {kari.firm_id}


@pytest.mark.parametrize("status", ["agreed", "in_force", "refused", "taken_back", "lapsed"])
@pytest.mark.parametrize("accepts", [True, False])
def test_every_other_state_refuses(accepts, status, case, kari):
    if status in ("agreed", "in_force"):
        answer(case.change, case.per)
    elif status == "refused":
        answer(case.change, case.per, accepts=False)
    elif status == "taken_back":
        actions.take_back_change(change=case.change, by=kari, clock=lambda: NOON)
    at = noon(RENEWAL if status in ("in_force", "lapsed") else NOON.date())
    renew(at().date())

    with pytest.raises(NotAllowed, match="Endringen er allerede"):
        answer(case.change, case.per, accepts=accepts, shown="", at=at)

    assert SubscriptionChange.objects.get().status == status


def test_others_may_not(case, kari, ola, nils):
    people = [
        kari, ola, nils, factories.CompanyUserFactory(),
        factories.CompanyUserFactory(company=case.company, role=CompanyUser.Role.USER),
        factories.CompanyUserFactory(company=case.company, deactivated_at=NOON),
    ]  # fmt: skip

    for person in people:
        for accepts in (True, False):
            with pytest.raises(NotAllowed):
                answer(case.change, person, accepts=accepts, shown=shown(case))

    assert SubscriptionChange.objects.get().is_proposed


def test_an_employee_of_the_asking_firm_cannot_answer_for_the_company(case, kari, ola):
    for employee in (kari, ola):
        both = factories.CompanyUserFactory(company=case.company, user=employee.user)

        with pytest.raises(NotAllowed, match="byrået som spør"):
            answer(case.change, both, shown=shown(case))


def test_a_user_of_the_asking_company_cannot_answer_for_the_firm(agreement, kari):
    case = agreement(payer="company")
    asked = change(case.subscription, case.per, payer=kari.firm)
    factories.CompanyUserFactory(company=case.subscription.company, user=kari.user)

    with pytest.raises(NotAllowed, match="bruker av selskapet som spør"):
        answer(asked, kari)

    assert SubscriptionChange.objects.get().status == "proposed"


def test_who_has_left_the_asking_firm_can(case, ola):
    both = factories.CompanyUserFactory(company=case.company, user=ola.user)
    Employee.objects.filter(pk=ola.pk).update(deactivated_at=NOON)

    assert answer(case.change, both).status == "agreed"


def test_rights_that_go_between_page_and_click_are_gone(case):
    page = shown(case)
    CompanyUser.objects.filter(pk=case.per.pk).update(role=CompanyUser.Role.USER, is_main_contact=False)

    with pytest.raises(NotAllowed):
        answer(case.change, case.per, shown=page)


def test_a_yes_to_another_price_does_not_count(case):
    page = shown(case)
    Price.objects.create(variant=case.subscription.variant, months=12, per_month=399, valid_from=NOON.date())

    with pytest.raises(actions.PageIsStale):
        answer(case.change, case.per, shown=page)
    assert answer(case.change, case.per).status == "agreed"


def test_the_notices_price_holds_though_the_list_rises_afterwards(case):
    actions.send_renewal_notices(clock=noon(RENEWAL - timedelta(days=30)))
    Price.objects.create(
        variant=case.subscription.variant, months=12, per_month=399, valid_from=RENEWAL - timedelta(days=10)
    )

    answer(case.change, case.per, at=noon(RENEWAL - timedelta(days=1)))
    renew(RENEWAL)

    charge = Charge.objects.latest("pk")
    assert (charge.monthly_price, charge.paying_firm) == (349, None)


def test_while_the_agreement_is_cancelled_there_is_nothing_to_say_yes_to(case):
    actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=lambda: NOON)

    with pytest.raises(NotAllowed, match="sagt opp"):
        answer(case.change, case.per, shown="")


def test_the_firm_that_asked_ends_and_its_question_becomes_who_pays(case, kari):
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)

    case.change.refresh_from_db()
    waiting = SubscriptionChange.objects.proposed().get()
    assert (case.change.status, waiting.kind, waiting.to_firm) == ("lapsed", "payer", None)
    case.subscription.refresh_from_db()
    assert case.subscription.payer_has_left
    assert answer(waiting, case.per).status == "agreed"
    renew(RENEWAL)
    case.subscription.refresh_from_db()
    assert (case.subscription.ended_on, case.subscription.paying_firm) == (None, None)


def test_the_company_ends_while_a_change_waits_and_has_accepted_by_it(case):
    actions.end_collaboration(collaboration=case.collaboration, by=case.per, clock=lambda: NOON)

    case.change.refresh_from_db()
    agreed = SubscriptionChange.objects.agreed().get()
    assert (case.change.status, agreed.to_firm, agreed.needs_yes) == ("lapsed", None, False)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_give_one_answer(case):
    second = factories.CompanyUserFactory(company=case.company)
    page = shown(case)

    results = race(
        lambda: say(case, True, case.per, page),
        lambda: say(case, False, second, page),
    )

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "SubscriptionChange"]


def say(case, accepts, by, page):
    return actions.answer_change(change=case.change, accepts=accepts, by=by, shown=page, clock=lambda: NOON)
