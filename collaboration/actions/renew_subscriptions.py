"""Renew: the clock begins the periods that are due, and tells the payer thirty days before what the next one costs."""

from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from agreements.rules import days
from collaboration import news
from collaboration.actions.agreement_days import catch_up
from collaboration.actions.locks import lock_agreement
from collaboration.actions.sweep import sweep
from collaboration.models import Collaboration
from ground.clock import Clock, database_clock, oslo_date
from subscriptions.models import RenewalNotice, Subscription

NOTICE_DAYS = 30  # before the renewal
FAILURE = "agreement %(pk)s was not brought up to date"
SHORTEST_NOTICED = 3  # months: month by month the notice would come as often as the invoice


def renew_subscriptions(*, clock: Clock = database_clock) -> int:
    """Bring every agreement with something due up to this day, each in a transaction of its own.

    Safe late, twice, and by two beats at once: every missed period comes in its order. One agreement that fails holds
    no other back. Returns how many had something due.
    """
    day = oslo_date(clock())
    last_day_is_over = Exists(Collaboration.objects.active().filter(subscription=OuterRef("pk"), ends_on__lte=day))
    due = Subscription.objects.active().filter(Q(renews_on__lte=day) | last_day_is_over)
    return sweep(due.order_by("pk").values("pk"), partial(renew_one, clock=clock), failure=FAILURE)


def send_renewal_notices(*, clock: Clock = database_clock) -> int:
    """Tell the payer of every agreement that renews within thirty days; once for what it is told. Returns how many."""
    day = oslo_date(clock())
    soon = Subscription.objects.active().filter(
        cancelled_on=None, payer_has_left=False, period_months__gte=SHORTEST_NOTICED,
        renews_on__gt=day, renews_on__lte=day + timedelta(days=NOTICE_DAYS),
    )  # fmt: skip
    # Who was told stays among them: what is told of can change until the day.
    return sweep(soon.order_by("pk").values("pk"), partial(notice_one, clock=clock), failure=FAILURE, most=None)


@transaction.atomic
def renew_one(*, pk: int, clock: Clock) -> bool:
    agreement = lock_agreement(pk)
    return catch_up(agreement, at=clock())


@transaction.atomic
def notice_one(*, pk: int, clock: Clock) -> bool:
    """The price of the next period, as it will hold; told anew when what it is for has changed."""
    agreement = lock_agreement(pk)
    at = clock()
    catch_up(agreement, at=at)
    subscription = agreement.subscription
    if not may_be_noticed(subscription, oslo_date(at)):
        return False
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
