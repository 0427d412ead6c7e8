"""The outbox: a mail is a row, written in the deed's own transaction and delivered after it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import in_its_form


class EmailQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> "EmailQuerySet":
        """The mails that tell of one row, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("posted_at", "pk")

    def waiting(self, at: datetime) -> "EmailQuerySet":
        """Mails that a worker may take: queued, and their pause is over."""
        return self.filter(status=Email.Status.QUEUED, next_attempt_at__lte=at)

    def abandoned(self, at: datetime) -> "EmailQuerySet":
        """Mails of a worker that has died: their lease is over."""
        return self.filter(status=Email.Status.SENDING, lease_until__lt=at)


class Email(models.Model):
    """One finished message to one person, and how its delivery goes.

    `message` holds the bytes of the whole RFC 5322 message, built when the mail was posted; every attempt sends the
    same bytes, so a doubled mail carries the same Message-ID.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("i kø")
        SENDING = "sending", _("sendes")
        SENT = "sent", _("sendt")
        DEAD = "dead", _("ga opp")
        CANCELLED = "cancelled", _("avlyst")

    key = models.CharField(_("nøkkel"), max_length=120, unique=True)
    kind = models.CharField(_("slag"), max_length=60)
    to = models.EmailField(_("til"))
    subject = models.CharField(_("emne"), max_length=250)
    message = models.BinaryField(_("melding"))
    secret = models.CharField(max_length=120, blank=True, editable=False)
    secret_lasts = models.BooleanField(
        default=False, editable=False
    )  # good until the mail is cancelled, not for minutes
    is_blanked = models.BooleanField(default=False, editable=False)  # the message has lost its secret
    message_id = models.CharField(_("meldingens id"), max_length=120, unique=True)
    firm = models.ForeignKey(
        "organisations.Firm", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("byrå")
    )
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    posted_at = models.DateTimeField(_("skrevet"))
    next_attempt_at = models.DateTimeField(_("neste forsøk"))
    attempts = models.PositiveSmallIntegerField(_("forsøk"), default=0)
    lease_until = models.DateTimeField(_("holdes til"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sendt"), null=True, blank=True)
    provider_id = models.CharField(_("leverandørens id"), max_length=250, blank=True)
    delivered_at = models.DateTimeField(_("kommet fram"), null=True, blank=True)
    delayed_at = models.DateTimeField(_("forsinket"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("kom i retur"), null=True, blank=True)
    last_error = models.TextField(_("siste feil"), blank=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-post")
        verbose_name_plural = _("e-poster")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(status="queued"), name="email_queued"),
            models.Index(fields=["lease_until"], condition=models.Q(status="sending"), name="email_sending"),
            models.Index(fields=["subject_type", "subject_id"]),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="email_provider_id"),
            models.Index(fields=["bounced_at"], condition=models.Q(bounced_at__isnull=False), name="email_bounced"),
            models.Index(fields=["posted_at"], condition=models.Q(status="dead"), name="email_dead"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="sending") | models.Q(lease_until__isnull=False),
                name="email_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False),
                name="email_sent_has_a_time",
            ),
            models.CheckConstraint(condition=in_its_form("to"), name="email_to_in_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


class EmailEvent(models.Model):
    """What a provider says of a mail that was handed over. Events come twice and out of order.

    They only ever tell of the mail's way; none of them decides anything about what the mail is about.
    """

    class Type(models.TextChoices):
        DELIVERED = "delivered", _("kommet fram")
        DELAYED = "delayed", _("forsinket")
        BOUNCED = "bounced", _("i retur")

    email = models.ForeignKey(Email, models.CASCADE, related_name="events", verbose_name=_("e-post"))
    event_id = models.CharField(max_length=250, unique=True)
    type = models.CharField(_("slag"), max_length=10, choices=Type)
    at = models.DateTimeField(_("tidspunkt"))
    reason = models.TextField(_("forklaring"), blank=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("leveringshendelse")
        verbose_name_plural = _("leveringshendelser")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.email_id}: {self.type}"


class AlertQuerySet(models.QuerySet):
    def of(self, employee: Any) -> "AlertQuerySet":
        """One person's alerts in one firm, the newest first."""
        return self.filter(user_id=employee.user_id, firm_id=employee.firm_id).order_by("-created_at", "-pk")

    def unread(self) -> "AlertQuerySet":
        return self.filter(read_at=None)

    def due_for_digest(self, before: datetime) -> "AlertQuerySet":
        """What nobody was mailed about, from before an hour."""
        return self.filter(digest_due=True, created_at__lt=before)


class Alert(models.Model):
    """Something that happened to a request and that one person of a firm should know, in the app."""

    key = models.CharField(_("nøkkel"), max_length=120, unique=True)
    kind = models.CharField(_("slag"), max_length=60)
    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+", verbose_name=_("person"))
    firm = models.ForeignKey("organisations.Firm", models.CASCADE, related_name="+", verbose_name=_("byrå"))
    subject_type = models.CharField(_("gjelder"), max_length=60)
    subject_id = models.BigIntegerField(_("rad"))
    words = models.JSONField(default=dict)  # what the sentence names: client, service, reason
    path = models.CharField(_("side"), max_length=200)  # the page that it leads to
    created_at = models.DateTimeField(_("skrevet"))
    read_at = models.DateTimeField(_("lest"), null=True, blank=True)
    digest_due = models.BooleanField(_("venter på samlet e-post"), default=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("varsel")
        verbose_name_plural = _("varsler")
        indexes = [
            models.Index(fields=["user", "firm", "-created_at"]),
            models.Index(fields=["user", "firm"], condition=models.Q(read_at=None), name="alert_unread"),
            models.Index(fields=["created_at"], condition=models.Q(digest_due=True), name="alert_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"
