"""A request to a customer: first the firm's draft, then what the customer answers."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agreements.workflow import Role
from clients.models import Client, Contact, Task
from collaboration import workflow
from ground.clock import oslo_date
from ground.mail_addresses import in_its_form
from organisations.models import Company, CompanyUser, Employee, Firm, User
from subscriptions.models import Service, Subscription, Variant


class ActivationQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "ActivationQuerySet":
        return self.filter(client__in=Client.objects.visible_to(employee))

    def of(self, company: Company) -> "ActivationQuerySet":
        """The requests that the company's people may see: never a draft."""
        return self.filter(company=company).exclude(status=workflow.Status.DRAFT)

    def of_companies_of(self, user: User) -> "ActivationQuerySet":
        """The requests that the person may see, of all companies that she or he acts for: never a draft."""
        companies = CompanyUser.objects.active().filter(user=user).values("company")
        return self.filter(company__in=companies).exclude(status=workflow.Status.DRAFT)

    def live(self) -> "ActivationQuerySet":
        return self.filter(status__in=workflow.LIVE)

    def drafts(self) -> "ActivationQuerySet":
        return self.filter(status=workflow.Status.DRAFT)

    def pending(self) -> "ActivationQuerySet":
        """Requests that are sent and not closed; `overdue` and `answerable` tell apart whose time is over."""
        return self.filter(status=workflow.Status.PENDING)

    def overdue(self, at: datetime) -> "ActivationQuerySet":
        return self.pending().filter(expires_at__lte=at)

    def answerable(self, at: datetime | Now) -> "ActivationQuerySet":
        return self.pending().filter(expires_at__gt=at)

    def sent_after(self, activation: "Activation") -> "ActivationQuerySet":
        """What the firm has asked of the same client about the same service since, the newest first.

        Of the same company, where the earlier request still has one: a client's organisation number can be corrected.
        """
        later = self.filter(client=activation.client_id, service=activation.service_id, pk__gt=activation.pk)
        if activation.company_id:
            later = later.filter(company=activation.company_id)
        return later.exclude(status=workflow.Status.DRAFT).order_by("-pk")

    def with_names(self) -> "ActivationQuerySet":
        """With who asks whom for what, which most deeds need; what else one names is loaded where it is written."""
        return self.select_related("firm", "client", "company", "service", "variant")

    def with_everything(self) -> "ActivationQuerySet":
        """With the rows that a page of it, or a list, names. Planning so many joins takes longer than they run."""
        return self.select_related(
            "firm", "client", "company", "service", "variant__service", "task__type", "task__owner__user",
            "requested_by__user", "decided_by", "subscription__variant__service", "contact",
        ).prefetch_related("task__participants__user")  # fmt: skip


class Activation(models.Model):
    """One firm asks one customer to collaborate in one service."""

    Status = workflow.Status

    class Scenario(models.TextChoices):
        SUBSCRIBED = "subscribed", _("kunden har abonnement")
        KNOWN = "known", _("kunden er på Visma Online")
        NEW = "new", _("kunden er ny")

    class Payer(models.TextChoices):
        COMPANY = "company", _("kunden")
        FIRM = "firm", _("byrået")

    class DeclineReason(models.TextChoices):
        NOT_OUR_FIRM = "not_our_firm", _("Vi bruker ikke dette regnskapsbyrået")
        TOO_EXPENSIVE = "too_expensive", _("Prisen er for høy")
        WRONG_VARIANT = "wrong_variant", _("Vi vil ha en annen variant eller avtale")
        NOT_NEEDED = "not_needed", _("Vi trenger ikke tjenesten")
        OTHER = "other", _("Annet")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    client = models.ForeignKey(Client, models.PROTECT, related_name="activations", verbose_name=_("kunde"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("tjeneste"))
    scenario = models.CharField(_("scenario"), max_length=10, choices=Scenario)
    status = models.CharField(_("status"), max_length=10, choices=workflow.Status, default=workflow.Status.DRAFT)
    started_by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("påbegynt av"))
    started_at = models.DateTimeField(_("påbegynt"))

    # The answers. Empty where a draft has not come to them; a sent request has them all (activation_complete).
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="activations", verbose_name=_("selskap")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("abonnement"),
        help_text=_("Det kunden hadde da forespørselen ble sendt, og etter godkjenning det samarbeidet gjelder."),
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("variant")
    )
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="activations", verbose_name=_("oppgave")
    )
    payer = models.CharField(_("fakturamottaker"), max_length=10, choices=Payer, blank=True)
    period_months = models.PositiveSmallIntegerField(_("avtaleperiode i måneder"), null=True, blank=True)
    price_per_month = models.DecimalField(
        _("pris per måned"), max_digits=10, decimal_places=2, null=True, blank=True,
        help_text=_("Listeprisen da forespørselen ble sendt, i kroner uten mva."),
    )  # fmt: skip
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mottaker")
    )
    contact_name = models.CharField(_("mottakerens navn"), max_length=150, blank=True)
    contact_email = models.EmailField(_("mottakerens e-post"), blank=True)
    contact_phone = models.CharField(_("mottakerens telefon"), max_length=30, blank=True)
    own_domain = models.CharField(
        _("byråets domene"), max_length=253, blank=True,
        help_text=_("Det av byråets domener som mottakerens e-postadresse er på, hvis den er på et av dem."),
    )  # fmt: skip

    requested_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sendt av")
    )
    requested_at = models.DateTimeField(_("sendt"), null=True, blank=True)
    expires_at = models.DateTimeField(_("utløper"), null=True, blank=True)
    first_requested_at = models.DateTimeField(_("først sendt"), null=True, blank=True)
    link_version = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    link_mailed_at = models.DateTimeField(_("lenken sist sendt"), null=True, blank=True)
    was_forwarded = models.BooleanField(
        _("sendt videre"), default=False, help_text=_("Den som hadde forespørselen før, oppga mottakeren den har nå.")
    )
    disowned_at = models.DateTimeField(
        _("feil person"), null=True, blank=True,
        help_text=_("Mottakeren har svart at det er feil person. Den får ikke flere e-poster om forespørselen."),
    )  # fmt: skip

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avgjort av"),
    )
    decided_at = models.DateTimeField(_("avgjort"), null=True, blank=True)
    decline_reason = models.CharField(_("grunn"), max_length=20, choices=DeclineReason, blank=True)
    decline_comment = models.TextField(_("kommentar"), max_length=1000, blank=True)
    was_attached = models.BooleanField(
        _("knyttet til kundens eget abonnement"), default=False,
        help_text=_("Kunden hadde fått et abonnement før godkjenningen; variant, betaler, periode og pris i "
                    "forespørselen ble satt til side."),
    )  # fmt: skip

    objects = ActivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("forespørsel")
        verbose_name_plural = _("forespørsler")
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status="pending"), name="activation_pending"),
            models.Index(
                fields=["firm"],
                condition=Q(status__in=("draft", "pending", "declined", "expired")),
                name="activation_may_ask",
            ),
            models.Index(fields=["firm", "first_requested_at"], name="activation_by_first_request"),
            models.Index(fields=["firm", "decided_at"], name="activation_by_answer"),
            models.Index(fields=["company", "status"]),
            models.Index(fields=["client", "service", "-started_at"]),
            models.Index(fields=["firm", "-started_at", "-id"], name="activation_by_start"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "service"],
                condition=Q(status__in=("draft", "pending")),
                name="activation_one_live_per_client_and_service",
            ),
            models.UniqueConstraint(fields=["firm", "id"], name="activation_firm_and_id"),
            models.CheckConstraint(condition=in_its_form("contact_email"), name="activation_email_in_its_form"),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (
                    Q(
                        variant__isnull=False,
                        task__isnull=False,
                        requested_at__isnull=False,
                        expires_at__isnull=False,
                        token_hash__isnull=False,
                        link_mailed_at__isnull=False,
                    )
                    & ~Q(contact_email="")
                    & ~Q(contact_name="")
                    & (
                        Q(scenario="subscribed", subscription__isnull=False)
                        | (
                            Q(period_months__isnull=False, price_per_month__isnull=False)
                            & Q(payer__in=("company", "firm"))
                        )
                    )
                ),
                name="activation_complete_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn", "expired")) | Q(company__isnull=False),
                name="activation_has_a_company_while_it_matters",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=True, requested_at__isnull=True)
                | Q(requested_by__isnull=False, requested_at__isnull=False),
                name="activation_requested_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "pending"), decided_at__isnull=True, decided_by__isnull=True)
                | Q(status="expired", decided_at__isnull=False, decided_by__isnull=True)
                | Q(
                    status__in=("approved", "declined", "withdrawn"),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="activation_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(subscription__isnull=False),
                name="activation_approved_has_a_subscription",
            ),
            models.CheckConstraint(
                condition=(Q(status="declined") & ~Q(decline_reason=""))
                | (~Q(status="declined") & Q(decline_reason="", decline_comment="")),
                name="activation_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.service_id} ({self.status})"

    @property
    def is_draft(self) -> bool:
        return self.status == workflow.Status.DRAFT

    @property
    def is_pending(self) -> bool:
        return self.status == workflow.Status.PENDING

    @property
    def is_closed(self) -> bool:
        return self.status in workflow.CLOSED

    @property
    def is_disowned(self) -> bool:
        """Whether the receiver has said to be somebody else: it needs another before anything more is mailed."""
        return self.disowned_at is not None

    @property
    def keeps_agreement(self) -> bool:
        """Whether the customer's own agreement goes on unchanged (scenario 1)."""
        return self.scenario == self.Scenario.SUBSCRIBED

    @property
    def firm_pays(self) -> bool:
        return self.payer == self.Payer.FIRM

    @property
    def last_day(self) -> date:
        """The last date on which a sent request can be answered: it expires at 00.00 of the next."""
        assert self.expires_at is not None  # the database says so of every request that was sent
        return oslo_date(self.expires_at - timedelta(seconds=1))

    @property
    def decline_in_words(self) -> str:
        return decline_in_words(self.decline_reason, self.decline_comment)

    def take_back_disowning(self, by: CompanyUser) -> None:
        """The receiver answers it after all, signed in with the address: it was the right person. The caller saves."""
        if by.user and by.user.email == self.contact_email:
            self.disowned_at = None

    def is_over(self, at: datetime) -> bool:
        """Whether its time is up, closed by a sweep or not."""
        return self.expires_at is not None and at >= self.expires_at

    def is_answerable(self, at: datetime) -> bool:
        """Whether it waits for the customer and may still be answered."""
        return self.is_pending and not self.is_over(at)

    def move(self, verb: str, *, by: Employee | CompanyUser | None, at: datetime) -> None:
        """Take one step of the table: set the status and who-and-when. The caller holds the row's lock and saves.

        Raises NotAllowed when the step does not start here, or is not for `by`.
        """
        step = self.find_move(verb, by=by)
        self.status = step.target
        if step.stamp == "requested":
            assert isinstance(by, Employee)
            self.requested_by, self.requested_at = by, at
        elif step.stamp == "decided":
            self.decided_by, self.decided_at = by.user if by else None, at

    def find_move(self, verb: str, *, by: Employee | CompanyUser | None) -> workflow.Move:
        """Find the step of the table without taking it. Raises NotAllowed as `move` does."""
        return workflow.move(verb, status=self.status, roles=self.roles_of(by))

    def roles_of(self, by: Employee | CompanyUser | None) -> set[Role]:
        """What somebody is to this request; nobody is the clock, or the holder of the mailbox.

        Read from the row alone. Under their locks the deeds ask the database whether an employee sees the client
        (check_sees), and whether the company's person may answer for it (check_decider).
        """
        if isinstance(by, Employee):
            return {Role.EMPLOYEE} if by.firm_id == self.firm_id else set()
        if isinstance(by, CompanyUser):
            return {Role.COMPANY_ADMINISTRATOR, Role.RECEIVER}
        return {Role.CLOCK, Role.RECEIVER}


def decline_in_words(reason: str, comment: str) -> str:
    """The reason (a DeclineReason), and what the person wrote."""
    labels = {value: str(label) for value, label in Activation.DeclineReason.choices}
    words = labels.get(reason, reason)
    return str(_("%(reason)s: «%(comment)s»") % {"reason": words, "comment": comment}) if comment else words
