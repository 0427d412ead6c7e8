"""What was approved, by whom, under which terms: a record that can be checked later."""

import hashlib
import hmac
import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from organisations.models import Company, Employee, Firm
from subscriptions.models import Subscription, Terms


class ReceiptQuerySet(models.QuerySet):
    def of(self, company: Company) -> "ReceiptQuerySet":
        return self.filter(company=company)

    def visible_to(self, employee: Employee) -> "ReceiptQuerySet":
        return self.filter(activation__client__in=Client.objects.visible_to(employee))

    def with_names(self) -> "ReceiptQuerySet":
        return self.select_related("firm", "company", "subscription__service", "subscription__variant", "terms")


class Receipt(models.Model):
    """Of a request that was approved, or of a service that a company ordered itself (then no activation and no firm).

    `record` holds a salted hash of the person; the clear name beside it can be blanked and the code still fits.
    """

    number = models.BigIntegerField(_("nummer"), unique=True)
    activation = models.OneToOneField(
        "collaboration.Activation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipt",
        verbose_name=_("forespørsel"),
    )
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="receipts", verbose_name=_("abonnement")
    )
    terms = models.ForeignKey(
        Terms, models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name=_("vilkår")
    )
    company = models.ForeignKey(Company, models.PROTECT, related_name="receipts", verbose_name=_("selskap"))
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("byrå"))
    record = models.JSONField(_("innhold"))
    code = models.CharField(_("kode"), max_length=64, unique=True)
    salt = models.CharField(max_length=32)
    approver_name = models.CharField(_("godkjent av"), max_length=150, blank=True)
    approver_email = models.EmailField(_("e-posten til den som godkjente"), blank=True)
    created_at = models.DateTimeField(_("laget"))

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("godkjenningsbevis")
        verbose_name_plural = _("godkjenningsbevis")
        constraints = [
            models.CheckConstraint(
                condition=Q(activation__isnull=True, firm__isnull=True)
                | Q(activation__isnull=False, firm__isnull=False),
                name="receipt_of_a_firm_s_request_or_of_an_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @staticmethod
    def hash_person(salt: str, name: str, email: str) -> str:
        return hashlib.sha256(f"{salt}\n{name}\n{email}".encode()).hexdigest()

    @staticmethod
    def sign(record: dict) -> str:
        """HMAC-SHA256 over the record in canonical JSON, with a key of its own (RECEIPT_KEY)."""
        canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return hmac.new(settings.RECEIPT_KEY.encode(), canonical, hashlib.sha256).hexdigest()

    @property
    def is_genuine(self) -> bool:
        """Whether the code fits the record, and all that stands beside the record fits it too."""
        return self.fits_its_code and all(self.record.get(key) == value for key, value in self.beside())

    @property
    def fits_its_code(self) -> bool:
        """Whether the record, and its number and person, are what was signed. The name may be blanked."""
        if not isinstance(self.record, dict) or self.record.get("number") != self.number:
            return False
        person = self.record.get("person_sha256")
        if self.approver_name and person != self.hash_person(self.salt, self.approver_name, self.approver_email):
            return False
        return self.has_code(self.sign(self.record))

    def beside(self) -> list[tuple[str, object]]:
        """What the columns and the rows that they name say of the same things as the record."""
        return [
            ("org_number", self.company.org_number),
            ("firm_org_number", self.firm.org_number if self.firm else None),
            ("service", self.subscription.service.code),
            ("terms_sha256", self.terms.sha256 if self.terms else None),
        ]

    def has_code(self, code: str) -> bool:
        return hmac.compare_digest(code.encode(), self.code.encode())
