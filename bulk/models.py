"""One deed with many clients at once: what was chosen, and a row for each client with what becomes of it."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Task
from collaboration.models import Activation
from organisations.models import Employee, Firm
from subscriptions.models import Service


class RunQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "RunQuerySet":
        """One's own: what a colleague is about to do is the colleague's."""
        return self.filter(firm_id=employee.firm_id, by=employee)

    def drafts(self) -> "RunQuerySet":
        return self.filter(state=BulkRun.State.DRAFT)

    def unfinished(self) -> "RunQuerySet":
        """Those that a worker has to go on with."""
        return self.filter(state__in=(BulkRun.State.RUNNING, BulkRun.State.UNDOING))


class BulkRun(models.Model):
    """What one employee does with many clients at once. A draft is a preview; nothing has been done by it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ikke startet")
        RUNNING = "running", _("i gang")
        DONE = "done", _("ferdig")
        UNDOING = "undoing", _("angres")

    class Deed(models.TextChoices):
        ACTIVATE = "activate", _("Aktiver samarbeid")
        RESEND = "resend", _("Send forespørslene på nytt")
        WITHDRAW = "withdraw", _("Trekk forespørslene tilbake")
        MANAGER = "manager", _("Bytt kundeansvarlig")
        DEACTIVATE = "deactivate", _("Deaktiver kundene")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("medarbeider"))
    deed = models.CharField(_("handling"), max_length=20, choices=Deed)
    chosen = ArrayField(models.BigIntegerField())  # ids of the rows that were ticked in the list, in its order
    choices = models.JSONField(_("valg"), default=dict)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("påbegynt"))
    checked_at = models.DateTimeField(_("kontrollert"), null=True, blank=True)
    started_at = models.DateTimeField(_("startet"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ferdig"), null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)  # when a worker was last at it

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("masseutføring")
        verbose_name_plural = _("masseutføringer")
        indexes = [
            models.Index(fields=["by", "-created_at"]),
            models.Index(
                fields=["worked_at"], condition=Q(state__in=("running", "undoing")), name="bulk_run_unfinished"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["firm", "id"], name="bulk_run_firm_and_id"),
            models.CheckConstraint(
                condition=Q(state="draft", started_at=None) | (~Q(state="draft") & Q(started_at__isnull=False)),
                name="bulk_run_started_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} ({self.state})"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has to go on with it."""
        return self.state in (self.State.RUNNING, self.State.UNDOING)

    @property
    def is_checked(self) -> bool:
        """Whether the choices are made and the rows are there."""
        return self.checked_at is not None


class RowQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "RowQuerySet":
        """Of the employee's own runs, as far as the employee sees the clients still."""
        runs = BulkRun.objects.visible_to(employee)
        return self.filter(run__in=runs, client__in=Client.objects.visible_to(employee))

    def waiting(self) -> "RowQuerySet":
        """Those that a worker has to take."""
        return self.filter(state__in=(BulkRow.State.READY, BulkRow.State.UNDOING))


class BulkRow(models.Model):
    """One client, or one service of it, in a run: what the check said, what was done, or why not."""

    class State(models.TextChoices):
        READY = "ready", _("klar")
        SKIPPED = "skipped", _("hoppet over")
        DONE = "done", _("utført")
        FAILED = "failed", _("mislyktes")
        UNDOING = "undoing", _("angres")
        UNDONE = "undone", _("angret")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", verbose_name=_("masseutføring"))
    position = models.PositiveIntegerField()
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name=_("kunde"))
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tjeneste")
    )
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("oppgave"))
    activation = models.ForeignKey(
        Activation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("forespørsel"),
        help_text=_("Den raden gjelder, eller den den har laget."),
    )  # fmt: skip
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.READY)
    plan = models.JSONField(default=dict)  # what the preview showed, in ids and codes: done as shown, or not at all
    red = ArrayField(models.CharField(max_length=40), default=list)  # codes of the findings that stop it
    yellow = ArrayField(models.CharField(max_length=40), default=list)  # of those that ask for a tick
    is_ticked = models.BooleanField(_("krysset av"), default=False)
    reason = models.JSONField(default=dict)  # why it was skipped or failed: codes, or a refusal in the person's words
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(_("utført"), null=True, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("rad")
        verbose_name_plural = _("rader")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(
                fields=["run", "attempts", "position"],
                condition=Q(state__in=("ready", "undoing")), name="bulk_row_waiting",
            ),
            models.Index(fields=["run", "position"]),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["run", "client", "service", "task"], nulls_distinct=False, name="bulk_row_once_in_a_run"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "undone")) | Q(done_at__isnull=False), name="bulk_row_done_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.client_id} ({self.state})"

    @property
    def lacks_tick(self) -> bool:
        """Whether a yellow finding waits for the tick, so that the run would leave the row out."""
        return bool(self.yellow) and not self.is_ticked and not self.red

    @property
    def will_run(self) -> bool:
        return self.state == self.State.READY and not self.red and not self.lacks_tick

    def skip(self, *codes: str) -> None:
        """Leave it out, for the reasons. The caller saves."""
        self.state, self.reason = self.State.SKIPPED, {"codes": list(codes)}

    def fail(self, reason: dict[str, Any]) -> None:
        self.state, self.reason = self.State.FAILED, reason

    def finish(self, at: datetime, activation: Activation | None) -> None:
        self.state, self.done_at, self.reason = self.State.DONE, at, {}
        self.activation = activation
