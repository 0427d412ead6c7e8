"""Record agreement: a platform administrator writes down one that was made outside the portal."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.clock import Clock, database_clock
from ground.periods import is_period_start
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.companies.rows import lock_company
from organisations.models import Company, CompanyUser, Firm, User
from subscriptions.actions.give_access import give_access
from subscriptions.models import Charge, Subscription, Variant

NOT_CONFIRMED = gettext_lazy("Selskapet er ikke bekreftet. Bekreft selskapet først.")


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
    """Raise NotAllowed unless `renews_on` begins a period, counted in whole months from `first_day`."""
    if renews_on <= first_day or not is_period_start(first_day, renews_on):
        raise NotAllowed(_("Avtalen må fornyes et helt antall måneder etter første dag."))
