"""Samples of the mails about agreements: real deeds on the demo's rows, each in a transaction that is rolled back."""

from datetime import date, datetime, time, timedelta

from django.db.models import F

from clients.actions import edit_task
from collaboration import actions, news
from collaboration.actions.locks import lock_agreement
from collaboration.actions.renew_subscriptions import renew_one
from collaboration.models import AccessNotice, Collaboration
from collaboration.orders import make_order
from collaboration.plans import foretell, period_next, plan_payer, plan_period
from ground.clock import OSLO, Clock, database_clock, oslo_date
from notifications.models import Alert, Email
from organisations.models import Company, CompanyUser, Employee
from subscriptions.models import RenewalNotice, SubscriptionChange, Variant

Status = SubscriptionChange.Status


def today() -> date:
    return oslo_date(database_clock())


def paid_by(*, firm: bool) -> Collaboration:
    """The latest collaboration in an agreement with nothing on its way; that firm pays, or the company does."""
    running = Collaboration.objects.active().with_everything().filter(
        ends_on=None, subscription__cancelled_on=None, subscription__renews_on__gt=today() + timedelta(days=40),
        subscription__paying_firm=F("firm") if firm else None, service__has_period=True,
    ).exclude(subscription__changes__status__in=SubscriptionChange.OPEN)  # fmt: skip
    collaboration = running.latest("started_on", "pk")
    Employee.objects.filter(firm=collaboration.firm).update(alert_emails=Employee.AlertEmails.AT_ONCE)
    Alert.objects.filter(firm=collaboration.firm).delete()
    Email.objects.filter(kind__in=("collaboration_ended", "end_planned")).delete()
    return collaboration


def administrator_of(collaboration: Collaboration) -> CompanyUser:
    places = CompanyUser.objects.of(collaboration.company).active().administrators()
    return places.select_related("user", "company").latest("pk")


def lead_of(collaboration: Collaboration) -> Employee:
    leads = Employee.objects.active().filter(firm=collaboration.firm, role=Employee.Role.ADMINISTRATOR)
    return leads.select_related("user", "firm").latest("pk")


def first_minute(day: date) -> Clock:
    return lambda: datetime.combine(day, time(0, 5), tzinfo=OSLO)


def propose_to_the_company() -> SubscriptionChange:
    collaboration = paid_by(firm=True)
    subscription, by = collaboration.subscription, lead_of(collaboration)
    plan = plan_payer(subscription, None, asking=by.firm_id, day=today())
    return actions.change_payer(subscription=subscription, firm=None, by=by, shown=plan.fingerprint)


def propose_to_the_firm() -> SubscriptionChange:
    collaboration = paid_by(firm=True)
    subscription = collaboration.subscription
    months = 3 if subscription.period_months == 12 else 12
    plan = plan_period(subscription, months, asking=None, day=today())
    by = administrator_of(collaboration)
    return actions.change_period(subscription=subscription, months=months, by=by, shown=plan.fingerprint)


def leave_the_company_to_pay() -> None:
    collaboration = paid_by(firm=True)
    actions.end_collaboration(collaboration=collaboration, by=lead_of(collaboration))


def answer_the_firm() -> None:
    change = propose_to_the_company()
    by = administrator_of(Collaboration.objects.active().filter(subscription=change.subscription_id).latest("pk"))
    shown = foretell(change, day=today()).fingerprint
    actions.answer_change(change=change, accepts=True, by=by, shown=shown)


def take_back_from_the_company() -> None:
    change = propose_to_the_company()
    by = lead_of(Collaboration.objects.active().filter(subscription=change.subscription_id).latest("pk"))
    actions.take_back_change(change=change, by=by)


def cancel() -> Collaboration:
    collaboration = paid_by(firm=False)
    actions.cancel_subscription(subscription=collaboration.subscription, by=administrator_of(collaboration))
    return collaboration


def resume() -> None:
    collaboration = cancel()
    actions.resume_subscription(subscription=collaboration.subscription, by=administrator_of(collaboration))


def finish() -> None:
    subscription = cancel().subscription
    assert subscription.renews_on
    renew_one(pk=subscription.pk, clock=first_minute(subscription.renews_on))


def notice(*, firm: bool) -> None:
    agreement = lock_agreement(paid_by(firm=firm).subscription_id)
    period = period_next(agreement.subscription, day=today())
    if period is None or agreement.subscription.renews_on is None:
        raise Collaboration.DoesNotExist  # it does not renew
    row = RenewalNotice.objects.create(
        subscription=agreement.subscription, renews_on=agreement.subscription.renews_on, variant=period.variant,
        months=period.months, paying_firm=period.paying_firm, monthly_price=period.per_month,
        posted_at=database_clock(),
    )  # fmt: skip
    news.renewal_notice(agreement, row)


def plan_end() -> Collaboration:
    collaboration = paid_by(firm=True)
    on = today() + timedelta(days=14)
    return actions.plan_end(collaboration=collaboration, by=administrator_of(collaboration), on=on)


def end_as_planned() -> None:
    collaboration = plan_end()
    assert collaboration.ends_on
    renew_one(pk=collaboration.subscription_id, clock=first_minute(collaboration.ends_on))


def change_access() -> None:
    """A colleague comes on the task of a collaboration and the others go off it, and the company is told."""
    running = Collaboration.objects.running(today()).with_everything().order_by("-started_on", "-pk")
    for collaboration in running:
        task, by = collaboration.task, lead_of(collaboration)
        there = [person.pk for person in task.people]
        colleague = Employee.objects.visible_to(by).active().exclude(pk__in=there).order_by("pk").first()
        if colleague is not None:
            AccessNotice.objects.filter(company=collaboration.company).delete()
            edit_task(task=task, by=by, type=task.type, owner=colleague, participants=[], due_on=task.due_on)
            actions.send_access_notice(company_id=collaboration.company_id, clock=database_clock)
            return
    raise Employee.DoesNotExist


def order() -> None:
    """By the administrator of a company that has nothing yet."""
    variant = Variant.objects.filter(service__has_period=True, is_for_sale=True).select_related("service").first()
    company = Company.objects.known().filter(subscriptions=None, users__deactivated_at=None).order_by("pk").first()
    if variant is None or company is None:
        raise Collaboration.DoesNotExist
    by = CompanyUser.objects.of(company).active().administrators().select_related("user", "company").latest("pk")
    shown = make_order(company, variant, months=12, day=today()).fingerprint
    actions.order_subscription(variant=variant, months=12, by=by, shown=shown, accepts_terms=True)
