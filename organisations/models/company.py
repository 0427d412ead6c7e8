"""A company on Mine tjenester and the people who act for it. A company belongs to no firm."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import in_its_form
from ground.names import NorwegianOrder
from ground.org_number import validate_org_number
from ground.stored_names import IsNFC
from organisations.companies import states as company_states
from organisations.models.firm import Firm
from organisations.models.user import User


class CompanyQuerySet(models.QuerySet):
    def known(self) -> "CompanyQuerySet":
        """Confirmed companies: an administrator has accepted once, or a platform administrator has vouched. Only
        these may be shown to firms.
        """
        return self.filter(confirmed_at__isnull=False)

    def unsettled(self) -> "CompanyQuerySet":
        """Rows of requests to companies that are not known: asked, and provisional ones."""
        return self.filter(confirmed_at=None, merged_into=None)

    def provisional(self) -> "CompanyQuerySet":
        """Those that somebody answers for, while another firm asks somebody else of the same company."""
        return self.unsettled().exclude(provisional_at=None)

    def numbered(self, org_number: str) -> "CompanyQuerySet":
        return self.filter(org_number=org_number)

    def left_by(self, user: User) -> "CompanyQuerySet":
        """Those that the user is administrator of, and that have no administrator who can sign in."""
        administrators = CompanyUser.objects.filter(company=models.OuterRef("pk")).administrators()
        his = administrators.filter(user=user, deactivated_at=None)
        return self.filter(models.Exists(his), ~models.Exists(administrators.active()))


class Company(models.Model):
    """The customer as Mine tjenester knows it: one per organisation number, once it is known.

    Until then each request to it has a row of its own, in the words of the firm that asks: so nothing that one firm
    has written can come out where another one asks. What may become of a row stands in companies/states.py.
    """

    State = company_states.State

    org_number = models.CharField(_("organisasjonsnummer"), max_length=9, validators=[validate_org_number])
    name = models.CharField(_("navn"), max_length=150)
    asking_firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("spurt av byrået"),
        help_text=_("Tomt når selskapet er bekreftet."),
    )  # fmt: skip
    provisional_at = models.DateTimeField(
        _("foreløpig"), null=True, blank=True,
        help_text=_("En mottaker svarer for selskapet, mens et annet byrå har spurt en annen."),
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("slått sammen med")
    )
    confirmed_at = models.DateTimeField(_("bekreftet"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("selskap")
        verbose_name_plural = _("selskaper")
        ordering = [NorwegianOrder("name"), "pk"]
        indexes = [
            models.Index(fields=["org_number"], name="company_by_org_number"),
            models.Index(NorwegianOrder("name"), F("id"), name="company_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["org_number"],
                condition=models.Q(confirmed_at__isnull=False),
                name="company_known_once_by_org_number",
                violation_error_message=_("Selskapet finnes fra før."),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, asking_firm__isnull=False)
                | models.Q(confirmed_at__isnull=False, asking_firm__isnull=True),
                name="company_of_a_firm_until_it_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(confirmed_at__isnull=True, provisional_at__isnull=False),
                name="company_merged_when_it_was_provisional",
            ),
            models.CheckConstraint(condition=IsNFC("name"), name="company_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> company_states.State:
        if self.merged_into_id:
            return self.State.MERGED
        if self.confirmed_at:
            return self.State.KNOWN
        return self.State.PROVISIONAL if self.provisional_at else self.State.ASKED

    @property
    def is_known(self) -> bool:
        return self.state == self.State.KNOWN

    @property
    def is_asked(self) -> bool:
        """Nobody answers for it yet: the row is a request's own."""
        return self.state == self.State.ASKED

    def move(self, verb: str, *, at: datetime, into: "Company | None" = None) -> None:
        """Take one step of the table that leaves the row; `into` is what it is merged with. The caller holds the
        number's lock. Raises NotAllowed when the step does not start here.
        """
        match company_states.check_move(verb, self.state).target:
            case self.State.PROVISIONAL:
                self.provisional_at = at
            case self.State.KNOWN:
                self.asking_firm, self.confirmed_at = None, at
            case self.State.MERGED:
                self.merged_into = into
        self.save(update_fields=["asking_firm", "provisional_at", "confirmed_at", "merged_into"])


class DisputeManager(models.Manager):
    def get_queryset(self) -> CompanyQuerySet:
        """One for each organisation number: the row of the first who has answered."""
        rows = CompanyQuerySet(self.model, using=self._db).provisional()
        first = rows.filter(org_number=models.OuterRef("org_number")).order_by("provisional_at", "pk")
        return rows.filter(pk=models.Subquery(first.values("pk")[:1]))


class Dispute(Company):
    """Several people who answer for one company, each by another firm's request; a platform administrator settles
    it.
    """

    objects = DisputeManager()  # type: ignore[assignment,misc]  # fewer rows than the companies'

    class Meta:
        proxy = True
        verbose_name = _("to mottakere for samme selskap")
        verbose_name_plural = _("to mottakere for samme selskap")


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

    was_invited: bool  # into the company's row, not asked by a firm; known of the rows of find_claims alone

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
    # When the person last chose to work here, of several places.
    entered_at = models.DateTimeField(_("sist valgt"), null=True, blank=True, editable=False)

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
