"""What the overview tells, from four queries whatever the firm's size (docs/adr/0021)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractDay, Now, TruncDate, TruncWeek

from agreements.models import Collaboration, RenewalNotice
from clients.models import Client, Task
from collaboration.models import Activation
from collaboration.progress.states import waits_at
from collaboration.workflow import Status
from ground.clock import OSLO, oslo_midnight
from office.collaborations.rows import RENEWS_SOON, may_ask
from office.header import CountOf
from organisations.models import Employee
from subscriptions.models import Price

WEEKS = 26
MOST_RENEWALS = 200
MOST_TASKS = 1000
AGES = (30, 14, 7, 3, 0)  # days
ANSWERED = (Status.APPROVED, Status.DECLINED)
ENDS = (Status.APPROVED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)


@dataclass(frozen=True)
class Moment:
    """The hour, and what of the employee's own work is due."""

    at: datetime
    has_clients: bool
    overdue: int
    due: int
    open: int


def clients_of(employee: Employee, *, mine: bool):
    """The clients that the page is about: all that the employee sees, or the own ones."""
    seen = Client.objects.visible_to(employee)
    return seen.worked_on_by(employee) if mine else seen


def read_now(employee: Employee) -> Moment:
    today = TruncDate(Now(), tzinfo=OSLO)
    own = Task.objects.visible_to(employee).worked_on_by(employee).open()
    dues = (own.filter(due_on__lt=today), own.filter(due_on__gte=today, due_on__lte=today + timedelta(days=7)), own)
    facts = Employee.objects.filter(pk=employee.pk).values_list(
        Now(),
        Exists(Client.objects.visible_to(employee)),
        *(CountOf(tasks, most=MOST_TASKS + 1) for tasks in dues),
    )
    return Moment(*facts.get())


def count_asking(employee: Employee, *, at: datetime, mine: bool) -> tuple[Counter, Counter]:
    """How many ask for something, by reason; and how many wait, by the most of AGES that they are older than."""
    ages = [When(waits_at(at) & Q(requested_at__lt=at - timedelta(days=days)), then=Value(days)) for days in AGES]
    requests = may_ask(employee, at=at)
    if mine:
        requests = requests.filter(client__in=clients_of(employee, mine=True))
    requests = requests.annotate(age=Case(*ages, default=None, output_field=IntegerField()))
    reasons: Counter = Counter()
    waiting: Counter = Counter()
    for reason, age, count in requests.order_by().values_list("reason", "age").annotate(count=Count("pk")):
        if reason:
            reasons[reason] += count
        if age is not None:
            waiting[age] += count
    return reasons, waiting


@dataclass(frozen=True)
class Statistics:
    """Of the last WEEKS weeks, the present one among them. `median_days` is None where nobody has answered."""

    weeks: list[tuple[date, int, int]]  # its Monday, sent, answered
    ends: list[tuple[str, list[int]]]  # a service, and how many ended as each of ENDS
    median_days: int | None


def read_statistics(employee: Employee, *, at: datetime, mine: bool) -> Statistics:
    this_week = oslo_midnight(at, days=-oslo_midnight(at).weekday())
    start = oslo_midnight(this_week, days=-7 * (WEEKS - 1))
    requests = Activation.objects.visible_to(employee)
    if mine:
        requests = requests.filter(client__in=clients_of(employee, mine=True))
    took = ExpressionWrapper(F("decided_at") - F("first_requested_at"), output_field=DurationField())
    groups = (
        requests.filter(Q(first_requested_at__gte=start) | Q(first_requested_at__isnull=False, decided_at__gte=start))
        .order_by()
        .values_list(
            "service__name",
            "status",
            TruncWeek("first_requested_at", tzinfo=OSLO),
            TruncWeek("decided_at", tzinfo=OSLO),
            ExtractDay(took),
        )
        .annotate(count=Count("pk"))
    )
    return sum_up(groups, start)


def sum_up(groups: Iterable[tuple], start: datetime) -> Statistics:
    """From (service, status, week sent, week decided, days that it took, how many)."""
    sent: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    days: Counter[int] = Counter()
    ends: dict[str, Counter] = {}
    for service, status, sent_in, decided_in, took, count in groups:
        sent[sent_in.date()] += count
        if decided_in is None or decided_in < start or status not in ENDS:
            continue
        ends.setdefault(service, Counter())[status] += count
        if status in ANSWERED:
            answered[decided_in.date()] += count
            days[int(took)] += count
    mondays = [start.date() + timedelta(weeks=week) for week in range(WEEKS)]
    return Statistics(
        [(monday, sent[monday], answered[monday]) for monday in mondays],
        [(service, [found[status] for status in ENDS]) for service, found in sorted(ends.items())],
        median(days),
    )


def median(counts: Counter) -> int | None:
    """The middle of so many values; of two in the middle the lower one."""
    middle, seen = (counts.total() + 1) // 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= middle:
            return value
    return None


@dataclass(frozen=True)
class Renewal:
    """A running agreement that goes on within RENEWS_SOON. `cost` is None where no price is known."""

    client: str
    number: int
    service: str
    code: str
    day: date
    firm_pays: bool
    cost: Decimal | None


def read_renewals(employee: Employee, *, day: date, mine: bool) -> list[Renewal]:
    """By day, no more than one beyond MOST_RENEWALS. The price is the one that was told before, else the list's."""
    told = RenewalNotice.objects.filter(
        subscription=OuterRef("subscription"), renews_on=OuterRef("subscription__renews_on"),
        variant=OuterRef("subscription__variant"), months=OuterRef("subscription__period_months"),
        paying_firm=OuterRef("firm"),
    )  # fmt: skip
    listed = Price.objects.filter(
        variant=OuterRef("subscription__variant"), months=OuterRef("subscription__period_months"),
        valid_from__lte=OuterRef("subscription__renews_on"),
    ).order_by("-valid_from")  # fmt: skip
    rows = (
        Collaboration.objects.visible_to(employee)
        .active()
        .filter(
            client__in=clients_of(employee, mine=mine), subscription__ended_on=None,
            subscription__cancelled_on=None, subscription__payer_has_left=False,
            subscription__renews_on__gte=day, subscription__renews_on__lte=day + RENEWS_SOON,
        )
        .annotate(price=Coalesce(Subquery(told.values("monthly_price")[:1]), Subquery(listed.values("per_month")[:1])))
        .order_by("subscription__renews_on", "pk")
        .values_list(
            "client__name", "client__number", "service__name", "service__code", "subscription__renews_on",
            "subscription__paying_firm", "price", "subscription__period_months",
        )[: MOST_RENEWALS + 1]
    )  # fmt: skip
    return [
        Renewal(client, number, service, code, on, payer == employee.firm_id, None if price is None else price * months)
        for client, number, service, code, on, payer, price, months in rows
    ]
