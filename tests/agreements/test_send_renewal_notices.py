"""send_renewal_notices: thirty days before, once, to who pays; the price that it names then holds."""

from datetime import date, timedelta

import pytest

from agreements import actions
from agreements.models import RenewalNotice
from subscriptions.models import Charge, Price
from tests import factories
from tests.agreements.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)
IN_TIME = RENEWAL - timedelta(days=30)


def notify(day=IN_TIME) -> int:
    return actions.send_renewal_notices(clock=noon(day))


def test_thirty_days_before_and_not_a_day_earlier(agreement):
    case = agreement()

    assert notify(IN_TIME - timedelta(days=1)) == 0
    assert notify() == 1

    notice = RenewalNotice.objects.get()
    assert (notice.renews_on, notice.variant, notice.months, notice.paying_firm, notice.monthly_price) == (
        RENEWAL, case.subscription.variant, 12, None, 349,
    )  # fmt: skip


def test_late_is_better_than_never_but_not_on_the_day_itself(agreement):
    agreement()

    assert notify(RENEWAL - timedelta(days=1)) == 1
    assert notify(RENEWAL) == 0


def test_once(agreement):
    agreement()

    assert [notify(), notify(), notify(IN_TIME + timedelta(days=5))] == [1, 0, 0]


def test_the_price_then_holds(agreement):
    case = agreement()
    notify()
    Price.objects.create(
        variant=case.subscription.variant, months=12, per_month=499, valid_from=IN_TIME + timedelta(days=1)
    )

    renew(RENEWAL)

    assert Charge.objects.latest("pk").monthly_price == 349


def test_it_names_the_price_of_the_first_day(agreement):
    case = agreement()
    Price.objects.create(variant=case.subscription.variant, months=12, per_month=499, valid_from=RENEWAL)

    notify()

    assert RenewalNotice.objects.get().monthly_price == 499


def test_anew_to_another_payer_or_of_another_variant(agreement, kari):
    case = agreement(payer="firm")
    notify()
    made = change(case.subscription, kari, payer=None, at=noon(IN_TIME))
    answer(made, case.per, at=noon(IN_TIME))
    assert notify() == 1
    change(case.subscription, kari, variant=case.subscription.service.variants.get(code="start"), at=noon(IN_TIME))
    assert notify() == 1

    rows = RenewalNotice.objects.order_by("pk").values_list("paying_firm", "variant__code")
    assert list(rows) == [(kari.firm_id, "smart"), (None, "smart"), (None, "start")]


def test_not_for_what_ends_or_is_month_by_month(agreement, kari):
    case = agreement(payer="firm")
    monthly = factories.ServiceFactory(has_period=False)
    factories.SubscriptionFactory(
        service=monthly, variant=monthly.variants.get(), period_months=1, started_on=date(2027, 2, 10),
        renews_on=RENEWAL,
    )  # fmt: skip
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)  # nobody pays on
    assert notify() == 0
    actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=lambda: NOON)
    assert notify() == 0


def test_one_that_fails_holds_no_other_back(agreement):
    agreement()
    poor = factories.ServiceFactory()
    factories.SubscriptionFactory(service=poor, variant=poor.variants.get(), renews_on=RENEWAL - timedelta(days=1))
    Price.objects.filter(variant__service=poor).delete()

    assert notify() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_give_one_notice(agreement):
    agreement()

    assert sorted(race(notify, notify)) == [0, 1]
