"""Text with separators, as spreadsheets and other programs write it, in whatever encoding and with whatever sign."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from client_imports.readers.bounds import UNREADABLE, Unreadable
from ground.spreadsheets import without_apostrophe

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Of Windows, of the old DOS programs, of the old Macintosh. The one that gives most Norwegian letters wrote the file.
SINGLE_BYTE = ("cp1252", "cp865", "mac_roman")
LETTERS = frozenset("æøåÆØÅéÉäöüÄÖÜèàôç§–’")
SAMPLE = 64 * 1024
SEPARATORS = ";,\t|"
END = "\ue000end of the file\ue000"  # a row of our own behind the last one: it is one only if no quote stands open
MOST_UNREADABLE = 0.05  # of the characters; more is no text at all


def read_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number of the line that each begins on. Raises Unreadable for what is no text."""
    text = decode(content)
    lines = io.StringIO(text + ("" if text.endswith(("\n", "\r")) else "\n") + END, newline="")
    reader = csv.reader(lines, delimiter=find_separator(text))
    begins = 1
    try:
        for cells in reader:
            if cells == [END]:
                return
            if cells and cells[-1].endswith(END):
                raise Unreadable(open_quote(begins))
            yield begins, [without_apostrophe(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error:  # a cell that is longer than the library takes, as everything behind an open quote
        raise Unreadable(open_quote(begins)) from None


def open_quote(row: int) -> str:
    return _("Rad %(row)s har en celle som ikke tar slutt. Mangler det et anførselstegn?") % {"row": row}


def decode(content: bytes) -> str:
    """The bytes as text: by their mark, as UTF-8, as UTF-16 without a mark, or as one of SINGLE_BYTE.

    Raises Unreadable where too much of it is no text.
    """
    encoding = next((name for mark, name in BOMS.items() if content.startswith(mark)), None) or guess_utf_16(content)
    if encoding is None:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = content.decode(guess_single_byte(content), errors="replace")
    else:
        text = content.decode(encoding, errors="replace")
    wrong = sum(text.count(sign) for sign in ("\0", UNREADABLE)) + sum(text.count(chr(code)) for code in range(1, 9))
    if wrong > MOST_UNREADABLE * len(text) + 5:
        raise Unreadable(_("Filen er ikke en tekst som vi kan lese. Lagre den som CSV (UTF-8) eller Excel (.xlsx)."))
    return text


def guess_utf_16(content: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, by where the zeros stand; None for text that has few."""
    sample = content[: SAMPLE - SAMPLE % 2]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.6 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def guess_single_byte(content: bytes) -> str:
    rare = bytes(byte for byte in content if byte > 127)[:SAMPLE]
    return max(SINGLE_BYTE, key=lambda name: sum(one in LETTERS for one in rare.decode(name, errors="replace")))


def find_separator(text: str) -> str:
    """The sign that stands most outside of quotes in the first row with any, of those that split it."""
    said = text[:20].splitlines()[:1]
    if said and said[0].lower().startswith("sep=") and len(said[0]) == 5:
        return said[0][4]
    counts = dict.fromkeys(SEPARATORS, 0)
    in_quotes = False
    for sign in text[:SAMPLE]:
        if sign == '"':
            in_quotes = not in_quotes
        elif not in_quotes:
            if sign in counts:
                counts[sign] += 1
            elif sign in "\r\n" and any(counts.values()):
                break
    return max(counts, key=lambda sign: counts[sign])
