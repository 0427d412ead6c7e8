"""Which kind of file it is, by what stands in it: its name may say anything."""

from django.utils.formats import localize
from django.utils.translation import gettext as _

from client_imports.readers.bounds import LARGEST_FILE, MOST_ROWS, Table, Unreadable, within_bounds
from client_imports.readers.csv_file import read_csv
from client_imports.readers.xlsx_file import read_xlsx

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
OTHERS = (b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"BZh", b"\xfd7zXZ")
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")


def read_table(content: bytes) -> Table:
    """The rows of a CSV or XLSX file that hold something, headings and all.

    Raises Unreadable for every other file, and for one that is larger than a table may be.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(
            _("Filen er for stor. Den kan ha høyst %(most)s MB og %(rows)s rader.")
            % {"most": LARGEST_FILE // 1024**2, "rows": localize(MOST_ROWS)}
        )
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(_("Filen er tom."))
    refuse_by_its_beginning(content)
    rows = read_xlsx(content) if content.startswith(ZIP) else read_csv(content)
    table = list(within_bounds(rows))
    if not table:
        raise Unreadable(_("Filen er tom."))
    return table


def refuse_by_its_beginning(content: bytes) -> None:
    """Raise Unreadable for a file that says at its beginning that it is neither text nor XLSX."""
    if content.startswith(OLE):
        raise Unreadable(
            _("Filen er en eldre Excel-fil (.xls), eller den har passord. Lagre den som .xlsx eller CSV uten passord.")
        )
    if content.startswith(PICTURES):
        raise Unreadable(_("Filen er et bilde. Velg en CSV- eller Excel-fil (.xlsx)."))
    if content.startswith(OTHERS) or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(MARKUP):
        raise Unreadable(_("Filen er ikke en tabell. Velg en CSV- eller Excel-fil (.xlsx)."))
