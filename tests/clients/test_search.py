"""What is found by what is typed, and the order in which names are listed."""

import pytest

from clients.models import Client, Contact, Listing
from ground.names import NorwegianOrder
from tests import factories

pytestmark = pytest.mark.django_db

FOUND = {
    "Ås Blomster": ["as blomster", "ÅS BLOMSTER", "blomster ås", "blomster  as", "a\u030as\u00a0blomster", "aas blom"],
    "24-7 Drift AS": ["24 7", "24-7", "247", "24/7 drift", "drift 24"],
    "O'Brien & Sønner A/S": ["O’Brien", "O'Brien", "obrien", "O´BRIEN", "o brien", "sonner", "sønner as", "sønner a/s"],
    "Éclair Kafé": ["ECLAIR", "e\u0301clair", "kafe eclair"],
    "Ærlig Bakeri AS": [
        "aerlig", "ÆRLIG", "NO 311 003 003 MVA", "311003003", "311 003 003", "Org.nr. 311 003 003", "7001", "line berg",
        "berg ærlig", "line@aerlig", "Line@Ærligbakeri.example",
    ],
}  # fmt: skip


@pytest.fixture
def clients(kari):
    for name in FOUND:
        factories.ClientFactory(firm=kari.firm, name=name, org_number=None)
    bakery = Client.objects.get(name="Ærlig Bakeri AS")
    Client.objects.filter(pk=bakery.pk).update(org_number="311003003", number=7001)
    factories.ContactFactory(client=bakery, name="Line Berg", email="line@aerligbakeri.example")
    factories.ContactFactory(client=bakery, name="L", email="line@xn--rligbakeri-c6a.example", is_main=False)
    return Client.objects.visible_to(kari)


def names(clients) -> list[str]:
    return [client.name for client in clients.order_by("sort_name")]


def test_what_people_mean_is_found(clients):
    wrong = {
        (typed, name): names(clients.search(typed))
        for name, ways in FOUND.items()
        for typed in ways
        if names(clients.search(typed)) != [name]
    }

    assert wrong == {}


def test_each_typed_word_must_be_found(clients):
    assert names(clients.search("blomster bakeri")) == []
    assert names(clients.search("&")) == []
    assert names(clients.search(" ")) == list(dict.fromkeys(names(clients)))


def test_the_number_of_a_client_is_told_from_what_holds_it(clients, kari):
    factories.ClientFactory(firm=kari.firm, name="Kafé 7001 AS", number=7002)

    assert names(clients.search("7001")) == ["Kafé 7001 AS", "Ærlig Bakeri AS"]
    assert names(clients.numbered("7001")) == ["Ærlig Bakeri AS"]
    assert names(clients.numbered("NO 311 003 003 MVA")) == ["Ærlig Bakeri AS"]
    for other in ("7", "Kafé 7001", "999999999999999", "²", ""):
        assert names(clients.numbered(other)) == []


def test_the_listing_follows_the_card_and_its_contacts(clients):
    bakery = clients.get(number=7001)

    Contact.objects.filter(client=bakery, is_main=True).update(name="Per Rør", email="")
    Client.objects.filter(pk=bakery.pk).update(name="Møllers Bakeri")
    renamed = Listing.objects.get(pk=bakery.pk).text
    Contact.objects.filter(client=bakery).delete()

    assert renamed == " mollers bakeri 7001 311003003 per ror l line xn rligbakeri c6a example"
    assert Listing.objects.get(pk=bakery.pk).text == " mollers bakeri 7001 311003003"


def test_clients_and_people_stand_in_norwegian_order(kari):
    order = [
        "24-7 Drift", "aktiv", "Anne Berg", "Anne-Lise", "Annette", "Cato", "Černý", "Dag", "Emil", "Émile", "Eva",
        "O'Brien", "Oda", "Zebra", "Ærlig", "Ørsta", "Ås",
    ]  # fmt: skip
    client = factories.ClientFactory(firm=kari.firm, name="Åpen")
    for name in reversed(order):
        factories.ContactFactory(client=client, name=name, is_main=False)
        factories.ClientFactory(firm=kari.firm, name=name)

    assert [contact.name for contact in client.contacts.all()] == order
    assert names(Client.objects.visible_to(kari)) == [*order[:-1], "Åpen", "Ås"]
    assert list(Contact.objects.order_by(NorwegianOrder("client__name"), "-pk").values_list("name", flat=True)) == order
