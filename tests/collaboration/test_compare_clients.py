"""Each night the firms' cards are compared with the register: who is told what, once, within the bounds."""

from datetime import timedelta

import pytest
from django.utils import translation

from business_register.lookups import Found, State
from business_register.models import Answer, Comparison
from clients.models import Client
from collaboration import actions
from collaboration.alert_words import describe
from collaboration.alerts import alerts_of, pass_on
from collaboration.register_changes import find_changes
from devtools.demo.cast import Card
from devtools.register import address_of, roles_of, unit_of
from notifications.models import Alert, Email
from tests import factories
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

HERE = {"street": "Storgata 1", "postal_code": "0155", "city": "Oslo"}


def night(number: int = 0):
    return lambda: NOON + timedelta(days=number)


@pytest.fixture
def enter(register):
    """Put a client into the register as its card has it: enter(client, konkurs=True)."""

    def put(client, people=(("DAGL", "Line Berg"),), **unit):
        number = client.org_number
        card = Card(1, client.name, client.street, client.postal_code, client.city)
        register.units[number] = unit_of(card) | {"organisasjonsnummer": number} | unit
        register.roles[number] = roles_of(people)

    return put


@pytest.fixture
def bakery(kari, register, enter):
    client = factories.ClientFactory(firm=kari.firm, number=1001, name="Ærlig Bakeri AS", account_manager=kari, **HERE)
    enter(client)
    return client


def told() -> list[tuple[str, str, str]]:
    rows = Alert.objects.order_by("pk").values_list("user__email", "kind", "words__what")
    return [(email.partition("@")[0], kind, what) for email, kind, what in rows]


def test_a_client_that_is_as_the_register_has_it_is_no_news(bakery):
    assert actions.compare_clients(clock=night()) == 1
    assert told() == []


@pytest.mark.parametrize(
    ("unit", "kind", "what", "sentence"),
    [
        ({"slettedato": "2026-01-02"}, "client_ended", "dissolved", "Slettet."),
        ({"konkurs": True}, "client_ended", "bankrupt", "Konkurs."),
        ({"underAvvikling": True}, "client_ended", "winding_up", "Under avvikling."),
        (
            {"underTvangsavviklingEllerTvangsopplosning": True},
            "client_ended",
            "forced_to_wind_up",
            "Under tvangsavvikling eller tvangsoppløsning.",
        ),
        ({"navn": "Nytt Brød AS"}, "client_changed", "renamed", "Nytt navn: Nytt Brød AS."),
        (
            {"forretningsadresse": address_of("Torget 2", "5003", "BERGEN")},
            "client_changed",
            "moved",
            "Ny adresse: Torget 2, 5003 BERGEN.",
        ),
    ],
)
def test_what_differs_is_told_once_to_the_account_manager(unit, kind, what, sentence, bakery, enter):
    enter(bakery, **unit)

    for number in range(3):
        actions.compare_clients(clock=night(number))

    assert told() == [("kari", kind, what)]
    alert = Alert.objects.get()
    assert (describe(alert).detail, alert.path) == (sentence, "/kunder/1001/enhetsregisteret/")
    with translation.override("en"):
        assert describe(alert).detail not in ("", sentence)
    assert list(Email.objects.values_list("kind", "to")) == [(kind, "kari@fjordregnskap.example")]


def test_another_manager_than_last_time_is_told_and_the_first_one_is_not(bakery, enter):
    actions.compare_clients(clock=night())
    enter(bakery, people=(("DAGL", "Eva Ås"),))
    for number in (1, 2):
        actions.compare_clients(clock=night(number))

    assert told() == [("kari", "client_changed", "new_manager")]
    assert "Eva" not in str(Alert.objects.get().words)
    assert "Line" not in Comparison.objects.get().manager


def test_no_manager_is_no_new_one(bakery, enter):
    for number, people in enumerate(((("DAGL", "Line Berg"),), (), (("DAGL", "Line Berg"),))):
        enter(bakery, people=people)
        actions.compare_clients(clock=night(number))

    assert told() == []


@pytest.mark.parametrize(
    ("card", "unit"),
    [
        ({"name": "ÆRLIG BAKERI"}, {}),
        ({"street": "STORGATA 1", "city": "OSLO"}, {}),
        ({"street": "", "postal_code": "", "city": ""}, {}),
        (
            {"street": "Postboks 9", "postal_code": "5003", "city": "Bergen"},
            {"postadresse": address_of("Postboks 9", "5003", "BERGEN")},
        ),
        ({}, {"forretningsadresse": {"adresse": ["Kungsgatan 1"], "poststed": "STOCKHOLM", "landkode": "SE"}}),
    ],
)
def test_spelling_a_card_without_address_and_a_post_box_are_no_news(card, unit, bakery, enter):
    enter(bakery, **unit)
    Client.objects.update(**card)

    actions.compare_clients(clock=night())

    assert told() == []


def test_without_an_account_manager_the_administrators_are_told(bakery, ola, enter):
    Client.objects.update(account_manager=None)
    enter(bakery, konkurs=True)

    actions.compare_clients(clock=night())

    assert told() == [("kari", "client_ended", "bankrupt")]


def test_who_sees_own_clients_reads_those_of_own_clients_and_a_leavers_are_passed_on(bakery, kari, ola, enter):
    Client.objects.update(account_manager=ola)
    enter(bakery, konkurs=True)
    actions.compare_clients(clock=night())
    alert = Alert.objects.get()

    assert list(alerts_of(ola)) == [alert]
    Client.objects.update(account_manager=kari)
    assert list(alerts_of(ola)) == []
    assert [(one.user, one.digest_due) for one in pass_on([alert])] == [(kari.user, True)]


def test_a_unit_of_two_firms_is_asked_about_once_and_told_to_both(bakery, nils, register, enter):
    factories.ClientFactory(firm=nils.firm, name="Ærlig Bakeri AS", org_number=bakery.org_number, **HERE)
    enter(bakery, konkurs=True)

    actions.compare_clients(clock=night())

    assert [email for email, _kind, _what in told()] == ["kari", "nils"]
    assert len(register.asked) == 2


def test_the_hours_questions_are_counted_and_the_next_run_goes_on(kari, enter, register, settings):
    settings.BUSINESS_REGISTER_REQUESTS_PER_HOUR = 4
    for client in factories.ClientFactory.create_batch(5, firm=kari.firm):
        enter(client)
    hours = [NOON + timedelta(minutes=minutes) for minutes in (0, 2, 61, 122, 183)]

    compared = [actions.compare_clients(clock=lambda at=at: at) for at in hours]

    assert compared == [2, 0, 2, 1, 0]
    assert len(register.asked) == len(set(register.asked)) == 10


@pytest.mark.parametrize("off", [{"BUSINESS_REGISTER_URL": ""}, {"BUSINESS_REGISTER_REQUESTS_PER_HOUR": 0}])
def test_it_can_be_turned_off(off, bakery, register, settings):
    for name, value in off.items():
        setattr(settings, name, value)

    assert actions.compare_clients(clock=night()) == 0
    assert register.asked == []


def test_one_that_is_silent_holds_no_other_and_comes_again_in_an_hour(bakery, kari, register, enter):
    silent = factories.ClientFactory(firm=kari.firm, name="Taus AS")
    enter(silent, konkurs=True)
    register.broken.add(silent.org_number)

    first = actions.compare_clients(clock=night())
    register.broken.clear()
    soon = actions.compare_clients(clock=lambda: NOON + timedelta(minutes=30))
    later = actions.compare_clients(clock=lambda: NOON + timedelta(minutes=61))

    assert (first, soon, later) == (1, 0, 1)
    assert told() == [("kari", "client_ended", "bankrupt")]


def test_a_register_that_is_away_ends_the_run(kari, register, enter):
    for client in factories.ClientFactory.create_batch(6, firm=kari.firm):
        enter(client)
        register.broken.add(client.org_number)

    assert actions.compare_clients(clock=night()) == 0
    assert Answer.objects.count() == 3


def test_who_is_nobodys_active_client_is_not_compared(bakery, register):
    Client.objects.update(is_active=False)
    Comparison.objects.create(org_number=bakery.org_number, due_at=NOON)

    actions.compare_clients(clock=night())

    assert (register.asked, Comparison.objects.count()) == ([], 0)


def test_a_number_that_is_not_there_is_no_news():
    assert find_changes(Client(name="X"), Found(State.MISSING)) == []
