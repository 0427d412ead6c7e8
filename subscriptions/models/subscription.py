"""What a company has, what was charged for it, and who of the company may open it."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from organisations.models import Company, CompanyUser, Firm
from subscriptions.models.service import Price, Service, Terms, Variant


class SubscriptionQuerySet(models.QuerySet):
    def active(self) -> "SubscriptionQuerySet":
        """Running; a cancelled one runs until its period ends."""
        return self.filter(ended_on=None)

    def of(self, company: Company) -> "SubscriptionQuerySet":
        return self.filter(company=company)

    def with_price(self, day: date) -> "SubscriptionQuerySet":
        """With `price_per_month`: what the period that the day lies in was charged at, else the list price.

        An opening charge says nothing of the price; None where neither is known. NOK excluding VAT.
        """
        charges = Charge.objects.filter(
            subscription=OuterRef("pk"), kind=Charge.Kind.PERIOD, period__contains=day
        ).values("monthly_price")
        listed = (
            Price.objects.filter(variant=OuterRef("variant"), months=OuterRef("period_months"), valid_from__lte=day)
            .order_by("-valid_from")
            .values("per_month")
        )
        return self.annotate(price_per_month=Coalesce(Subquery(charges[:1]), Subquery(listed[:1])))

    def with_service(self) -> "SubscriptionQuerySet":
        return self.select_related("service", "variant__service", "company", "paying_firm", "terms")


class Subscription(models.Model):
    """A company's agreement about one service. `version` rises with every change of it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="subscriptions", verbose_name=_("selskap"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("tjeneste"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", verbose_name=_("variant"))
    paying_firm = models.ForeignKey(
        Firm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="paid_subscriptions",
        verbose_name=_("betales av byrået"),
        help_text=_("Tomt: selskapet betaler selv."),
    )
    period_months = models.PositiveSmallIntegerField(_("avtaleperiode i måneder"))
    terms = models.ForeignKey(
        Terms, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("godkjente vilkår")
    )
    started_on = models.DateField(_("første dag"))
    renews_on = models.DateField(_("fornyes"), null=True, blank=True)
    cancelled_on = models.DateField(_("sagt opp"), null=True, blank=True)
    ended_on = models.DateField(_("avsluttet"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnementer")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "service"],
                condition=Q(ended_on__isnull=True),
                name="subscription_one_active_per_service",
            ),
            models.CheckConstraint(condition=Q(period_months__in=(1, 3, 12)), name="subscription_period_1_3_or_12"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.variant_id}"

    @property
    def is_active(self) -> bool:
        return self.ended_on is None

    @property
    def is_cancelled(self) -> bool:
        """Cancelled, but running until `renews_on`."""
        return self.cancelled_on is not None and self.ended_on is None


class Charge(models.Model):
    """An invoice line: a span of days with one payer. Opening and period charges never overlap."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("betalt tidligere")
        PERIOD = "period", _("periode")
        UPGRADE = "upgrade", _("oppgradering")

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="charges", verbose_name=_("abonnement"))
    kind = models.CharField(_("slag"), max_length=10, choices=Kind)
    period = DateRangeField(_("periode"))
    paying_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("betales av byrået")
    )
    monthly_price = models.DecimalField(_("pris per måned"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("beløp"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("fakturalinje")
        verbose_name_plural = _("fakturalinjer")
        constraints = [
            ExclusionConstraint(
                name="charge_periods_never_overlap",
                expressions=[("subscription", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=~Q(kind="upgrade"),
                violation_error_message=_("Perioden overlapper en annen fakturalinje for samme abonnement."),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0, monthly_price__gte=0), name="charge_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.amount}"


class ServiceAccess(models.Model):
    """A person of the company who may open the service."""

    company_user = models.ForeignKey(CompanyUser, models.CASCADE, related_name="service_accesses")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="accesses")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tilgang")
        verbose_name_plural = _("tilganger")
        constraints = [
            models.UniqueConstraint(fields=["company_user", "subscription"], name="service_access_once"),
        ]

    def __str__(self) -> str:
        return f"{self.company_user_id}: {self.subscription_id}"
