"""A new client begins in the register: found and filled, what was typed stays, and who is a client already is told."""

import pytest

from business_register.models import Answer
from clients.models import Client
from devtools.demo.cast import synthetic_org_number
from devtools.register import SUBUNIT
from history.models import Event
from tests import factories
from tests.page_forms import form_to

pytestmark = pytest.mark.django_db

URL = "/kunder/ny/"
BAKERY = synthetic_org_number(3101)
KERAMIKK = synthetic_org_number(3102)


@pytest.fixture
def look_up(office, kari):
    """The page after a button: look_up("Nordlys", name="Typed"); the fields as they stand there now."""

    def post(lookup="", button="look_up", pressed="1", **typed):
        before = typed.pop("before", {})
        asked = {"lookup": lookup} if lookup or not before else {}
        answer = office.post(URL, before | asked | {"_firm": kari.firm_id, button: pressed} | typed)
        page = answer.content.decode()
        return page, {name: values[-1] for name, values in form_to(URL, page, URL).sent().items()}

    return post


def test_a_number_fills_the_form_and_asks_the_rest(look_up, register):
    page, fields = look_up(f"NO {BAKERY} MVA")

    assert "Nordlys Bakeri AS er hentet fra Enhetsregisteret." in page
    assert [fields[name] for name in ("name", "org_number", "legal_form", "street", "postal_code", "city")] == [
        "Nordlys Bakeri AS", BAKERY, "AS", "Fjordgata 12", "9008", "TROMSØ",
    ]  # fmt: skip
    assert (fields["email"], fields["phone"]) == ("line@nordlysbakeri.example", "10 00 31 01")
    assert fields["contact-name"] == "Line Berg"
    assert not Client.objects.exists()


def test_what_was_typed_stays_and_what_an_earlier_answer_filled_goes(look_up, register):
    _page, first = look_up(BAKERY, city="Tromsøya", number="1234")
    _page, second = look_up(KERAMIKK, before=first | {"street": "Min gate 1"})

    assert (first["city"], first["number"], first["name"]) == ("Tromsøya", "1234", "Nordlys Bakeri AS")
    assert (second["city"], second["number"], second["street"]) == ("Tromsøya", "1234", "Min gate 1")
    assert (second["name"], second["legal_form"], second["contact-name"]) == ("Nordlys Keramikk", "ENK", "Eva Ås")


def test_a_name_gives_a_list_to_choose_from(look_up, register):
    page, listed = look_up("nordlys", number="1234")
    _page, chosen = look_up(button="choose", pressed=KERAMIKK, before=listed)

    assert [page.count(f'name="choose" value="{number}"') for number in (BAKERY, KERAMIKK)] == [1, 1]
    assert (chosen["name"], chosen["number"], chosen["lookup"]) == ("Nordlys Keramikk", "1234", "nordlys")


def test_one_email_and_telephone_serve_client_and_main_contact(look_up, office, register):
    _page, fields = look_up(BAKERY)

    office.post(URL, fields | {"create": "1"})

    client = Client.objects.get()
    contact = client.contacts.get()
    assert (client.email, client.phone) == (contact.email, contact.phone) == (fields["email"], fields["phone"])
    assert contact.name == "Line Berg"


def test_who_is_a_client_already_is_said_with_a_link(look_up, kari, register):
    factories.ClientFactory(firm=kari.firm, number=1001, name="Nordlys Bakeri AS", org_number=BAKERY)

    by_number, fields = look_up(BAKERY)
    by_name, _fields = look_up("nordlys")

    assert "Nordlys Bakeri AS, kunde 1001, har dette organisasjonsnummeret." in by_number
    assert 'href="/kunder/1001/"' in by_number
    assert fields["name"] == ""
    assert 'href="/kunder/1001/">Kunde 1001' in by_name
    assert f'name="choose" value="{BAKERY}"' not in by_name


def test_not_whose_it_is_to_who_does_not_see_the_client(kari, ola, sign_in, register):
    factories.ClientFactory(firm=kari.firm, name="Hemmelig AS", org_number=BAKERY)

    page = sign_in(ola).post(URL, {"_firm": ola.firm_id, "lookup": BAKERY, "look_up": "1"}).content.decode()

    assert "En kunde som du ikke ser, har dette organisasjonsnummeret." in page
    assert "Hemmelig" not in page


def test_another_firms_client_is_nobodys_here(look_up, nils, register):
    factories.ClientFactory(firm=nils.firm, name="Viddas kunde AS", org_number=BAKERY)

    page, fields = look_up(BAKERY)

    assert fields["name"] == "Nordlys Bakeri AS"
    assert "Viddas" not in page


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (3104, "Konkursen AS er konkurs."),
        (3105, "Slettet Butikk AS ble slettet fra Enhetsregisteret 4. mai 2026."),
        (1032, "Juvet Rafting AS er under avvikling."),
        (1021, "Dugurd Catering er under tvangsavvikling eller tvangsoppløsning."),
        (1054, "Enheten er fjernet fra Enhetsregisteret."),
        (1050, "Enhetsregisteret svarer ikke akkurat nå."),
        (7777, "Organisasjonsnummeret finnes ikke i Enhetsregisteret."),
    ],
)
def test_what_makes_one_think_is_said(number, sentence, look_up, register):
    page, fields = look_up(synthetic_org_number(number))

    assert sentence in page
    assert fields["org_number"] == synthetic_org_number(number)


def test_a_sub_unit_leads_to_its_unit(look_up, register):
    page, _fields = look_up(SUBUNIT)

    assert "Nummeret er en underenhets." in page
    assert f'name="choose" value="{synthetic_org_number(1001)}"' in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Skriv et organisasjonsnummer eller et navn."),
        ("x", "Skriv et organisasjonsnummer eller et navn."),
        ("31310100", "Organisasjonsnummeret skal ha ni siffer."),
        ("313101001", "Organisasjonsnummeret er ikke gyldig"),
        ("010190 12345", "Dette ser ut som et fødselsnummer."),
    ],
)
def test_what_cannot_be_looked_up_is_told_and_not_sent(typed, sentence, look_up, register):
    page, fields = look_up(typed, name="Skrevet AS")

    assert sentence in page
    assert "<title>Feil:" in page
    assert fields["name"] == "Skrevet AS"
    assert register.asked == []


def test_a_name_that_nobody_has_becomes_the_name(look_up, register):
    page, fields = look_up("Helt Ukjent")

    assert "Ingen i Enhetsregisteret heter «Helt Ukjent»." in page
    assert fields["name"] == "Helt Ukjent"


def test_enter_in_a_field_looks_up_once_and_then_makes_the_client(office, kari, look_up, register):
    fields = look_up(BAKERY, button="ingen")[1]
    answer = office.post(URL, fields)

    assert fields["name"] == "Nordlys Bakeri AS"
    assert answer.status_code == 302
    assert Client.objects.get().org_number == BAKERY


def test_who_has_typed_all_makes_the_client_without_asking(office, kari, register):
    office.post(URL, {"_firm": kari.firm_id, "lookup": BAKERY, "name": "Privat Person", "create": "1"})

    assert Client.objects.get().name == "Privat Person"
    assert register.asked == []


def test_looking_up_makes_no_row_of_the_firm_and_a_get_asks_nothing(office, look_up, register):
    office.get(URL)
    assert not Answer.objects.exists()

    look_up(BAKERY, name="Skrevet AS")
    assert not Client.objects.exists()
    assert not Event.objects.exists()


def test_without_a_register_nothing_of_it_is_shown(office):
    assert "Enhetsregisteret" not in office.get(URL).content.decode()
