"""Whether an agreement is over on a day: the condition of the lists says what the rules say, for every state."""

from datetime import date, timedelta
from itertools import product

import pytest

from agreements.rows.load import load
from subscriptions.models import Subscription

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)


@pytest.mark.parametrize("payer", ["company", "firm"])
def test_lists_and_rules_agree(payer, agreement):
    subscription = agreement(payer=payer).subscription
    states = product([None, date(2026, 4, 1)], [False, True], [None, RENEWAL], [RENEWAL, None])
    for cancelled_on, payer_has_left, ended_on, renews_on in states:
        Subscription.objects.update(
            cancelled_on=cancelled_on, payer_has_left=payer_has_left, ended_on=ended_on, renews_on=renews_on
        )
        for day in (RENEWAL - timedelta(days=1), RENEWAL, RENEWAL + timedelta(days=1)):
            is_over = load(subscription, day=day).value.is_over

            assert Subscription.objects.running(day).exists() is not is_over
            assert Subscription.objects.get().is_over_on(day) is is_over
