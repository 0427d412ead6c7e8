"""/samarbeid/eksport.*: the filtered rows as a file that no spreadsheet calculates."""

import csv
import io
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests import factories
from tests.conftest import NOON
from tests.office.requests import make_mail, make_request

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Kundenummer", "Kunde", "Organisasjonsnummer", "Tjeneste", "Variant", "Status", "Trenger handling", "Oppgave",
    "Oppgaveansvarlig", "Kundeansvarlig", "Sendt", "Levering", "Siste dag å svare", "Dager ventet", "Neste påminnelse",
]  # fmt: skip
PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "   =1+1", "\u00a0=1+1",
    '=HYPERLINK("https://x.example";"klikk")', "=cmd|' /C calc'!A0", "＝1+1", "\n@SUM(1)",
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon(monkeypatch, clock):
    monkeypatch.setattr("office.collaborations.views.database_clock", clock)


@pytest.fixture
def office(kari, sign_in):
    return sign_in(kari)


@pytest.fixture
def ask(kari, eaccounting):
    def make(name, **facts):
        client = factories.ClientFactory(firm=kari.firm, name=name)
        return make_request(client, eaccounting, by=kari, at=NOON, **facts)

    return make


def read_csv(response) -> list[list[str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(response) -> list[tuple]:
    return list(load_workbook(io.BytesIO(response.content)).active.iter_rows())


def as_on_the_page(line) -> list:
    values = [
        line.client_number, line.client, line.org_number, line.service, line.variant, str(line.state.label),
        line.reason, line.task, line.owner, line.manager, line.sent_on, line.delivery, line.last_day,
        line.days_waited, line.remind_on,
    ]  # fmt: skip
    return values


def plain(cell):
    value = cell.value
    return "" if value is None else value.date() if isinstance(value, datetime) else value


def test_the_files_hold_the_pages_rows_in_its_order(office, ask):
    ask("Ærlig Bakeri AS", age=9)
    make_mail(ask("Ørsta Rør AS", age=2, left=3), at=NOON, bounced_at=NOON)
    ask("Ås Blomster", status="approved", age=5)

    shown = [as_on_the_page(line) for line in office.get("/samarbeid/").context["list"].lines]
    sheet = read_xlsx(office.get("/samarbeid/eksport.xlsx"))
    text = read_csv(office.get("/samarbeid/eksport.csv"))

    assert [cell.value for cell in sheet[0]] == text[0] == HEADINGS
    assert [[plain(cell) for cell in row] for row in sheet[1:]] == [
        ["" if value is None else value for value in row] for row in shown
    ]
    assert text[1:] == [
        [f"{value:%d.%m.%Y}" if isinstance(value, date) else str("" if value is None else value) for value in row]
        for row in shown
    ]
    assert [row[1] for row in text[1:]] == ["Ørsta Rør AS", "Ås Blomster", "Ærlig Bakeri AS"]
    assert [cell.data_type for cell in sheet[1]] == list("nssssssssndsdnn")


@pytest.mark.parametrize(("language", "shown_as"), [("nb", "dd.mm.yyyy"), ("en", "d mmm yyyy")])
def test_a_day_is_shown_as_the_reader_writes_it(language, shown_as, office, ask, kari):
    kari.user.language = language
    kari.user.save()
    ask("Ærlig Bakeri AS", age=9)

    sheet = read_xlsx(office.get("/samarbeid/eksport.xlsx"))

    assert {cell.number_format for cell in sheet[1] if cell.data_type == "d"} == {shown_as}


def test_a_formula_in_a_name_is_text_in_every_file(office, ask, kari):
    kari.user.name = "=1+1"
    kari.user.save()
    for payload in PAYLOADS:
        ask(payload, status="draft")

    shown = [line.client for line in office.get("/samarbeid/").context["list"].lines]
    sheet = read_xlsx(office.get("/samarbeid/eksport.xlsx"))
    text = read_csv(office.get("/samarbeid/eksport.csv"))

    assert sorted(shown) == sorted(PAYLOADS)
    assert [cell.coordinate for row in sheet for cell in row if cell.data_type in ("f", "e")] == []
    assert [row[1].value for row in sheet[1:]] == [name.replace("\r", "\n") for name in shown]  # as XML reads
    assert {row[1].quotePrefix for row in sheet[1:]} == {True}
    assert [row[1] for row in text[1:]] == [f"'{name}" for name in shown]
    assert {row[8] for row in text[1:]} == {"'=1+1"}


@pytest.mark.parametrize("name", ["#N/A", "1e5", "007", "Bakeri - Sør", "Ås & Sønn; «Kaker»", "\x0bBakeri\x00"[:7]])
def test_other_names_are_kept_as_they_are(name, office, ask):
    ask(name)

    sheet = read_xlsx(office.get("/samarbeid/eksport.xlsx"))

    assert (sheet[1][1].data_type, sheet[1][1].value) == ("s", name.replace("\x0b", ""))


def test_the_filters_count_for_the_file_too_and_another_firm_gets_nothing(office, ask, nils, sign_in):
    ask("Ærlig Bakeri AS", status="declined")
    ask("Ørsta Rør AS")

    declined = read_csv(office.get("/samarbeid/eksport.csv", {"state": "declined"}))
    handling = read_csv(office.get("/samarbeid/eksport.csv", {"vis": "handling"}))
    stranger = read_csv(sign_in(nils).get("/samarbeid/eksport.csv"))

    assert [row[1] for row in declined[1:]] == [row[1] for row in handling[1:]] == ["Ærlig Bakeri AS"]
    assert stranger == [HEADINGS]


def test_the_file_is_kept_under_a_name_and_an_unknown_kind_is_not_found(office):
    response = office.get("/samarbeid/eksport.xlsx")

    assert response["Content-Disposition"] == 'attachment; filename="samarbeid-2026-03-10.xlsx"'
    assert office.get("/samarbeid/eksport.pdf").status_code == 404
    assert office.post("/samarbeid/eksport.csv", {"_firm": "1"}).status_code in (405, 409)


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_is_one_query_that_may_take_longer(count, office, ask):
    for n in range(count):
        ask(f"Kunde {n} AS")
    office.get("/samarbeid/eksport.csv")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        office.get("/samarbeid/eksport.csv")

    # session, user, employments · the filters' choices · savepoint, timeout, rows, release; and
    # the database's hour, which is fixed here
    assert len(queries) == 8
    assert "SET LOCAL statement_timeout = '15s'" in [query["sql"] for query in queries]
