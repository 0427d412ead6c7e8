"""order_subscription: a company gets a service by itself, and has it when its accountant asks."""

from datetime import date
from decimal import Decimal

import pytest

from collaboration import actions, doors
from collaboration.models import Receipt
from collaboration.orders import make_order
from collaboration.scenarios import find_standing
from ground.refusals import NotAllowed
from organisations.models import CompanyUser
from subscriptions.models import Charge, Price, Subscription, Terms, Variant
from tests import factories
from tests.collaboration.conftest import noon
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def smart(eaccounting) -> Variant:
    return eaccounting.variants.get(code="smart")


def page(variant, company, months=12, at=lambda: NOON) -> str:
    return make_order(company, variant, months=months, day=at().date()).fingerprint


def order(variant, by, *, months=12, shown=None, accepts_terms=True, at=lambda: NOON) -> Receipt:
    shown = page(variant, by.company, months, at) if shown is None else shown
    return actions.order_subscription(
        variant=variant, months=months, by=by, shown=shown, accepts_terms=accepts_terms, clock=at
    )


def test_it_begins_today_is_paid_by_the_company_and_open_to_who_ordered(known, smart):
    receipt = order(smart, known.administrator, months=3)

    subscription = Subscription.objects.get()
    assert receipt.subscription == subscription
    assert (subscription.started_on, subscription.renews_on, subscription.paying_firm) == (
        date(2026, 3, 10), date(2026, 6, 10), None,
    )  # fmt: skip
    assert Charge.objects.get().amount == Decimal(1167)
    assert doors.may_open(known.administrator.user, known.company, smart.service)


def test_the_accountant_who_asks_afterwards_meets_scenario_1(known, smart):
    order(smart, known.administrator)

    assert find_standing(known.client, smart.service).scenario == "subscribed"


def test_a_free_service_without_periods_has_no_charge(known):
    order(factories.scanner().variants.get(), known.administrator, months=1)

    assert not Charge.objects.exists()
    assert Subscription.objects.get().renews_on is None


def test_what_it_has_already_is_refused(subscribed, smart):
    with pytest.raises(NotAllowed, match="har allerede"):
        order(smart, subscribed.administrator, shown="")


def test_what_is_over_today_is_no_obstacle_though_no_sweep_has_run(known, smart):
    subscription = order(smart, known.administrator, months=3).subscription
    actions.cancel_subscription(subscription=subscription, by=known.administrator, clock=lambda: NOON)

    new = order(smart, known.administrator, at=noon(date(2026, 6, 10))).subscription

    subscription.refresh_from_db()
    assert (subscription.ended_on, new.started_on) == (date(2026, 6, 10), date(2026, 6, 10))


def test_others_may_not(known, smart):
    people = [
        factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER),
        factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.AUDITOR),
        factories.CompanyUserFactory(company=known.company, deactivated_at=NOON),
    ]

    for person in people:
        with pytest.raises(NotAllowed):
            order(smart, person)

    assert not Subscription.objects.exists()


def test_without_the_tick_nothing_is_ordered(known, smart):
    with pytest.raises(actions.TermsNotAccepted):
        order(smart, known.administrator, accepts_terms=False)


@pytest.mark.parametrize("what", ["price", "terms"])
def test_another_price_or_other_terms_than_shown_stop_it(what, known, smart):
    shown = page(smart, known.company)
    if what == "price":
        Price.objects.create(variant=smart, months=12, per_month=399, valid_from=date(2026, 3, 1))
    else:
        Terms.objects.create(service=smart.service, version=2, text="Nye vilkår.")

    with pytest.raises(actions.PageIsStale):
        order(smart, known.administrator, shown=shown)


def test_what_is_not_for_sale_or_has_no_such_period_is_refused(known, smart):
    with pytest.raises(NotAllowed, match="ikke til salgs"):
        order(smart, known.administrator, months=1, shown="")
    shown = page(smart, known.company)
    Variant.objects.update(is_for_sale=False)
    with pytest.raises(NotAllowed, match="ikke til salgs"):
        order(Variant.objects.get(pk=smart.pk), known.administrator, shown=shown)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_subscription(known, smart):
    second = factories.CompanyUserFactory(company=known.company)
    shown = page(smart, known.company)

    results = race(lambda: order(smart, known.administrator, shown=shown), lambda: order(smart, second, shown=shown))

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "Receipt"]
    assert (Subscription.objects.count(), Charge.objects.count()) == (1, 1)
