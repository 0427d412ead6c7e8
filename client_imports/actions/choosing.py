"""What a person decides about an uploaded file: its columns, that it is imported, that it goes."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from client_imports.actions.uploading import make_row
from client_imports.columns import Field, heading_key
from client_imports.models import ClientImport, ImportRow, RememberedColumn
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from ground.waking import wake_worker
from history.models import record_event
from organisations.models import Employee
from organisations.rights import check_works_here

Kind, Outcome, State = ImportRow.Kind, ImportRow.Outcome, ClientImport.State


@transaction.atomic
def choose_columns(
    *,
    client_import: ClientImport,
    by: Employee,
    columns: list[str],
    is_headed: bool,
    duplicates: str,
    clock: Clock = database_clock,
) -> ClientImport:
    """Say what the columns are, and begin to look through the rows; the firm's next file is read by the same choice.

    Raises NotAllowed without a column for the name, for a field chosen twice, and once the import has begun.
    """
    client_import = lock_import(client_import, by)
    check_changeable(client_import)
    check_columns(columns)
    at = clock()
    client_import.columns, client_import.is_headed = columns, is_headed
    client_import.duplicates, client_import.language = duplicates, (get_language() or "nb")[:2]
    set_heading_apart(client_import)
    forget_what_was_planned(client_import)
    begin(client_import, State.CHECKING)
    if is_headed:
        remember(client_import)
    record_event(subject=client_import, verb="choose_columns", by=by.user, at=at, firm=client_import.firm)
    return client_import


def check_columns(columns: list[str]) -> None:
    chosen = [name for name in columns if name]
    if Field.NAME not in chosen:
        raise NotAllowed(_("Velg hvilken kolonne som har kundens navn."))
    for name in chosen:
        if chosen.count(name) > 1:
            raise NotAllowed(_("%(field)s er valgt for flere kolonner. Velg én.") % {"field": Field(name).label})
    needs_name = {Field.CONTACT_EMAIL, Field.CONTACT_PHONE} & set(chosen)
    if needs_name and Field.CONTACT_NAME not in chosen:
        raise NotAllowed(_("Velg også hvilken kolonne som har navnet på hovedkontakten."))


def set_heading_apart(client_import: ClientImport) -> None:
    """Make the first row one of the rows, or take it out, as the person says that it is."""
    first = client_import.rows.filter(number=client_import.first_number)
    if client_import.is_headed:
        first.delete()
    elif not first.exists():
        make_row(client_import, client_import.first_number, client_import.first_cells).save()
    client_import.total = client_import.rows.count()
    if not client_import.total:
        raise NotAllowed(_("Filen har bare overskrifter, og ingen rader under dem."))


def forget_what_was_planned(client_import: ClientImport) -> None:
    client_import.rows.update(kind="", words=[], named_number="", named_org_number="", named="")


def remember(client_import: ClientImport) -> None:
    cells = client_import.first_cells
    chosen = dict(zip(map(heading_key, cells), client_import.columns, strict=False))
    RememberedColumn.objects.bulk_create(
        [
            RememberedColumn(firm_id=client_import.firm_id, heading=heading, field=name)
            for heading, name in chosen.items()
            if heading
        ],
        update_conflicts=True,
        unique_fields=["firm", "heading"],
        update_fields=["field"],
    )


@transaction.atomic
def start_import(
    *, client_import: ClientImport, by: Employee, scope: str, clock: Clock = database_clock
) -> ClientImport:
    """Begin to import the rows as they were shown.

    Raises NotAllowed before they are looked through, when it has begun, when there is nothing to do, and, where all
    rows are to go or none, while one of them is wrong.
    """
    client_import = lock_import(client_import, by)
    if client_import.state != State.CHECKED:
        raise NotAllowed(_("Importen er allerede startet, eller radene er ikke sjekket ennå."))
    wrong = client_import.rows.filter(kind=Kind.WRONG)
    if scope == ClientImport.Scope.ALL and wrong.exists():
        raise NotAllowed(_("Noen rader har feil. Rett dem i filen, eller importer bare radene som er i orden."))
    if not client_import.rows.filter(kind__in=(Kind.NEW, Kind.CHANGED)).exists():
        raise NotAllowed(_("Ingen rader i filen er nye eller endret."))
    client_import.scope = scope
    begin(client_import, State.RUNNING, reached=wrong.update(outcome=Outcome.FAILED))
    record_event(subject=client_import, verb="start", by=by.user, at=clock(), firm=client_import.firm)
    return client_import


@transaction.atomic
def undo_import(*, client_import: ClientImport, by: Employee, clock: Clock = database_clock) -> ClientImport:
    """Begin to take back what the import did, of clients that nobody has touched since.

    Raises NotAllowed before the import is done, and when its day is over.
    """
    client_import = lock_import(client_import, by)
    at = clock()
    if not client_import.can_be_undone(at):
        raise NotAllowed(_("Importen kan ikke angres lenger."))
    client_import.undone_by = by
    to_undo = client_import.rows.filter(outcome__in=ImportRow.WRITTEN).count()
    begin(client_import, State.UNDOING, reached=client_import.total - to_undo)
    record_event(subject=client_import, verb="undo", by=by.user, at=at, firm=client_import.firm)
    return client_import


@transaction.atomic
def discard_import(*, client_import: ClientImport, by: Employee, clock: Clock = database_clock) -> None:
    """Delete a file of which nothing has been imported. Raises NotAllowed otherwise."""
    client_import = lock_import(client_import, by)
    check_changeable(client_import)
    record_event(subject=client_import, verb="discard", by=by.user, at=clock(), firm=client_import.firm)
    client_import.delete()


def lock_import(client_import: ClientImport, by: Employee) -> ClientImport:
    """The import as it is now, locked. Raises NotAllowed for who has left, or does not see it any more."""
    check_works_here(by)
    place = Employee.objects.get(pk=by.pk)
    imports = ClientImport.objects.visible_to(place).select_for_update(of=("self",)).select_related("firm", "by__user")
    found = imports.filter(pk=client_import.pk).first()
    if found is None:
        raise NotAllowed(_("Filen er slettet."))
    return found


def check_changeable(client_import: ClientImport) -> None:
    if client_import.state not in ClientImport.CHANGEABLE:
        raise NotAllowed(_("Importen er allerede startet."))


def begin(client_import: ClientImport, state: str, *, reached: int = 0) -> None:
    """Give the import to the workers, who go on until the state's work is done."""
    client_import.state, client_import.reached, client_import.worked_at = state, reached, None
    client_import.save()
    transaction.on_commit(lambda: wake_worker("client_imports.go_on_with", pk=client_import.pk), robust=True)
