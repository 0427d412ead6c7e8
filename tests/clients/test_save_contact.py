"""Contacts: exactly one main contact, at any time."""

import pytest

from clients import actions
from clients.models import Contact
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(kari):
    return factories.ClientFactory(firm=kari.firm, number=1001)


@pytest.fixture
def line(client):
    return factories.ContactFactory(client=client, name="Line Berg")


def main_contacts(client) -> list[str]:
    return list(client.contacts.filter(is_main=True).values_list("name", flat=True))


def test_the_first_contact_is_the_main_contact(client, kari, office, submit):
    response = submit(office, kari.firm, "/kunder/1001/kontakter/ny/", name="Line Berg")

    assert response.url == "/kunder/1001/"
    assert main_contacts(client) == ["Line Berg"]


def test_another_contact_is_not_unless_one_says_so(client, line, kari, office, submit):
    submit(office, kari.firm, "/kunder/1001/kontakter/ny/", name="Per Rør")
    before = main_contacts(client)

    submit(office, kari.firm, "/kunder/1001/kontakter/ny/", name="Eva Ås", is_main="on")

    assert before == ["Line Berg"]
    assert main_contacts(client) == ["Eva Ås"]
    assert client.contacts.count() == 3


def test_a_name_is_one_line(client, line, kari, office, submit):
    submit(office, kari.firm, f"/kunder/1001/kontakter/{line.pk}/", name="Line\r\nBerg", phone="90 00\n00 00")

    line.refresh_from_db()
    assert (line.name, line.phone) == ("Line Berg", "90 00 00 00")


def test_the_main_contact_stays_so_when_edited(client, line, kari, office, submit):
    submit(office, kari.firm, f"/kunder/1001/kontakter/{line.pk}/", name="Line Bakke", email="line@ny.example")

    line.refresh_from_db()
    assert (line.name, line.email, line.phone, line.is_main) == ("Line Bakke", "line@ny.example", "", True)


def test_a_malformed_address_is_refused(client, line, kari, office, submit):
    response = submit(office, kari.firm, f"/kunder/1001/kontakter/{line.pk}/", name="Line Berg", email="line@")

    assert "E-postadressen er ikke gyldig." in response.content.decode()
    line.refresh_from_db()
    assert line.email == "line@aerligbakeri.example"


def test_the_main_contact_is_not_deleted_while_there_are_others(client, line, kari, office, submit):
    other = factories.ContactFactory(client=client, name="Per Rør", is_main=False)
    url = f"/kunder/1001/kontakter/{line.pk}/slett/"

    refused = office.get(submit(office, kari.firm, url).url).content.decode()
    submit(office, kari.firm, f"/kunder/1001/kontakter/{other.pk}/slett/")
    submit(office, kari.firm, url)

    assert "Velg en annen hovedkontakt før du sletter Line Berg." in refused
    assert Contact.objects.count() == 0


def test_get_deletes_nothing(client, line, office):
    response = office.get(f"/kunder/1001/kontakter/{line.pk}/slett/")

    assert "Slette Line Berg?" in response.content.decode()
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("page", ["", "slett/"])
def test_a_stranger_and_a_contact_of_another_client_get_404(client, line, kari, nils, sign_in, submit, page):
    factories.ClientFactory(firm=kari.firm, number=1002)
    factories.ClientFactory(firm=nils.firm, number=1001)

    other_client = submit(sign_in(kari), kari.firm, f"/kunder/1002/kontakter/{line.pk}/{page}", name="X")
    other_firm = submit(sign_in(nils), nils.firm, f"/kunder/1001/kontakter/{line.pk}/{page}", name="X")

    assert (other_client.status_code, other_firm.status_code) == (404, 404)
    line.refresh_from_db()
    assert line.name == "Line Berg"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_main_contact(client, line, kari):
    def make_main(name):
        return lambda: actions.save_contact(client=client, by=kari, fields={"name": name, "is_main": True})

    race(make_main("Per Rør"), make_main("Eva Ås"))

    assert client.contacts.count() == 3
    assert len(main_contacts(client)) == 1
