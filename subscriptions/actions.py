"""Deeds about agreements. Where they are part of a greater one, its caller holds the company's lock."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.clock import Clock, database_clock
from history.models import record_event
from organisations.companies import lock_company
from organisations.models import Company, CompanyUser, Firm, User
from organisations.refusals import NotAllowed
from subscriptions.charges import charge_period, charge_upgrade, renewal_price
from subscriptions.models import Charge, ServiceAccess, Subscription, SubscriptionChange, Terms, Variant
from subscriptions.periods import is_period_start, next_period

NOT_CONFIRMED = gettext_lazy("Selskapet er ikke bekreftet. Bekreft selskapet først.")


@transaction.atomic
def start_subscription(
    *,
    company: Company,
    variant: Variant,
    paying_firm: Firm | None,
    months: int,
    price_per_month: Decimal,
    terms: Terms,
    first_day: date,
) -> Subscription:
    """Begin an agreement and charge its first period, paid in advance.

    `paying_firm` None means that the company pays; `price_per_month` is NOK excluding VAT. Without an agreement
    period a free service does not renew, and is not charged.
    """
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        paying_firm=paying_firm,
        period_months=months,
        terms=terms,
        started_on=first_day,
        periods_from=first_day,
    )
    if is_charged(variant, price_per_month):
        begin_period(subscription, first_day=first_day, price=price_per_month)
    return subscription


def is_charged(variant: Variant, price_per_month: Decimal) -> bool:
    """Whether there are periods at all: month by month a free service just runs."""
    return variant.service.has_period or price_per_month > 0


def first_renewal(variant: Variant, *, months: int, price_per_month: Decimal, first_day: date) -> date | None:
    """The first day that is not paid for of an agreement that begins on the day; None where there are no periods."""
    return next_period(first_day, first_day, months) if is_charged(variant, price_per_month) else None


def begin_period(subscription: Subscription, *, first_day: date, price: Decimal) -> None:
    """Charge the period that begins on the day, and set the day of the next one."""
    subscription.renews_on = next_period(subscription.periods_from, first_day, subscription.period_months)
    subscription.save(update_fields=["renews_on"])
    charge_period(subscription, first_day=first_day, next_day=subscription.renews_on, price=price)


def upgrade_subscription(subscription: Subscription, *, variant: Variant, day: date) -> None:
    """Put a greater variant in force today; the rest of the paid period is charged. The caller holds the lock."""
    charge_upgrade(subscription, variant=variant, day=day)
    subscription.variant = variant
    subscription.version += 1
    subscription.save(update_fields=["variant", "version"])
    if subscription.renews_on is None:  # free until now, month by month from today if it costs something
        price = variant.price_on(day, subscription.period_months)
        if is_charged(variant, price):
            subscription.periods_from = day
            subscription.save(update_fields=["periods_from"])
            begin_period(subscription, first_day=day, price=price)


def renew_subscription(subscription: Subscription, *, changes: Iterable[SubscriptionChange]) -> None:
    """Begin the next period on its own day, with the changes that are due then. The caller holds the lock.

    Raises Price.DoesNotExist where the list has no price for it.
    """
    day = subscription.renews_on
    assert day is not None
    for change in changes:
        put_in_force(subscription, change)
    price = renewal_price(subscription, variant=subscription.variant, months=subscription.period_months, day=day)
    subscription.version += 1
    if is_charged(subscription.variant, price):
        subscription.save()
        begin_period(subscription, first_day=day, price=price)
    else:
        subscription.renews_on = None
        subscription.save()


def put_in_force(subscription: Subscription, change: SubscriptionChange) -> None:
    """Set what the change names; the subscription is not saved yet."""
    if change.kind == SubscriptionChange.Kind.VARIANT and change.to_variant:
        subscription.variant = change.to_variant
    elif change.kind == SubscriptionChange.Kind.PAYER:
        subscription.paying_firm = change.to_firm
        subscription.payer_has_left = False
    elif change.to_months:
        subscription.period_months = change.to_months
    change.status = SubscriptionChange.Status.IN_FORCE
    change.save(update_fields=["status"])


def give_access(*, company_user: CompanyUser, subscription: Subscription, at: datetime) -> ServiceAccess:
    """Let a person of the company open the service; giving twice is the same as once."""
    access, _is_new = ServiceAccess.objects.get_or_create(
        company_user=company_user, subscription=subscription, defaults={"given_at": at}
    )
    return access


@transaction.atomic
def record_agreement(
    *,
    company: Company,
    variant: Variant,
    paying_firm: Firm | None,
    months: int,
    first_day: date,
    renews_on: date,
    by: User | None = None,
    clock: Clock = database_clock,
) -> Subscription:
    """An agreement made outside the portal, paid before up to its next renewal: one opening charge of 0.00.

    It has no terms: nobody has accepted any here. The company's administrators get access. Raises NotAllowed when the
    company has the service already, or is not known.
    """
    found = lock_company(company.pk)
    if found is None or not found.is_known:
        raise NotAllowed(NOT_CONFIRMED)
    company = found
    if Subscription.objects.of(company).active().filter(service=variant.service).exists():
        raise NotAllowed(_("Selskapet har allerede et abonnement på tjenesten."))
    check_renewal_day(first_day, renews_on)
    at = clock()
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        paying_firm=paying_firm,
        period_months=months,
        terms=None,
        started_on=first_day,
        periods_from=first_day,
        renews_on=renews_on,
    )
    Charge.objects.create(
        subscription=subscription,
        kind=Charge.Kind.OPENING,
        variant=variant,
        period=DateRange(first_day, renews_on),
        paying_firm=paying_firm,
        monthly_price=variant.price_on(first_day, months),
        amount=Decimal(0),
    )
    for administrator in CompanyUser.objects.of(company).active().administrators():
        give_access(company_user=administrator, subscription=subscription, at=at)
    record_event(subject=subscription, verb="record", by=by, company=company, at=at)
    return subscription


def check_renewal_day(first_day: date, renews_on: date) -> None:
    """Raises NotAllowed unless the one is a period's first day, counted in whole months from the other."""
    if renews_on <= first_day or not is_period_start(first_day, renews_on):
        raise NotAllowed(_("Avtalen må fornyes et helt antall måneder etter første dag."))
