"""renew_subscriptions: the clock begins the periods, in order, once, and one that fails holds no other back."""

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from collaboration import actions
from collaboration.models import Collaboration
from ground.clock import OSLO
from ground.refusals import NotAllowed
from history.models import Event
from subscriptions.models import Charge, Price, Subscription
from tests import factories
from tests.collaboration.conftest import change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db


def periods(subscription):
    rows = Charge.objects.filter(subscription=subscription).order_by("pk")
    return [(row.period.lower, row.period.upper) for row in rows]


@pytest.fixture
def quarterly(agreement):
    """Three months at a time, from 10 March 2026, paid by the company."""
    return agreement(months=3)


def test_it_renews_on_the_first_day_of_the_new_period_with_what_is_due(quarterly, kari):
    made = change(quarterly.subscription, kari, payer=kari.firm)
    assert renew(date(2026, 6, 9)) == 0

    assert renew(date(2026, 6, 10)) == 1

    quarterly.subscription.refresh_from_db()
    assert quarterly.subscription.renews_on == date(2026, 9, 10)
    assert Charge.objects.latest("pk").paying_firm == kari.firm
    event = Event.objects.about(quarterly.subscription).get(verb="renew")
    assert event.after == {"from": "2026-06-10", "changes": [made.pk]}


def test_twice_is_the_same_as_once(quarterly):
    renew(date(2026, 6, 10))

    assert renew(date(2026, 6, 10)) == 0
    assert len(periods(quarterly.subscription)) == 2


def test_after_an_outage_every_missed_period_comes_in_its_order(quarterly, kari):
    """A year without a beat: the change on the first day of the first one, the list's price of each day."""
    Price.objects.create(variant=quarterly.subscription.variant, months=3, per_month=399, valid_from=date(2026, 12, 1))
    change(quarterly.subscription, kari, payer=kari.firm)

    assert renew(date(2027, 3, 10)) == 1

    rows = Charge.objects.order_by("pk").values_list("period", "paying_firm", "monthly_price")
    assert [(row[0].lower, *row[1:]) for row in rows] == [
        (date(2026, 3, 10), None, 389),
        (date(2026, 6, 10), kari.firm_id, 389),
        (date(2026, 9, 10), kari.firm_id, 389),
        (date(2026, 12, 10), kari.firm_id, 399),
        (date(2027, 3, 10), kari.firm_id, 399),
    ]


def test_three_months_without_a_beat_give_one_notice_at_most(quarterly):
    late = noon(date(2026, 9, 1))

    actions.renew_subscriptions(clock=late)
    actions.send_renewal_notices(clock=late)

    assert [notice.renews_on for notice in quarterly.subscription.notices.all()] == [date(2026, 9, 10)]


def test_a_cancelled_one_ends_with_its_period_and_with_it_the_collaborations(quarterly):
    actions.cancel_subscription(subscription=quarterly.subscription, by=quarterly.per, clock=lambda: NOON)

    renew(date(2026, 12, 24))

    quarterly.subscription.refresh_from_db()
    assert (quarterly.subscription.ended_on, len(periods(quarterly.subscription))) == (date(2026, 6, 10), 1)
    collaboration = Collaboration.objects.get()
    assert (collaboration.is_active, collaboration.outcome, collaboration.ended_by) == (False, "service_ends", None)


def test_an_agreed_end_and_a_renewal_missed_together_come_in_their_order(agreement, kari):
    """Fjord pays; its last day lies before the renewal: the company pays from then on."""
    case = agreement(payer="firm", months=3)
    actions.plan_end(collaboration=case.collaboration, by=case.per, on=date(2026, 5, 1), clock=lambda: NOON)

    renew(date(2026, 9, 30))

    payers = list(Charge.objects.order_by("pk").values_list("paying_firm", flat=True))
    assert payers == [kari.firm_id, None, None]
    assert not Collaboration.objects.get().is_active


def test_on_the_day_itself_the_agreed_end_comes_first(agreement, kari):
    case = agreement(payer="firm", months=3)
    actions.plan_end(collaboration=case.collaboration, by=case.per, on=date(2026, 6, 10), clock=lambda: NOON)

    renew(date(2026, 6, 10))

    assert list(Charge.objects.order_by("pk").values_list("paying_firm", flat=True)) == [kari.firm_id, None]


@pytest.mark.parametrize("begins", [date(2026, 3, 29), date(2026, 10, 25)])
def test_midnight_is_oslos_also_where_the_clock_is_turned(begins, eaccounting):
    subscription = factories.SubscriptionFactory(service=eaccounting, started_on=date(2025, 1, 1), renews_on=begins)
    Subscription.objects.update(periods_from=begins)

    def sweep(hour, day):
        return actions.renew_subscriptions(clock=lambda: datetime.combine(day, hour, OSLO))

    assert sweep(time(23, 59, 59), begins.replace(day=begins.day - 1)) == 0
    assert sweep(time(0, 0), begins) == 1
    assert sweep(time(2, 30), begins) == 0  # an hour that is not there in spring, and twice in autumn
    assert sweep(time(2, 30, fold=1), begins) == 0
    assert len(periods(subscription)) == 2


def test_one_that_fails_holds_no_other_back(eaccounting, caplog):
    poor = factories.ServiceFactory()
    broken = factories.SubscriptionFactory(service=poor, variant=poor.variants.get(), renews_on=date(2027, 1, 1))
    Price.objects.filter(variant=broken.variant).delete()
    good = factories.SubscriptionFactory(service=eaccounting, renews_on=date(2027, 1, 1))

    assert renew(date(2027, 1, 1)) == 1

    assert [len(periods(row)) for row in (broken, good)] == [1, 2]
    assert "was not brought up to date" in caplog.text
    Price.objects.create(variant=broken.variant, months=12, per_month=10, valid_from=date(2027, 1, 1))
    assert renew(date(2027, 1, 2)) == 1
    assert periods(broken)[1] == (date(2027, 1, 1), date(2028, 1, 1))


def test_what_is_free_month_by_month_is_never_due(known, kari, sent, approve):
    approve(sent(known.client, by=kari, service=factories.scanner()), by=known.administrator)

    assert renew(date(2030, 1, 1)) == 0
    assert not Charge.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_begin_one_period(quarterly):
    results = race(lambda: renew(date(2026, 6, 10)), lambda: renew(date(2026, 6, 10)))

    assert not [result for result in results if isinstance(result, Exception)]
    assert len(periods(quarterly.subscription)) == 2


def test_a_deed_after_a_renewal_that_has_no_price_is_refused_in_words_and_changes_nothing(quarterly, kari):
    Price.objects.all().delete()
    events = Event.objects.count()

    with pytest.raises(NotAllowed, match="Prislisten mangler prisen"):
        actions.end_collaboration(collaboration=quarterly.collaboration, by=kari, clock=noon(date(2026, 6, 10)))

    quarterly.collaboration.refresh_from_db()
    assert (quarterly.collaboration.is_active, Event.objects.count()) == (True, events)


@pytest.mark.parametrize("payer", ["company", "firm"])
def test_a_change_of_payer_to_the_same_payer_is_no_row(payer, quarterly, kari):
    firm = kari.firm if payer == "firm" else None
    row = {"from_firm": firm, "to_firm": firm, "kind": "payer", "status": "agreed", "needs_yes": False}

    with pytest.raises(IntegrityError, match="change_of_payer_changes_the_payer"), transaction.atomic():
        quarterly.subscription.changes.create(asked_by=kari.user, asked_at=NOON, **row)
