"""Deeds about agreements. Where they are part of a greater one, its caller holds the company's lock."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.rules.money import is_charged
from agreements.rules.periods import is_period_start, next_period
from agreements.rules.values import Party
from agreements.rules.verbs import begin
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.companies.rows import lock_company
from organisations.models import Company, CompanyUser, Firm, User
from subscriptions.agreement_values import price_list, service_value, variant_value, write_charge
from subscriptions.models import Charge, ServiceAccess, Subscription, Terms, Variant

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
    payer = Party(paying_firm.pk if paying_firm else None)
    agreement = begin(
        service_value(variant.service), variant_value(variant), payer=payer, months=months,
        per_month=price_per_month, first_day=first_day, prices=price_list(variant.service_id),
    )  # fmt: skip
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        paying_firm=paying_firm,
        period_months=months,
        terms=terms,
        started_on=first_day,
        periods_from=first_day,
        renews_on=agreement.renews_on,
    )
    for charge in agreement.charges:
        write_charge(subscription, charge)
    return subscription


def first_renewal(variant: Variant, *, months: int, price_per_month: Decimal, first_day: date) -> date | None:
    """The first day that is not paid for of an agreement that begins on the day; None where there are no periods."""
    has_periods = is_charged(service_value(variant.service), price_per_month)
    return next_period(first_day, first_day, months) if has_periods else None


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
