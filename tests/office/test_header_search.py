"""The search in the office's header: what it finds, for whom, and where it stands."""

import pytest
from django.utils.html import escape

from office.search import found as search
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/sok/"
FIELD = 'class="header-search"'


@pytest.fixture
def bakery(kari):
    """A client with a contact and an open task, of Kari's."""
    client = factories.ClientFactory(
        firm=kari.firm, number=1001, name="Ås Blomster og Bakeri AS", org_number="311003003", account_manager=kari
    )
    factories.ContactFactory(client=client, name="Line Éclair", email="line@aasbakeri.example")
    kind = factories.TaskTypeFactory(firm=kari.firm, name="Mva-melding", name_en="VAT return")
    factories.TaskFactory(client=client, type=kind, period="2. termin 2026", owner=kari)
    return client


def found(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {group.heading: [str(row) for row in group.rows] for group in response.context["found"].groups}


CLIENT = {"Kunder": ["Ås Blomster og Bakeri AS"]}
CONTACT = {"Kontakter": ["Line Éclair"]}
TASK = {"Oppgaver": ["Mva-melding, 2. termin 2026"]}


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("bakeri as blomster", CLIENT | TASK),
        ("ECLAIR line", CLIENT | CONTACT | TASK),
        ("line@aasbakeri.example", CLIENT | CONTACT | TASK),
        ("termin mva", TASK),
        ("2026 melding blomster", TASK),
        ("vat", {}),
        ("Fjellbekk", {}),
        ("&", {}),
    ],
)
def test_it_finds_each_kind_by_words_in_any_order_and_without_accents(bakery, office, typed, groups):
    assert found(office.get(URL, {"q": typed})) == groups


def test_a_task_is_found_by_the_name_that_the_reader_reads(bakery, office, kari):
    kari.user.language = "en"
    kari.user.save()

    assert "VAT return, 2. termin 2026</a>" in office.get(URL, {"q": "vat"}).content.decode()
    assert found(office.get(URL, {"q": "mva"})) == {}


def test_each_line_leads_to_what_it_names(bakery, office):
    page = office.get(URL, {"q": "eclair"}).content.decode()

    task = bakery.tasks.get()
    assert [f'<a href="{url}"' in page for url in ("/kunder/1001/", f"/kunder/1001/oppgaver/{task.pk}/")] == [True] * 2
    assert "1 kunde, 1 kontakt, 1 oppgave" in page


@pytest.mark.parametrize("typed", ["1001", "#1001", "311003003", "NO 311 003 003 MVA"])
def test_the_number_of_one_client_leads_to_its_card(bakery, office, typed):
    response = office.get(URL, {"q": typed})

    assert (response.status_code, response.url) == (302, "/kunder/1001/")
    assert found(office.get(URL, {"q": typed}, headers={"HX-Request": "true"}))["Kunder"] == [str(bakery)]


def test_a_part_of_a_number_and_one_that_two_clients_have_lead_nowhere(bakery, office, kari):
    other = factories.ClientFactory(firm=kari.firm, number=311003003, name="Zebra AS", org_number=None)

    assert found(office.get(URL, {"q": "3110030"}))["Kunder"] == [str(other), str(bakery)]
    assert len(found(office.get(URL, {"q": "311003003"}))["Kunder"]) == 2


def test_another_firms_and_closed_work_are_never_found(bakery, office, nils, sign_in):
    task = bakery.tasks.get()
    task.closed_at = task.opened_at
    task.save()

    assert found(sign_in(nils).get(URL, {"q": "bakeri"})) == {}
    assert found(sign_in(nils).get(URL, {"q": "1001"})) == {}
    assert found(office.get(URL, {"q": "bakeri"})) == CLIENT | {"Kontakter": ["Line Éclair"]}


def test_who_sees_own_clients_finds_these_alone(bakery, kari, ola, sign_in):
    mine = factories.ClientFactory(
        firm=kari.firm, number=1002, name="Olas Bakeri AS", org_number=None, account_manager=ola
    )
    assert not ola.sees_all_clients

    browser = sign_in(ola)

    assert found(browser.get(URL, {"q": "bakeri"})) == {"Kunder": [str(mine)]}
    assert found(browser.get(URL, {"q": "eclair"})) == {}
    assert found(browser.get(URL, {"q": "1001"})) == {}


def test_nothing_typed_and_nothing_found_are_told(office):
    empty = office.get(URL, {"q": " \0 "}).content.decode()
    nothing = office.get(URL, {"q": "<b>"}).content.decode()

    assert [FIELD in empty, "Skriv i søkefeltet" in empty] == [True, True]
    assert ["Ingen treff" in nothing, escape("«<b>»") in nothing, "<b>" in nothing] == [True, True, False]


def test_more_than_are_shown_are_told_and_the_clients_have_a_list(bakery, office, kari, monkeypatch):
    monkeypatch.setattr(search, "MOST_SHOWN", 1)
    factories.ContactFactory(client=factories.ClientFactory(firm=kari.firm, name="Bakeri To AS"), name="Line To")
    factories.ContactFactory(client=bakery, name="Line Tre", is_main=False)

    page = office.get(URL, {"q": "line"}).content.decode()

    assert 'href="/kunder/?q=line&amp;status=all"' in page
    assert "1 kunde, 1 kontakt, 1 oppgave. Det er flere." in page
    assert "Skriv mer" in page


def test_while_one_types_the_groups_come_alone_with_their_count(bakery, office):
    panel = office.get(URL, {"q": "bakeri"}, headers={"HX-Request": "true"}).content.decode()

    assert ["<html" in panel, "Ås Blomster og Bakeri AS" in panel] == [False, True]
    assert '<p id="header-search-count" hx-swap-oob="innerHTML">1 kunde, 1 kontakt' in panel


@pytest.mark.parametrize("rows", [1, 4])
def test_it_takes_seven_queries(office, kari, count_queries, rows):
    for number in range(rows):
        client = factories.ClientFactory(firm=kari.firm, name=f"Bakeri {number}")
        factories.ContactFactory(client=client, name="Bakeri")
        factories.TaskFactory(client=client, owner=kari)

    # session, user, firms, clients, contacts, tasks, header; one more for words that nobody has asked for lately
    assert count_queries(office, f"{URL}?q=bakeri") == 7


def test_the_field_stands_on_the_offices_pages_and_on_no_others(bakery, office, known, sign_in):
    assert [FIELD in office.get(url).content.decode() for url in ("/kunder/", "/kunder/1001/", "/konto/")] == [
        True, True, False,
    ]  # fmt: skip
    assert FIELD not in sign_in(known.administrator).get("/mine-tjenester/").content.decode()
