"""Changing a client's card."""

import pytest

from clients.models import Client
from history.models import Event
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/kunder/1002/rediger/"


def card(client, **changes) -> dict:
    fields = ("name", "number", "org_number", "legal_form", "street", "postal_code", "city", "email", "phone")
    return {name: getattr(client, name) or "" for name in fields} | changes


def test_what_has_changed_is_written_and_told_to_the_history_by_its_name_alone(known, kari, office, submit):
    response = submit(office, kari.firm, URL, **card(known.client, name="Ørsta Varme AS", city="Volda"))

    known.client.refresh_from_db()
    assert response.url == "/kunder/1002/"
    assert (known.client.name, known.client.city) == ("Ørsta Varme AS", "Volda")
    assert Event.objects.get(verb="edit").after == {"changed": ["city", "name"]}


def test_saving_without_a_change_writes_nothing(known, kari, office, submit):
    before = known.client.updated_at

    submit(office, kari.firm, URL, **card(known.client))

    known.client.refresh_from_db()
    assert known.client.updated_at == before
    assert not Event.objects.filter(verb="edit").exists()


@pytest.mark.parametrize("stage", ["draft", "pending", "active"])
def test_the_organisation_number_stands_still_while_somebody_has_been_asked(
    known, kari, office, submit, draft, sent, approve, stage
):
    if stage == "draft":
        draft(known.client, by=kari)
    else:
        request = sent(known.client, by=kari)
        if stage == "active":
            approve(request, by=known.administrator)
    number = known.client.org_number

    response = submit(office, kari.firm, URL, **card(known.client, org_number="310000019", city="Volda"))

    page = response.content.decode()
    known.client.refresh_from_db()
    assert "Organisasjonsnummeret kan ikke endres." in page
    assert "Visma eAccounting" in page
    assert 'value="Volda"' in page
    assert (known.client.org_number, known.client.city) == (number, "Oslo")


def test_everything_else_may_change_meanwhile(known, kari, office, submit, sent):
    sent(known.client, by=kari)

    submit(office, kari.firm, URL, **card(known.client, street="Bakkegata 2"))

    known.client.refresh_from_db()
    assert known.client.street == "Bakkegata 2"


def test_a_number_or_an_organisation_number_of_another_client_is_refused(known, kari, office, submit):
    other = factories.ClientFactory(firm=kari.firm, number=1003, name="Ås Blomster")

    taken = submit(office, kari.firm, URL, **card(known.client, number=1003))
    twice = submit(office, kari.firm, URL, **card(known.client, org_number=other.org_number))

    assert taken.context["form"].errors == {"number": ["Ås Blomster har kundenummer 1003."]}
    assert twice.context["form"].errors == {"org_number": ["Ås Blomster, kunde 1003, har dette organisasjonsnummeret."]}
    for page in (taken, twice):
        assert 'href="/kunder/1003/">Åpne Ås Blomster' in page.content.decode()


def test_a_stale_tab_writes_only_over_what_it_shows(known, kari, office, submit):
    Client.objects.filter(pk=known.client.pk).update(is_active=False)

    submit(office, kari.firm, URL, **card(known.client, city="Volda"))

    known.client.refresh_from_db()
    assert (known.client.city, known.client.is_active) == ("Volda", False)


def test_who_hands_the_client_on_is_led_to_the_list(kari, ola, sign_in, submit):
    client = factories.ClientFactory(firm=kari.firm, number=1002, account_manager=ola)

    response = submit(sign_in(ola), kari.firm, URL, **card(client, account_manager=kari.pk))

    assert response.url == "/kunder/"


def test_who_may_not_choose_the_account_manager_reads_who_it_is_and_changes_the_rest(kari, ola, sign_in, submit):
    client = factories.ClientFactory(firm=kari.firm, number=1002, account_manager=kari)
    factories.TaskFactory(client=client, owner=kari, participants=[ola])

    page = sign_in(ola).get(URL).content.decode()
    submit(sign_in(ola), kari.firm, URL, **card(client, account_manager=ola.pk, city="Volda"))

    client.refresh_from_db()
    assert 'name="account_manager"' not in page
    assert "Bare en administrator eller den som er kundeansvarlig, kan bytte." in page
    assert (client.account_manager, client.city) == (kari, "Volda")


def test_an_account_manager_who_has_left_stays_on_the_card_until_another_is_chosen(kari, office, submit, clock):
    left = factories.EmployeeFactory(firm=kari.firm, deactivated_at=clock())
    client = factories.ClientFactory(firm=kari.firm, number=1002, account_manager=left)

    submit(office, kari.firm, URL, **card(client, account_manager=left.pk, city="Volda"))

    client.refresh_from_db()
    assert (client.account_manager, client.city) == (left, "Volda")


def test_a_stranger_gets_404_and_get_changes_nothing(known, kari, nils, office, sign_in, submit):
    refused = submit(sign_in(nils), nils.firm, URL, **card(known.client, name="Kapret AS"))
    office.get(URL, card(known.client, name="Kapret AS"))

    known.client.refresh_from_db()
    assert refused.status_code == 404
    assert known.client.name == "Ørsta Rør AS"
