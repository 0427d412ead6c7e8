"""What the register has answered, kept for a day, whether it is asked just now, and whom the night has compared.

No firm's data: two firms with the same client share the rows.
"""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=1)
RESTS_FOR = timedelta(minutes=1)  # after an answer that did not come, the same is not asked again


class AnswerQuerySet(models.QuerySet["Answer"]):
    def fresh(self, at: datetime) -> "AnswerQuerySet":
        return self.filter(answered_at__gt=at - KEPT_FOR)

    def old(self, at: datetime) -> "AnswerQuerySet":
        """Neither answered nor tried within the day."""
        return self.exclude(answered_at__gt=at - KEPT_FOR).exclude(failed_at__gt=at - KEPT_FOR)

    def asked_since(self, at: datetime) -> "AnswerQuerySet":
        return self.filter(models.Q(answered_at__gt=at) | models.Q(failed_at__gt=at))


class Answer(models.Model):
    """What was answered to one question; `content` is as `lookups` has read it, and empty before the first answer."""

    class About(models.TextChoices):
        UNIT = "unit", _("enhet")
        ROLES = "roles", _("roller")
        NAME = "name", _("navnesøk")

    about = models.CharField(_("spørsmål"), max_length=5, choices=About)
    asked = models.CharField(_("organisasjonsnummer eller navn"), max_length=200)
    content = models.JSONField(_("svar"), default=dict)
    answered_at = models.DateTimeField(_("besvart"), null=True)
    failed_at = models.DateTimeField(_("svarte ikke"), null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("svar fra Enhetsregisteret")
        verbose_name_plural = _("svar fra Enhetsregisteret")
        constraints = [models.UniqueConstraint(fields=["about", "asked"], name="answer_once_for_a_question")]
        indexes = [models.Index(fields=["answered_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.about}: {self.asked}"

    def is_fresh(self, at: datetime, *, at_most: timedelta = KEPT_FOR) -> bool:
        return self.answered_at is not None and self.answered_at > at - at_most

    def rests(self, at: datetime) -> bool:
        return self.failed_at is not None and self.failed_at > at - RESTS_FOR


class Breaker(models.Model):
    """One row: how often in a row the register did not answer, and until when nobody waits for it."""

    failures = models.PositiveIntegerField(_("uten svar på rad"), default=0)
    failed_at = models.DateTimeField(_("svarte ikke"), null=True)
    rests_until = models.DateTimeField(_("spørres ikke før"), null=True)

    class Meta:
        verbose_name = _("pause fra Enhetsregisteret")
        verbose_name_plural = _("pauser fra Enhetsregisteret")

    def __str__(self) -> str:
        return str(self.failures)


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def due(self, at: datetime) -> "ComparisonQuerySet":
        return self.filter(due_at__lte=at).order_by("due_at", "org_number")


class Comparison(models.Model):
    """When a unit that is somebody's client is compared next, and who managed it then: as a digest, for nothing but
    telling that it is another one. Empty: nobody was named, or it has not been compared yet.
    """

    org_number = models.CharField(_("organisasjonsnummer"), max_length=9, primary_key=True)
    due_at = models.DateTimeField(_("sammenlignes"), db_index=True)
    manager = models.CharField(_("daglig leder"), max_length=64, blank=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("sammenligning")
        verbose_name_plural = _("sammenligninger")

    def __str__(self) -> str:
        return self.org_number
