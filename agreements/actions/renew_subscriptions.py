"""Renew: the clock begins the periods that are due, and tells the payer thirty days before what the next one costs."""

from datetime import date, timedelta
from functools import partial

from django.db import transaction

from agreements.models import Collaboration, RenewalNotice
from agreements.rows.catch_up import catch_up
from agreements.rows.locks import lock_agreement
from agreements.rules import days
from agreements.telling import news
from ground.clock import Clock, database_clock, oslo_date
from subscriptions.models import Subscription
from sweeps.sweep import Done, sweep

NOTICE_DAYS = 30  # before the renewal
FAILURE = "agreement %(pk)s was not brought up to date"
SHORTEST_NOTICED = 3  # months: month by month the notice would come as often as the invoice


def renew_subscriptions(*, clock: Clock = database_clock) -> Done:
    """Bring every agreement with something due up to this day, each in a transaction of its own.

    Safe late, twice, and by two beats at once: every missed period comes in its order. One agreement that fails holds
    no other back. Returns how many had something due.
    """
    at = clock()
    day = oslo_date(at)
    running = Subscription.objects.active()
    begins = running.filter(renews_on__lte=day).values("pk")
    last_day_is_over = Collaboration.objects.active().filter(ends_on__lte=day).values("subscription")
    due = running.filter(pk__in=begins.union(last_day_is_over)).order_by("pk").values("pk")
    return sweep(
        due, partial(renew_one, clock=clock),
        name="agreements.renew_subscriptions", key=("pk",), at=at, failure=FAILURE,
    )  # fmt: skip


def send_renewal_notices(*, clock: Clock = database_clock) -> Done:
    """Tell the payer of every agreement that renews within thirty days; once for what it is told. Returns how many."""
    at = clock()
    day = oslo_date(at)
    soon = Subscription.objects.unnoticed().filter(
        period_months__gte=SHORTEST_NOTICED, renews_on__gt=day, renews_on__lte=day + timedelta(days=NOTICE_DAYS)
    )
    return sweep(
        soon.order_by("renews_on", "pk").values("pk"), partial(notice_one, clock=clock),
        name="agreements.send_renewal_notices", key=("pk",), at=at, failure=FAILURE,
    )  # fmt: skip


@transaction.atomic
def renew_one(*, pk: int, clock: Clock) -> bool:
    agreement = lock_agreement(pk)
    return catch_up(agreement, at=clock())


@transaction.atomic
def notice_one(*, pk: int, clock: Clock) -> bool:
    """Tell the payer the next period's price. False where it was told before, or there is nothing to tell."""
    agreement = lock_agreement(pk)
    at = clock()
    catch_up(agreement, at=at)
    subscription = agreement.subscription
    if not may_be_noticed(subscription, oslo_date(at)):
        return False
    Subscription.objects.filter(pk=pk).update(noticed_version=subscription.version)
    renewal = days.next_renewal(agreement.value)
    if renewal is None:
        return False
    period = agreement.loaded.names.period(renewal.period)  # whoever is to pay it by then
    notice, is_new = RenewalNotice.objects.get_or_create(
        subscription=subscription, renews_on=renewal.day, variant=period.variant, months=period.months,
        paying_firm=period.paying_firm, defaults={"monthly_price": period.per_month, "posted_at": at},
    )  # fmt: skip
    if is_new:
        news.renewal_notice(agreement, notice)
    return is_new


def may_be_noticed(subscription: Subscription, day: date) -> bool:
    return (
        subscription.is_renewing
        and not subscription.payer_has_left
        and day < subscription.renews_on <= day + timedelta(days=NOTICE_DAYS)
    )
