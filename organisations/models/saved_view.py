"""A list as somebody wants to see it again: filters, order and columns, under a name."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ground.stored_names import IsNFC
from organisations.models.firm import Employee, Firm


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, employee: Employee) -> "SavedViewQuerySet":
        """The firm's views and the employee's own."""
        return self.filter(Q(owner=None) | Q(owner=employee.pk), firm=employee.firm_id)


class SavedView(models.Model):
    """Personal to its owner; without one it is the firm's, which administrators alone make and change."""

    class List(models.TextChoices):
        CLIENTS = "kunder", _("Kunder")
        COLLABORATIONS = "samarbeid", _("Samarbeid")
        TASKS = "oppgaver", _("Mine oppgaver")

    PAGES = {
        List.CLIENTS: "office:client-list",
        List.COLLABORATIONS: "office:collaboration-list",
        List.TASKS: "office:my-tasks",
    }

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="saved_views", verbose_name=_("byrå"))
    owner = models.ForeignKey(
        Employee, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("medarbeider")
    )
    list = models.CharField(_("liste"), max_length=10, choices=List)
    name = models.CharField(_("navn"), max_length=60)
    query = models.TextField(_("filtre"), blank=True)  # as an address has it, without the question mark

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("lagret visning")
        verbose_name_plural = _("lagrede visninger")
        constraints = [
            models.UniqueConstraint(fields=["firm", "id"], name="saved_view_firm_and_id"),
            models.UniqueConstraint(
                fields=["firm", "list", "name"], condition=Q(owner=None), name="saved_view_once_in_a_firm"
            ),
            models.UniqueConstraint(
                fields=["firm", "owner", "list", "name"],
                condition=Q(owner__isnull=False),
                name="saved_view_once_of_a_person",
            ),
            models.CheckConstraint(condition=IsNFC("name"), name="saved_view_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        page = reverse(self.PAGES[self.List(self.list)])
        return f"{page}?{self.query}" if self.query else page


class StartView(models.Model):
    """The saved view that opens after an employee has signed in."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="starts")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+", verbose_name=_("visning"))

    class Meta:
        verbose_name = _("startvisning")
        verbose_name_plural = _("startvisninger")
        constraints = [models.UniqueConstraint(fields=["firm", "employee"], name="start_view_once_of_a_person")]

    def __str__(self) -> str:
        return str(self.view_id)
