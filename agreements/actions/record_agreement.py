"""Record agreement: a platform administrator writes down one that was made outside the portal, corrects it, or takes it
back while nothing was charged.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.rows.locks import lock_agreement
from agreements.rows.values import service_value
from agreements.rules.money import is_charged
from agreements.rules.refusals import Reason
from agreements.words.outlook import Coming, outlook
from agreements.words.refusals import SENTENCES
from ground.clock import Clock, database_clock, oslo_date
from ground.periods import add_months, is_period_start
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.companies.rows import lock_company
from organisations.invitations.rules import check_platform_administrator
from organisations.models import Company, CompanyUser, Firm, User
from subscriptions.actions.give_access import give_access
from subscriptions.models import Charge, Price, Subscription, Variant

NOT_CONFIRMED = gettext_lazy("Selskapet er ikke bekreftet. Bekreft selskapet først.")
RECORDED = ("variant_id", "paying_firm_id", "period_months", "started_on", "renews_on")  # what an event keeps


@transaction.atomic
def record_agreement(
    *,
    company: Company,
    variant: Variant,
    paying_firm: Firm | None,
    months: int,
    first_day: date,
    renews_on: date | None,
    by: User | None = None,
    clock: Clock = database_clock,
) -> Subscription:
    """An agreement made outside the portal, paid before up to its next renewal: one opening charge of 0.00.

    It has no terms: nobody has accepted any here. The company's administrators get access. Raises NotAllowed when the
    company has the service already, or is not known, and for what `check_recorded` refuses.
    """
    found = lock_company(company.pk)
    if found is None or not found.is_known:
        raise NotAllowed(NOT_CONFIRMED, field="company")
    company = found
    if Subscription.objects.of(company).active().filter(service=variant.service).exists():
        raise NotAllowed(_("Selskapet har allerede et abonnement på tjenesten."), field="variant")
    at = clock()
    check_recorded(
        variant=variant, paying_firm=paying_firm, months=months, first_day=first_day, renews_on=renews_on,
        today=oslo_date(at),
    )  # fmt: skip
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
    write_opening(subscription)
    for administrator in CompanyUser.objects.of(company).active().administrators():
        give_access(company_user=administrator, subscription=subscription, at=at)
    record_event(subject=subscription, verb="record", by=by, company=company, at=at, after=recorded(subscription))
    return subscription


@transaction.atomic
def correct_agreement(
    *,
    subscription: Subscription,
    variant: Variant,
    paying_firm: Firm | None,
    months: int,
    first_day: date,
    renews_on: date | None,
    by: User,
    clock: Clock = database_clock,
) -> Subscription:
    """Write down anew what was recorded wrongly. Raises NotAllowed as `check_untouched` and `check_recorded` do."""
    check_platform_administrator(by)
    found = lock_recorded(subscription)
    at = clock()
    if variant.service_id != found.service_id:
        raise NotAllowed(_("Ta avtalen tilbake, og registrer den på nytt for den andre tjenesten."), field="variant")
    check_recorded(
        variant=variant, paying_firm=paying_firm, months=months, first_day=first_day, renews_on=renews_on,
        today=oslo_date(at),
    )  # fmt: skip
    before = recorded(found)
    found.variant, found.paying_firm, found.period_months = variant, paying_firm, months
    found.started_on, found.periods_from, found.renews_on = first_day, first_day, renews_on
    found.version += 1
    found.save()
    found.notices.all().delete()  # they told of what was recorded wrongly
    found.charges.all().delete()
    write_opening(found)
    after = recorded(found)
    record_event(subject=found, verb="correct", by=by, company=found.company, at=at, before=before, after=after)
    return found


@transaction.atomic
def take_back_agreement(*, subscription: Subscription, by: User, clock: Clock = database_clock) -> None:
    """Remove what should not have been recorded, with its access. Raises NotAllowed as `lock_recorded` does."""
    check_platform_administrator(by)
    found = lock_recorded(subscription)
    before = recorded(found) | {"service_id": found.service_id}
    record_event(subject=found, verb="take_back_record", by=by, company=found.company, at=clock(), before=before)
    found.notices.all().delete()
    found.charges.all().delete()
    found.delete()


def foretell_recorded(subscription: Subscription | None, *, today: date, **what: Any) -> list[Coming]:
    """What a record, or a correction of `subscription`, would bring by day, as the payer reads it.

    The deed is done and undone again. Raises NotAllowed as it does.
    """
    with transaction.atomic():
        deed = correct_agreement if subscription else record_agreement
        about = {"subscription": subscription} if subscription else {}
        made = deed(**about, **what)
        coming = outlook(made, reader=made.paying_firm_id, day=today)
        transaction.set_rollback(True)
    return coming


def lock_recorded(subscription: Subscription) -> Subscription:
    """Raises NotAllowed where it has been taken back, and as `check_untouched` does."""
    lock_company(subscription.company_id)
    if not Subscription.objects.filter(pk=subscription.pk).exists():
        raise NotAllowed(_("Avtalen er allerede tatt tilbake."))
    found = lock_agreement(subscription.pk).subscription
    check_untouched(found)
    return found


def check_untouched(subscription: Subscription) -> None:
    """Raise NotAllowed unless it is as it was recorded: nothing charged, nobody collaborates, nothing is changed."""
    if subscription.terms_id:
        raise NotAllowed(_("Avtalen er inngått i portalen. Bare partene kan endre den."))
    if subscription.charges.exclude(kind=Charge.Kind.OPENING).exists():
        raise NotAllowed(_("Det er fakturert for avtalen. En linje som er feil, krediteres."))
    if not subscription.is_active or subscription.is_cancelled:
        raise NotAllowed(_("Avtalen er sagt opp eller avsluttet."))
    if subscription.collaborations.exists() or subscription.changes.exists():
        raise NotAllowed(_("Avtalen er tatt i bruk av et byrå eller endret av partene. Bare partene kan endre den nå."))


def check_recorded(
    *, variant: Variant, paying_firm: Firm | None, months: int, first_day: date, renews_on: date | None, today: date
) -> None:
    """Raise NotAllowed, at its field, for an agreement that cannot be as it is written down."""
    service = variant.service
    if first_day > today:
        raise NotAllowed(_("Første dag kan ikke være senere enn i dag."), field="started_on")
    if paying_firm and not service.has_payer:
        raise NotAllowed(SENTENCES[Reason.ALWAYS_THE_COMPANY], field="paying_firm")
    if months not in service.period_choices:
        raise NotAllowed(SENTENCES[Reason.LENGTH_NOT_OFFERED] % {"months": months}, field="period_months")
    try:
        variant.price_on(first_day, months)
    except Price.DoesNotExist:
        raise NotAllowed(_("Varianten har ingen pris for denne avtaleperioden."), field="period_months") from None
    if is_charged(service_value(service), variant.price_on(today, months)):
        check_renewal_day(first_day, renews_on, months=months, today=today)
    elif renews_on:
        raise NotAllowed(_("Tjenesten er gratis og fornyes aldri. La feltet stå tomt."), field="renews_on")


def check_renewal_day(first_day: date, renews_on: date | None, *, months: int, today: date) -> None:
    """Raise NotAllowed unless `renews_on` begins a period, counted in whole months from `first_day`, and is the next
    one: after today, and no more than one period from it.
    """
    if renews_on is None:
        raise NotAllowed(_("Skriv dagen avtalen fornyes neste gang."), field="renews_on")
    if renews_on <= first_day or not is_period_start(first_day, renews_on):
        raise NotAllowed(_("Avtalen må fornyes et helt antall måneder etter første dag."), field="renews_on")
    if renews_on <= today:
        raise NotAllowed(
            _("Fornyelsen må være senere enn i dag, ellers faktureres periodene siden."), field="renews_on"
        )
    if renews_on > add_months(today, months):
        raise NotAllowed(_("Neste fornyelse kan ikke være mer enn én avtaleperiode fram i tid."), field="renews_on")


def write_opening(subscription: Subscription) -> None:
    """What was paid outside the portal; nothing where there are no periods."""
    if subscription.renews_on is None:
        return
    Charge.objects.create(
        subscription=subscription,
        kind=Charge.Kind.OPENING,
        variant=subscription.variant,
        period=DateRange(subscription.started_on, subscription.renews_on),
        paying_firm=subscription.paying_firm,
        monthly_price=subscription.variant.price_on(subscription.started_on, subscription.period_months),
        amount=Decimal(0),
    )


def recorded(subscription: Subscription) -> dict[str, Any]:
    """As an event keeps it."""
    values = {name: getattr(subscription, name) for name in RECORDED}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
