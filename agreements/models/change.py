"""What is to change in an agreement, and what its next period will cost."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Firm
from subscriptions.models.service import Variant
from subscriptions.models.subscription import Subscription


class SubscriptionChangeQuerySet(models.QuerySet):
    def open(self) -> "SubscriptionChangeQuerySet":
        """Not in force yet: it waits for a yes, or for its day."""
        return self.filter(status__in=SubscriptionChange.OPEN)

    def proposed(self) -> "SubscriptionChangeQuerySet":
        return self.filter(status=SubscriptionChange.Status.PROPOSED)

    def agreed(self) -> "SubscriptionChangeQuerySet":
        return self.filter(status=SubscriptionChange.Status.AGREED)

    def with_names(self) -> "SubscriptionChangeQuerySet":
        """Select the related rows that a change's sentence names."""
        return self.select_related("from_variant", "to_variant", "from_firm", "to_firm", "asking_firm", "asked_by")


class SubscriptionChange(models.Model):
    """One change of one thing. A party is a firm, or, where the firm is empty, the company itself.

    Whoever is to pay more says yes first (`needs_yes`, of `answering_firm`). It takes effect on `effective_on`, or,
    where that is empty, as soon as it is agreed. Unanswered on `lapses_on` it lapses, and everything stays as it is.
    """

    class Kind(models.TextChoices):
        VARIANT = "variant", _("variant")
        PAYER = "payer", _("fakturamottaker")
        PERIOD = "period", _("avtaleperiode")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("venter på svar")
        AGREED = "agreed", _("avtalt")
        IN_FORCE = "in_force", _("trådt i kraft")
        REFUSED = "refused", _("avslått")
        TAKEN_BACK = "taken_back", _("tatt tilbake")
        LAPSED = "lapsed", _("bortfalt")

    OPEN = (Status.PROPOSED, Status.AGREED)

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="changes", verbose_name=_("abonnement"))
    kind = models.CharField(_("gjelder"), max_length=10, choices=Kind)
    from_variant = models.ForeignKey(Variant, models.PROTECT, null=True, blank=True, related_name="+")
    to_variant = models.ForeignKey(Variant, models.PROTECT, null=True, blank=True, related_name="+")
    from_firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+")
    to_firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+")
    from_months = models.PositiveSmallIntegerField(null=True, blank=True)
    to_months = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    effective_on = models.DateField(_("gjelder fra"), null=True, blank=True)
    lapses_on = models.DateField(_("bortfaller"), null=True, blank=True)
    asking_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("foreslått av byrået"),
        help_text=_("Tomt: av selskapet."),
    )  # fmt: skip
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("foreslått"))
    needs_yes = models.BooleanField(_("trenger et ja"))
    answering_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("venter på byrået"),
        help_text=_("Tomt: på selskapet, hvis den trenger et ja."),
    )  # fmt: skip
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("besvart"), null=True, blank=True)

    objects = SubscriptionChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("planlagt endring")
        verbose_name_plural = _("planlagte endringer")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "kind"],
                condition=Q(status__in=("proposed", "agreed")),
                name="change_one_open_of_each_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="variant", from_variant__isnull=False, to_variant__isnull=False,
                            from_months__isnull=True, to_months__isnull=True,
                            from_firm__isnull=True, to_firm__isnull=True)
                | Q(kind="period", from_months__isnull=False, to_months__isnull=False,
                    from_variant__isnull=True, to_variant__isnull=True,
                    from_firm__isnull=True, to_firm__isnull=True)
                | Q(kind="payer", from_months__isnull=True, to_months__isnull=True,
                    from_variant__isnull=True, to_variant__isnull=True),
                name="change_names_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=~Q(kind="payer")
                | Q(from_firm__isnull=True, to_firm__isnull=False)
                | Q(from_firm__isnull=False, to_firm__isnull=True)
                | (Q(from_firm__isnull=False, to_firm__isnull=False) & ~Q(from_firm=F("to_firm"))),
                name="change_of_payer_changes_the_payer",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="change_answered_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("agreed", "in_force")) | Q(needs_yes=False) | Q(answered_at__isnull=False),
                name="change_agreed_only_with_its_yes",
            ),
            models.CheckConstraint(condition=~Q(status="proposed") | Q(needs_yes=True), name="change_waits_for_a_yes"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.kind} ({self.status})"

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_agreed(self) -> bool:
        return self.status == self.Status.AGREED

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def consenting_firm_id(self) -> int | None:
        """The party that stands for what it costs: the one who said yes, else the one who asked. None: the company."""
        return self.answering_firm_id if self.needs_yes else self.asking_firm_id

    @property
    def agreed_at(self) -> datetime:
        """When the last yes that it needed was said."""
        return self.answered_at or self.asked_at
