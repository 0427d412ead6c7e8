"""The customer's pages that change an agreement: what they foretell, what they do, and what they refuse."""

from datetime import date

import pytest
from django.urls import reverse

from agreements import actions
from agreements.models import Collaboration, SubscriptionChange
from organisations.models import CompanyUser
from organisations.places.current import Place
from subscriptions.models import Charge, Price, Subscription
from tests import factories
from tests.conftest import NOON, make_client
from tests.machine.world import make_clock_movable, set_clock

pytestmark = pytest.mark.django_db

VARIANT, PAYER, PERIOD = (f"subscription-change-{kind}" for kind in ("variant", "payer", "period"))
CHOICES = [(VARIANT, "pro"), (PAYER, "selskapet"), (PERIOD, "3")]
SERVICE_PAGE = "/mine-tjenester/tjenester/eaccounting/"


@pytest.fixture(autouse=True)
def today(db):
    """10 March 2026, for the pages as for the deeds."""
    make_clock_movable()
    set_clock(NOON)


@pytest.fixture
def alone(subscribed):
    """Ærlig Bakeri has Smart for 12 months until 1 January 2027, pays it, and no firm is in it."""
    return subscribed


@pytest.fixture
def agreement(alone, kari, sent, approve):
    """The same, with Fjord."""
    approve(sent(alone.client, by=kari), by=alone.administrator)
    alone.subscription.refresh_from_db()
    return alone


@pytest.fixture
def with_vidda(agreement, nils, sent, approve):
    """And with Vidda."""
    client = make_client(
        nils,
        number=2002,
        name="Ærlig Bakeri AS",
        org_number=agreement.company.org_number,
        contact_name="Line Berg",
        contact_email="line@aerligbakeri.example",
    )
    approve(sent(client, by=nils), by=agreement.administrator)
    return agreement


@pytest.fixture
def line(subscribed, sign_in):
    """The browser of the bakery's administrator."""
    return sign_in(subscribed.administrator)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def url(name, *args):
    return reverse(f"my_services:{name}", args=["eaccounting", *args])


def shown_in(page) -> str:
    return page.context["told"].plan.fingerprint


def choose(browser, name, valg):
    return browser.get(url(name), {"valg": valg})


def confirm(browser, name, valg, *, company, shown=None):
    shown = shown or shown_in(choose(browser, name, valg))
    return browser.post(url(name), {Place.COMPANY_FIELD: company.pk, "valg": valg, "shown": shown})


def rows_of(page) -> dict[str, str]:
    return dict(page.context["told"].rows)


def the_change() -> SubscriptionChange:
    return SubscriptionChange.objects.get()


def let_pay(agreement, firm):
    agreement.subscription.paying_firm = firm
    agreement.subscription.save()
    agreement.subscription.charges.update(paying_firm=firm)


# --- To choose ---------------------------------------------------------------------------------------------------


def test_a_company_alone_upgrades_and_pays_for_the_rest_of_the_period(alone, line):
    page = choose(line, VARIANT, "pro")
    done = confirm(line, VARIANT, "pro", company=alone.company)

    rows = rows_of(page)
    assert rows["Gjelder"] == "Straks"
    assert rows["Dere betaler i dag"] == "349,00 kr per måned eks. mva."
    assert rows["Dere betaler etterpå"] == "549,00 kr per måned eks. mva."
    assert rows["Godkjenning"] == "Krever ikke godkjenning"
    assert rows["Tilgang"] == "Tilgangen endres ikke."
    assert done.url == SERVICE_PAGE
    assert f"{Charge.objects.get(kind='upgrade').amount}".replace(".", ",") in rows["Belastes i dag"].replace(
        "\xa0", ""
    )
    assert (the_change().status, Subscription.objects.get().variant.code) == ("in_force", "pro")


def test_a_company_with_a_firm_is_told_that_the_firm_changes_the_variant(agreement, line):
    page = line.get(url(VARIANT), follow=True)

    assert page.redirect_chain == [(SERVICE_PAGE, 302)]
    assert "bytter byrået variant. Be dem om det." in text(page)


def test_the_company_asks_one_of_its_firms_to_pay(with_vidda, line, nils):
    choice = line.get(url(PAYER))
    plan = choose(line, PAYER, str(nils.firm_id))
    confirm(line, PAYER, str(nils.firm_id), company=with_vidda.company)

    assert [option.label for option in choice.context["form"].options.values()] == [
        "Fjord Regnskap AS", "Vidda Økonomi AS",
    ]  # fmt: skip
    assert choice.context["told"] is None
    assert rows_of(plan)["Fakturamottaker"] == "Fra dere til Vidda Økonomi AS"
    assert rows_of(plan)["Dere betaler etterpå"] == "Ingenting. Vidda Økonomi AS betaler."
    assert rows_of(plan)["Må godkjennes av"].startswith("Vidda Økonomi AS, innen utgangen av 31. desember 2026.")
    assert (the_change().status, the_change().answering_firm) == ("proposed", nils.firm)


def test_the_company_takes_over_from_the_firm_that_pays(agreement, line, kari):
    let_pay(agreement, kari.firm)

    page = line.get(url(PAYER))  # a single choice is shown at once
    confirm(line, PAYER, "selskapet", company=agreement.company)

    rows = rows_of(page)
    assert rows["Dere betaler i dag"] == "Ingenting. Fjord Regnskap AS betaler."
    assert rows["Dere betaler etterpå"] == "349,00 kr per måned eks. mva."
    assert rows["Neste fornyelse"] == "1. januar 2027: 4\xa0188,00 kr eks. mva. for 12 måneder"
    assert (the_change().status, the_change().effective_on) == ("agreed", date(2027, 1, 1))


def test_the_company_changes_the_period(agreement, line):
    page = line.get(url(PERIOD))
    confirm(line, PERIOD, "3", company=agreement.company)

    assert rows_of(page)["Dere betaler etterpå"] == "389,00 kr per måned eks. mva."
    assert (the_change().status, the_change().to_months) == ("agreed", 3)


@pytest.mark.parametrize(("name", "valg"), CHOICES)
def test_looking_changes_nothing(name, valg, agreement, line, kari):
    let_pay(agreement, kari.firm)

    line.get(url(name))
    choose(line, name, valg)

    assert not SubscriptionChange.objects.exists()


@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
@pytest.mark.parametrize(("name", "valg"), CHOICES)
def test_who_is_no_administrator_is_told_who_may(name, valg, role, agreement, sign_in):
    browser = sign_in(factories.CompanyUserFactory(company=agreement.company, role=role))
    fields = {Place.COMPANY_FIELD: agreement.company.pk, "valg": valg, "shown": "x"}

    for page in (browser.get(url(name), follow=True), browser.post(url(name), fields, follow=True)):
        assert page.redirect_chain == [(SERVICE_PAGE, 302)]
        assert "Bare selskapets administratorer kan endre avtalen." in text(page)
    assert not SubscriptionChange.objects.exists()


@pytest.mark.parametrize(("name", "valg"), CHOICES)
def test_a_company_without_the_service_gets_404(name, valg, agreement, known, sign_in):
    browser = sign_in(known.administrator)

    assert browser.get(url(name)).status_code == 404
    assert browser.post(url(name), {Place.COMPANY_FIELD: known.company.pk, "valg": valg}).status_code == 404


def test_a_firm_that_does_not_collaborate_cannot_be_chosen(agreement, line, nils):
    page = choose(line, PAYER, str(nils.firm_id))

    assert (page.status_code, page.context["told"]) == (200, None)
    assert "Vidda" not in text(page)


def test_a_company_alone_that_pays_has_nobody_to_choose(alone, line):
    page = line.get(url(PAYER), follow=True)

    assert "Her er det ikke noe annet å velge for denne tjenesten." in text(page)


def test_a_page_that_has_grown_old_is_shown_anew_with_its_sentence(agreement, line):
    shown = shown_in(line.get(url(PERIOD)))
    Price.objects.filter(variant__code="smart", months=3).update(per_month=399)

    page = confirm(line, PERIOD, "3", company=agreement.company, shown=shown)
    again = line.get(page.url)

    assert page.url == url(PERIOD) + "?valg=3"
    assert "Avtalen har endret seg siden du åpnet siden. Les den på nytt før du svarer." in text(again)
    assert rows_of(again)["Dere betaler etterpå"] == "399,00 kr per måned eks. mva."
    assert not SubscriptionChange.objects.exists()


# --- To answer, and to take back ---------------------------------------------------------------------------------


@pytest.fixture
def asked(agreement, kari, sign_in):
    """Fjord, which pays, asks the bakery to pay from the next period on."""
    let_pay(agreement, kari.firm)
    address = reverse(f"collaboration:{PAYER}", args=[1001, "eaccounting"])
    office = sign_in(kari)
    fields = {"valg": "selskapet", "shown": shown_in(office.get(address)), Place.FIRM_FIELD: kari.firm_id}
    office.post(address, fields)
    return the_change()


def answer(browser, change, what, *, company, shown=None):
    shown = shown or shown_in(browser.get(url("change-answer", change.pk)))
    fields = {Place.COMPANY_FIELD: company.pk, "answer": what, "shown": shown}
    return browser.post(url("change-answer", change.pk), fields)


def test_the_company_reads_who_asks_and_what_it_would_pay_and_says_yes(asked, agreement, line):
    page = line.get(url("change-answer", asked.pk))
    done = answer(line, asked, "ja", company=agreement.company)

    assert "Foreslått av Fjord Regnskap AS 10. mars 2026." in text(page)
    assert rows_of(page)["Fakturamottaker"] == "Fra Fjord Regnskap AS til dere"
    assert rows_of(page)["Dere betaler etterpå"] == "349,00 kr per måned eks. mva."
    assert done.url == SERVICE_PAGE
    assert (the_change().status, the_change().answered_by) == ("agreed", agreement.administrator.user)


def test_the_company_says_no(asked, agreement, line):
    done = answer(line, asked, "nei", company=agreement.company)

    assert "Dere har sagt nei til forslaget." in text(line.get(done.url))
    assert the_change().status == "refused"


def test_a_yes_to_an_old_page_counts_for_nothing(asked, agreement, line):
    done = answer(line, asked, "ja", company=agreement.company, shown="gammel")

    assert done.url == url("change-answer", asked.pk)
    assert the_change().status == "proposed"


def test_what_a_no_and_a_silence_mean_when_the_payer_has_left(agreement, line, kari):
    let_pay(agreement, kari.firm)
    collaboration = Collaboration.objects.get()
    actions.end_collaboration(collaboration=collaboration, by=kari, outcome="continues")

    page = line.get(url("change-answer", the_change().pk))

    assert rows_of(page)["Må godkjennes av"] == (
        "Dere, innen utgangen av 31. desember 2026. "
        "Uten et ja er 31. desember 2026 siste dag med tjenesten: byrået som betaler i dag, betaler ikke lenger."
    )
    assert "Sier dere nei, er 31. desember 2026 siste dag med tjenesten, hvis ingen andre sier ja" in text(page)


def test_who_said_yes_takes_it_back(asked, agreement, line):
    answer(line, asked, "ja", company=agreement.company)
    address = url("change-take-back", asked.pk)

    asks = line.get(address)
    assert the_change().status == "agreed"
    done = line.post(address, {Place.COMPANY_FIELD: agreement.company.pk})

    assert "Alt blir som det er, og den andre parten får beskjed." in text(asks)
    assert done.url == SERVICE_PAGE
    assert the_change().status == "taken_back"


def test_who_has_not_said_yes_has_nothing_to_take_back(asked, line):
    page = line.get(url("change-take-back", asked.pk), follow=True)

    assert "Bare de som har avtalt endringen, kan ta den tilbake." in text(page)


@pytest.mark.parametrize("name", ["change-answer", "change-take-back"])
def test_another_companys_change_is_not_found(name, asked, known, sign_in):
    browser = sign_in(known.administrator)

    assert browser.get(url(name, asked.pk)).status_code == 404
    assert browser.post(url(name, asked.pk), {Place.COMPANY_FIELD: known.company.pk}).status_code == 404


@pytest.mark.parametrize("name", ["change-answer", "change-take-back"])
def test_that_of_another_of_ones_companies_offers_the_switch(name, asked, agreement, known, sign_in):
    factories.CompanyUserFactory(company=agreement.company, user=known.administrator.user)
    browser = sign_in(known.administrator)
    session = browser.session
    session[Place.COMPANY_FIELD] = known.company.pk
    session.save()

    page = text(browser.get(url(name, asked.pk)))

    assert "Bytt til Ærlig Bakeri AS" in page
    assert "Fjord" not in page


@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_only_an_administrator_answers(role, asked, agreement, sign_in):
    browser = sign_in(factories.CompanyUserFactory(company=agreement.company, role=role))

    page = browser.get(url("change-answer", asked.pk), follow=True)
    answer(browser, asked, "ja", company=agreement.company, shown="x")

    assert "Du kan ikke gjøre dette med avtalen. Spør en administrator." in text(page)
    assert the_change().status == "proposed"


def test_nobody_answers_for_both_sides(asked, agreement, kari, sign_in):
    both = factories.CompanyUserFactory(company=agreement.company, user=kari.user)

    page = sign_in(both).get(url("change-answer", asked.pk), follow=True)

    assert "Du arbeider i byrået som spør, og kan derfor ikke svare for den andre parten." in text(page)


# --- How many queries --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("firms", [1, 3])
@pytest.mark.parametrize(
    ("name", "expected"), [(PAYER, 15), (PERIOD, 15), ("change-answer", 17), ("change-take-back", 16)]
)
def test_the_pages_take_the_same_number_of_queries(
    firms, name, expected, agreement, kari, line, sent, approve, django_assert_num_queries
):
    for _ in range(firms):
        boss = factories.EmployeeFactory(role="administrator")
        client = make_client(
            boss,
            name="Ærlig Bakeri AS",
            org_number=agreement.company.org_number,
            contact_name="Line Berg",
            contact_email="line@aerligbakeri.example",
        )
        approve(
            sent(
                client,
                by=boss,
            ),
            by=agreement.administrator,
        )
    args = []
    if name.startswith("change"):
        is_answer = name == "change-answer"
        args = [make_change(agreement, asker=kari if is_answer else None).pk]
    assert line.get(url(name, *args)).status_code == 200

    # session, user, places · the hour, subscription, collaborations · the administrator · open changes
    # with a plan: the price now, agreed changes, notice, price; what waits · of an answer: employers
    # header: requests that wait
    with django_assert_num_queries(expected):
        line.get(url(name, *args))


def make_change(agreement, *, asker):
    """Three months: asked by the firm, or settled by the company itself."""
    return SubscriptionChange.objects.create(
        subscription=agreement.subscription, kind="period", from_months=12, to_months=3,
        status="proposed" if asker else "agreed", effective_on=date(2027, 1, 1), lapses_on=date(2027, 1, 1),
        asking_firm=asker.firm if asker else None, asked_by=(asker or agreement.administrator).user, asked_at=NOON,
        needs_yes=bool(asker),
    )  # fmt: skip
