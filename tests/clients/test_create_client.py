"""A new client: its number, its organisation number, its main contact."""

from uuid import uuid4

import pytest
from django.db import connection

from clients import actions
from clients.models import Client, Contact
from clients.numbers import NumberTaken
from history.models import Event
from tests import factories
from tests.page_forms import form_to
from tests.races import race

pytestmark = pytest.mark.django_db

URL = "/kunder/ny/"


def test_the_first_client_gets_the_firms_first_number_and_the_next_one_more(kari, office, submit):
    first = submit(office, kari.firm, URL, name="Ærlig Bakeri AS")
    submit(office, kari.firm, URL, name="Ørsta Rør AS")

    assert first.url == "/kunder/1001/"
    assert list(Client.objects.order_by("number").values_list("number", "name")) == [
        (1001, "Ærlig Bakeri AS"),
        (1002, "Ørsta Rør AS"),
    ]


def test_the_next_number_is_the_lowest_free_one_from_the_firms_first(kari):
    """One large number, typed by mistake, does not set the sequence."""
    for number in (7, 1002, 2_000_000_000):
        factories.ClientFactory(firm=kari.firm, number=number)

    first, second = [actions.create_client(by=kari, fields={"name": name, "number": None}) for name in ("A", "B")]

    assert (first.number, second.number) == (1001, 1003)


def test_everything_that_was_typed_is_stored_with_the_main_contact(kari, ola, office, submit):
    submit(
        office, kari.firm, URL,
        name="Ærlig Bakeri AS", number="1234", org_number="310 000 019", legal_form="AS", street="Storgata 1",
        postal_code="0155", city="Oslo", email="post@aerligbakeri.example", phone="22 00 00 00",
        account_manager=ola.pk,
        **{"contact-name": "Line Berg", "contact-email": "line@aerligbakeri.example", "contact-phone": "90 00 00 00"},
    )  # fmt: skip

    client = Client.objects.get()
    assert (client.firm, client.number, client.org_number, client.legal_form, client.street, client.postal_code,
            client.city, client.email, client.phone, client.account_manager) == (
        kari.firm, 1234, "310000019", "AS", "Storgata 1", "0155",
        "Oslo", "post@aerligbakeri.example", "22 00 00 00", ola,
    )  # fmt: skip
    contact = client.contacts.get()
    assert (contact.name, contact.email, contact.phone, contact.is_main) == (
        "Line Berg", "line@aerligbakeri.example", "90 00 00 00", True,
    )  # fmt: skip
    assert list(Event.objects.values_list("subject_type", "verb", "by", "firm")) == [
        ("clients.client", "create", kari.user_id, kari.firm_id)
    ]


def test_who_sees_own_clients_only_becomes_the_account_manager(kari, ola, sign_in, submit):
    response = submit(sign_in(ola), ola.firm, URL, name="Ny AS", account_manager=kari.pk)

    client = Client.objects.get()
    assert client.account_manager == ola
    assert sign_in(ola).get(response.url).status_code == 200


@pytest.mark.parametrize(
    "typed", ["310000019", "310 000 019", "310.000.019", "NO 310 000 019 MVA", "no310000019mva", "Org.nr. 310 000 019"]
)
def test_an_organisation_number_is_kept_as_nine_digits_however_it_was_typed(kari, office, submit, typed):
    submit(office, kari.firm, URL, name="Ærlig Bakeri AS", org_number=typed)

    assert Client.objects.get().org_number == "310000019"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Skriv kundens navn."),
        ("org_number", "31000000", "Organisasjonsnummeret skal ha ni siffer."),
        ("org_number", "310000004", "Organisasjonsnummeret er ikke gyldig: kontrollsifferet stemmer ikke."),
        ("org_number", "010190 12345", "Dette ser ut som et fødselsnummer."),
        ("org_number", "01019012345", "Dette ser ut som et fødselsnummer."),
        ("postal_code", "155", "Postnummeret skal ha fire siffer."),
        ("postal_code", "O155", "Postnummeret skal ha fire siffer."),
        ("postal_code", "٠١٥٥", "Postnummeret skal ha fire siffer."),
        ("email", "line@", "E-postadressen er ikke gyldig."),
        ("number", "tolv", "Kundenummeret skal være et helt tall."),
        ("number", "0", "Tallet kan ikke være mindre enn 1"),
        ("number", "1000000000", "Tallet kan ikke være større enn"),
        ("number", "99999999999999", "Tallet kan ikke være større enn"),
        ("contact-email", "line@aerligbakeri.example", "Skriv navnet på hovedkontakten."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(kari, office, submit, field, typed, sentence):
    answers = {"name": "Ærlig Bakeri AS", "city": "Bergen"} | {field: typed}

    response = submit(office, kari.firm, URL, **answers)

    page = response.content.decode()
    assert sentence in page
    assert 'value="Bergen"' in page
    assert "<title>Feil:" in page
    assert Client.objects.count() == 0


def test_a_name_is_one_line(kari, office, submit):
    submit(
        office, kari.firm, URL, name="Ærlig\r\nBakeri AS", street="Storgata\r1", city="\nOslo",
        **{"contact-name": "Line\r\n\r\nBerg", "contact-phone": "90 00\n00 00"},
    )  # fmt: skip

    client, contact = Client.objects.get(), Contact.objects.get()
    assert (client.name, client.street, client.city) == ("Ærlig Bakeri AS", "Storgata 1", "Oslo")
    assert (contact.name, contact.phone) == ("Line Berg", "90 00 00 00")


def test_a_colleague_of_another_firm_cannot_be_the_account_manager(kari, nils, office, submit):
    response = submit(office, kari.firm, URL, name="Ny AS", account_manager=nils.pk)

    assert response.status_code == 200
    assert Client.objects.count() == 0


def test_a_number_in_use_is_refused(kari, office, submit):
    factories.ClientFactory(firm=kari.firm, number=1001, name="Ørsta Rør AS")

    response = submit(office, kari.firm, URL, name="Ny AS", number="1001")

    assert response.context["form"].errors == {"number": ["Ørsta Rør AS har kundenummer 1001."]}
    assert 'href="/kunder/1001/">Åpne Ørsta Rør AS' in response.content.decode()
    assert Client.objects.count() == 1


def test_an_organisation_number_is_taken_once_in_a_firm_but_free_in_another(kari, nils, office, sign_in, submit):
    factories.ClientFactory(firm=kari.firm, number=1001, name="Ørsta Rør AS", org_number="310000019")

    here = submit(office, kari.firm, URL, name="Ny AS", org_number="310000019")
    there = submit(sign_in(nils), nils.firm, URL, name="Ny AS", org_number="310000019")

    sentence = "Ørsta Rør AS, kunde 1001, har dette organisasjonsnummeret."
    assert here.context["form"].errors == {"org_number": [sentence]}
    assert here.context["form"]["org_number"].build_widget_attrs({})["aria-invalid"] == "true"
    assert 'href="/kunder/1001/">Åpne Ørsta Rør AS' in here.content.decode()
    assert there.status_code == 302


@pytest.mark.parametrize("field", ["number", "org_number"])
def test_whose_number_it_is_stays_untold_to_who_does_not_see_the_client(field, kari, ola, sign_in, submit):
    taken = factories.ClientFactory(firm=kari.firm, name="Ørsta Rør AS", org_number="310000019")

    page = submit(sign_in(ola), ola.firm, URL, name="Ny AS", **{field: getattr(taken, field)})

    assert list(page.context["form"].errors) == [field]
    assert "Ørsta" not in page.content.decode()
    assert f"/kunder/{taken.number}/" not in page.content.decode()


def test_nor_does_another_firm_hear_of_it(kari, nils, sign_in, submit):
    factories.ClientFactory(firm=kari.firm, number=1001, name="Ørsta Rør AS", org_number="310000019")
    factories.ClientFactory(firm=nils.firm, number=1001, name="Viddas kunde AS", org_number="310000019")

    page = submit(sign_in(nils), nils.firm, URL, name="Ny AS", org_number="310000019").content.decode()

    assert "Viddas kunde AS" in page
    assert "Ørsta" not in page


def form_on_the_page(office) -> dict:
    return form_to(URL, office.get(URL).content.decode(), URL).sent()


def test_a_page_posted_twice_makes_one_client(kari, office):
    typed = form_on_the_page(office) | {"name": "Ny AS", "contact-name": "Line Berg"}

    answers = [office.post(URL, typed) for _ in range(2)]

    assert [answer.url for answer in answers] == ["/kunder/1001/"] * 2
    assert (Client.objects.count(), Contact.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_a_page_that_was_gone_back_to_makes_the_next_client(kari, office):
    form = form_on_the_page(office)

    for name in ("Ny AS", "En annen AS"):
        office.post(URL, form | {"name": name})

    assert sorted(Client.objects.values_list("name", flat=True)) == ["En annen AS", "Ny AS"]


def test_two_pages_make_two_clients_of_one_name(kari, office):
    for _ in range(2):
        office.post(URL, form_on_the_page(office) | {"name": "Ny AS"})

    assert Client.objects.count() == 2


def test_get_writes_nothing(office):
    response = office.get(URL)

    assert response.status_code == 200
    assert Client.objects.count() == Contact.objects.count() == 0


def test_a_standard_set_of_task_types_is_made_once(fjord):
    actions.create_standard_task_types(firm=fjord)
    actions.create_standard_task_types(firm=fjord)

    assert sorted(fjord.task_types.values_list("name", flat=True)) == sorted(
        ["Bokføring", "Lønn", "Mva-melding", "Årsoppgjør", "Fakturering", "Rådgivning"]
    )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_a_number_each(kari):
    def create():
        return actions.create_client(by=kari, fields={"name": "Ny AS", "number": None}).number

    assert sorted(race(create, create, create)) == [1001, 1002, 1003]


@pytest.mark.django_db(transaction=True)
def test_a_page_posted_twice_at_once_makes_one_client(kari):
    key = uuid4()

    def create():
        return actions.create_client(by=kari, fields={"name": "Ny AS", "number": None}, form_key=key).number

    assert race(create, create, create) == [1001] * 3
    assert Client.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_organisation_number_make_one_client(kari):
    def create():
        return actions.create_client(by=kari, fields={"name": "Ny AS", "number": None, "org_number": "310000019"})

    results = race(create, create)

    assert Client.objects.count() == 1
    assert [type(result) for result in results if isinstance(result, Exception)] == [NumberTaken]
    connection.close()
