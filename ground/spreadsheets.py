"""Tables as files, CSV and XLSX, in which no cell is taken for a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.formats import date_format, get_format

MOST_IN_MEMORY = 1_000_000
Cell = str | int | Decimal | date | None
Columns = dict[Any, Callable[[Any], Cell]]

# OWASP, CSV injection: what a spreadsheet may take for a formula, also after spaces and in full width.
# Also what begins like one of ours, so that `without_apostrophe` takes away no other apostrophe than ours.
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[^\S\t\r\n]*[\t\r\n])")
# What XML 1.0 cannot hold
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def make_harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would calculate it."""
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if FORMULA.match(text) else text


def without_apostrophe(text: str) -> str:
    """The text as it was before `make_harmless`: a CSV that was exported comes back as it went."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def write_csv(file: IO[bytes], rows: Iterable[Any], columns: Columns, *, title: str) -> None:
    """The rows as CSV with a UTF-8 mark; separators, days and amounts as the reader's language has them."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    separator = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(str(heading) for heading in columns)
    for row in rows:
        writer.writerow(csv_cell(value(row)) for value in columns.values())
    text.detach()


def csv_cell(value: Cell) -> str | int:
    """The value as a CSV cell shows it; empty for None."""
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", get_format("DECIMAL_SEPARATOR"))
    return make_harmless(value) if isinstance(value, str) else "" if value is None else value


def write_xlsx(file: IO[bytes], rows: Iterable[Any], columns: Columns, *, title: str) -> None:
    """The rows as one sheet. Text is text as it stands, whatever it looks like; dates and numbers are what they are.

    What a spreadsheet might calculate is marked as text (quotePrefix), so that it stays so where somebody edits it.
    """
    from openpyxl import Workbook  # takes a quarter of a second: only who exports pays it
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"

    def make_cell(value: Cell) -> Any:
        if value is None or value == "":
            return None
        cell = WriteOnlyCell(sheet, value=UNPRINTABLE.sub("", value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type = "s"
            cell.quotePrefix = bool(FORMULA.match(value))
        elif isinstance(value, date):
            cell.number_format = get_format("XLSX_DATE_FORMAT")
        elif isinstance(value, Decimal):
            cell.number_format = "#,##0.00"
        return cell

    sheet.append([make_cell(str(heading)) for heading in columns])
    for row in rows:
        sheet.append([make_cell(value(row)) for value in columns.values()])
    book.save(file)


WRITERS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def respond(rows: Iterable[Any], columns: Columns, *, kind: str, title: str, file_name: str) -> HttpResponseBase:
    """The rows as a downloaded file; `kind` is a key of WRITERS. A long one is kept on the disk until it is sent."""
    write, content_type = WRITERS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{file_name}.{kind}"'}
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=MOST_IN_MEMORY))
        write(file, rows, columns, title=title)
        size = file.tell()
        file.seek(0)
        if size <= MOST_IN_MEMORY:
            return HttpResponse(file.read(), content_type=content_type, headers=headers)
        stack.pop_all()  # who sends the file closes it
        return FileResponse(file, content_type=content_type, headers=headers | {"Content-Length": str(size)})
