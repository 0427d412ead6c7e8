"""Files that spreadsheets, other programs and strangers give: read, or refused with a sentence."""

import io
import time
import tracemalloc
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from client_imports.readers import MOST_ROWS, Unreadable, read_table
from ground.spreadsheets import write_csv, write_xlsx

HEAD = "Navn;Orgnr\n"
WANTED = [(1, ["Navn", "Sted"]), (2, ["Ærlig Bakeri AS", "Ås på Øya"])]
TEXT = "Navn;Sted\r\nÆrlig Bakeri AS;Ås på Øya\r\n"


def make_xlsx(*rows, **parts) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The XLSX file with one of its parts another one, or one more."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, part)
    return file.getvalue()


def sheet(rows: str) -> bytes:
    xml = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(make_xlsx(["x"]), "xl/worksheets/sheet1.xml", f"{xml}{rows}</sheetData></worksheet>".encode())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "cp865", "mac_roman"]
)
def test_norwegian_letters_are_read_in_every_encoding(encoding):
    assert read_table(TEXT.encode(encoding)) == WANTED


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_any_separator_is_found(separator):
    assert read_table(TEXT.replace(";", separator).encode()) == WANTED


def test_quotes_hold_line_breaks_and_separators():
    content = 'Navn;Adresse\n"Ås ""Blomster""; AS";"Gate 1\n0155 Oslo"\nNeste;Her\n'.encode()

    assert read_table(content)[1:] == [(2, ['Ås "Blomster"; AS', "Gate 1\n0155 Oslo"]), (4, ["Neste", "Her"])]


def test_an_open_quote_names_its_row():
    with pytest.raises(Unreadable, match="Rad 3"):
        read_table(b'Navn;Sted\nA;B\n"C;D\nE;F\n')


def test_a_nul_and_rows_of_other_lengths_are_left_for_the_row_to_tell():
    assert read_table(b"Navn;Sted\nA\0B;C;D;E\nF\n") == [
        (1, ["Navn", "Sted"]),
        (2, ["A\ufffdB", "C", "D", "E"]),
        (3, ["F"]),
    ]


def test_exported_text_that_looks_like_a_formula_comes_back_unchanged():
    names = ["=1+1", "'=1+1", "+47 22 00 00 00", "O'Brien", "''", "-", "@x"]
    columns = {"Navn": lambda name: name, "Sted": lambda name: "Oslo"}

    for write in (write_csv, write_xlsx):
        file = io.BytesIO()
        write(file, names, columns, title="Kunder")
        table = read_table(file.getvalue())
        assert [cells[0] for _number, cells in table[1:]] == names


def test_a_workbook_is_read_as_people_write_it():
    content = make_xlsx(
        ["Nr", "Orgnr", "Navn", "Dato"],
        [12.0, 310000019, "=1+1", date(2026, 3, 11)],
        [None, None, None],
        [True, 0.5, "x"],
    )

    assert read_table(content) == [
        (1, ["Nr", "Orgnr", "Navn", "Dato"]),
        (2, ["12", "310000019", "=1+1", "11.03.2026"]),
        (4, ["1", "0.5", "x"]),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b"\xef\xbb\xbf \r\n\r\n", "tom"),
        (b";;;\n;;\n", "tom"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "eldre Excel"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "bilde"),
        (b"\xff\xd8\xff\xe0JFIF", "bilde"),
        (b"%PDF-1.7", "ikke en tabell"),
        (b"\n<!DOCTYPE html><table>", "ikke en tabell"),
        (b"<?xml version='1.0'?><x/>", "ikke en tabell"),
        (bytes(range(256)) * 40, "ikke en tekst"),
        (b"PK\x03\x04broken", "skadet"),
        (b"x" * (5 * 1024 * 1024 + 1), "for stor"),
        ((HEAD + "A;B\n" * (MOST_ROWS + 1)).encode(), "mer enn 20"),
        (";".join(f"k{n}" for n in range(1000)).encode() + b"\n", "100 kolonner"),
        (b"Navn;Sted\nA;" + b"x" * 1_000_000, "ikke tar slutt"),
    ],
    ids=range(15),
)
def test_what_is_no_table_is_refused_within_a_second(content, said):
    begins = time.process_time()

    with pytest.raises(Unreadable, match=said):
        read_table(content)

    assert time.process_time() - begins < 1


def test_a_zip_of_something_else_and_macros_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(Unreadable, match="ikke en Excel-fil"):
        read_table(file.getvalue())
    with pytest.raises(Unreadable, match="makroer"):
        read_table(with_part(make_xlsx(["Navn"], ["A"]), "xl/vbaProject.bin", b"x"))


def test_entities_are_refused_before_they_grow():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    foreign = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for declared in (laughs, foreign):
        for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"):
            content = with_part(make_xlsx(["Navn"], ["A"]), part, f"{declared}<x>&a;</x>".encode())
            with pytest.raises(Unreadable, match="kan ikke leses"):
                read_table(content)


def test_a_gigabyte_in_four_megabytes_is_refused_with_little_memory():
    """Also one that says itself that it is small: what is unpacked is counted."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        zipfile.ZipFile(io.BytesIO(make_xlsx(["Navn"], ["A"]))) as old,
    ):
        for info in old.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(info, old.read(info))
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _time in range(48):
                part.write(b" " * 1024**2)
    honest = file.getvalue()
    lying = honest.replace((48 * 1024**2).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    for content in (honest, lying):
        tracemalloc.start()
        with pytest.raises(Unreadable):
            read_table(content)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * 1024**2


def test_a_cell_far_away_and_empty_rows_cost_nothing():
    far = sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(Unreadable, match="100 kolonner"):
        read_table(far)
    empty = sheet(
        "".join(f'<row r="{n}"/>' for n in range(1, 200_000)) + '<row r="200000"><c t="str"><v>A</v></c></row>'
    )
    assert read_table(empty) == [(200_000, ["A"])]


def test_a_cell_of_a_million_characters_is_cut():
    content = sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 1_000_000}</t></is></c></row>')

    assert len(read_table(content)[0][1][0]) == 1_001
