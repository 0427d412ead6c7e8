"""What happened before the first load, in its order: requests by the real deeds, each at its own hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.models import F, Min

from agreements import actions as agreement_actions
from agreements.actions.record_agreement import record_agreement
from agreements.actions.renew_subscriptions import NOTICE_DAYS, SHORTEST_NOTICED, notice_one
from agreements.models import Collaboration
from agreements.plans import plan_payer, plan_variant
from collaboration import actions
from collaboration.models import Activation, Reminder
from collaboration.offer.offers import make_offer
from devtools.demo import cast
from devtools.demo.people import make_user
from devtools.demo.stage import Stage, at_hour
from ground.clock import OSLO, oslo_date
from ground.periods import add_months
from notifications.delivery import without_secret
from notifications.models import Alert, Email
from organisations.actions import accept_place
from organisations.models import CompanyUser, Employee
from subscriptions.models import Service, Subscription, Variant

YELLOW = ("address_incomplete", "name_differs", "subscription_cancelled", "register_away")
BOUNCE = "550 5.1.1 Ukjent mottaker"


@dataclass(frozen=True)
class Step:
    """One thing that happened at one hour."""

    at: datetime
    play: Callable[[datetime], object]


def play_history(stage: Stage) -> None:
    """Play every step in the order of the hours, and settle the mails of each before the next one."""
    for step in sorted(find_steps(stage), key=lambda step: step.at):
        keep_time(stage, until=step.at)
        step.play(step.at)
        settle_emails(stage, step.at)
    keep_time(stage, until=stage.now)
    read_old_alerts(stage)


def find_steps(stage: Stage) -> list[Step]:
    steps = []
    for agreement in cast.AGREEMENTS:
        days_ago = agreement.days_ago
        if agreement.renews_in is not None:
            renews_on = stage.today + timedelta(days=agreement.renews_in)
            days_ago = (stage.today - add_months(renews_on, -agreement.months)).days
        began_at = stage.ago(days_ago, agreement.company)
        steps.append(Step(began_at, partial(make_agreement, stage, agreement)))
    for request in cast.REQUESTS:
        sent_at = stage.ago(request.days_ago, request.number)
        steps.append(Step(sent_at, partial(ask, stage, request)))
        if request.answer == "bounced":
            steps.append(Step(sent_at + timedelta(minutes=1), partial(bounce_emails, stage, request)))
        if request.answer in ANSWERS:
            answered_at = stage.ago(request.days_ago - request.after, request.number + 3)
            steps.append(Step(answered_at, partial(ANSWERS[request.answer], stage, request)))
    for deed in cast.DEEDS:
        steps.append(Step(stage.ago(deed.days_ago, deed.number), partial(DEEDS[deed.what], stage, deed)))
    return steps


def make_agreement(stage: Stage, agreement: cast.Agreement, at: datetime) -> None:
    """A subscription from outside the portal: paid before, up to its next renewal."""
    company = stage.companies[agreement.company]
    variant = Variant.objects.select_related("service").get(service__code=agreement.service, code=agreement.variant)
    first_day = oslo_date(at)
    record_agreement(
        company=company,
        variant=variant,
        paying_firm=None,
        months=agreement.months,
        first_day=first_day,
        renews_on=add_months(first_day, agreement.months),
        clock=at_hour(at),
    )


def ask(stage: Stage, request: cast.Request, at: datetime) -> None:
    """The draft with its answers, and sent unless it is to stay one."""
    client = stage.clients[request.firm, request.number]
    service = Service.objects.get(code=request.service)
    by = client.tasks.open().select_related("owner__user", "owner__firm").get().owner
    variant = Variant.objects.select_related("service").get(service=service, code=request.variant)
    draft = actions.start_activation(client=client, service=service, by=by, variant=variant, clock=at_hour(at))
    if not draft.keeps_agreement:
        months = request.months if service.has_period else 1
        actions.save_answers(activation=draft, by=by, answers={"payer": request.payer, "period_months": months})
    if request.answer != "draft":
        actions.send_activation(activation=draft, by=by, acknowledged=YELLOW, clock=at_hour(at))


def find_request(stage: Stage, request: cast.Request) -> Activation:
    """The request as it is now: a client's latest for the service."""
    client = stage.clients[request.firm, request.number]
    return Activation.objects.filter(client=client, service__code=request.service).latest("started_at")


def find_decider(stage: Stage, activation: Activation, at: datetime) -> CompanyUser:
    """The company's administrator; of a new company, the one who takes the offered place now."""
    assert activation.company
    administrators = CompanyUser.objects.of(activation.company).administrators().select_related("user")
    place = administrators.active().first()
    if place is None:
        place = administrators.offered().get(email=activation.contact_email)
        user = make_user(stage, place.email, place.name, phone=place.phone)
        accept_place(place=place, user=user, clock=at_hour(at))
        place = administrators.active().get(pk=place.pk)
        activation.refresh_from_db()
    return place


def approve(stage: Stage, request: cast.Request, at: datetime) -> None:
    activation = find_request(stage, request)
    by = find_decider(stage, activation, at)
    offer = make_offer(activation, today=oslo_date(at))
    actions.approve_activation(
        activation=activation, by=by, shown=offer.fingerprint, accepts_terms=True, clock=at_hour(at)
    )


def decline(stage: Stage, request: cast.Request, at: datetime) -> None:
    activation = find_request(stage, request)
    actions.decline_activation(
        activation=activation,
        by=find_decider(stage, activation, at),
        reason=request.reason,
        comment=request.comment,
        clock=at_hour(at),
    )


def withdraw(stage: Stage, request: cast.Request, at: datetime) -> None:
    activation = find_request(stage, request)
    assert activation.requested_by
    actions.withdraw_activation(activation=activation, by=activation.requested_by, clock=at_hour(at))


def expire(stage: Stage, request: cast.Request, at: datetime) -> None:
    actions.expire_activations(clock=at_hour(at))


ANSWERS = {"approved": approve, "declined": decline, "withdrawn": withdraw, "expired": expire}


# --- Agreements --------------------------------------------------------------------------------------------------


def find_agreement(stage: Stage, deed: cast.Deed) -> tuple[Subscription, CompanyUser]:
    """As it is now, with the administrator of the company that has it."""
    org_number = stage.clients[deed.firm, deed.number].org_number
    active = Subscription.objects.active().with_service()
    subscription = active.get(company__org_number=org_number, service__code=deed.service)
    places = CompanyUser.objects.of(subscription.company).active().administrators()
    return subscription, places.select_related("user", "company").latest("pk")


def find_lead(stage: Stage, deed: cast.Deed) -> Employee:
    """The firm's administrator."""
    office = next(office for office in cast.OFFICES if office.slug == deed.firm)
    return stage.employees[office.workers[0].email]


def cancel(stage: Stage, deed: cast.Deed, at: datetime) -> None:
    subscription, by = find_agreement(stage, deed)
    agreement_actions.cancel_subscription(subscription=subscription, by=by, clock=at_hour(at))


def upgrade(stage: Stage, deed: cast.Deed, at: datetime) -> None:
    """By the firm that pays, so that it takes nobody's yes."""
    subscription, _administrator = find_agreement(stage, deed)
    by, variant = find_lead(stage, deed), subscription.service.variants.get(code=deed.variant)
    plan = plan_variant(subscription, variant, asking=by.firm_id, day=oslo_date(at))
    agreement_actions.change_variant(
        subscription=subscription, variant=variant, by=by, shown=plan.fingerprint, clock=at_hour(at)
    )


def ask_customer_to_pay(stage: Stage, deed: cast.Deed, at: datetime) -> None:
    subscription, _administrator = find_agreement(stage, deed)
    by = find_lead(stage, deed)
    plan = plan_payer(subscription, None, asking=by.firm_id, day=oslo_date(at))
    agreement_actions.change_payer(
        subscription=subscription, firm=None, by=by, shown=plan.fingerprint, clock=at_hour(at)
    )


def plan_end(stage: Stage, deed: cast.Deed, at: datetime) -> None:
    subscription, by = find_agreement(stage, deed)
    collaboration = Collaboration.objects.on(subscription).active().get(firm__slug=deed.firm)
    on = stage.today + timedelta(days=deed.ends_in)
    agreement_actions.plan_end(collaboration=collaboration, by=by, on=on, clock=at_hour(at))


DEEDS = {"cancel": cancel, "upgrade": upgrade, "ask_customer_to_pay": ask_customer_to_pay, "plan_end": plan_end}


# --- The clock ---------------------------------------------------------------------------------------------------


def keep_time(stage: Stage, *, until: datetime) -> None:
    """What the clock did since the last step, each at its own hour."""
    remind(stage, until=until)
    turn_periods(stage, until=until)


def turn_periods(stage: Stage, *, until: datetime) -> None:
    """Begin and end what was due, day by day; tell payers of what renews within a month from now.

    Of older notices there would be hundreds, and nothing would be different.
    """
    while day := next_day(oslo_date(until)):
        at = datetime.combine(day, time(0, 5), tzinfo=OSLO)
        agreement_actions.renew_subscriptions(clock=at_hour(at))
        settle_emails(stage, at)
    if until == stage.now:
        notice_payers(stage)


def next_day(today: date) -> date | None:
    """The first day not played yet on which a period begins, or a chosen end comes."""
    renewals = Subscription.objects.due(today).aggregate(day=Min("renews_on"))["day"]
    ends = Collaboration.objects.active().filter(ends_on__lte=today).aggregate(day=Min("ends_on"))["day"]
    return min((day for day in (renewals, ends) if day), default=None)


def notice_payers(stage: Stage) -> None:
    """Each on the morning of its day."""
    soon = Subscription.objects.due(stage.today + timedelta(days=NOTICE_DAYS)).order_by("renews_on", "pk")
    for subscription in soon.filter(period_months__gte=SHORTEST_NOTICED):
        assert subscription.renews_on
        day = max(subscription.renews_on - timedelta(days=NOTICE_DAYS), subscription.started_on)
        at = datetime.combine(day, time(6, 0), tzinfo=OSLO)
        notice_one(pk=subscription.pk, clock=at_hour(at))
        settle_emails(stage, at)


def remind(stage: Stage, *, until: datetime) -> None:
    """What the clock wrote since the last step, each at its own hour."""
    for due_at in sorted(set(Reminder.objects.due(until).values_list("due_at", flat=True))):
        actions.send_due_reminders(clock=at_hour(due_at))
        settle_emails(stage, due_at)


def settle_emails(stage: Stage, at: datetime) -> None:
    """What the step posted was handed over then: nothing of the past waits for a worker."""
    for row in Email.objects.filter(status=Email.Status.QUEUED, posted_at__gte=stage.now).order_by("pk"):
        Email.objects.filter(pk=row.pk).update(
            status=Email.Status.SENT,
            attempts=1,
            posted_at=at,
            next_attempt_at=at,
            sent_at=at + timedelta(seconds=2),
            delivered_at=at + timedelta(seconds=9),
            **without_secret(row),
        )


def read_old_alerts(stage: Stage) -> None:
    """What happened more than a week ago has been seen, the day after."""
    old = Alert.objects.filter(created_at__lt=stage.now - timedelta(days=7))
    old.update(read_at=F("created_at") + timedelta(days=1))


def bounce_emails(stage: Stage, request: cast.Request, at: datetime) -> None:
    """The mails of a request that reached nobody."""
    activation = find_request(stage, request)
    for row in Email.objects.about(activation).filter(to=activation.contact_email):
        Email.objects.filter(pk=row.pk).update(
            status=Email.Status.DEAD,
            sent_at=None,
            delivered_at=None,
            bounced_at=row.posted_at + timedelta(seconds=4),
            last_error=BOUNCE,
        )
