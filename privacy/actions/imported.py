"""What files of clients tell of people: deleted by time, blanked on an erasure, handed out."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from client_imports.models import ClientImport, ImportRow
from ground.clock import Clock, database_clock
from sweeps.batches import delete_some
from sweeps.sweep import Done


def delete_old_import_rows(*, clock: Clock = database_clock) -> Done:
    """Delete the rows of files that were uploaded more than IMPORT_RETENTION_DAYS ago; returns how many.

    A file of which nothing was imported goes with them. 0 keeps for ever.
    """
    days = settings.IMPORT_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    imports = ClientImport.objects.filter(created_at__lt=clock() - timedelta(days=days))
    deleted = delete_some(ImportRow.objects.filter(client_import__in=imports.exclude(state__in=ClientImport.WORKING)))
    if not deleted.more:
        imports.filter(state__in=ClientImport.CHANGEABLE).delete()
    return deleted


def blank_import_rows(email: str) -> int:
    """Blank the rows in which the address stands; what became of them, and of which client, stays."""
    rows = ImportRow.objects.filter(addresses__contains=[email])
    return rows.update(cells=[], addresses=[], words=[], before={}, after={}, named="")


def describe_import_rows(email: str) -> list[dict[str, Any]]:
    """Which firms' files the address stands in, and what stands in its cells."""
    rows = ImportRow.objects.filter(addresses__contains=[email]).select_related("client_import", "firm").order_by("pk")
    return [
        {
            _("Byrå"): str(row.firm),
            _("Fil"): row.client_import.file_name,
            _("Lastet opp"): row.client_import.created_at,
            _("Celler"): [cell for cell in row.cells if email in cell.lower()],
        }
        for row in rows
    ]
