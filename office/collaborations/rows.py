"""The firm's requests and collaborations as one list: rows, states, what each asks for, and their numbers."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, TextChoices, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now, TruncDate
from django.utils.translation import gettext_lazy as _

from agreements.models import SubscriptionChange
from clients.models import Client, Task
from collaboration.models import Activation, ForwardProposal, Reminder
from collaboration.models.activation import ActivationQuerySet
from collaboration.offer.offers import is_impossible
from collaboration.progress.states import Delivery, State, waits_at, with_state
from collaboration.workflow import Status
from ground.clock import OSLO, oslo_date
from organisations.models import Employee
from subscriptions.models import Price, Subscription

Answers = dict[str, str]

SOON = timedelta(days=5)
LONG = timedelta(days=7)
RENEWS_SOON = timedelta(days=60)
MAY_ASK = (Status.DRAFT, Status.PENDING, Status.DECLINED, Status.EXPIRED)  # of the others only what runs asks


class Reason(TextChoices):
    """Why a row needs something done by the firm. Of several reasons the first of these counts."""

    BOUNCED = "bounced", _("E-posten kom i retur")
    DISOWNED = "disowned", _("Feil person")
    NOT_SENT = "not_sent", _("E-posten ble ikke sendt")
    NO_SUBSCRIPTION = "no_subscription", _("Abonnementet er avsluttet")
    PROPOSAL = "proposal", _("Ny mottaker foreslått")
    EXPIRING = "expiring", _("Utløper snart")
    NO_ANSWER = "no_answer", _("Ikke svar på over 7 dager")
    DECLINED = "declined", _("Ikke fulgt opp")
    EXPIRED = "expired", _("Ikke fulgt opp")
    NO_TASK = "no_task", _("Kunden har ingen åpen oppgave")
    CHANGE = "change", _("En endring venter på byråets svar")
    NO_PRICE = "no_price", _("Fornyes uten pris")


def requests_of(employee: Employee, *, at: datetime | Now) -> ActivationQuerySet:
    """All requests that the employee sees, with `state`, `delivery` and `reason` ("" for none) as they are at the hour.

    A request whose time is over counts as expired, whether a sweep has run or not.
    """
    requests = Activation.objects.visible_to(employee).filter(firm=employee.firm_id)  # firm: for the list's index
    return with_state(requests, at).annotate(reason=reason_at(at))


def asking(employee: Employee, *, at: datetime | Now) -> ActivationQuerySet:
    """Those of `requests_of` that need something done: the same rows as the list shows."""
    return may_ask(employee, at=at).exclude(reason="")


def may_ask(employee: Employee, *, at: datetime | Now) -> ActivationQuerySet:
    """Those of `requests_of` that wait or may need something done, found without looking at the others.

    A firm's closed requests and running collaborations are many, these are few.
    """
    seen = Activation.objects.visible_to(employee).filter(firm=employee.firm_id).order_by()
    running = seen.filter(collaboration__ended_at=None)
    few = [seen.filter(status__in=MAY_ASK), running.filter(asks_for_answer()), running.filter(has_no_price(at))]
    ids = few[0].values("pk").union(*(rows.values("pk") for rows in few[1:]), all=True)
    return requests_of(employee, at=at).filter(pk__in=ids).order_by()


def asks_for_answer() -> Q:
    """Condition on requests: a change of what runs waits for the firm's yes."""
    changes = SubscriptionChange.objects.proposed().filter(answering_firm=OuterRef("firm"))
    return Q(Exists(changes.filter(subscription__collaborations__activation=OuterRef("pk"))))


def has_no_price(at: datetime | Now) -> Q:
    """Condition on requests: the agreement is renewed soon, and nothing says what the next period costs."""
    prices = Price.objects.filter(
        variant=OuterRef("variant"), months=OuterRef("period_months"), valid_from__lte=OuterRef("renews_on")
    )
    renewing = Subscription.objects.active().filter(
        ~Exists(prices), collaborations__activation=OuterRef("pk"), cancelled_on=None, payer_has_left=False,
        renews_on__lte=day_at(at + RENEWS_SOON),
    )  # fmt: skip
    return Q(Exists(renewing))


def day_at(at: datetime | Now | CombinedExpression) -> date | TruncDate:
    """The date in Oslo at an hour, or at one that the database tells."""
    return oslo_date(at) if isinstance(at, datetime) else TruncDate(at, tzinfo=OSLO)


def reason_at(at: datetime | Now) -> Case:
    waiting, declined, expired = waits_at(at), Q(state=State.DECLINED), Q(state=State.EXPIRED)
    later = Q(started_at__gt=OuterRef("started_at")) | Q(started_at=OuterRef("started_at"), pk__gt=OuterRef("pk"))
    asked_anew = Exists(Activation.objects.filter(later, client=OuterRef("client"), service=OuterRef("service")))
    left_alone = Q(client__is_active=True) & ~asked_anew
    proposed = Exists(ForwardProposal.objects.filter(activation=OuterRef("pk"), answered_at=None))
    runs = Q(state=State.ACTIVE)
    no_task = Q(client__is_active=True) & ~Exists(Task.objects.open().filter(client=OuterRef("client")))
    reasons = {
        Reason.BOUNCED: waiting & Q(delivery=Delivery.BOUNCED),
        Reason.DISOWNED: waiting & Q(disowned_at__isnull=False),
        Reason.NOT_SENT: waiting & Q(delivery=Delivery.NOT_SENT),
        Reason.NO_SUBSCRIPTION: waiting & is_impossible(day_at(at)),
        Reason.PROPOSAL: waiting & proposed,
        Reason.EXPIRING: waiting & Q(expires_at__lte=at + SOON),
        Reason.NO_ANSWER: waiting & Q(requested_at__lt=at - LONG),
        Reason.DECLINED: declined & left_alone,
        Reason.EXPIRED: expired & left_alone,
        Reason.NO_TASK: Q(state=State.DRAFT) & no_task,
        Reason.CHANGE: runs & asks_for_answer(),
        Reason.NO_PRICE: runs & has_no_price(at),
    }
    return Case(*(When(holds, then=Value(reason)) for reason, holds in reasons.items()), default=Value(""))


def filter_requests(requests: ActivationQuerySet, answers: Answers, *, employee: Employee, at: datetime):
    """The requests that fit the filters, but for state and reason, by which the page counts."""
    if "q" in answers:
        requests = requests.filter(client__in=Client.objects.visible_to(employee).search(answers["q"]))
    if "service" in answers:
        requests = requests.filter(service__code=answers["service"])
    if "task_type" in answers:
        requests = requests.annotate(type_now=Coalesce("collaboration__task__type", "task__type"))
        requests = requests.filter(type_now=answers["task_type"])
    if "owner" in answers:
        requests = requests.annotate(owner_now=Coalesce("collaboration__task__owner", "task__owner"))
        requests = requests.filter(owner_now=answers["owner"])
    if "mine" in answers:
        requests = requests.filter(client__in=Client.objects.visible_to(employee).worked_on_by(employee))
    if "manager" in answers:
        requests = requests.filter(client__account_manager=answers["manager"])
    if "age" in answers:
        longest = at - timedelta(days=int(answers["age"]))
        requests = requests.filter(waits_at(at), requested_at__lt=longest)
    return requests


def narrow_requests(requests: ActivationQuerySet, answers: Answers) -> ActivationQuerySet:
    """The requests in the chosen state, and those that need something done, as the filters say."""
    if "state" in answers:
        requests = requests.filter(state=answers["state"])
    if "reason" in answers:
        requests = requests.filter(reason=answers["reason"])
    return requests.exclude(reason="") if "vis" in answers else requests


def with_facts(requests: ActivationQuerySet) -> ActivationQuerySet:
    """The requests with everything that a line shows."""
    reminders = Reminder.objects.waiting().filter(activation=OuterRef("pk")).order_by("due_at")
    return requests.annotate(remind_at=Subquery(reminders.values("due_at")[:1])).select_related(
        "service", "variant__service", "client__account_manager__user", "task__type", "task__owner__user",
        "collaboration__subscription__variant__service", "collaboration__task__type",
        "collaboration__task__owner__user",
    )  # fmt: skip


class Counts:
    """The number of rows by state and by reason, from one query."""

    def __init__(self, requests: ActivationQuerySet) -> None:
        groups = requests.order_by().values("state", "reason").annotate(count=Count("pk"))
        self.groups = Counter({(group["state"], group["reason"]): group["count"] for group in groups})

    def count(self, *, state: str = "", handling: bool = False, reason: str = "") -> int:
        """The number of rows in one state, or in all; with `handling`, of those that need something done, with
        `reason` for this reason.
        """
        return sum(
            count
            for (found, why), count in self.groups.items()
            if state in ("", found) and (why or not handling) and reason in ("", why)
        )
