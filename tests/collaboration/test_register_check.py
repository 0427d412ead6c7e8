"""Before anything is sent: what Enhetsregisteret says, and that its silence is yellow."""

import pytest
from django.urls import reverse

from business_register.lookups import find_roles, find_unit
from collaboration import actions, preflight
from collaboration.models import Activation
from collaboration.register_check import ask_register
from collaboration.scenarios import find_standing
from devtools.demo.cast import Card
from devtools.register import roles_of, unit_of
from tests import factories
from tests.conftest import NOON, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(register, known):
    """Ørsta Rør as the register has it; change its unit, people or moods before the page asks."""
    number = known.client.org_number
    register.units[number] = unit_of(Card(1002, known.client.name.upper())) | {"organisasjonsnummer": number}
    register.roles[number] = roles_of((("DAGL", "Per Rør"),))
    return register


def find(activation) -> dict[str, str]:
    standing = find_standing(activation.client, activation.service)
    findings = preflight.check(activation, standing, today=NOON.date())
    of_register = [one for one in findings if "register" in one.code or "role" in one.code]
    return {finding.code: str(finding.level) for finding in of_register}


GREEN = {"register": "green", "register_role": "green"}
ROLE = {"register_role": "green"}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({}, GREEN),
        ({"navn": "ØRSTA-RØR"}, GREEN),
        ({"navn": "Ørsta Varme AS"}, {"register_name_differs": "yellow"} | ROLE),
        ({"konkurs": True}, {"register_bankrupt": "yellow"} | ROLE),
        ({"underAvvikling": True}, {"register_winding_up": "yellow"} | ROLE),
        ({"underTvangsavviklingEllerTvangsopplosning": True}, {"register_forced_to_wind_up": "yellow"} | ROLE),
        ({"slettedato": "2026-01-02"}, {"register_dissolved": "yellow"}),
    ],
)
def test_each_thing_that_the_register_says_is_one_line(unit, expected, registered, known, kari, draft):
    registered.units[known.client.org_number] |= unit
    activation = draft(known.client, by=kari)

    ask_register(known.client)

    assert find(activation) == expected


def test_a_number_that_is_not_there_is_yellow(registered, known, kari, draft):
    del registered.units[known.client.org_number]
    activation = draft(known.client, by=kari)
    ask_register(known.client)

    assert find(activation) == {"register_missing": "yellow"}


def test_silence_is_yellow_and_never_green(registered, known, kari, draft):
    activation = draft(known.client, by=kari)
    never_asked = find(activation)
    registered.broken.add(known.client.org_number)
    ask_register(known.client)

    assert never_asked == find(activation) == {"register_away": "yellow"}


def test_silence_about_the_roles_alone_is_yellow(registered, known, kari, draft):
    activation = draft(known.client, by=kari)
    find_unit(known.client.org_number)

    assert find(activation) == {"register": "green", "register_away": "yellow"}


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((("DAGL", "Per Olav Rør"),), GREEN),
        ((("LEDE", "Line Berg"), ("DAGL", "Per Rør")), GREEN),
        ((("DAGL", "Line Berg"),), {"register": "green", "receiver_without_role": "yellow"}),
        ((("REGN", "Per Rør"),), {"register": "green", "register_without_roles": "yellow"}),
        ((), {"register": "green", "register_without_roles": "yellow"}),
    ],
)
def test_the_receiver_is_one_of_the_registers_people(people, expected, registered, known, kari, draft):
    registered.roles[known.client.org_number] = roles_of(people)
    activation = draft(known.client, by=kari)
    ask_register(known.client)

    assert find(activation) == expected


def test_without_a_register_nothing_is_said_or_asked(known, kari, draft, django_assert_num_queries):
    activation = draft(known.client, by=kari)

    with django_assert_num_queries(0):
        ask_register(known.client)

    assert find(activation) == {}


def test_it_is_not_asked_while_the_request_is_sent_under_locks(registered, known, kari, draft, clock):
    activation = draft(known.client, by=kari)

    with pytest.raises(actions.Stopped):
        actions.send_activation(activation=activation, by=kari, clock=clock)
    sent = actions.send_activation(activation=activation, by=kari, acknowledged=["register_away"], clock=clock)

    assert sent.status == "pending"
    assert registered.asked == []


def test_the_page_asks_and_sends_when_all_is_well(registered, known, kari, draft, sign_in):
    draft(known.client, by=kari)
    url = reverse("collaboration:activation-check", args=[1002, "eaccounting"])

    page = sign_in(kari).get(url).content.decode()
    sent = sign_in(kari).post(url, {"_firm": kari.firm_id})

    assert "Per Rør står i Enhetsregisteret med rollen daglig leder." in page
    assert "acknowledge" not in page
    assert len(registered.asked) == 2
    assert (sent.status_code, Activation.objects.get().status) == (302, "pending")


def test_a_yellow_line_of_the_register_is_ticked_as_others_are(registered, known, kari, draft, sign_in):
    registered.units[known.client.org_number] |= {"konkurs": True}
    draft(known.client, by=kari)
    url = reverse("collaboration:activation-check", args=[1002, "eaccounting"])

    without = sign_in(kari).post(url, {"_firm": kari.firm_id})
    ticked = sign_in(kari).post(url, {"_firm": kari.firm_id, "acknowledge": "register_bankrupt"})

    assert (without.status_code, ticked.status_code) == (200, 302)


def test_who_has_no_role_can_be_exchanged_for_who_has_one(registered, known, kari, draft, sign_in):
    """Somebody new becomes a contact first; both pages begin with the name, which stands in no address."""
    registered.roles[known.client.org_number] = roles_of((("DAGL", "Line Berg"), ("LEDE", "Eva Ås")))
    factories.ContactFactory(client=known.client, name="Eva Ås", email="eva@orstaror.example", is_main=False)
    draft(known.client, by=kari)
    browser, wizard = sign_in(kari), "/kunder/1002/samarbeid/eaccounting/aktiver/avtale/"

    page = browser.get(wizard.replace("avtale", "kontroller")).content.decode()
    new = browser.get("/kunder/1002/kontakter/ny/?rolle=0")
    chosen = browser.get(f"{wizard}?rolle=1")

    assert "Per Rør har ingen rolle hos kunden i Enhetsregisteret." in page
    assert 'href="/kunder/1002/kontakter/ny/?rolle=0&amp;next=%2Fkunder%2F1002%2Fsamarbeid%2Feaccounting%2F' in page
    assert f'href="{wizard}?rolle=1">Eva Ås, styrets leder' in page
    assert new.context["form"]["name"].value() == "Line Berg"
    assert chosen.context["form"]["contact"].value() == known.client.contacts.get(name="Eva Ås").pk


def test_a_new_customers_receiver_is_typed_anew(register, new, kari, draft, sign_in):
    number = new.client.org_number
    register.units[number] = unit_of(Card(1003, "Ås Blomster")) | {"organisasjonsnummer": number}
    register.roles[number] = roles_of((("INNH", "Line Berg"),))
    draft(new.client, by=kari)
    find_roles(number)
    wizard = "/kunder/1003/samarbeid/eaccounting/aktiver/avtale/"

    form = sign_in(kari).get(f"{wizard}?rolle=0").context["form"]

    assert (form["contact_name"].value(), form["contact_email"].value()) == ("Line Berg", "")


@pytest.mark.parametrize("place", ["1", "99999", "-1", "x", "²", ""])
def test_a_place_that_nobody_has_changes_nothing(place, registered, known, kari, draft, sign_in):
    draft(known.client, by=kari)
    ask_register(known.client)

    form = sign_in(kari).get(f"/kunder/1002/kontakter/ny/?rolle={place}").context["form"]

    assert form["name"].value() in ("", None)


def test_the_registers_people_are_of_a_client_that_one_sees(registered, known, kari, ola, sign_in):
    ask_register(make_client(kari, name="Annen AS", contact_email="x@annen.example"))

    assert sign_in(ola).get("/kunder/1002/kontakter/ny/?rolle=0").status_code == 404
