"""/fakturagrunnlag/: what the firm pays and what its clients pay, per month; the total is the rows'."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import load_workbook

from agreements.charge_lists import read_month
from agreements.models import Collaboration
from organisations.models import Employee
from subscriptions.models import Charge
from tests import factories
from tests.conftest import NOON
from tests.office.requests import make_request

pytestmark = pytest.mark.django_db

PAGE = "/fakturagrunnlag/"
OSLO = ZoneInfo("Europe/Oslo")
MARCH = {"maned": "2026-03"}


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    monkeypatch.setattr("office.charges.views.database_clock", lambda: datetime(2026, 11, 23, 12, tzinfo=OSLO))


@pytest.fixture
def take(eaccounting):
    """A client whose collaboration began on 1 March, and its subscription: take(kari, "Ærlig Bakeri AS", payer=…)."""

    def client_of(employee, name, *, payer=None, started_on=date(2026, 3, 1), **fields):
        client = factories.ClientFactory(firm=employee.firm, name=name, **fields)
        activation = make_request(client, eaccounting, by=employee, at=NOON, status="approved")
        Collaboration.objects.filter(activation=activation).update(started_on=started_on)
        subscription = activation.subscription
        subscription.paying_firm = payer
        subscription.save()
        return subscription

    return client_of


def charge(subscription, first_day, *, payer=None, amount="1047.00", kind="period", days=90, variant="smart"):
    return Charge.objects.create(
        subscription=subscription, kind=kind, variant=subscription.service.variants.get(code=variant),
        period=DateRange(first_day, date.fromordinal(first_day.toordinal() + days)), paying_firm=payer,
        monthly_price=349, amount=Decimal(amount),
    )  # fmt: skip


def parts_of(browser, **query) -> dict:
    response = browser.get(PAGE, query)
    assert response.status_code == 200
    return {part.code: part for part in response.context["parts"]}


def names(part) -> list[tuple]:
    return [(line.customer, line.first_day, line.amount) for line in part.lines]


def read_xlsx(response) -> list[list]:
    return [list(row) for row in load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)]


def read_csv(response, delimiter=";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_a_month_has_what_the_firm_pays_and_what_its_clients_pay(take, kari, fjord, office):
    baker, plumber = take(kari, "Ærlig Bakeri AS"), take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    charge(baker, date(2026, 3, 31))
    charge(plumber, date(2026, 3, 1), payer=fjord, amount="4188.00")
    charge(plumber, date(2026, 3, 20), payer=fjord, amount="1209.86", kind="upgrade", variant="pro", days=71)
    charge(plumber, date(2026, 7, 1), payer=fjord)

    parts = parts_of(office, **MARCH)

    assert names(parts["firm"]) == [
        ("Ørsta Rør AS", date(2026, 3, 1), Decimal("4188.00")),
        ("Ørsta Rør AS", date(2026, 3, 20), Decimal("1209.86")),
    ]
    assert names(parts["clients"]) == [("Ærlig Bakeri AS", date(2026, 3, 31), Decimal("1047.00"))]
    assert (parts["firm"].total, parts["clients"].total) == (Decimal("5397.86"), Decimal("1047.00"))
    upgrade = parts["firm"].lines[1]
    assert (upgrade.kind, upgrade.variant, upgrade.last_day) == ("Oppgradering", "Pro", date(2026, 5, 29))


def test_the_page_says_rows_and_totals_and_leads_to_the_clients_card(take, kari, fjord, office):
    plumber = take(kari, "Ørsta Rør AS", payer=fjord, number=1002)
    Charge.objects.all().delete()
    charge(plumber, date(2026, 3, 1), payer=fjord, amount="4188.00")

    page = office.get(PAGE, MARCH).content.decode().replace("\u00a0", " ")

    for words in ("Fakturagrunnlag, mars 2026", "Sum 4 188,00 kr eks. mva.", "01.03.2026–29.05.2026", "349,00"):
        assert words in page
    assert 'href="/kunder/1002/samarbeid/eaccounting/"' in page
    assert "Ingen linjer denne måneden." in page


def test_the_files_total_is_the_pages(take, kari, fjord, office):
    baker, plumber = take(kari, "=1+1 AS"), take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    charge(baker, date(2026, 3, 31), amount="0.10")
    charge(plumber, date(2026, 3, 1), payer=fjord, amount="4188.20")
    charge(plumber, date(2026, 3, 20), payer=fjord, amount="1209.86", kind="upgrade", variant="pro", days=71)

    parts = parts_of(office, **MARCH)
    sheet = read_xlsx(office.get(f"{PAGE}eksport.xlsx", MARCH))
    text = read_csv(office.get(f"{PAGE}eksport.csv", MARCH))

    assert sheet[0] == text[0] == [
        "Betales av", "Kundenummer", "Kunde", "Organisasjonsnummer", "Tjeneste", "Variant", "Gjelder", "Første dag",
        "Siste dag", "Pris per måned", "Beløp",
    ]  # fmt: skip
    totals = {"Fjord Regnskap AS": parts["firm"].total, "Kunden": parts["clients"].total}
    for payer, total in totals.items():
        assert sum(Decimal(str(row[-1])) for row in sheet[1:] if row[0] == payer) == total
        assert sum(Decimal(row[-1].replace(",", ".")) for row in text[1:] if row[0] == payer) == total
    assert [type(value) for value in sheet[1][-4:]] == [datetime, datetime, int, float]
    assert {row[2] for row in text[1:]} == {"'=1+1 AS", "Ørsta Rør AS"}
    assert text[1][-4:] == ["01.03.2026", "29.05.2026", "349,00", "4188,20"]


def test_who_reads_english_gets_english_days_amounts_and_names_of_files(take, kari, fjord, sign_in):
    plumber = take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    charge(plumber, date(2026, 3, 1), payer=fjord, amount="4188.20")
    kari.user.language = "en"
    kari.user.save()
    office = sign_in(kari)

    page = office.get(PAGE, MARCH).content.decode()
    text = office.get(f"{PAGE}eksport.csv", MARCH)
    sheet = office.get(f"{PAGE}eksport.xlsx", MARCH)

    for words in ("NOK 4,188.20", "1 Mar 2026 – 29 May 2026", "349.00"):
        assert words in page.replace("\u00a0", " ")
    assert read_csv(text, ",")[1][-4:] == ["1 Mar 2026", "29 May 2026", "349.00", "4188.20"]
    assert text["Content-Disposition"] == 'attachment; filename="invoice-basis-2026-03.csv"'
    first_day, amount = (load_workbook(io.BytesIO(sheet.content)).active.cell(2, column) for column in (8, 11))
    assert (first_day.value, first_day.number_format) == (datetime(2026, 3, 1), "d mmm yyyy")
    assert (amount.value, amount.number_format) == (4188.2, "#,##0.00")


def test_the_file_is_kept_under_the_months_name(office):
    response = office.get(f"{PAGE}eksport.xlsx", MARCH)

    assert response["Content-Disposition"] == 'attachment; filename="fakturagrunnlag-2026-03.xlsx"'
    assert office.get(f"{PAGE}eksport.pdf").status_code == 404


def test_what_another_firm_pays_and_other_firms_clients_are_nowhere(take, kari, fjord, vidda, nils, office):
    shared = take(kari, "Ærlig Bakeri AS", payer=vidda)
    theirs = take(nils, "Viddas Kunde AS")
    Charge.objects.all().delete()
    charge(shared, date(2026, 3, 1), payer=vidda)
    charge(theirs, date(2026, 3, 1))

    page = office.get(PAGE, MARCH)
    file = office.get(f"{PAGE}eksport.csv", MARCH)

    assert [part.lines for part in page.context["parts"]] == [[], []]
    assert "Vidda" not in page.content.decode() + file.content.decode()
    assert len(read_csv(file)) == 1


@pytest.mark.parametrize(
    ("changes", "is_there"),
    [
        ({}, True),
        ({"started_on": date(2026, 3, 10)}, True),
        ({"started_on": date(2026, 3, 11)}, False),
        ({"ended_at": datetime(2026, 3, 11, 0, 30, tzinfo=OSLO), "outcome": "continues"}, True),
        ({"ended_at": datetime(2026, 3, 10, 23, 30, tzinfo=OSLO), "outcome": "continues"}, False),
        ({"ends_on": date(2026, 3, 11)}, True),
        ({"ends_on": date(2026, 3, 10)}, False),
    ],
)
def test_a_clients_charge_counts_while_the_firm_takes_part_on_its_first_day(changes, is_there, take, kari, office):
    baker = take(kari, "Ærlig Bakeri AS")
    Charge.objects.all().delete()
    charge(baker, date(2026, 3, 10))
    if "ends_on" in changes:
        changes = changes | {"end_planned_by": kari.user}
    Collaboration.objects.update(**changes)

    assert len(parts_of(office, **MARCH)["clients"].lines) == is_there


def test_what_the_firm_pays_after_its_collaboration_has_ended_stays_on_the_list(take, kari, fjord, office):
    plumber = take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    charge(plumber, date(2026, 3, 10), payer=fjord)
    Collaboration.objects.update(ended_at=datetime(2026, 3, 5, 12, tzinfo=OSLO), outcome="continues")

    assert names(parts_of(office, **MARCH)["firm"]) == [("Ørsta Rør AS", date(2026, 3, 10), Decimal("1047.00"))]


def test_what_was_paid_outside_the_portal_is_no_line(take, kari, office):
    take(kari, "Ærlig Bakeri AS", started_on=date(2026, 1, 1))

    assert Charge.objects.get().kind == "opening"
    assert [part.lines for part in parts_of(office, maned="2026-01").values()] == [[], []]


def test_the_neighbours_are_the_months_before_and_after_up_to_now(office):
    page = office.get(PAGE).content.decode()

    assert "Fakturagrunnlag, november 2026" in page
    assert 'href="?maned=2026-10"' in page
    assert 'href="?maned=2026-12"' not in page
    assert 'href="?maned=2027-01"' not in office.get(PAGE, {"maned": "2026-12"}).content.decode()


@pytest.mark.parametrize("typed", ["", "2026-13", "2026-00", "november", "2026-1", "２０２６-01", "1999-12", "2027-01"])
def test_a_month_that_is_none_or_to_come_is_the_current_one(typed):
    assert read_month(typed, today=date(2026, 11, 23)).first_day == date(2026, 11, 1)


def test_it_is_for_the_firms_administrators(ola, sign_in, kari):
    assert sign_in(ola).get(PAGE).status_code == 404
    assert sign_in(ola).get(f"{PAGE}eksport.csv").status_code == 404
    assert "/fakturagrunnlag/" not in sign_in(ola).get("/samarbeid/").content.decode()
    assert 'href="/fakturagrunnlag/"' in sign_in(kari).get("/samarbeid/").content.decode()


def test_an_administrator_who_sees_own_clients_sees_all_that_the_firm_pays(take, kari, fjord, sign_in):
    baker, plumber = take(kari, "Ærlig Bakeri AS"), take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    charge(baker, date(2026, 3, 1))
    charge(plumber, date(2026, 3, 1), payer=fjord)
    narrow = factories.EmployeeFactory(
        firm=fjord, role=Employee.Role.ADMINISTRATOR, client_access=Employee.ClientAccess.OWN
    )

    parts = parts_of(sign_in(narrow), **MARCH)

    assert [(line.customer, line.client_number) for line in parts["firm"].lines] == [("Ørsta Rør AS", None)]
    assert parts["clients"].lines == []


def test_a_long_month_shows_its_first_lines_and_the_total_of_all(take, kari, fjord, office, monkeypatch):
    monkeypatch.setattr("agreements.charge_lists.MOST_SHOWN", 1)
    for name in ("Ærlig Bakeri AS", "Ørsta Rør AS"):
        take(kari, name, payer=fjord)
    Charge.objects.all().delete()
    for collaboration in Collaboration.objects.select_related("subscription__service"):
        charge(collaboration.subscription, date(2026, 3, 1), payer=fjord)

    page = office.get(PAGE, MARCH).content.decode().replace("\u00a0", " ")

    assert "De 1 første av 2 linjer." in page
    assert "Sum 2 094,00 kr" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_the_same_however_much_there_is(rows, take, kari, fjord, office, count_queries):
    for _ in range(rows):
        take(kari, "Ærlig Bakeri AS")
        take(kari, "Ørsta Rør AS", payer=fjord)
    Charge.objects.all().delete()
    for collaboration in Collaboration.objects.select_related("subscription__service"):
        charge(collaboration.subscription, date(2026, 3, 1), payer=collaboration.subscription.paying_firm)

    # session, user, employments · the firm's charges, the clients' · the count of alerts; the hour is fixed here
    assert count_queries(office, f"{PAGE}?maned=2026-03") == 6
