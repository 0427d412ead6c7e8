"""The catalogue, all of it data: a new service is rows made in the admin, never a line of code."""

import hashlib
from datetime import date
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.bilingual import Words, in_the_readers_language


class Service(models.Model):
    """A service, and what activating it asks for."""

    PERIODS = (3, 12)  # months

    code = models.SlugField(_("kode"), unique=True, help_text=_("Står i adressene. Kan ikke endres når den er i bruk."))
    name = models.CharField(_("navn"), max_length=80)
    summary = models.CharField(
        _("kort sagt"), max_length=250,
        help_text=_("Hva tjenesten er, i en halv setning. Det står også i e-posten til kunden."),
    )  # fmt: skip
    summary_en = models.CharField(_("kort sagt, på engelsk"), max_length=250, blank=True)
    supplier = models.CharField(
        _("leverandør"), max_length=80, blank=True,
        help_text=_("Den som sender fakturaen. Tomt: e-poster og bevis sier «leverandøren av tjenesten»."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)
    has_variants = models.BooleanField(_("kommer i varianter"), default=False)
    has_payer = models.BooleanField(
        _("spør om fakturamottaker"), default=True, help_text=_("Ellers betaler selskapet selv.")
    )
    has_period = models.BooleanField(
        _("spør om avtaleperiode"),
        default=True,
        help_text=_("Ellers løper avtalen måned for måned, eller uten fornyelse når prisen er 0."),
    )
    retention_years = models.PositiveSmallIntegerField(_("år med lesetilgang etter slutt"), default=5)
    url = models.CharField(_("adresse"), max_length=250, help_text=_("Dit døren leder når samarbeidet er godkjent."))

    class Meta:
        verbose_name = _("tjeneste")
        verbose_name_plural = _("tjenester")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://")
                | Q(url__regex=r"^/($|[^/\\])")
                | Q(url__regex=r"^http://127\.0\.0\.1[:/]"),  # this machine's own: no line to listen on
                name="service_door_is_safe",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_summary(self) -> Words:
        return in_the_readers_language(self.summary, self.summary_en)

    @property
    def period_choices(self) -> tuple[int, ...]:
        """The agreement periods on offer, in months."""
        return self.PERIODS if self.has_period else (1,)


class Variant(models.Model):
    """Each service has at least one; a service without variants has exactly one, which is chosen by itself."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="variants", verbose_name=_("tjeneste"))
    code = models.SlugField(_("kode"))
    name = models.CharField(_("navn"), max_length=60)
    summary = models.CharField(_("kort sagt"), max_length=200, blank=True)
    summary_en = models.CharField(_("kort sagt, på engelsk"), max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(_("størrelse"), help_text=_("1 er den minste."))
    is_for_sale = models.BooleanField(_("til salgs"), default=True)
    is_firms_own = models.BooleanField(
        _("byråets egen"), default=False, help_text=_("Den varianten byrået alltid arbeider i.")
    )

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("varianter")
        ordering = ["service", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="variant_code_once_in_a_service"),
            models.UniqueConstraint(
                fields=["service", "rank"],
                name="variant_rank_once_in_a_service",
                deferrable=models.Deferrable.DEFERRED,  # a set is saved row by row
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1),
                name="variant_rank_from_1",
                violation_error_message=_("Størrelsen begynner på 1."),
            ),
            models.UniqueConstraint(fields=["service", "id"], name="variant_service_and_id"),
            ExclusionConstraint(
                name="variant_one_firms_own_in_a_service",
                expressions=[("service", RangeOperators.EQUAL)],
                condition=Q(is_firms_own=True),
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Visma eAccounting Smart; of a service without variants the service's name alone."""
        return f"{self.service.name} {self.name}" if self.service.has_variants else self.service.name

    @property
    def local_summary(self) -> Words:
        return in_the_readers_language(self.summary, self.summary_en)

    def price_on(self, day: date, months: int) -> Decimal:
        """The list price a month, in NOK excluding VAT, for an agreement of that many months.

        Raises Price.DoesNotExist where the list has none.
        """
        return self.prices.on(day).get(months=months).per_month


class Feature(models.Model):
    """A line of the comparison: what a service can do, and in which variants."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="features", verbose_name=_("tjeneste"))
    name = models.CharField(_("navn"), max_length=100)
    name_en = models.CharField(_("navn på engelsk"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)
    variants = models.ManyToManyField(Variant, related_name="features", blank=True, verbose_name=_("finnes i"))

    class Meta:
        verbose_name = _("funksjon")
        verbose_name_plural = _("funksjoner")
        ordering = ["service", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="feature_once_in_a_service"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> Words:
        return in_the_readers_language(self.name, self.name_en)


class PriceQuerySet(models.QuerySet):
    def on(self, day: date) -> "PriceQuerySet":
        """The newest price of each variant and period length that is valid on the day."""
        return (
            self.filter(valid_from__lte=day)
            .order_by("variant_id", "months", "-valid_from")
            .distinct("variant_id", "months")
        )


class Price(models.Model):
    """NOK a month excluding VAT, for an agreement of 1, 3 or 12 months, from a day on."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="prices", verbose_name=_("variant"))
    months = models.PositiveSmallIntegerField(_("måneder"), choices=[(1, "1"), (3, "3"), (12, "12")])
    per_month = models.DecimalField(_("per måned"), max_digits=10, decimal_places=2)
    valid_from = models.DateField(_("gjelder fra"))

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("pris")
        verbose_name_plural = _("priser")
        ordering = ["variant", "months", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "months", "valid_from"], name="price_once_from_a_day"),
            models.CheckConstraint(condition=Q(per_month__gte=0), name="price_not_below_zero"),
            models.CheckConstraint(condition=Q(months__in=(1, 3, 12)), name="price_for_1_3_or_12_months"),
        ]

    def __str__(self) -> str:
        return f"{self.per_month} ({self.months})"

    def is_fact(self, today: date) -> bool:
        """Whether its day has come: it is never changed nor removed then, since agreements have been made by it."""
        return self.valid_from <= today


class TermsQuerySet(models.QuerySet["Terms"]):
    def current(self, service: Service) -> "Terms":
        """The newest version; raises Terms.DoesNotExist where a service has none."""
        return self.filter(service=service).latest("version")


class Terms(models.Model):
    """A version of a service's terms. Never edited: the database refuses it (migration 0002).

    What is accepted is the Norwegian text, of which the hash is; the English helps who reads it, and binds nobody.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="terms", verbose_name=_("tjeneste"))
    version = models.PositiveSmallIntegerField(_("versjon"))
    text = models.TextField(_("tekst"))
    text_en = models.TextField(
        _("oversettelse til engelsk"),
        blank=True,
        help_text=_("Til hjelp for den som leser på engelsk. Det er den norske teksten som godkjennes."),
    )
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("vilkår")
        verbose_name_plural = _("vilkår")
        ordering = ["service", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="terms_version_once_in_a_service"),
        ]

    def __str__(self) -> str:
        return _("%(service)s, versjon %(version)s") % {"service": self.service.name, "version": self.version}

    def save(self, *args, **kwargs):
        """The hash belongs to the text, whoever writes the row."""
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(*args, **kwargs)
