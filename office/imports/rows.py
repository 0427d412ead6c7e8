"""What the pages of an import show: counts, one page of rows, and the files to download."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from client_imports.columns import Field
from client_imports.models import ClientImport, ImportRow
from ground.paging import KeysetPage, Sort, get_page
from ground.spreadsheets import Columns

PAGE_SIZE = 50
TONES = {
    "new": "success", "created": "success", "changed": "info", "wrong": "danger", "failed": "danger", "kept": "warning",
}  # fmt: skip


def rows_context(request: HttpRequest, client_import: ClientImport) -> dict[str, Any]:
    """The tabs with counts, and the page of rows that the address asks for."""
    column = "kind" if client_import.state == ClientImport.State.CHECKED else "outcome"
    choices: Any = ImportRow.Kind if column == "kind" else ImportRow.Outcome
    counts = dict(client_import.rows.order_by().values_list(column).annotate(Count("pk")))
    chosen = request.GET.get("vis", "")
    chosen = chosen if counts.get(chosen) else ""
    tabs = [{"label": _("Alle"), "url": "?", "current": not chosen, "count": sum(counts.values())}]
    tabs += [
        {"label": choice.label, "url": f"?vis={choice}", "current": chosen == choice, "count": counts[choice]}
        for choice in choices
        if counts.get(choice)
    ]
    rows = client_import.rows.filter(**{column: chosen}) if chosen else client_import.rows.all()
    page = get_page(
        rows.select_related("client"), Sort("number"), after=request.GET.get("after", ""),
        before=request.GET.get("before", ""), size=PAGE_SIZE,
    )  # fmt: skip
    kept = {"vis": chosen} if chosen else {}
    return {
        "tabs": tabs,
        "lines": [line_of(row, client_import, column) for row in page.rows],
        "previous_url": f"?{urlencode(kept | {'before': page.before})}" if page.before else "",
        "next_url": f"?{urlencode(kept | {'after': page.after})}" if page.after else "",
        "summary": summarise(page, counts[chosen] if chosen else sum(counts.values())),
        "wrong": counts.get("wrong", 0) + counts.get("failed", 0),
        "to_do": counts.get("new", 0) + counts.get("changed", 0),
    }


def line_of(row: ImportRow, client_import: ClientImport, column: str) -> dict[str, Any]:
    state = getattr(row, column)
    label = row.get_kind_display() if column == "kind" else row.get_outcome_display()
    return {
        "number": row.number,
        "name": cell_of(row, client_import, Field.NAME),
        "client": row.client,
        "label": label or "–",
        "tone": TONES.get(state, "neutral"),
        "words": row.words,
    }


def cell_of(row: ImportRow, client_import: ClientImport, field: str) -> str:
    column = client_import.columns.index(field) if field in client_import.columns else len(row.cells)
    return row.cells[column] if column < len(row.cells) else ""


def cell_at(column: int, row: ImportRow) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def summarise(page: KeysetPage, total: int) -> str:
    return _("Viser %(shown)s av %(total)s rader") % {"shown": len(page.rows), "total": total}


def failed_rows(client_import: ClientImport) -> Iterable[ImportRow]:
    """The rows that were not imported, or will not be, in the order of the file."""
    is_done = client_import.rows.exclude(outcome="").exists()
    wrong = {"outcome": ImportRow.Outcome.FAILED} if is_done else {"kind": ImportRow.Kind.WRONG}
    return client_import.rows.filter(**wrong).order_by("number").iterator()


def failed_columns(client_import: ClientImport) -> Columns:
    """The file's own columns, so that what is put right can be uploaded again, and behind them what is wrong."""
    columns: Columns = {}
    for column in range(len(client_import.columns)):
        cells = client_import.first_cells if client_import.is_headed else []
        heading = cells[column] if column < len(cells) else ""
        while not heading or heading in columns:
            heading = f"{heading} {column + 1}".strip()
        columns[heading] = partial(cell_at, column)
    columns[_("Rad i filen")] = lambda row: row.number
    columns[_("Hva som er feil")] = lambda row: " ".join(row.words)
    return columns
