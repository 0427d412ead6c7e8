"""What the clock has promised to do about a request: rows with a due time."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaboration.models.activation import Activation
from organisations.models import Firm


class ReminderQuerySet(models.QuerySet):
    def waiting(self) -> "ReminderQuerySet":
        return self.filter(sent_at=None, cancelled_at=None)

    def due(self, at: datetime) -> "ReminderQuerySet":
        return self.waiting().filter(due_at__lte=at)


class Reminder(models.Model):
    """One mail to the receiver of a request that waits, at a fixed hour. Of several overdue ones a single one goes."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("påminnelse")
        LAST_WARNING = "last_warning", _("siste varsel")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    activation = models.ForeignKey(Activation, models.CASCADE, related_name="reminders", verbose_name=_("forespørsel"))
    kind = models.CharField(_("slag"), max_length=20, choices=Kind)
    due_at = models.DateTimeField(_("skal sendes"))
    sent_at = models.DateTimeField(_("sendt"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("avlyst"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("påminnelse")
        verbose_name_plural = _("påminnelser")
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, cancelled_at=None), name="reminder_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["activation", "kind", "due_at"], name="reminder_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="reminder_sent_or_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id}: {self.kind}"
