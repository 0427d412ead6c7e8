"""A file of clients that a firm moves in with: its rows, what each will be, and what became of it."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from client_imports.columns import LONGEST_HEADING, Field
from clients.models import Client
from organisations.models import Employee, Firm


class ClientImportQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "ClientImportQuerySet":
        """The firm's imports; who sees own clients only sees the own ones, since a file may tell of any client."""
        imports = self.filter(firm_id=employee.firm_id)
        return imports if employee.sees_all_clients else imports.filter(by=employee)

    def working(self) -> "ClientImportQuerySet":
        return self.filter(state__in=ClientImport.WORKING)


class ClientImport(models.Model):
    """A file and how far it has come. The file itself is not kept, only its rows."""

    class State(models.TextChoices):
        COLUMNS = "columns", _("kolonnene skal velges")
        CHECKING = "checking", _("radene sjekkes")
        CHECKED = "checked", _("klar til import")
        RUNNING = "running", _("importeres")
        DONE = "done", _("importert")
        UNDOING = "undoing", _("angres")
        UNDONE = "undone", _("angret")

    class Duplicates(models.TextChoices):
        SKIP = "skip", _("Hopp over dem")
        UPDATE = "update", _("Oppdater dem med det som står i filen")

    class Scope(models.TextChoices):
        GOOD = "good", _("De radene som er i orden")
        ALL = "all", _("Alle radene eller ingen")

    WORKING = (State.CHECKING, State.RUNNING, State.UNDOING)
    CHANGEABLE = (State.COLUMNS, State.CHECKED)  # nothing has come of it yet, and nobody works on it

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("medarbeider"))
    file_name = models.CharField(_("fil"), max_length=150)
    size = models.PositiveIntegerField(_("størrelse"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.COLUMNS)
    first_number = models.PositiveIntegerField()  # of the first row, which may be the headings
    first_cells = models.JSONField(default=list)
    is_headed = models.BooleanField(default=True)
    columns = models.JSONField(_("kolonner"), default=list)  # of each column the Field, "" for one that is not read
    duplicates = models.CharField(
        _("kunder dere har fra før"), max_length=6, choices=Duplicates, default=Duplicates.SKIP
    )
    scope = models.CharField(_("hva som importeres"), max_length=4, choices=Scope, default=Scope.GOOD)
    language = models.CharField(max_length=2, default="nb")  # in which what is said of the rows is written
    total = models.PositiveIntegerField(_("rader"))
    reached = models.PositiveIntegerField(default=0)  # rows that the work of the state is done with
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    worked_at = models.DateTimeField(null=True, blank=True)  # when somebody worked on it last
    created_at = models.DateTimeField(_("lastet opp"))
    finished_at = models.DateTimeField(_("ferdig"), null=True, blank=True)
    undo_until = models.DateTimeField(_("kan angres til"), null=True, blank=True)
    stopped_by = models.PositiveIntegerField(null=True, blank=True)  # the row that failed where all were to go or none

    objects = ClientImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("importer")
        constraints = [models.UniqueConstraint(fields=["firm", "id"], name="client_import_firm_and_id")]
        indexes = [
            models.Index(fields=["firm", "-created_at"], name="client_import_by_firm"),
            models.Index(
                fields=["worked_at"], condition=models.Q(state__in=["checking", "running", "undoing"]),
                name="client_import_working",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def percent(self) -> int:
        return 100 * self.reached // self.total if self.total else 100

    def can_be_undone(self, at: datetime) -> bool:
        return self.state == self.State.DONE and self.undo_until is not None and at < self.undo_until


class ImportRow(models.Model):
    """A row of the file: its cells, what it will be, and what it became."""

    class Kind(models.TextChoices):
        NEW = "new", _("Ny")
        CHANGED = "changed", _("Endres")
        SAME = "same", _("Uendret")
        SKIPPED = "skipped", _("Hoppes over")
        WRONG = "wrong", _("Feil")

    class Outcome(models.TextChoices):
        CREATED = "created", _("Opprettet")
        CHANGED = "changed", _("Endret")
        SAME = "same", _("Uendret")
        SKIPPED = "skipped", _("Hoppet over")
        FAILED = "failed", _("Ikke importert")
        UNDONE = "undone", _("Angret")
        KEPT = "kept", _("Beholdt")  # somebody has worked on it since, so it was not undone

    WRITTEN = (Outcome.CREATED, Outcome.CHANGED)

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    client_import = models.ForeignKey(ClientImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # in the file
    cells = models.JSONField(default=list)
    addresses = ArrayField(
        models.CharField(max_length=254), default=list
    )  # whose they are: for handing out and erasing
    # What the row names its client by, so that no two rows of a file are one client; empty where it does not.
    named_number = models.CharField(max_length=10, blank=True)
    named_org_number = models.CharField(max_length=9, blank=True)
    named = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    words = models.JSONField(default=list)  # what is wrong, what changes, or what the reader should know
    client = models.ForeignKey(Client, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)  # what the import changed, as it was
    after = models.JSONField(default=dict)  # the client as the import left it: another one has been touched since

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_import", "number"], name="import_row_once"),
            models.UniqueConstraint(fields=["firm", "id"], name="import_row_firm_and_id"),
        ]
        indexes = [
            models.Index(fields=["client_import", "kind", "number"], name="import_row_by_kind"),
            models.Index(fields=["client_import", "outcome", "number"], name="import_row_by_outcome"),
            models.Index(fields=["client_import", "named_number"], name="import_row_by_client_number"),
            models.Index(fields=["client_import", "named_org_number"], name="import_row_by_org_number"),
            models.Index(fields=["client_import", "named"], name="import_row_by_name"),
            GinIndex(fields=["addresses"], name="import_row_addresses"),
        ]

    def __str__(self) -> str:
        return f"{self.client_import_id}: {self.number}"


class RememberedColumn(models.Model):
    """What the firm said that a heading means: the next file with it is read so."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    heading = models.CharField(max_length=LONGEST_HEADING)  # its key
    field = models.CharField(max_length=20, choices=Field, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "heading"], name="remembered_column_once_in_a_firm")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"
