"""Taking over what the register says into a client's card."""

import re

import pytest
from django.utils.html import escape

from agreements.actions.refusals import PageIsStale
from business_register.lookups import find_unit
from collaboration import actions
from collaboration.register_changes import differing_fields, fingerprint
from collaboration.register_check import ask_register
from devtools.demo.cast import Card
from devtools.register import address_of, roles_of, unit_of
from ground.refusals import NotAllowed
from history.models import Event
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

PAGE = "/kunder/1001/enhetsregisteret/"
DEED = f"{PAGE}ta-over/"


@pytest.fixture
def client(kari, register):
    """Kildal, which has another name and address in the register."""
    client = factories.ClientFactory(firm=kari.firm, number=1001, name="Kildal Konsult AS", account_manager=kari)
    number = client.org_number
    unit = unit_of(Card(1, "Kildal Rådgivning AS")) | {"organisasjonsnummer": number}
    register.units[number] = unit | {"forretningsadresse": address_of("Brygga 14", "3960", "STATHELLE")}
    register.roles[number] = roles_of((("DAGL", "Line Berg"), ("LEDE", "Eva Ås")))
    factories.ContactFactory(client=client, name="Eva Ås")
    return client


def shown(client) -> str:
    return fingerprint(differing_fields(client, find_unit(client.org_number).unit))


def card(client) -> tuple:
    client.refresh_from_db()
    return client.name, client.street, client.postal_code, client.city


AS_REGISTERED = ("Kildal Rådgivning AS", "Brygga 14", "3960", "STATHELLE")


def test_one_click_takes_over_name_and_address(client, kari, sign_in):
    browser = sign_in(kari)
    page = browser.get(PAGE).content.decode()
    (mark,) = re.findall(r'name="shown" value="(\w+)"', page)

    answer = browser.post(DEED, {"_firm": kari.firm_id, "shown": mark}, follow=True).content.decode()

    assert "Ta over navn og adresse" in page
    assert card(client) == AS_REGISTERED
    assert "Kundekortet er som i Enhetsregisteret." in answer
    assert "Navn og adresse er som i Enhetsregisteret." in answer
    assert Event.objects.get().after == {"changed": ["city", "name", "postal_code", "street"]}


def test_the_page_names_the_people_and_offers_who_is_no_contact(client, kari, sign_in):
    page = sign_in(kari).get(PAGE).content.decode()

    assert f'href="/kunder/1001/kontakter/ny/?rolle=0">{escape("Legg til som kontakt")}' in page
    assert page.count("Legg til som kontakt") == 1
    assert "Er kontakt" in page


def test_the_card_leads_to_the_page_and_looking_changes_nothing(client, kari, sign_in):
    before = card(client)

    assert f'href="{PAGE}"' in sign_in(kari).get("/kunder/1001/").content.decode()
    sign_in(kari).get(PAGE)
    assert sign_in(kari).get(DEED).status_code == 405
    assert card(client) == before
    assert not Event.objects.exists()


def test_what_was_not_shown_is_not_taken_over(client, kari):
    mark = shown(client)
    client.name = "Et Tredje Navn AS"
    client.street, client.postal_code, client.city = AS_REGISTERED[1:]
    client.save()

    with pytest.raises(PageIsStale):
        actions.take_over_from_register(client=client, by=kari, shown=mark)
    assert card(client)[0] == "Et Tredje Navn AS"


def test_without_an_answer_nothing_is_taken_over(client, kari, register):
    with pytest.raises(NotAllowed, match="svarer ikke"):
        actions.take_over_from_register(client=client, by=kari, shown="")
    assert register.asked == []


def test_a_name_that_would_be_a_link_is_refused(client, kari, register):
    register.units[client.org_number]["navn"] = "www.kildal.no AS"

    with pytest.raises(NotAllowed, match="nettadresse"):
        actions.take_over_from_register(client=client, by=kari, shown=shown(client))
    assert card(client)[0] == "Kildal Konsult AS"


def test_a_register_that_is_away_says_so_and_offers_nothing(client, kari, sign_in, register):
    register.broken.add(client.org_number)

    page = sign_in(kari).get(PAGE).content.decode()

    assert "Enhetsregisteret svarer ikke" in page
    assert "Ta over" not in page


def test_who_does_not_see_the_client_has_no_such_page(client, ola, nils, sign_in, kari):
    mark = shown(client)

    for stranger in (ola, nils):
        assert sign_in(stranger).get(PAGE).status_code == 404
        assert sign_in(stranger).post(DEED, {"_firm": stranger.firm_id, "shown": mark}).status_code == 404
        with pytest.raises(NotAllowed):
            actions.take_over_from_register(client=client, by=stranger, shown=mark)
    assert card(client)[0] == "Kildal Konsult AS"


def test_the_page_asks_a_fixed_number_of_questions(client, kari, sign_in, django_assert_num_queries):
    browser = sign_in(kari)
    browser.get(PAGE)
    for name in ("Line Berg", "Per Rør"):
        factories.ContactFactory(client=client, name=name, is_main=False)

    # session, user, employments · client · the hour, unit, roles: asked, and read · contacts · alerts
    with django_assert_num_queries(12):
        browser.get(PAGE)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_take_over_once(client, kari):
    ask_register(client)
    mark = shown(client)

    race(*[lambda: actions.take_over_from_register(client=client, by=kari, shown=mark)] * 3)

    assert card(client) == AS_REGISTERED
    assert Event.objects.filter(verb="edit").count() == 1
