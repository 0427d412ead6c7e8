"""A firm (the tenant) and a user's place in it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import in_its_form
from ground.names import NorwegianOrder
from ground.org_number import validate_org_number
from ground.stored_names import IsNFC
from organisations.models.user import User


def standard_reminder_days() -> list[int]:
    return [3, 7, 14]


class FirmQuerySet(models.QuerySet):
    def left_by(self, user: "User") -> "FirmQuerySet":
        """Those that the user is administrator of, and that have no administrator who can sign in."""
        administrators = Employee.objects.filter(firm=models.OuterRef("pk"), role=Employee.Role.ADMINISTRATOR)
        his = administrators.filter(user=user, deactivated_at=None)
        return self.filter(models.Exists(his), ~models.Exists(administrators.active()))


class Firm(models.Model):
    name = models.CharField(_("navn"), max_length=150)
    slug = models.SlugField(_("kortnavn"), unique=True, help_text=_("Brukes i adressene i e-poster til medarbeidere."))
    org_number = models.CharField(_("organisasjonsnummer"), max_length=9, unique=True, validators=[validate_org_number])
    email = models.EmailField(_("e-post"), blank=True)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    first_client_number = models.PositiveIntegerField(_("første kundenummer"), default=1001)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=standard_reminder_days,
        blank=True,
        verbose_name=_("påminnelser etter dager"),
        help_text=_("Hvor mange dager etter sending kunden blir påminnet."),
    )
    created_at = models.DateTimeField(_("opprettet"), auto_now_add=True)

    objects = FirmQuerySet.as_manager()

    class Meta:
        verbose_name = _("byrå")
        verbose_name_plural = _("byråer")
        ordering = [NorwegianOrder("name"), "pk"]
        constraints = [
            models.CheckConstraint(condition=in_its_form("email"), name="firm_email_in_its_form"),
            models.CheckConstraint(condition=IsNFC("name"), name="firm_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(models.QuerySet):
    def active(self) -> "EmployeeQuerySet":
        return self.filter(deactivated_at=None, user__is_active=True)

    def visible_to(self, employee: "Employee") -> "EmployeeQuerySet":
        """The co-workers of the same firm."""
        return self.filter(firm_id=employee.firm_id)


class Employee(models.Model):
    """A user's place in one firm."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        EMPLOYEE = "employee", _("medarbeider")

    class ClientAccess(models.TextChoices):
        ALL = "all", _("alle kunder")
        OWN = "own", _("egne kunder")

    class AlertEmails(models.TextChoices):
        AT_ONCE = "at_once", _("med en gang")
        DAILY = "daily", _("samlet én gang om dagen")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="employees", verbose_name=_("byrå"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="employments", verbose_name=_("bruker")
    )
    role = models.CharField(_("rolle"), max_length=20, choices=Role, default=Role.EMPLOYEE)
    client_access = models.CharField(_("ser"), max_length=10, choices=ClientAccess, default=ClientAccess.ALL)
    alert_emails = models.CharField(
        _("varsler på e-post"), max_length=10, choices=AlertEmails, default=AlertEmails.AT_ONCE
    )
    created_at = models.DateTimeField(_("opprettet"), auto_now_add=True)
    deactivated_at = models.DateTimeField(_("deaktivert"), null=True, blank=True)
    # When the person last chose to work here, of several places.
    entered_at = models.DateTimeField(_("sist valgt"), null=True, blank=True, editable=False)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("medarbeider")
        verbose_name_plural = _("medarbeidere")
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="employee_once_in_a_firm"),
            models.UniqueConstraint(fields=["firm", "id"], name="employee_firm_and_id"),
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None and self.user.is_active

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @property
    def sees_all_clients(self) -> bool:
        return self.client_access == self.ClientAccess.ALL
