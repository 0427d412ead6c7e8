"""Renew: the clock begins the periods that are due, and tells the payer thirty days before what the next one costs."""

import logging
from datetime import date, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from collaboration import news
from collaboration.actions.agreement_days import catch_up
from collaboration.actions.locks import lock_agreement
from collaboration.models import Collaboration
from collaboration.plans import period_next
from history.clock import Clock, database_clock, oslo_date
from subscriptions.models import RenewalNotice, Subscription

logger = logging.getLogger(__name__)

NOTICE_DAYS = 30  # before the renewal
SHORTEST_NOTICED = 3  # months: month by month the notice would come as often as the invoice


def renew_subscriptions(*, clock: Clock = database_clock) -> int:
    """Bring every agreement with something due up to this day, each in a transaction of its own.

    Safe late, twice, and by two beats at once: every missed period comes in its order. One agreement that fails holds
    no other back. Returns how many had something due.
    """
    day = oslo_date(clock())
    due = set(Subscription.objects.due(day).values_list("pk", flat=True))
    due |= set(Collaboration.objects.active().filter(ends_on__lte=day).values_list("subscription_id", flat=True))
    return sum(sweep(renew_one, due, clock=clock))


def send_renewal_notices(*, clock: Clock = database_clock) -> int:
    """Tell the payer of every agreement that renews within thirty days; once for what it is told. Returns how many."""
    day = oslo_date(clock())
    soon = Subscription.objects.active().filter(
        cancelled_on=None, payer_has_left=False, period_months__gte=SHORTEST_NOTICED,
        renews_on__gt=day, renews_on__lte=day + timedelta(days=NOTICE_DAYS),
    )  # fmt: skip
    return sum(sweep(notice_one, soon.values_list("pk", flat=True), clock=clock))


def sweep(deed, keys, *, clock: Clock) -> list[bool]:
    """The deed for each, the failures logged and left for the next sweep."""
    done = []
    for key in sorted(keys):
        try:
            done.append(deed(key, clock=clock))
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("agreement %s was not brought up to date", key)
    return done


@transaction.atomic
def renew_one(subscription_id: int, *, clock: Clock) -> bool:
    agreement = lock_agreement(subscription_id)
    return catch_up(agreement, at=clock())


@transaction.atomic
def notice_one(subscription_id: int, *, clock: Clock) -> bool:
    """The price of the next period, as it will hold; told anew when what it is for has changed."""
    agreement = lock_agreement(subscription_id)
    at = clock()
    catch_up(agreement, at=at)
    subscription = agreement.subscription
    if not may_be_noticed(subscription, oslo_date(at)):
        return False
    period = period_next(subscription)
    assert period is not None
    notice, is_new = RenewalNotice.objects.get_or_create(
        subscription=subscription, renews_on=subscription.renews_on, variant=period.variant, months=period.months,
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
