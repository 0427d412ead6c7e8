"""take_back_change: by who asked or said yes, until the day it takes effect."""

from datetime import date, timedelta

import pytest

from collaboration import actions
from ground.refusals import NotAllowed
from history.models import Event
from subscriptions.models import SubscriptionChange
from tests import factories
from tests.collaboration.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)


def take_back(made, by, at=lambda: NOON):
    return actions.take_back_change(change=made, by=by, clock=at)


@pytest.fixture
def case(agreement, kari):
    case = agreement(payer="firm")
    case.change = change(case.subscription, kari, payer=None)
    return case


def test_who_asked_takes_it_back_before_the_answer(case, kari):
    assert take_back(case.change, kari).status == "taken_back"
    assert Event.objects.about(case.subscription).latest("pk").verb == "take_back_payer"


def test_after_the_answer_either_of_the_two_can_up_to_the_last_evening(case, kari):
    last_evening = noon(RENEWAL - timedelta(days=1))
    answer(case.change, case.per)
    take_back(case.change, case.per, at=last_evening)
    case.change = change(case.subscription, kari, payer=None, at=last_evening)
    answer(case.change, case.per, at=last_evening)

    assert take_back(case.change, kari, at=last_evening).status == "taken_back"


def test_who_is_asked_says_no_instead(case):
    with pytest.raises(NotAllowed, match="Bare de som har avtalt"):
        take_back(case.change, case.per)


def test_every_other_state_refuses(case, kari):
    answer(case.change, case.per, accepts=False)
    with pytest.raises(NotAllowed, match="avslått"):
        take_back(case.change, kari)
    made = change(case.subscription, kari, payer=None)
    take_back(made, kari)
    with pytest.raises(NotAllowed, match="tatt tilbake"):
        take_back(made, kari)
    made = change(case.subscription, kari, payer=None)
    answer(made, case.per)
    with pytest.raises(NotAllowed, match="trådt i kraft"):
        take_back(made, kari, at=noon(RENEWAL))  # no sweep is needed for it


def test_others_may_not(case, join, ola, nils):
    join(case, nils)

    for person in (
        ola,
        nils,
        factories.CompanyUserFactory(),
        factories.CompanyUserFactory(company=case.company, role="user"),
    ):
        with pytest.raises(NotAllowed):
            take_back(case.change, person)

    assert SubscriptionChange.objects.get().is_proposed


def test_a_firm_that_has_left_is_no_party_any_more(agreement, kari):
    case = agreement()
    made = change(case.subscription, kari, variant=case.subscription.service.variants.get(code="start"))
    actions.end_collaboration(collaboration=case.collaboration, by=case.per, clock=lambda: NOON)

    with pytest.raises(NotAllowed):
        take_back(made, kari)


def test_what_gave_the_next_payer_his_price_stands_until_he_is_let_go(agreement, kari):
    """The company pays Smart; a smaller variant is agreed, and Fjord says yes to pay that."""
    case = agreement()
    smaller = change(case.subscription, kari, variant=case.subscription.service.variants.get(code="start"))
    actions.take_back_change(change=smaller, by=kari, clock=lambda: NOON)
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)
    smaller = change(case.subscription, case.per, variant=case.subscription.service.variants.get(code="start"))
    assert smaller.is_agreed


def test_a_smaller_variant_is_not_taken_back_behind_the_next_payer(agreement, join, kari, nils):
    case = agreement(payer="firm")
    join(case, nils)
    smaller = change(case.subscription, kari, variant=case.subscription.service.variants.get(code="start"))
    payer = change(case.subscription, nils, payer=nils.firm)

    with pytest.raises(NotAllowed, match="Ta tilbake byttet først"):
        take_back(smaller, kari)
    take_back(payer, nils)
    assert take_back(smaller, kari).status == "taken_back"


def test_a_smaller_variant_is_not_taken_back_behind_the_payer_who_has_chosen_a_length_with_it(agreement, kari):
    """The company pays Smart by the year; it has said yes to Start by the quarter, never to Smart by the quarter."""
    case = agreement()
    smaller = change(case.subscription, kari, variant=case.subscription.service.variants.get(code="start"))
    quarterly = change(case.subscription, case.per, months=3, at=lambda: NOON + timedelta(minutes=1))

    with pytest.raises(NotAllowed, match="har siden sagt ja"):
        take_back(smaller, kari)
    take_back(quarterly, case.per)
    assert take_back(smaller, kari).status == "taken_back"


def test_a_smaller_variant_that_came_after_the_length_is_taken_back(agreement, kari):
    """The company has said yes to Smart by the quarter."""
    case = agreement()
    change(case.subscription, case.per, months=3)
    smaller = change(
        case.subscription,
        kari,
        variant=case.subscription.service.variants.get(code="start"),
        at=lambda: NOON + timedelta(minutes=1),
    )

    assert take_back(smaller, kari).status == "taken_back"


def test_the_payer_who_has_left_is_not_payer_again(case, kari):
    """Fjord leaves, the company says yes to pay, and takes it back: the service ends with the period."""
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)
    waiting = SubscriptionChange.objects.proposed().get()
    answer(waiting, case.per)

    take_back(waiting, case.per)
    renew(RENEWAL)

    case.subscription.refresh_from_db()
    assert case.subscription.ended_on == RENEWAL
    assert case.subscription.charges.count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_at_once_take_it_back_once(case, kari):
    answer(case.change, case.per)

    results = race(lambda: take_back(case.change, kari), lambda: take_back(case.change, case.per))

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "SubscriptionChange"]
