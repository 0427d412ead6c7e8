"""change_period: 3 or 12 months from the next period on; the payer says yes."""

from datetime import date
from decimal import Decimal

import pytest

from collaboration import actions
from collaboration.plans import plan_period
from ground.refusals import NotAllowed
from subscriptions.models import Charge, Price, SubscriptionChange
from tests import factories
from tests.collaboration.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)


def test_the_payer_has_it_from_the_next_period_at_its_price(agreement, kari):
    case = agreement(payer="firm")
    plan = plan_period(case.subscription, 3, asking=kari.firm_id, day=NOON.date())

    made = change(case.subscription, kari, months=3)

    assert (made.status, made.effective_on) == ("agreed", RENEWAL)
    assert (plan.before.per_month, plan.after.per_month, plan.after.amount) == (349, 389, Decimal(1167))
    renew(RENEWAL)
    case.subscription.refresh_from_db()
    assert (case.subscription.period_months, case.subscription.renews_on) == (3, date(2027, 6, 10))
    assert Charge.objects.latest("pk").amount == Decimal(1167)


@pytest.mark.parametrize("months", [3, 12])
def test_another_party_waits_for_the_payer_also_where_it_costs_less_a_month(months, agreement, kari):
    case = agreement(months=15 - months)

    made = change(case.subscription, kari, months=months)

    assert (made.status, made.answering_firm) == ("proposed", None)
    assert answer(made, case.per).status == "agreed"


def test_the_next_payer_is_asked_where_another_is_to_pay(agreement, kari):
    case = agreement()
    change(case.subscription, kari, payer=kari.firm)

    made = change(case.subscription, case.per, months=3)

    assert (made.status, made.answering_firm) == ("proposed", kari.firm)


def test_what_the_next_payer_alone_has_chosen_goes_with_him(agreement, kari):
    case = agreement()
    payer = change(case.subscription, kari, payer=kari.firm)
    period = change(case.subscription, kari, months=3)

    actions.take_back_change(change=payer, by=kari, clock=lambda: NOON)

    period.refresh_from_db()
    assert period.status == "taken_back"


def test_every_other_state_refuses(agreement, kari):
    case = agreement(payer="firm")
    for months in (12, 1, 6, 0):
        with pytest.raises(NotAllowed):
            change(case.subscription, kari, months=months, shown="")
    change(case.subscription, kari, months=3)
    with pytest.raises(NotAllowed, match="allerede en endring"):
        change(case.subscription, kari, months=3, shown="")
    actions.cancel_subscription(subscription=case.subscription, by=kari, clock=lambda: NOON)
    with pytest.raises(NotAllowed, match="sagt opp"):
        change(case.subscription, kari, months=3, shown="")
    renew(RENEWAL)
    with pytest.raises(NotAllowed):
        change(case.subscription, case.per, months=3, shown="", at=noon(RENEWAL))


def test_a_service_without_periods_has_none_to_choose(known, kari, sent, approve):
    approve(sent(known.client, by=kari, service=factories.scanner()), by=known.administrator)

    with pytest.raises(NotAllowed, match="kan ikke være 3 måneder"):
        change(known.company.subscriptions.get(), kari, months=3)


def test_others_may_not(agreement, ola, nils):
    case = agreement()

    for person in (
        ola,
        nils,
        factories.CompanyUserFactory(),
        factories.CompanyUserFactory(company=case.company, role="user"),
    ):
        with pytest.raises(NotAllowed):
            change(case.subscription, person, months=3)

    assert not SubscriptionChange.objects.exists()


def test_a_length_without_a_price_is_refused_with_a_sentence(agreement, kari):
    case = agreement(payer="firm")
    Price.objects.filter(months=3).delete()

    with pytest.raises(NotAllowed, match="ingen pris"):
        change(case.subscription, kari, months=3)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_change(agreement, kari):
    case = agreement(payer="firm")
    shown = plan_period(case.subscription, 3, asking=kari.firm_id, day=NOON.date()).fingerprint

    def click():
        return actions.change_period(subscription=case.subscription, months=3, by=kari, shown=shown, clock=lambda: NOON)

    results = race(click, click)

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "SubscriptionChange"]
