"""An offer of a place in a firm or company, by e-mail. Nothing exists of it until the mailbox's holder accepts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import in_its_form
from organisations.models.company import Company, CompanyUser
from organisations.models.firm import Employee, Firm
from organisations.models.user import User


class InvitationQuerySet(models.QuerySet):
    def unanswered(self) -> "InvitationQuerySet":
        """Those that wait, also after their time: they can be sent again, or withdrawn."""
        return self.filter(outcome="")

    def open(self, at: datetime | Now) -> "InvitationQuerySet":
        """Those that can be accepted."""
        return self.unanswered().filter(expires_at__gt=at)

    def offered_to(self, user: User) -> "InvitationQuerySet":
        """The unanswered ones to this person's own address."""
        return self.unanswered().addressed_to(user)

    def addressed_to(self, user: User) -> "InvitationQuerySet":
        """To this person's own address, whatever came of them."""
        return self.filter(email=user.email)

    def visible_to(self, employee: Employee) -> "InvitationQuerySet":
        """To a place in the employee's own firm."""
        return self.filter(firm_id=employee.firm_id)

    def of(self, company: Company) -> "InvitationQuerySet":
        return self.filter(company=company)

    def to(self, place: Firm | Company) -> "InvitationQuerySet":
        """To the firm or company, whatever came of them."""
        return self.filter(firm=place) if isinstance(place, Firm) else self.filter(company=place)

    def with_everything(self) -> "InvitationQuerySet":
        return self.select_related("firm", "company", "invited_by")


class Invitation(models.Model):
    NAME_LENGTH = 150
    PAUSE = timedelta(minutes=5)  # between two mails to one address from one place

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("tatt imot")
        DECLINED = "declined", _("takket nei")
        NOT_ME = "not_me", _("feil person")
        WITHDRAWN = "withdrawn", _("trukket tilbake")

    firm = models.ForeignKey(Firm, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("byrå"))
    company = models.ForeignKey(
        Company, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("selskap")
    )
    email = models.EmailField(_("e-post"))
    name = models.CharField(_("navn"), max_length=NAME_LENGTH)
    role = models.CharField(_("rolle"), max_length=20)  # of Employee or of CompanyUser
    client_access = models.CharField(_("ser"), max_length=10, choices=Employee.ClientAccess, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invitert av")
    )
    is_by_platform = models.BooleanField(
        _("fra plattformen"), default=False, help_text=_("En plattformadministrator har invitert.")
    )
    invited_at = models.DateTimeField(_("invitert"))
    mailed_at = models.DateTimeField(_("sendt"))
    expires_at = models.DateTimeField(_("utløper"))
    link_version = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    outcome = models.CharField(_("svar"), max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(_("avsluttet"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitasjon")
        verbose_name_plural = _("invitasjoner")
        constraints = [
            models.CheckConstraint(
                condition=Q(firm__isnull=False, company__isnull=True) | Q(firm__isnull=True, company__isnull=False),
                name="invitation_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True) | ~Q(outcome="") & Q(closed_at__isnull=False),
                name="invitation_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(firm__isnull=False, role__in=Employee.Role.values)
                & Q(client_access__in=Employee.ClientAccess.values)
                | Q(company__isnull=False, role__in=CompanyUser.Role.values, client_access=""),
                name="invitation_role_of_its_place",
            ),
            models.CheckConstraint(condition=in_its_form("email"), name="invitation_email_in_its_form"),
            models.UniqueConstraint(
                fields=["firm", "email"], condition=Q(outcome=""), name="invitation_once_open_in_a_firm"
            ),
            models.UniqueConstraint(
                fields=["company", "email"], condition=Q(outcome=""), name="invitation_once_open_in_a_company"
            ),
        ]
        indexes = [models.Index(fields=["email"], condition=Q(outcome=""), name="invitation_open_by_email")]

    def __str__(self) -> str:
        return f"{self.place}: {self.email}"

    @property
    def place(self) -> Firm | Company:
        """Where it leads: the firm or the company."""
        place = self.firm or self.company
        assert place is not None  # the database says so
        return place

    @property
    def is_unanswered(self) -> bool:
        return not self.outcome

    @property
    def again_at(self) -> datetime:
        """From when it can be mailed again."""
        return self.mailed_at + self.PAUSE

    def is_open(self, at: datetime) -> bool:
        return self.is_unanswered and at < self.expires_at

    def get_role_display(self) -> str:
        roles: type[models.TextChoices] = Employee.Role if self.firm_id else CompanyUser.Role
        return str(roles(self.role).label)
