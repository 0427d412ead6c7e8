"""Take a file in: read within bounds, stored as rows, and its columns recognised."""

import hashlib
import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from client_imports.columns import has_headings, recognise
from client_imports.models import ClientImport, ImportRow, RememberedColumn
from client_imports.readers import Table, Unreadable, read_table
from ground.clock import Clock, database_clock
from ground.lines import clean_line
from ground.mail_addresses import LONGEST, find_form
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.forms.sent import find_made
from organisations.models import Employee, Firm
from organisations.rights import check_works_here

BATCH = 1_000
MOST_OPEN = 20  # files of a firm that wait for a choice; more are mistakes, and each holds up to 20,000 rows
ADDRESS = re.compile(r"[^\s@;,<>]+@[^\s@;,<>]+")


def upload_import(
    *, by: Employee, file_name: str, content: bytes, form_key: UUID | None = None, clock: Clock = database_clock
) -> ClientImport:
    """Store the rows of the file, and say what its columns seem to be; the form of `form_key` sent twice makes one.

    Raises Unreadable for a file that is no table within bounds, and NotAllowed for who does not work in the firm.
    """
    table = read_table(content)
    with transaction.atomic():
        check_works_here(by)
        firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
        imports = ClientImport.objects.filter(firm=firm)
        if made := find_made(imports, form_key):
            return made
        if imports.filter(state__in=ClientImport.CHANGEABLE).count() >= MOST_OPEN:
            raise NotAllowed(_("Byrået har mange filer som ikke er importert. Slett noen av dem først."))
        at = clock()
        client_import = store(table, by=by, firm=firm, file_name=file_name, content=content, at=at)
        record_event(
            subject=client_import, verb="upload", by=by.user, at=at, firm=firm, after={"rows": client_import.total},
            form_key=form_key,
        )  # fmt: skip
    return client_import


def store(table: Table, *, by: Employee, firm: Firm, file_name: str, content: bytes, at: datetime) -> ClientImport:
    """Write the file and its rows. Raises Unreadable where there is nothing below the headings."""
    first_number, first_cells = table[0]
    remembered = dict(RememberedColumn.objects.filter(firm=firm).values_list("heading", "field"))
    is_headed = has_headings(first_cells, remembered)
    rows = table[1:] if is_headed else table
    if not rows:
        raise Unreadable(_("Filen har bare overskrifter, og ingen rader under dem."))
    client_import = ClientImport.objects.create(
        firm=firm,
        by=by,
        file_name=clean_line(file_name)[:150] or _("Uten navn"),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        columns=recognise([cells for _number, cells in table], headed=is_headed, remembered=remembered),
        first_number=first_number,
        first_cells=first_cells,
        is_headed=is_headed,
        language=(get_language() or "nb")[:2],
        total=len(rows),
        created_at=at,
    )
    ImportRow.objects.bulk_create((make_row(client_import, *row) for row in rows), batch_size=BATCH)
    return client_import


def make_row(client_import: ClientImport, number: int, cells: list[str]) -> ImportRow:
    return ImportRow(
        firm_id=client_import.firm_id,
        client_import=client_import,
        number=number,
        cells=cells,
        addresses=sorted({find_form(one)[:LONGEST] for cell in cells if "@" in cell for one in ADDRESS.findall(cell)}),
    )
