"""The client's card: overview, tasks, collaboration."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

TABS = ["", "oppgaver/", "samarbeid/"]


@pytest.fixture
def client(kari):
    return factories.ClientFactory(firm=kari.firm, number=1001, name="Ærlig Bakeri AS", org_number="310000019")


@pytest.mark.parametrize("tab", [*TABS, "rediger/"])
def test_an_unknown_number_another_firms_and_a_colleagues_client_get_the_same_answer(
    client, kari, ola, nils, sign_in, tab
):
    factories.ClientFactory(firm=nils.firm, number=2001)

    unknown = sign_in(ola).get(f"/kunder/9999/{tab}")
    answers = [
        sign_in(ola).get(f"/kunder/1001/{tab}"),
        sign_in(ola).get(f"/kunder/2001/{tab}"),
        sign_in(kari).get(f"/kunder/2001/{tab}"),
        sign_in(kari).get(f"/kunder/99999999999999999999999/{tab}"),
    ]

    assert [answer.status_code for answer in (unknown, *answers)] == [404] * 5
    assert "Ærlig" not in "".join(answer.content.decode() for answer in answers)


def test_the_same_number_in_two_firms_leads_each_to_its_own(client, kari, nils, sign_in):
    factories.ClientFactory(firm=nils.firm, number=1001, name="Fjellbekk AS")

    assert sign_in(kari).get("/kunder/1001/").context["client"] == client
    assert sign_in(nils).get("/kunder/1001/").context["client"].name == "Fjellbekk AS"


def test_the_overview_shows_facts_contacts_tasks_and_services(client, kari, office, eaccounting):
    factories.ContactFactory(client=client, name="Line Berg")
    factories.TaskFactory(client=client, owner=kari)

    page = office.get("/kunder/1001/").content.decode()

    for told in ("310 000 019", "Storgata 1", "0155 Oslo", "Line Berg", "Hovedkontakt", "Bokføring", "Kari Nordmann"):
        assert told in page
    assert 'href="/kunder/1001/samarbeid/eaccounting/"' in page


def test_the_tabs_count_open_tasks_and_active_collaborations(kari, office, known, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)
    factories.TaskFactory(client=known.client, owner=kari)

    response = office.get("/kunder/1002/")

    assert [tab["count"] for tab in response.context["tabs"]] == [None, 2, 1]


def test_open_tasks_come_first_and_overdue_ones_are_marked(client, kari, office, clock):
    closed = factories.TaskFactory(client=client, owner=kari, closed_at=clock())
    later = factories.TaskFactory(client=client, owner=kari, due_on="2099-01-01")
    overdue = factories.TaskFactory(client=client, owner=kari, due_on="2026-01-01")
    someday = factories.TaskFactory(client=client, owner=kari)

    response = office.get("/kunder/1001/oppgaver/")

    assert response.context["open_tasks"] == [overdue, later, someday]
    assert [task.is_overdue for task in response.context["open_tasks"]] == [True, False, False]
    assert response.context["closed_tasks"] == [closed]
    assert response.content.decode().count("Over fristen") == 1


def test_a_client_without_tasks_is_told_why_one_is_needed(client, office):
    page = office.get("/kunder/1001/oppgaver/").content.decode()

    assert "Ingen åpne oppgaver" in page
    assert 'href="/kunder/1001/oppgaver/ny/"' in page


def test_the_tab_samarbeid_leads_to_each_service(client, office, eaccounting):
    factories.scanner()

    page = office.get("/kunder/1001/samarbeid/").content.decode()

    assert 'href="/kunder/1001/samarbeid/eaccounting/"' in page
    assert 'href="/kunder/1001/samarbeid/scanner/"' in page
    assert page.count("Les mer") == 2
    assert page.count("Ikke aktivert") == 2


@pytest.mark.parametrize("tab", TABS)
def test_a_deactivated_client_says_so_and_offers_to_be_taken_up_again(client, office, tab):
    client.is_active = False
    client.save()

    page = office.get(f"/kunder/1001/{tab}").content.decode()

    assert "Kunden er deaktivert" in page
    assert 'action="/kunder/1001/aktiver/"' in page
    assert "oppgaver/ny/" not in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("tab", "budget"),
    [
        # session, user, firms, client with the tabs' counts, contacts, tasks, participants, their users, services,
        # collaborations, requests, alerts; what keeps the client: a collaboration, a request
        ("", 14),
        # session, user, firms, client, tasks, participants, their users, alerts
        ("oppgaver/", 8),
        # session, user, firms, client, collaborations, requests, services, alerts
        ("samarbeid/", 8),
    ],
)
def test_a_page_of_the_card_takes_as_many_queries_for_three_rows_as_for_one(
    client, kari, ola, office, count_queries, eaccounting, rows, tab, budget
):
    for number in range(rows):
        factories.ContactFactory(client=client, is_main=number == 0)
        factories.TaskFactory(client=client, owner=kari, participants=[ola])
        factories.ServiceFactory()

    assert count_queries(office, f"/kunder/1001/{tab}") == budget


def test_the_tab_samarbeid_shows_what_the_customer_has_and_what_waits(subscribed, known, kari, sent, sign_in):
    browser = sign_in(kari)
    sent(known.client, by=kari)

    has = browser.get("/kunder/1001/samarbeid/").content.decode()
    waits = browser.get("/kunder/1002/samarbeid/").content.decode()

    variant = subscribed.subscription.variant.name
    assert f'Visma eAccounting <span class="service-variant">{variant}</span>' in has
    assert "Kunden har tjenesten" in has
    assert "Kunden har tjenesten" not in waits
