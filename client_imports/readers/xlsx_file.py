"""The first sheet of an XLSX file, cell by cell as it is unpacked: never a whole part of it in memory.

Why no library reads the sheet: docs/adr/0020.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from client_imports.readers.bounds import LONGEST_CELL, Unreadable, check_width

PIECE = 64 * 1024
LARGEST_PART = 40 * 1024 * 1024  # bytes, unpacked; 20,000 clients with every column take twenty
LARGEST_TEXT = 10 * 1024 * 1024  # characters of all shared texts together
MOST_PARTS = 1_000
MACROS = "vbaproject.bin"

Handle = Callable[..., Any]


def read_xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first visible sheet with their numbers; formulas and dates as text.

    Raises Unreadable for a file that is none, is too large unpacked, has macros, or declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from read_book(book)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(_("Excel-filen er skadet eller har passord. Lagre den på nytt som .xlsx.")) from error
    except (KeyError, ValueError, OverflowError) as error:
        raise Unreadable(_("Excel-filen kan ikke leses. Lagre den på nytt som .xlsx eller CSV.")) from error


def read_book(book: zipfile.ZipFile) -> Iterator[tuple[int, list[str]]]:
    names = {info.filename for info in book.infolist()}
    if len(names) > MOST_PARTS or "xl/workbook.xml" not in names:
        raise Unreadable(_("Filen er ikke en Excel-fil (.xlsx). Velg en CSV- eller Excel-fil."))
    if any(name.lower().endswith(MACROS) for name in names):
        raise Unreadable(_("Excel-filen har makroer. Lagre den som .xlsx uten makroer."))
    path, is_from_1904 = find_sheet(book)
    texts = read_texts(book) if "xl/sharedStrings.xml" in names else []
    dates = read_date_styles(book) if "xl/styles.xml" in names else []
    yield from SheetReader(texts, dates, is_from_1904).rows(book, path)


# --- The parts ---------------------------------------------------------------------------------------------------


def parse(book: zipfile.ZipFile, path: str, **handlers: Handle) -> Iterator[None]:
    """Parse a part piece by piece, calling the handlers of `expat` by name; one step a piece.

    Raises Unreadable for a part that is larger, declared or unpacked, than it may be, and for one that declares
    anything before its first element: that is how entities blow up, and no spreadsheet writes it.
    """
    if book.getinfo(path).file_size > LARGEST_PART:
        raise too_large()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    for name, handle in handlers.items():
        setattr(parser, name, handle)
    unpacked = 0
    with book.open(path) as part:
        while piece := part.read(PIECE):
            unpacked += len(piece)
            if unpacked > LARGEST_PART:
                raise too_large()
            parser.Parse(piece)
            yield
    parser.Parse(b"", True)
    yield


def too_large() -> Unreadable:
    return Unreadable(_("Excel-filen er for stor når den pakkes ut. Slett tomme rader, ark og bilder, eller bruk CSV."))


def refuse_doctype(*declared: object) -> None:
    raise Unreadable(_("Excel-filen kan ikke leses. Lagre den på nytt som .xlsx eller CSV."))


def run(steps: Iterator[None]) -> None:
    for _step in steps:
        pass


def local(name: str) -> str:
    """An element's name without its namespace."""
    return name.rpartition(" ")[2]


def find_sheet(book: zipfile.ZipFile) -> tuple[str, bool]:
    """The path of the first visible sheet, and whether its days count from 1904."""
    sheets: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    properties: dict[str, str] = {}

    def of_book(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            sheets.append(attributes)
        elif local(name) == "workbookPr":
            properties.update(attributes)

    def of_relations(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    run(parse(book, "xl/workbook.xml", StartElementHandler=of_book))
    run(parse(book, "xl/_rels/workbook.xml.rels", StartElementHandler=of_relations))
    shown = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"] or sheets
    if not shown:
        raise Unreadable(_("Filen er tom."))
    id_of = next(value for name, value in shown[0].items() if local(name) == "id")
    path = posixpath.normpath(posixpath.join("/xl", targets[id_of])).lstrip("/")
    return path, properties.get("date1904") in ("1", "true")


def read_texts(book: zipfile.ZipFile) -> list[str]:
    """The shared texts, each cut to what a cell may hold; how something is pronounced is left out."""
    texts: list[str] = []
    open_elements: list[str] = []
    size = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        open_elements.append(local(name))
        if open_elements[-1] == "si":
            texts.append("")

    def end(name: str) -> None:
        nonlocal size
        if open_elements.pop() == "si":
            size += len(texts[-1])
            if size > LARGEST_TEXT:
                raise too_large()

    def text(piece: str) -> None:
        if open_elements[-1] == "t" and "rPh" not in open_elements and len(texts[-1]) <= LONGEST_CELL:
            texts[-1] += piece[: LONGEST_CELL + 1]

    run(parse(
        book, "xl/sharedStrings.xml", StartElementHandler=start, EndElementHandler=end, CharacterDataHandler=text
    ))  # fmt: skip
    return texts


def read_date_styles(book: zipfile.ZipFile) -> list[bool]:
    """For each style of a cell, whether a number in it is a day."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format  # a quarter of a second: only who imports pays

    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    used: list[int] = []
    open_elements: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        open_elements.append(local(name))
        if open_elements[-1] == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif open_elements[-2:] == ["cellXfs", "xf"]:
            used.append(int(attributes.get("numFmtId", 0)))

    def end(name: str) -> None:
        open_elements.pop()

    run(parse(book, "xl/styles.xml", StartElementHandler=start, EndElementHandler=end))
    return [bool(is_date_format(formats.get(number, ""))) for number in used]


# --- The sheet ---------------------------------------------------------------------------------------------------


class SheetReader:
    """Puts the cells of a sheet together, row by row."""

    def __init__(self, texts: list[str], dates: list[bool], is_from_1904: bool) -> None:
        self.texts, self.dates, self.is_from_1904 = texts, dates, is_from_1904
        self.number = 0
        self.cells: list[str] = []
        self.finished: list[tuple[int, list[str]]] = []
        self.column = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.formula: list[str] = []
        self.into: list[str] | None = None  # where the text goes that comes now

    def rows(self, book: zipfile.ZipFile, path: str) -> Iterator[tuple[int, list[str]]]:
        for _step in parse(
            book, path, StartElementHandler=self.start, EndElementHandler=self.end, CharacterDataHandler=self.text
        ):
            yield from self.finished
            self.finished.clear()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self.column = column_of(attributes["r"]) if "r" in attributes else len(self.cells)
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
            self.value, self.formula = [], []
        elif name in ("v", "t"):
            self.into = self.value
        elif name == "f":
            self.into = self.formula
        elif name == "row":
            self.number = int(attributes["r"]) if "r" in attributes else self.number + 1
            self.cells = []

    def text(self, piece: str) -> None:
        if self.into is not None and len(self.into) <= LONGEST_CELL:
            self.into.append(piece[: LONGEST_CELL + 1])

    def end(self, name: str) -> None:
        name = local(name)
        if name in ("v", "t", "f"):
            self.into = None
        elif name == "c":
            if self.value or self.formula:
                self.put()
        elif name == "row" and self.cells:
            self.finished.append((self.number, self.cells))

    def put(self) -> None:
        value = self.read()
        if not value:
            return
        check_width(self.column + 1)
        self.cells.extend([""] * (self.column + 1 - len(self.cells)))
        self.cells[self.column] = value

    def read(self) -> str:
        """The cell as text: a formula as it was written, a day as in Norway, a number without a needless point."""
        value = "".join(self.value)
        if self.formula:
            return f"={''.join(self.formula)}"
        if self.kind == "s":
            return self.texts[int(value)]
        if self.kind == "d":
            return datetime.fromisoformat(value.removesuffix("Z")).strftime("%d.%m.%Y")
        if self.kind != "n" or not value:
            return value
        style = int(self.style)
        if style < len(self.dates) and self.dates[style]:
            return self.day(float(value))
        return plain_number(value)

    def day(self, number: float) -> str:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        found = from_excel(number, MAC_EPOCH if self.is_from_1904 else WINDOWS_EPOCH)
        if isinstance(found, date):
            return found.strftime("%d.%m.%Y")
        return found.isoformat() if isinstance(found, time) else str(found) if isinstance(found, timedelta) else ""


def column_of(reference: str) -> int:
    """The column, from 0, of a cell such as "AB12"."""
    column = 0
    for letter in reference[:4]:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return max(0, column - 1)


def plain_number(value: str) -> str:
    """The number as people write it: "3.11003003E8" and "311003003.0" are 311003003."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 10**15 else value
