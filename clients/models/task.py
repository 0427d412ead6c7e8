"""What a firm does for a client, and who does it."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Now, NullIf, TruncDate, TruncWeek
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client, all_words, holds
from ground.clock import OSLO
from ground.lines import clean_line
from ground.names import NorwegianOrder, SearchedForm
from ground.stored_names import IsNFC
from organisations.bilingual import in_the_readers_language
from organisations.models import Employee, Firm


class TaskTypeQuerySet(models.QuerySet):
    def holding(self, part: str) -> "TaskTypeQuerySet":
        """Those whose name, as the reader reads it, has the part of a word, which is in its searched form."""
        name: Combinable = F("name")
        if get_language() == "en":
            name = Coalesce(NullIf("name_en", Value("")), name)
        return self.alias(text=Concat(Value(" "), SearchedForm(name), output_field=models.TextField())).filter(
            holds(part, "text")
        )


class TaskType(models.Model):
    """A firm's own list of kinds of work; a standard set is supplied."""

    STANDARD = {
        "Bokføring": "Bookkeeping",
        "Lønn": "Payroll",
        "Mva-melding": "VAT return",
        "Årsoppgjør": "Annual accounts",
        "Fakturering": "Invoicing",
        "Rådgivning": "Advice",
    }

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="task_types", verbose_name=_("byrå"))
    name = models.CharField(_("navn"), max_length=60)
    name_en = models.CharField(
        _("navn på engelsk"),
        max_length=60,
        blank=True,
        help_text=_("Vises for den som leser på engelsk. Uten det vises navnet over."),
    )
    is_active = models.BooleanField(_("i bruk"), default=True)

    objects = TaskTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("oppgavetype")
        verbose_name_plural = _("oppgavetyper")
        ordering = [NorwegianOrder("name"), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["firm", "name"], name="task_type_once_in_a_firm"),
            models.UniqueConstraint(fields=["firm", "id"], name="task_type_firm_and_id"),
            models.CheckConstraint(condition=IsNFC("name"), name="task_type_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return in_the_readers_language(self.name, self.name_en)


DUE = {"overdue": _("Over fristen"), "week": _("Denne uken"), "later": _("Senere"), "none": _("Uten frist")}


class TaskQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "TaskQuerySet":
        return self.filter(client__in=Client.objects.visible_to(employee))

    def search(self, typed: str) -> "TaskQuerySet":
        """Those of which every typed word is found, in any order: in the type, the period, or what their client is
        found by. Letter case, accents and punctuation do not count.
        """
        line = clean_line(typed)
        if not line:
            return self

        def has(part: str) -> Q:
            in_type = Q(type__in=TaskType.objects.holding(part))
            return in_type | holds(part, "client__listing__text") | holds(part, "period_text")

        texts = Concat(Value(" "), SearchedForm("period"), output_field=models.TextField())
        return self.alias(period_text=texts).filter(all_words(line, has), client__listing__firm=F("firm"))

    def open(self) -> "TaskQuerySet":
        return self.filter(closed_at=None)

    def with_people(self) -> "TaskQuerySet":
        """With what a line about a task shows: its type, owner and participants."""
        by_name = Employee.objects.order_by(NorwegianOrder("user__name"), "pk")
        participants = models.Prefetch("participants", queryset=by_name)
        return self.select_related("type", "owner__user").prefetch_related(participants, "participants__user")

    def with_overdue(self) -> "TaskQuerySet":
        """With `is_overdue`: open, and the due date is past in Oslo."""
        today = TruncDate(Now(), tzinfo=OSLO)
        return self.annotate(is_overdue=Q(closed_at=None, due_on__isnull=False, due_on__lt=today))

    def open_first(self) -> "TaskQuerySet":
        """The open ones by due date, then the closed ones, the latest first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")

    def due(self, when: str) -> "TaskQuerySet":
        """Those whose due date is past, in this week (from today to Sunday), after it, or not set: a key of DUE."""
        today = TruncDate(Now(), tzinfo=OSLO)
        next_monday = TruncWeek(Now(), output_field=models.DateField(), tzinfo=OSLO) + timedelta(days=7)
        conditions = {
            "overdue": Q(due_on__lt=today),
            "week": Q(due_on__gte=today, due_on__lt=next_monday),
            "later": Q(due_on__gte=next_monday),
            "none": Q(due_on=None),
        }
        return self.filter(conditions[when])

    def worked_on_by(self, employee: Employee | int) -> "TaskQuerySet":
        """The tasks on which the employee, or the one with this id, is owner or participant."""
        participations = TaskParticipant.objects.filter(employee=employee).values("task_id")
        return self.filter(Q(owner=employee) | Q(pk__in=participations))


class Task(models.Model):
    """A piece of work for a client. Its owner and participants are those who get into the client's services."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, models.PROTECT, related_name="tasks", verbose_name=_("kunde"))
    type = models.ForeignKey(TaskType, models.PROTECT, related_name="tasks", verbose_name=_("type"))
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="owned_tasks", verbose_name=_("oppgaveansvarlig"))
    participants = models.ManyToManyField(
        Employee,
        through="TaskParticipant",
        related_name="participated_tasks",
        blank=True,
        verbose_name=_("deltakere"),
    )
    period = models.CharField(_("periode eller stikkord"), max_length=60, blank=True)
    due_on = models.DateField(_("frist"), null=True, blank=True)
    opened_at = models.DateTimeField(_("åpnet"))
    closed_at = models.DateTimeField(_("lukket"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("oppgave")
        verbose_name_plural = _("oppgaver")
        constraints = [
            models.UniqueConstraint(fields=["firm", "id"], name="task_firm_and_id"),
            models.CheckConstraint(condition=IsNFC("period"), name="task_period_nfc"),
        ]
        indexes = [
            models.Index(fields=["client", "closed_at"]),
            models.Index(fields=["owner", "due_on"], condition=Q(closed_at=None), name="task_open_by_owner"),
            models.Index(
                "firm", Coalesce("due_on", Value(date.max)), "id", condition=Q(closed_at=None), name="task_open_by_due"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the firm calls the task: its type, and the period or keyword where it has one.

        The customer reads the type alone, since the rest is the firm's own note.
        """
        return f"{self.type.local_name}, {self.period}" if self.period else self.type.local_name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def people(self) -> list[Employee]:
        """Owner first, then the participants; from the prefetched rows where there are any."""
        return [self.owner, *(person for person in self.participants.all() if person.pk != self.owner_id)]


class TaskParticipant(models.Model):
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "employee"], name="task_participant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.employee_id}"
