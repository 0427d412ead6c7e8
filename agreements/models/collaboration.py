"""What an approval makes; it lasts until one of the two ends it."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Task
from ground.clock import oslo_date
from organisations.models import Company, Employee, Firm
from subscriptions.models import Service, Subscription


class CollaborationQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "CollaborationQuerySet":
        return self.filter(client__in=Client.objects.visible_to(employee))

    def of(self, company: Company) -> "CollaborationQuerySet":
        return self.filter(company=company)

    def active(self) -> "CollaborationQuerySet":
        return self.filter(ended_at=None)

    def running(self, day: date) -> "CollaborationQuerySet":
        """Active, and not past an agreed end either: no sweep is needed for a day to be the last one."""
        return self.active().exclude(ends_on__lte=day)

    def of_day(self, day: date | F) -> "CollaborationQuerySet":
        """Active on a date, also a past one. The date on which one ends is the first without it."""
        return self.filter(
            Q(ended_at=None) | Q(ended_at__date__gt=day), Q(ends_on=None) | Q(ends_on__gt=day), started_on__lte=day
        )

    def with_untold_people(self) -> "CollaborationQuerySet":
        """Collaborations in which other people of the firm get in than the customer knows of."""
        on_the_task = Q(pk=OuterRef("task__owner")) | Q(participated_tasks=OuterRef("task"))
        people = Employee.objects.active().filter(on_the_task).order_by("pk").values("pk").distinct()
        return self.alias(people_now=ArraySubquery(people)).exclude(people_told=F("people_now"))

    def on(self, subscription: Subscription) -> "CollaborationQuerySet":
        return self.filter(subscription=subscription)

    def with_names(self) -> "CollaborationQuerySet":
        """With who shares what; what else one of them names is loaded where it is written."""
        return self.select_related("firm", "client", "company", "service", "subscription__variant")

    def with_everything(self) -> "CollaborationQuerySet":
        """With the rows that a page of it, or a list, names on both sides. Planning them takes longer than they run."""
        return self.select_related(
            "firm", "client", "company", "service", "subscription__variant__service", "subscription__paying_firm",
            "subscription__terms", "task__type", "task__owner__user", "activation__decided_by",
        ).prefetch_related("task__participants__user")  # fmt: skip


class Collaboration(models.Model):
    """A firm and a company share one service.

    Ended by a person, or by the clock (`ended_by` empty): on a day agreed before (`ends_on`, the first day without
    it), or with the subscription. `outcome` is what becomes of the service.
    """

    class Outcome(models.TextChoices):
        CONTINUES = "continues", _("Kunden fortsetter alene")
        SERVICE_ENDS = "service_ends", _("Tjenesten avsluttes også")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    client = models.ForeignKey(Client, models.PROTECT, related_name="collaborations", verbose_name=_("kunde"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="collaborations", verbose_name=_("selskap"))
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="collaborations", verbose_name=_("abonnement")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("tjeneste"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="collaborations", verbose_name=_("oppgave"))
    activation = models.OneToOneField(
        "collaboration.Activation", models.PROTECT, related_name="collaboration", verbose_name=_("forespørsel")
    )
    started_on = models.DateField(_("fra"))
    ended_at = models.DateTimeField(_("avsluttet"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avsluttet av"),
    )
    outcome = models.CharField(_("utfall"), max_length=12, choices=Outcome, blank=True)
    people_told = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("kjent for kunden"),
        help_text=_("Medarbeiderne kunden vet har tilgang: fra godkjenningen, og siden fra siste e-post om det."),
    )  # fmt: skip
    ends_on = models.DateField(_("avsluttes fra"), null=True, blank=True)
    end_planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("slutten avtalt av"),
    )  # fmt: skip

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        verbose_name = _("samarbeid")
        verbose_name_plural = _("samarbeid")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "service"],
                condition=Q(ended_at__isnull=True),
                name="collaboration_one_active_per_client_and_service",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="collaboration_ended_at_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, end_planned_by__isnull=True)
                | Q(ends_on__isnull=False, end_planned_by__isnull=False),
                name="collaboration_end_planned_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "service"]),
            models.Index(fields=["ends_on"], condition=Q(ended_at=None), name="collaboration_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.service_id}"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    @property
    def people_with_access(self) -> list[int]:
        """Who of the firm gets in today, by their ids in order: as `people_told` keeps them."""
        return sorted(person.pk for person in self.task.people if person.is_active)

    @property
    def last_day(self) -> date | None:
        """The last day with access, past or agreed; None while no end is known.

        What the clock ends is over after the day agreed, however late a sweep comes.
        """
        if self.ended_at is not None and self.ended_by_id is not None:
            return oslo_date(self.ended_at)
        if self.outcome == self.Outcome.SERVICE_ENDS:
            return self.subscription.last_day
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    def may_be_ended_by(self, employee: Employee) -> bool:
        """The firm's administrators and the client's account manager; the deed asks again, under its locks."""
        return self.firm_id == employee.firm_id and (
            employee.is_administrator or self.client.account_manager_id == employee.pk
        )


class AccessNotice(models.Model):
    """A mail to a company's administrators about who of its firms has got access, or has it no more: one a day."""

    stays_with_its_row = True  # of a company that is merged with another: both may have had one that day

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("selskap"))
    on = models.DateField(_("dag"))
    posted_at = models.DateTimeField(_("sendt"))

    class Meta:
        verbose_name = _("e-post om tilgang")
        verbose_name_plural = _("e-poster om tilgang")
        constraints = [models.UniqueConstraint(fields=["company", "on"], name="access_notice_once_a_day")]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.on}"
