"""What a company has, what was charged for it, and who of the company may open it."""

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from ground.periods import add_months
from organisations.models import Company, CompanyUser, Firm
from subscriptions.models.service import Price, Service, Terms, Variant


def over_by_calendar(day: date | TruncDate) -> Q:
    """Of the active ones those whose last day has gone, whether a sweep has run or not.

    `days.on_the_day(…).is_over` of the rules as a condition, for lists and doors; a test holds the two together.
    """
    return Q(ended_on=None, renews_on__lte=day) & (Q(cancelled_on__isnull=False) | Q(payer_has_left=True))


UNNOTICED = Q(ended_on=None, cancelled_on=None, payer_has_left=False, noticed_version__lt=F("version"))


class SubscriptionQuerySet(models.QuerySet):
    def active(self) -> "SubscriptionQuerySet":
        """Running; a cancelled one runs until its period ends."""
        return self.filter(ended_on=None)

    def running(self, day: date | TruncDate) -> "SubscriptionQuerySet":
        """Active, and not over by the calendar either: no sweep is needed for a day to be the last one."""
        return self.active().exclude(over_by_calendar(day))

    def unnoticed(self) -> "SubscriptionQuerySet":
        """Those that renew, and of which the payer has not been told as they are now."""
        return self.filter(UNNOTICED)

    def due(self, day: date) -> "SubscriptionQuerySet":
        """Whose next period begins on the day, or should have begun before."""
        return self.active().filter(renews_on__lte=day)

    def of(self, company: Company) -> "SubscriptionQuerySet":
        return self.filter(company=company)

    def begun_beside(self, company: Company) -> "SubscriptionQuerySet":
        """Running ones of other rows of the company's number, while it is not settled who administers it."""
        return self.active().filter(company__org_number=company.org_number).exclude(company=company)

    def newest_first(self) -> "SubscriptionQuerySet":
        """The active one before those that have ended, and of these the latest first."""
        return self.order_by(F("ended_on").desc(nulls_first=True), "-pk")

    def openable(self, day: date) -> "SubscriptionQuerySet":
        """What a company's people can be let into, in the services' order.

        Of each service the newest: while it runs, and when it has ended as long as its data can be read.
        """
        newest = Subscription.objects.filter(company=OuterRef("company"), service=OuterRef("service")).newest_first()
        over_from = Case(When(over_by_calendar(day), then=F("renews_on")), default=F("ended_on"))
        kept = Func(
            F("service__retention_years"),
            template="make_interval(years => %(expressions)s)",
            output_field=models.DurationField(),
        )
        read_until = ExpressionWrapper(over_from + kept, output_field=models.DateField())
        there = self.alias(read_until=read_until).filter(pk=Subquery(newest.values("pk")[:1]))
        return there.filter(Q(read_until=None) | Q(read_until__gt=day)).order_by("service__position", "service__name")

    def with_price(self, day: date) -> "SubscriptionQuerySet":
        """With `price_per_month`: what the day is charged at, else the list price.

        As `money.period_now` of the rules, for many. None where neither is known. NOK excluding VAT.
        """
        charges = (
            Charge.objects.filter(subscription=OuterRef("pk"), period__contains=day)
            .order_by("-monthly_price")
            .values("monthly_price")
        )
        listed = (
            Price.objects.filter(variant=OuterRef("variant"), months=OuterRef("period_months"), valid_from__lte=day)
            .order_by("-valid_from")
            .values("per_month")
        )
        return self.annotate(price_per_month=Coalesce(Subquery(charges[:1]), Subquery(listed[:1])))

    def with_service(self) -> "SubscriptionQuerySet":
        return self.select_related("service", "variant__service", "company", "paying_firm", "terms")


class Subscription(models.Model):
    """A company's agreement about one service. `version` rises with every change of it.

    Periods are whole months counted from `periods_from`; `renews_on` is the first day that is not paid for. Where
    nothing is charged there is no next period, and `renews_on` is empty. `ended_on` is the first day without it.
    """

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
    periods_from = models.DateField(_("periodene regnes fra"))
    renews_on = models.DateField(_("fornyes"), null=True, blank=True)
    cancelled_on = models.DateField(_("sagt opp"), null=True, blank=True)
    cancelling_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sagt opp av byrået"),
        help_text=_("Tomt: av selskapet."),
    )  # fmt: skip
    payer_has_left = models.BooleanField(
        _("byrået betaler ikke lenger"), default=False,
        help_text=_("Har ingen andre sagt ja til å betale innen neste periode, slutter tjenesten da."),
    )  # fmt: skip
    ended_on = models.DateField(_("avsluttet"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Of which version the payer has been told what its renewal brings; 0 for none.
    noticed_version = models.PositiveIntegerField(default=0, editable=False)

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
            models.CheckConstraint(
                condition=Q(renews_on__isnull=True) | Q(renews_on__gt=F("started_on")),
                name="subscription_renews_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="subscription_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(cancelling_firm__isnull=True) | Q(cancelled_on__isnull=False),
                name="subscription_cancelled_by_somebody",
            ),
        ]
        indexes = [  # the sweeps ask for what is due, and nothing else
            models.Index(fields=["renews_on"], condition=Q(ended_on=None), name="subscription_due"),
            models.Index(fields=["renews_on"], condition=UNNOTICED, name="subscription_unnoticed"),
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

    def is_over_on(self, day: date) -> bool:
        """Whether the row is over on the day, by `over_by_calendar` or because its end is stored."""
        stops = self.is_cancelled or self.payer_has_left
        return self.ended_on is not None or (stops and self.renews_on is not None and self.renews_on <= day)

    @property
    def is_renewing(self) -> bool:
        return self.is_active and self.cancelled_on is None and self.renews_on is not None

    @property
    def read_until(self) -> date | None:
        """The first day on which the data of an ended subscription can no longer be read."""
        return self.reads_until(self.ended_on) if self.ended_on else None

    @property
    def paid_to(self) -> date | None:
        """The last day that is paid for; None where there are no periods."""
        return self.renews_on - timedelta(days=1) if self.renews_on else None

    @property
    def last_day(self) -> date | None:
        """Of one that is over or cancelled; None while it goes on. What has no periods ends the day it is cancelled."""
        over_from = self.ended_on or (self.renews_on if self.is_cancelled else None)
        if over_from is None or over_from == self.cancelled_on:
            return over_from
        return over_from - timedelta(days=1)

    @property
    def last_readable_day(self) -> date | None:
        """None also where nothing is kept."""
        if self.ended_on is None or self.service.retention_years == 0:
            return None
        return self.reads_until(self.ended_on) - timedelta(days=1)

    def reads_until(self, ended_on: date) -> date:
        """The first day on which the data can no longer be read, if the subscription ended on `ended_on`."""
        return add_months(ended_on, 12 * self.service.retention_years)


class ChargeQuerySet(models.QuerySet):
    def of(self, company: Company) -> "ChargeQuerySet":
        return self.filter(subscription__company=company)

    def covering(self) -> "ChargeQuerySet":
        """Opening and period charges: together they cover every paid day once. An upgrade lies inside one."""
        return self.exclude(kind=Charge.Kind.UPGRADE)

    def in_month(self, first_day) -> "ChargeQuerySet":
        """Of the month that begins with `first_day`: that of a charge's own first day, or a later one (`late_in`)."""
        own = Q(late_in=None, period__startswith__gte=first_day, period__startswith__lt=add_months(first_day, 1))
        return self.filter(own | Q(late_in=first_day)).exclude(kind=Charge.Kind.OPENING)

    def paid_by_firm(self, firm: Firm) -> "ChargeQuerySet":
        return self.filter(paying_firm=firm)

    def paid_by_company(self) -> "ChargeQuerySet":
        return self.filter(paying_firm=None)


class Charge(models.Model):
    """An invoice line. Opening and period charges of a subscription never overlap; an upgrade lies inside one."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("betalt tidligere")
        PERIOD = "period", _("periode")
        UPGRADE = "upgrade", _("oppgradering")

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="charges", verbose_name=_("abonnement"))
    kind = models.CharField(_("slag"), max_length=10, choices=Kind)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", verbose_name=_("variant"))
    period = DateRangeField(_("periode"))
    paying_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("betales av byrået")
    )
    monthly_price = models.DecimalField(_("pris per måned"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("beløp"), max_digits=12, decimal_places=2)
    late_in = models.DateField(
        _("kom for sent, står i"), null=True, blank=True,
        help_text=_("Måneden linjen står i, når måneden perioden begynner i, var omme. Tomt: den måneden."),
    )  # fmt: skip

    objects = ChargeQuerySet.as_manager()

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
            models.CheckConstraint(condition=~Q(kind="opening") | Q(amount=0), name="charge_opening_was_paid_before"),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__endswith__isnull=False, period__isempty=False),
                name="charge_period_bounded_and_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(late_in__isnull=True) | Q(late_in__day=1, late_in__gt=F("period__startswith")),
                name="charge_late_in_a_later_month",
            ),
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
