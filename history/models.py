"""What happened: one row for each deed, never changed and never deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

OF_NO_PLACE = (  # what people do to their own accounts, and administrators to the catalogue
    "organisations.user", "subscriptions.service", "subscriptions.variant", "subscriptions.feature",
    "subscriptions.price", "subscriptions.terms",
)  # fmt: skip


class EventQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> "EventQuerySet":
        """The events of one row, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("at", "pk")


class Event(models.Model):
    """A deed: ids and codes only, never names, addresses or free text, so that a person can be erased elsewhere.

    It belongs to a firm, a company or both; what people do to their own accounts, or to the catalogue, belongs to
    neither. The database refuses UPDATE and DELETE on this table (migration 0002).
    """

    firm = models.ForeignKey(
        "organisations.Firm", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("byrå")
    )
    company = models.ForeignKey(
        "organisations.Company", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("selskap")
    )
    # The card of the firm's client whose history tells it; a number, since this room knows of no clients.
    client_id = models.BigIntegerField(null=True, blank=True, editable=False)
    subject_type = models.CharField(_("gjelder"), max_length=60)
    subject_id = models.BigIntegerField(_("rad"))
    verb = models.CharField(_("hendelse"), max_length=40)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("tidspunkt"))
    # Of what a form has made: which one, in which words (organisations.forms.sent).
    form_key = models.UUIDField(null=True, blank=True, editable=False, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("hendelse")
        verbose_name_plural = _("hendelser")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"]),
            models.Index(fields=["firm", "-at"]),
            models.Index(
                fields=["client_id", "-at", "-id"], condition=models.Q(client_id__isnull=False), name="event_of_client"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(firm__isnull=False)
                | models.Q(company__isnull=False)
                | models.Q(subject_type__in=OF_NO_PLACE),
                name="event_of_a_firm_a_company_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.verb}"


def record_event(
    *,
    subject: models.Model,
    verb: str,
    at: datetime,
    by: models.Model | None = None,
    firm: models.Model | None = None,
    company: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    form_key: UUID | None = None,
) -> Event:
    """Write the event of a deed, inside the deed's own transaction. `by` is a user; None is the clock.

    What belongs to a firm's client (the subject's `client_id`) is told in the client's history.

    A `form_key` is used once: a deed that takes one asks `organisations.forms.sent` first, under its locks.
    """
    return Event.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        client_id=getattr(subject, "client_id", None),
        verb=verb,
        at=at,
        by=by,
        firm=firm,
        company=company,
        before=before or {},
        after=after or {},
        form_key=form_key,
    )
