"""What a table may hold, and the rows that are left of a file within it."""

import re
from collections.abc import Iterable, Iterator

from django.utils.formats import localize
from django.utils.translation import gettext as _

from ground.refusals import NotAllowed

LARGEST_FILE = 5 * 1024 * 1024  # bytes; 20,000 clients with every column take three
MOST_ROWS = 20_000  # below the headings
MOST_COLUMNS = 100
LONGEST_CELL = 1_000  # characters; more than any field takes, so what is cut off is refused by its row anyway
UNREADABLE = "\ufffd"  # stands where the file has a character that is none
NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Row = tuple[int, list[str]]  # its number in the file, from 1, and its cells without the empty ones at the end
Table = list[Row]


class Unreadable(NotAllowed):
    """Raised for a file that no table can be read from. The argument is a sentence for the person."""


def within_bounds(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    """The rows that hold something, their cells cleaned and cut. Raises Unreadable for too many rows or columns."""
    count = 0
    for number, cells in rows:
        kept = [NO_CHARACTER.sub(UNREADABLE, cell[: LONGEST_CELL + 1]).strip() for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        if not kept:
            continue
        check_width(len(kept))
        count += 1
        if count > MOST_ROWS + 1:
            raise Unreadable(
                _("Filen har mer enn %(most)s rader. Del den i flere filer.") % {"most": localize(MOST_ROWS)}
            )
        yield number, kept


def check_width(columns: int) -> None:
    """Raise Unreadable for more columns than a table may have."""
    if columns > MOST_COLUMNS:
        raise Unreadable(_("Filen har mer enn %(most)s kolonner. Slett dem som ikke trengs.") % {"most": MOST_COLUMNS})
