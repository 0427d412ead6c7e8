"""The list of clients: order, pages, search, states."""

import re

import pytest

from collaboration import actions
from office.clients import rows as lists
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/kunder/"


def names(response) -> list[str]:
    return [client.name for client, _url, _states in response.context["rows"]]


def follow(browser, link: str, *, start: str = URL) -> list[list[str]]:
    """The names of every page from `start` on, by the page's own next or previous links."""
    pages, url = [], start
    while url:
        response = browser.get(url)
        pages.append(names(response))
        query = getattr(response.context["list"], f"{link}_url")
        url = query and URL + query
    return pages


@pytest.fixture
def pages_of_two(monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)


def test_names_stand_in_norwegian_order(kari, office):
    for name in ("Ås", "Zebra", "Ørsta", "aktiv", "Ærlig", "Berg"):
        factories.ClientFactory(firm=kari.firm, name=name)

    response = office.get(URL)

    assert names(response) == ["aktiv", "Berg", "Zebra", "Ærlig", "Ørsta", "Ås"]


@pytest.mark.parametrize("sort", ["name", "-name", "number", "-number", "org_number", "-org_number", "changed"])
def test_pages_skip_and_double_nobody_in_any_order(kari, office, pages_of_two, sort):
    for number in range(7):
        factories.ClientFactory(
            firm=kari.firm, name="Like AS" if number % 2 else f"Kunde {number}",
            **({"org_number": None} if number > 3 else {}),
        )  # fmt: skip
    everybody = [client.pk for client, *_ in office.get(f"{URL}?sort={sort}&all=1").context["rows"]]
    assert len(everybody) == 2

    forwards = follow_ids(office, "next", f"{URL}?sort={sort}")
    backwards = follow_ids(office, "previous", last_page(office, sort))

    assert [len(page) for page in forwards] == [2, 2, 2, 1]
    assert len({pk for page in forwards for pk in page}) == 7
    assert backwards[0] == forwards[-1]
    assert {pk for page in backwards for pk in page} == {pk for page in forwards for pk in page}


def follow_ids(browser, link: str, url: str) -> list[list[int]]:
    pages = []
    while url:
        response = browser.get(url)
        pages.append([client.pk for client, _url, _states in response.context["rows"]])
        query = getattr(response.context["list"], f"{link}_url")
        url = query and URL + query
    return pages


def last_page(browser, sort: str) -> str:
    url = f"{URL}?sort={sort}"
    while query := browser.get(url).context["list"].next_url:
        url = URL + query
    return url


def test_a_row_that_is_removed_between_two_pages_makes_nobody_vanish(kari, office, pages_of_two):
    clients = [factories.ClientFactory(firm=kari.firm, name=name) for name in ("A", "B", "C", "D")]
    next_url = office.get(URL).context["list"].next_url
    clients[1].delete()

    response = office.get(URL + next_url)

    assert names(response) == ["C", "D"]


def test_the_previous_page_of_the_second_is_the_first(kari, office, pages_of_two):
    for name in ("A", "B", "C", "D", "E"):
        factories.ClientFactory(firm=kari.firm, name=name)

    assert follow(office, "next") == [["A", "B"], ["C", "D"], ["E"]]
    assert follow(office, "previous", start=last_page(office, "name")) == [["E"], ["C", "D"], ["A", "B"]]


ABSURD_CURSORS = [
    "x",
    "æøå",
    "W10",  # []
    "WyJhIiwgMV0_",
    "WyJcdTAwMDAiLCAxXQ",  # ["\u0000", 1]
    "WyJcdWQ4MDAiLCAxXQ",  # ["\ud800", 1]
    "WzEsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",  # [1, 99999999999999999999999]
    "Wzk5OTk5OTk5OTk5LCAxXQ",  # [99999999999, 1]
    "WyI5OTk5OTk5OTk5OSIsIDFd",  # ["99999999999", 1]
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMV0",  # ["0001-01-01T00:00:00+14:00", 1]
    "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0",  # ["2026-01-01T00:00:00", 1]
    "W251bGwsIDFd",  # [null, 1]
    "WyJhIiwgdHJ1ZV0",  # ["a", true]
    "W1tbW1tb" * 200,
]


@pytest.mark.parametrize("sort", ["name", "number", "org_number", "changed"])
@pytest.mark.parametrize("side", ["after", "before"])
def test_an_absurd_cursor_gives_a_page(kari, office, sort, side):
    factories.ClientFactory(firm=kari.firm, name="Aktiv AS")

    pages = {cursor: office.get(URL, {"sort": sort, side: cursor}) for cursor in ABSURD_CURSORS}

    assert {cursor: page.status_code for cursor, page in pages.items() if page.status_code != 200} == {}
    assert {cursor: names(page) for cursor, page in pages.items() if names(page) != ["Aktiv AS"]} == {}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ørsta", ["Ørsta Rør AS"]),
        ("1002", ["Ørsta Rør AS"]),
        ("310 000", ["Ærlig Bakeri AS"]),
        ("Per R", ["Ørsta Rør AS"]),
        ("line@aerlig", ["Ærlig Bakeri AS"]),
        ("%", []),
        ("'", []),
        ("\0", ["Ærlig Bakeri AS", "Ørsta Rør AS"]),
        ("   ", ["Ærlig Bakeri AS", "Ørsta Rør AS"]),
    ],
)
def test_search_by_name_number_organisation_number_and_contact(kari, office, typed, found):
    bakery = factories.ClientFactory(firm=kari.firm, number=1001, name="Ærlig Bakeri AS", org_number="310000019")
    plumber = factories.ClientFactory(firm=kari.firm, number=1002, name="Ørsta Rør AS", org_number=None)
    factories.ContactFactory(client=bakery, name="Line Berg", email="line@aerligbakeri.example")
    factories.ContactFactory(client=plumber, name="Per Rør", email="per@orstaror.example")

    response = office.get(URL, {"q": typed})

    assert names(response) == found


def test_the_deactivated_ones_are_left_out_until_asked_for(kari, office):
    factories.ClientFactory(firm=kari.firm, name="Aktiv AS")
    factories.ClientFactory(firm=kari.firm, name="Lagt Bort AS", is_active=False)

    assert names(office.get(URL)) == ["Aktiv AS"]
    assert names(office.get(URL, {"status": "all"})) == ["Aktiv AS", "Lagt Bort AS"]
    assert names(office.get(URL, {"status": "inactive"})) == ["Lagt Bort AS"]
    assert names(office.get(URL, {"status": "tull"})) == ["Aktiv AS"]


def test_another_firms_clients_and_those_of_colleagues_are_not_there(kari, ola, nils, sign_in):
    theirs = factories.ClientFactory(firm=nils.firm, name="Fjellbekk AS")
    factories.ClientFactory(firm=kari.firm, name="Karis AS", account_manager=kari)
    mine = factories.ClientFactory(firm=kari.firm, name="Olas AS", account_manager=ola)
    worked_on = factories.ClientFactory(firm=kari.firm, name="Delt AS")
    factories.TaskFactory(client=worked_on, owner=kari, participants=[ola])

    assert names(sign_in(ola).get(URL)) == [worked_on.name, mine.name]
    assert names(sign_in(nils).get(URL)) == [theirs.name]
    assert names(sign_in(ola).get(URL, {"q": "AS"})) == [worked_on.name, mine.name]


def test_the_foot_says_how_many_and_never_counts_far(kari, office, pages_of_two, monkeypatch):
    monkeypatch.setattr("office.list_pages.MOST_COUNTED", 3)
    factories.ClientFactory.create_batch(3, firm=kari.firm)
    few = office.get(URL).context["list"].summary
    factories.ClientFactory(firm=kari.firm)

    many = office.get(URL).context["list"].summary

    assert few == "Viser 1–2 av 3"
    assert many == "Viser 1–2 av over 3"


def test_each_service_has_its_state(kari, office, sent, draft, approve, known, subscribed, new, eaccounting):
    factories.scanner()
    sent(new.client, by=kari)
    approve(sent(known.client, by=kari), by=known.administrator)
    draft(subscribed.client, by=kari)

    rows = office.get(URL).context["rows"]

    assert [(client.name, [state.name for _service, state in states]) for client, _url, states in rows] == [
        ("Ærlig Bakeri AS", ["DRAFT", "NONE"]),
        ("Ørsta Rør AS", ["ACTIVE", "NONE"]),
        ("Ås Blomster", ["EXPIRED", "NONE"]),  # the tests' clock is in the past, the page's is the database's
    ]


def test_when_all_are_shown_nothing_is_counted(kari, office):
    factories.ClientFactory(firm=kari.firm)
    one = office.get(URL).context["list"].summary
    factories.ClientFactory(firm=kari.firm)

    assert (one, office.get(URL).context["list"].summary) == ("Viser 1 kunde", "Viser 2 kunder")


def test_a_declined_request_is_told_and_a_withdrawn_one_leaves_no_mark(kari, office, sent, known, new, clock):
    asked = sent(known.client, by=kari)
    actions.decline_activation(activation=asked, by=known.administrator, reason="not_needed", clock=clock)
    actions.withdraw_activation(activation=sent(new.client, by=kari), by=kari, clock=clock)

    rows = office.get(URL).context["rows"]

    assert [[state.name for _service, state in states] for _client, _url, states in rows] == [["DECLINED"], ["NONE"]]


def test_a_firm_without_clients_is_told_what_to_do(office):
    page = office.get(URL).content.decode()

    assert "Ingen kunder ennå" in page
    assert 'href="/kunder/ny/"' in page


def test_a_search_without_hits_says_so(kari, office):
    factories.ClientFactory(firm=kari.firm)

    page = office.get(URL, {"q": "finnes ikke"}).content.decode()

    assert "Ingen kunder passer" in page
    assert "Ingen kunder ennå" not in page


def test_sorting_keeps_the_search_and_turns_round(kari, office):
    factories.ClientFactory(firm=kari.firm, name="Aktiv AS")

    page = office.get(URL, {"q": "aktiv", "sort": "name"}).content.decode()

    assert re.findall(r'aria-sort="(\w+)"', page) == ["ascending"]
    assert "?q=aktiv&amp;sort=-name" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_eight_queries(kari, office, sent, count_queries, eaccounting, rows):
    for _ in range(rows):
        client = factories.ClientFactory(firm=kari.firm)
        factories.ContactFactory(client=client)
        factories.TaskFactory(client=client, owner=kari)
        sent(client, by=kari)

    # session, user, the person's firms, clients, services, collaborations, requests, alerts
    assert count_queries(office, URL) == 8
