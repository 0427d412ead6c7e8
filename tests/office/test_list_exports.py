"""The files of the lists of clients and tasks: the rows of the page, in its order, in the reader's language."""

import csv
import io

import pytest
from django.http import FileResponse
from openpyxl import load_workbook

from ground import spreadsheets
from tests import factories

pytestmark = pytest.mark.django_db

LISTS = ("kunder", "mine-oppgaver")


@pytest.fixture
def three(kari, eaccounting):
    """Three clients of Kari's, each with a task; the last one's name is a formula."""
    kind = factories.TaskTypeFactory(firm=kari.firm, name="Mva-melding")
    for name in ("Ærlig Bakeri AS", "Ås Blomster", "=1+1"):
        client = factories.ClientFactory(firm=kari.firm, name=name, account_manager=kari)
        factories.TaskFactory(client=client, type=kind, owner=kari, period="2. termin 2026", due_on="2026-04-10")


def read(response, delimiter=";") -> list[list[str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("url", "column", "names"),
    [
        ("kunder/eksport.csv", 1, ["'=1+1", "Ærlig Bakeri AS", "Ås Blomster"]),
        ("kunder/eksport.csv?sort=-name", 1, ["Ås Blomster", "Ærlig Bakeri AS", "'=1+1"]),
        ("kunder/eksport.csv?q=ærlig", 1, ["Ærlig Bakeri AS"]),
        ("kunder/eksport.csv?status=inactive", 1, []),
        ("mine-oppgaver/eksport.csv?sort=-client", 3, ["Ås Blomster", "Ærlig Bakeri AS", "'=1+1"]),
        ("mine-oppgaver/eksport.csv?q=blomster", 3, ["Ås Blomster"]),
        ("mine-oppgaver/eksport.csv?due=none", 3, []),
    ],
)
def test_filters_and_order_are_those_of_the_page(three, office, url, column, names):
    assert [row[column] for row in read(office.get(f"/{url}"))[1:]] == names


def test_a_task_has_its_own_columns(three, office):
    heading, *lines = read(office.get("/mine-oppgaver/eksport.csv?q=blomster"))

    assert dict(zip(heading, lines[0], strict=True)) | {"Kundenummer": "", "Åpnet": ""} == {
        "Oppgave": "Mva-melding", "Periode eller stikkord": "2. termin 2026", "Kundenummer": "", "Kunde": "Ås Blomster",
        "Oppgaveansvarlig": "Kari Nordmann", "Deltakere": "", "Frist": "10.04.2026", "Over fristen": lines[0][7],
        "Åpnet": "",
    }  # fmt: skip


@pytest.mark.parametrize("which", LISTS)
def test_an_english_reader_gets_commas_and_a_norwegian_semicolons(three, which, office, kari):
    norwegian = read(office.get(f"/{which}/eksport.csv"))
    kari.user.language = "en"
    kari.user.save()

    english = read(office.get(f"/{which}/eksport.csv"), delimiter=",")

    assert {len(row) for row in norwegian} == {len(row) for row in english} == {len(norwegian[0])}
    assert len(norwegian[0]) > 5
    assert norwegian[0] != english[0]


@pytest.mark.parametrize(("which", "column"), [("kunder", 1), ("mine-oppgaver", 3)])
def test_a_formula_is_text_in_a_sheet_and_unchanged(three, which, column, office):
    sheet = load_workbook(io.BytesIO(office.get(f"/{which}/eksport.xlsx").content)).active

    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells if cell.value.startswith("=")] == ["=1+1"]
    assert [(cell.data_type, bool(cell.quotePrefix)) for cell in cells if cell.value.startswith("=")] == [("s", True)]


@pytest.mark.parametrize("which", LISTS)
def test_another_firm_gets_its_own_rows_and_an_unknown_kind_is_not_found(three, which, office, nils, sign_in):
    assert len(read(sign_in(nils).get(f"/{which}/eksport.csv"))) == 1
    assert office.get(f"/{which}/eksport.pdf").status_code == 404


@pytest.mark.parametrize("which", LISTS)
def test_a_long_file_takes_no_more_queries_and_is_sent_from_the_disk(
    three, which, office, count_queries, kari, monkeypatch
):
    before = count_queries(office, f"/{which}/eksport.csv")
    for _ in range(3):
        factories.TaskFactory(client=factories.ClientFactory(firm=kari.firm), owner=kari)

    assert count_queries(office, f"/{which}/eksport.csv") == before
    monkeypatch.setattr(spreadsheets, "MOST_IN_MEMORY", 100)
    response = office.get(f"/{which}/eksport.csv")
    assert isinstance(response, FileResponse)
    assert response.getvalue().startswith(b"\xef\xbb\xbf")
    assert int(response["Content-Length"]) > 100


@pytest.mark.parametrize("which", LISTS)
def test_the_page_leads_to_its_files(three, which, office):
    page = office.get(f"/{which}/?q=bakeri").content.decode()

    assert all(f'href="/{which}/eksport.{kind}?q=bakeri"' in page for kind in ("csv", "xlsx"))
