"""Kostnader: all charges of the company's subscriptions in a month, with who pays; the total is the rows'."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import load_workbook

from subscriptions.models import Charge
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/mine-tjenester/kostnader/"
MARCH = {"maned": "2026-03"}


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    now = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Oslo"))
    monkeypatch.setattr("my_services.agreements.charges.database_clock", lambda: now)


@pytest.fixture
def browser(subscribed, sign_in):
    return sign_in(subscribed.administrator)


def charge(subscription, first_day, *, payer=None, amount="1047.00", last_day=None):
    return Charge.objects.create(
        subscription=subscription, kind="period", variant=subscription.variant, paying_firm=payer,
        period=DateRange(first_day, last_day or date(2027, 1, 1)), monthly_price=349, amount=Decimal(amount),
    )  # fmt: skip


def subscribe(company, *, code, **fields):
    service = factories.ServiceFactory(code=code, name=f"Tjeneste {code}")
    subscription = factories.SubscriptionFactory(
        company=company, service=service, variant=service.variants.get(), renews_on=None, **fields
    )
    return subscription


def test_a_month_has_what_the_company_pays_and_what_firms_pay_for_it(subscribed, fjord, browser):
    charge(subscribe(subscribed.company, code="en"), date(2026, 3, 1))
    charge(subscribe(subscribed.company, code="to", paying_firm=fjord), date(2026, 3, 31), payer=fjord, amount="99.50")
    charge(subscribe(subscribed.company, code="tre"), date(2026, 4, 1))

    own, firms = browser.get(PAGE, MARCH).context["parts"]
    page = browser.get(PAGE, MARCH).content.decode().replace("\u00a0", " ")

    assert [(line.service, line.payer, line.amount) for line in own.lines] == [
        ("Tjeneste en", "Ærlig Bakeri AS", Decimal("1047.00"))
    ]
    assert [(line.service, line.payer, line.amount) for line in firms.lines] == [
        ("Tjeneste to", "Fjord Regnskap AS", Decimal("99.50"))
    ]
    for words in ("Kostnader, mars 2026", "Sum 1 047,00 kr", "Sum 99,50 kr", "Fjord Regnskap AS"):
        assert words in page


def test_an_ended_subscription_s_charges_stay(subscribed, browser):
    ended = subscribe(subscribed.company, code="en", ended_on=date(2026, 6, 1))
    charge(ended, date(2026, 3, 1), last_day=date(2026, 6, 1))

    assert len(browser.get(PAGE, MARCH).context["parts"][0].lines) == 1


def test_another_company_s_charges_are_nowhere(subscribed, known, browser):
    charge(subscribe(known.company, code="en"), date(2026, 3, 1))

    assert [part.lines for part in browser.get(PAGE, MARCH).context["parts"]] == [[], []]
    assert browser.get(f"{PAGE}eksport.csv", MARCH).content.decode().count("\n") == 1


def test_the_files_total_is_the_pages(subscribed, fjord, browser):
    charge(subscribe(subscribed.company, code="en"), date(2026, 3, 1), amount="0.10")
    charge(subscribe(subscribed.company, code="to"), date(2026, 3, 1), amount="0.20")
    charge(subscribe(subscribed.company, code="tre", paying_firm=fjord), date(2026, 3, 2), payer=fjord)

    parts = browser.get(PAGE, MARCH).context["parts"]
    book = load_workbook(io.BytesIO(browser.get(f"{PAGE}eksport.xlsx", MARCH).content)).active
    sheet = list(book.iter_rows(values_only=True))
    content = browser.get(f"{PAGE}eksport.csv", MARCH).content.decode("utf-8-sig")
    text = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))

    assert list(sheet[0]) == text[0] == [
        "Betales av", "Tjeneste", "Variant", "Gjelder", "Første dag", "Siste dag", "Pris per måned", "Beløp",
    ]  # fmt: skip
    for part, payer in zip(parts, ("Ærlig Bakeri AS", "Fjord Regnskap AS"), strict=True):
        assert sum(Decimal(str(row[-1])) for row in sheet[1:] if row[0] == payer) == part.total
        assert sum(Decimal(row[-1].replace(",", ".")) for row in text[1:] if row[0] == payer) == part.total


def test_the_overview_leads_here(browser):
    assert f'href="{PAGE}"' in browser.get("/mine-tjenester/").content.decode()


def test_an_employee_of_a_firm_has_no_such_page(kari, sign_in):
    assert sign_in(kari).get(PAGE).status_code == 404
    assert sign_in(kari).get(f"{PAGE}eksport.csv").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_the_same_however_much_there_is(
    rows, subscribed, fjord, browser, django_assert_num_queries
):
    for number in range(rows):
        charge(subscribe(subscribed.company, code=f"en-{number}"), date(2026, 3, 1))
        charge(subscribe(subscribed.company, code=f"to-{number}"), date(2026, 3, 1), payer=fjord)
    browser.get(PAGE, MARCH)

    # session, user, places · charges; the hour is fixed here · header: what waits
    with django_assert_num_queries(5):
        browser.get(PAGE, MARCH)
