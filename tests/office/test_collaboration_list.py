"""/samarbeid/: which rows, their states and reasons, the filters, and numbers that are what a click finds."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from clients.models import Client
from collaboration.models import Activation, ForwardProposal, Reminder
from collaboration.progress.states import State
from collaboration.workflow import Status
from ground.clock import OSLO
from notifications.models import Email
from office.collaborations.orders import ORDERS
from tests import factories
from tests.conftest import NOON
from tests.office.requests import DAY, make_mail, make_request

pytestmark = pytest.mark.django_db
ADDRESS = "/samarbeid/"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch, clock):
    monkeypatch.setattr("office.collaborations.views.database_clock", clock)


@pytest.fixture
def office(sign_in, kari):
    """Kari's list: office(vis="handling")."""
    browser = sign_in(kari)

    def get(**query):
        return browser.get(ADDRESS, query)

    return get


@pytest.fixture
def ask(kari, eaccounting):
    """A request to a new client: ask(status="declined", age=4)."""

    def make(client=None, service=eaccounting, **facts):
        client = client or factories.ClientFactory(firm=kari.firm)
        return make_request(client, service, by=kari, at=NOON, **facts)

    return make


def lines(response):
    return response.context["list"].lines


def names(response):
    return [line.client for line in lines(response)]


# --- Rows --------------------------------------------------------------------------------------------------------


def test_a_line_tells_all_about_a_waiting_request(office, ask, kari):
    client = factories.ClientFactory(firm=kari.firm, name="Ærlig Bakeri AS", number=1001, account_manager=kari)
    activation = ask(client, age=4, left=20)
    make_mail(activation, at=NOON, delivered_at=NOON)
    for kind, due_at in (("last_warning", NOON + 5 * DAY), ("reminder", NOON + 3 * DAY)):
        Reminder.objects.create(firm=kari.firm, activation=activation, kind=kind, due_at=due_at)

    (line,) = lines(office())

    assert (line.client, line.client_number, line.service, line.variant) == (
        "Ærlig Bakeri AS", 1001, "Visma eAccounting", "Faktura",
    )  # fmt: skip
    assert (line.state, line.task, line.owner, line.manager) == (
        "waiting", "Bokføring", "Kari Nordmann", "Kari Nordmann",
    )  # fmt: skip
    assert (line.sent_on, line.last_day, line.remind_on) == (
        (NOON - 4 * DAY).date(), (NOON + 20 * DAY).date(), (NOON + 3 * DAY).date(),
    )  # fmt: skip
    assert (line.delivery, line.days_waited, line.reason) == ("Kommet fram", 4, "")
    assert line.url == "/kunder/1001/samarbeid/eaccounting/"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"status": "draft"}, "draft"),
        ({}, "waiting"),
        ({"left": 0}, "expired"),
        ({"status": "expired", "left": -2}, "expired"),
        ({"status": "approved"}, "active"),
        ({"status": "approved", "has_ended": True}, "ended"),
        ({"status": "declined"}, "declined"),
        ({"status": "withdrawn"}, "withdrawn"),
    ],
)
def test_a_collaboration_goes_on_where_its_request_ended(facts, state, office, ask):
    ask(**facts)

    assert [line.state for line in lines(office())] == [state]
    assert len(lines(office(state=state))) == 1
    assert len(lines(office(state="draft" if state != "draft" else "active"))) == 0


def test_a_collaboration_shows_its_own_task_and_variant(office, ask, eaccounting, kari):
    activation = ask(status="approved")
    wages = factories.TaskFactory(
        client=activation.client, owner=kari, type=factories.TaskTypeFactory(firm=kari.firm, name="Lønn")
    )
    activation.collaboration.task = wages
    activation.collaboration.save()
    activation.collaboration.subscription.variant = eaccounting.variants.get(code="pro")
    activation.collaboration.subscription.save()

    (line,) = lines(office(task_type=wages.type_id))

    assert (line.task, line.variant) == ("Lønn", "Pro")
    assert lines(office(task_type=activation.task.type_id)) == []


def test_the_newest_come_first_fifty_to_a_page(office, ask):
    for age in range(52):
        ask(status="withdrawn", age=age)

    first = office()
    second = office(after=first.context["list"].next_url.partition("=")[2])

    newest_first = list(Activation.objects.order_by("-started_at", "-pk").values_list("client__name", flat=True))
    assert names(first) + names(second) == newest_first
    assert (len(lines(first)), first.context["list"].summary) == (50, "Viser 1–50 av 52")


@pytest.fixture
def every_kind(ask):
    """Rows with and without a value of each order, two alike of each; 12 in all."""
    for facts in (
        {"status": "draft", "age": 3}, {"age": 3, "left": 9}, {"age": 8, "left": 2}, {"age": 8, "left": -1},
        {"status": "approved", "age": 20}, {"status": "declined", "age": 6},
    ):  # fmt: skip
        ask(**facts)
        ask(**facts)


@pytest.mark.parametrize("sort", ["client", "state", "sent", "last_day"])
def test_each_order_is_that_of_the_column_and_what_has_no_value_comes_last(sort, office, every_kind):
    keys = {
        "client": lambda line: line.client, "sent": lambda line: line.sent_on, "last_day": lambda line: line.last_day,
        "state": lambda line: list(State).index(line.state),
    }  # fmt: skip

    up, down = ([keys[sort](line) for line in lines(office(sort=order))] for order in (sort, f"-{sort}"))

    with_value = [value for value in up if value is not None]
    assert len(up) == len(down) == 12
    assert up == sorted(with_value) + [None] * (12 - len(with_value))
    assert down == sorted(with_value, reverse=True) + [None] * (12 - len(with_value))


@pytest.mark.parametrize("sort", ["", *(sign + name for name in ORDERS for sign in ("", "-"))])
def test_pages_hold_every_row_once_in_every_order(sort, office, every_kind, monkeypatch):
    whole = [(line.url, line.state) for line in lines(office(sort=sort))]
    monkeypatch.setattr("office.collaborations.views.PAGE_SIZE", 5)

    pages = [office(sort=sort)]
    while url := pages[-1].context["list"].next_url:
        pages.append(pages[0].client.get(ADDRESS + url))
    back = pages[0].client.get(ADDRESS + pages[2].context["list"].previous_url)

    assert [(line.url, line.state) for page in pages for line in lines(page)] == whole
    assert [page.context["list"].summary for page in (*pages, back)] == [
        "Viser 1–5 av 12", "Viser 6–10 av 12", "Viser 11–12 av 12", "Viser 6–10 av 12",
    ]  # fmt: skip
    assert names(back) == names(pages[1])


# --- Whose -------------------------------------------------------------------------------------------------------


def test_another_firms_requests_are_never_in_the_list(ask, nils, sign_in):
    ask()

    assert lines(sign_in(nils).get(ADDRESS)) == []


def test_an_employee_with_own_clients_sees_and_counts_those_alone(ask, kari, ola, sign_in):
    ask()
    own = factories.ClientFactory(firm=kari.firm, name="Ås Blomster", account_manager=ola)
    ask(own)

    response = sign_in(ola).get(ADDRESS)

    assert names(response) == ["Ås Blomster"]
    assert [tab["count"] for tab in response.context["list"].tabs] == [1, 0]


def test_a_customer_has_no_such_page(sign_in, db):
    browser = sign_in(factories.CompanyUserFactory())

    assert [browser.get(ADDRESS + page).status_code for page in ("", "eksport.csv", "eksport.xlsx")] == [404] * 3


# --- What asks for something -------------------------------------------------------------------------------------


def bounce(activation):
    make_mail(activation, at=NOON, bounced_at=NOON)


def bounce_and_correct(activation):
    make_mail(activation, at=NOON - DAY, to="feil@aerligbakeri.example", bounced_at=NOON)
    make_mail(activation, at=NOON)


def bounce_and_resend(activation):
    make_mail(activation, at=NOON - DAY, bounced_at=NOON)
    make_mail(activation, at=NOON)


def give_up(activation):
    make_mail(activation, at=NOON, status=Email.Status.DEAD, sent_at=None)


def subscribe_anew(activation):
    factories.SubscriptionFactory(company=activation.company, service=activation.service)


def propose(activation):
    ForwardProposal.objects.create(
        firm=activation.firm, activation=activation, name="Anne Vik", email="anne@orstaror.example", proposed_at=NOON
    )


def ask_anew(activation):
    make_request(
        activation.client, activation.service, by=activation.started_by, at=NOON, status=Status.WITHDRAWN, age=0
    )


def deactivate(activation):
    Client.objects.filter(pk=activation.client_id).update(is_active=False)


@pytest.mark.parametrize(
    ("facts", "then", "reason"),
    [
        ({}, None, ""),
        ({}, bounce, "E-posten kom i retur"),
        ({"left": -1}, bounce, "Ikke fulgt opp"),
        ({"status": "approved"}, bounce, ""),
        ({}, bounce_and_correct, ""),
        ({}, bounce_and_resend, ""),
        ({}, give_up, "E-posten ble ikke sendt"),
        ({}, propose, "Ny mottaker foreslått"),
        ({"scenario": "subscribed"}, None, ""),
        ({"scenario": "subscribed", "lost": True}, None, "Abonnementet er avsluttet"),
        ({"scenario": "subscribed", "lost": True}, subscribe_anew, ""),
        ({"left": 4}, None, ""),
        ({"left": 3}, None, "Utløper snart"),
        ({"age": 7}, None, ""),
        ({"age": 8}, None, "Ikke svar på over 7 dager"),
        ({"status": "declined"}, None, "Ikke fulgt opp"),
        ({"status": "declined"}, ask_anew, ""),
        ({"status": "declined"}, deactivate, ""),
        ({"status": "expired"}, None, "Ikke fulgt opp"),
        ({"status": "expired"}, ask_anew, ""),
        ({"status": "withdrawn"}, None, ""),
        ({"status": "draft", "age": 20}, None, ""),
    ],
)
def test_what_needs_handling_says_why(facts, then, reason, office, ask):
    activation = ask(**facts)
    if then:
        then(activation)

    response = office(vis="handling")

    assert [line.reason for line in lines(response)] == ([reason] if reason else [])
    assert response.context["list"].tabs[1]["count"] == len(lines(response))


def test_an_overdue_reminder_goes_today(office, ask, kari):
    activation = ask(age=4, left=20)
    Reminder.objects.create(firm=kari.firm, activation=activation, kind="reminder", due_at=NOON - 2 * DAY)

    assert [line.remind_on for line in lines(office())] == [NOON.date()]


def test_the_last_day_is_the_requests_own_and_stands_in_the_narrow_row_too(office, ask):
    waiting, _active = ask(age=4, left=20), ask(status="approved")
    Activation.objects.filter(pk=waiting.pk).update(expires_at=datetime(2026, 4, 1, 0, 0, tzinfo=OSLO))

    page = office()

    assert {line.last_day for line in lines(page)} == {None, date(2026, 3, 31)}
    assert page.content.decode().count("Siste dag å svare 31.03.2026") == 1


def test_a_bounce_leads_straight_to_the_repair(office, ask):
    activation = ask()
    bounce(activation)

    response = office()

    address = reverse("collaboration:activation-correct-address", args=[activation.client.number, "eaccounting"])
    assertContains(response, f'<a href="{address}">Rett adressen')


# --- Filters -----------------------------------------------------------------------------------------------------


def test_filters_combine_and_stay_in_the_addresses(office, ask, kari, ola):
    scanner = factories.scanner()
    wanted = factories.ClientFactory(firm=kari.firm, name="Ørsta Rør AS", account_manager=ola)
    factories.TaskFactory(client=wanted, owner=ola)
    activation = ask(wanted, scanner, age=9)
    ask(wanted, age=9)
    ask(service=scanner, age=9)
    query = {
        "q": "ørsta", "state": "waiting", "service": "scanner", "task_type": str(activation.task.type_id),
        "owner": str(ola.pk), "manager": str(ola.pk), "age": "7", "vis": "handling",
    }  # fmt: skip

    response = office(**query)

    assert [(line.client, line.service) for line in lines(response)] == [("Ørsta Rør AS", "Visma Scanner")]
    assert response.context["list"].form.answers == query
    for kind in ("csv", "xlsx"):
        address = f"/samarbeid/eksport.{kind}{response.context['list'].query}"
        assertContains(response, address.replace("&", "&amp;"))
    assert names(office(**query | {"age": "14"})) == []


def test_only_what_still_waits_has_an_age(office, ask):
    ask(age=5)
    ask(age=5, status="declined")
    ask(age=5, left=0)

    assert [line.state for line in lines(office(age="3"))] == ["waiting"]


@pytest.mark.parametrize(
    "nonsense",
    [{"state": "x"}, {"owner": "0"}, {"manager": "'"}, {"age": "-1"}, {"vis": "x"}, {"service": "\0"}, {"after": "x"}],
)
def test_what_makes_no_sense_is_left_out(nonsense, office, ask):
    ask()

    assert len(lines(office(**nonsense))) == 1


def test_the_numbers_are_what_a_click_finds(office, ask):
    ask(age=10)
    ask(age=1)
    ask(status="declined")
    ask(status="approved")

    for query in ({}, {"vis": "handling"}, {"state": "waiting"}, {"state": "declined", "vis": "handling"}):
        page = office(**query).context["list"]
        for link in [*page.tabs, *(state for state in page.states if not state["is_chosen"])]:
            clicked = office(**dict(pair.split("=") for pair in link["url"][1:].split("&") if pair))
            assert len(lines(clicked)) == link["count"], (query, link)


# --- The page ----------------------------------------------------------------------------------------------------


def test_the_page_says_what_to_do_when_it_is_empty(office, ask):
    assertContains(office(), "Ingen samarbeid ennå")
    assertContains(office(vis="handling"), "Ingenting trenger handling")
    ask()
    assertContains(office(q="finnes ikke"), "Ingenting passer")
    assertNotContains(office(q="finnes ikke"), "Last ned")


def test_the_menu_leads_there_and_knows_when_one_is_there(office, ask):
    activation = ask()
    mine = f'<a href="{ADDRESS}" aria-current="page">Samarbeid</a>'

    assertContains(office(), mine)
    address = reverse("collaboration:service-detail", args=[activation.client.number, "eaccounting"])
    assertNotContains(office().client.get(address), mine)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(count, ask, kari, sign_in, django_assert_num_queries):
    for n in range(count):
        activation = ask(status="approved" if n else "pending")
        make_mail(activation, at=NOON, delivered_at=NOON)
    browser = sign_in(kari)
    browser.get(ADDRESS)

    # session, user, employments · the filters' choices · counts, rows · unread alerts;
    # and the database's hour, which is fixed here
    with django_assert_num_queries(7):
        browser.get(ADDRESS)
