"""A company on Mine tjenester and the people who act for it. A company belongs to no firm."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.addresses import in_its_form
from organisations.models.user import User
from organisations.org_number import validate_org_number
from organisations.stored_names import IsNFC


class CompanyQuerySet(models.QuerySet):
    def known(self) -> "CompanyQuerySet":
        """Confirmed: an administrator has accepted once, or a platform administrator said so.

        Only these may be shown to firms; a company that one firm has asked is invisible to the others.
        """
        return self.filter(confirmed_at__isnull=False)

    def left_by(self, user: User) -> "CompanyQuerySet":
        """Those that the user is administrator of, and that have no administrator who can sign in."""
        administrators = CompanyUser.objects.filter(company=models.OuterRef("pk")).administrators()
        his = administrators.filter(user=user, deactivated_at=None)
        return self.filter(models.Exists(his), ~models.Exists(administrators.active()))


class Company(models.Model):
    """The customer as Mine tjenester knows it: one per organisation number."""

    org_number = models.CharField(_("organisasjonsnummer"), max_length=9, unique=True, validators=[validate_org_number])
    name = models.CharField(_("navn"), max_length=150)
    confirmed_at = models.DateTimeField(_("bekreftet"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("selskap")
        verbose_name_plural = _("selskaper")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=IsNFC("name"), name="company_name_nfc")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_known(self) -> bool:
        return self.confirmed_at is not None


class CompanyUserQuerySet(models.QuerySet):
    def active(self) -> "CompanyUserQuerySet":
        """Those who have accepted and may act today."""
        return self.filter(user__isnull=False, deactivated_at=None, user__is_active=True)

    def administrators(self) -> "CompanyUserQuerySet":
        return self.filter(role=CompanyUser.Role.ADMINISTRATOR)

    def offered(self) -> "CompanyUserQuerySet":
        """Places that wait for their mailbox's holder."""
        return self.filter(user=None, deactivated_at=None)

    def offered_to(self, user: User) -> "CompanyUserQuerySet":
        """The offers that wait for this person's own address."""
        return self.offered().filter(email=user.email)

    def of(self, company: Company) -> "CompanyUserQuerySet":
        return self.filter(company=company)


class CompanyUser(models.Model):
    """A person's place in one company. Without a user it is an offer: no sign-in knows its address yet."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        USER = "user", _("bruker")
        AUDITOR = "auditor", _("revisor")

    company = models.ForeignKey(Company, models.CASCADE, related_name="users", verbose_name=_("selskap"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="company_places",
        verbose_name=_("bruker"),
    )
    email = models.EmailField(_("e-post"))
    name = models.CharField(_("navn"), max_length=150)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    role = models.CharField(_("rolle"), max_length=20, choices=Role, default=Role.USER)
    is_main_contact = models.BooleanField(_("hovedkontakt"), default=False)
    invited_at = models.DateTimeField(_("invitert"))
    accepted_at = models.DateTimeField(_("tatt imot"), null=True, blank=True)
    deactivated_at = models.DateTimeField(_("deaktivert"), null=True, blank=True)

    objects = CompanyUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("bruker av selskapet")
        verbose_name_plural = _("brukere av selskapet")
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], name="company_user_once_by_email"),
            models.UniqueConstraint(fields=["company", "user"], name="company_user_once_by_user"),
            models.CheckConstraint(condition=in_its_form("email"), name="company_user_email_in_its_form"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, accepted_at__isnull=True)
                | models.Q(user__isnull=False, accepted_at__isnull=False),
                name="company_user_accepted_with_a_user",
            ),
            models.CheckConstraint(
                condition=models.Q(is_main_contact=False) | models.Q(role="administrator"),
                name="company_user_main_contact_is_administrator",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(is_main_contact=True, deactivated_at__isnull=True, user__isnull=False),
                name="company_user_one_main_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.user is not None and self.user.is_active and self.deactivated_at is None

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @property
    def may_open_services(self) -> bool:
        """Whether the person can be let into the company's services. An auditor sees them, and opens none."""
        return self.role != self.Role.AUDITOR

    @property
    def may_forward(self) -> bool:
        """Whether the person may point out who should answer for the company. An auditor only reads."""
        return self.role != self.Role.AUDITOR
