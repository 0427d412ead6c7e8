"""A new client by the register: looked up in place, chosen, and made."""

import pytest
from playwright.sync_api import expect

from clients.models import Client
from tests.processes import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session")
def site(django_db_setup, register_server, tmp_path_factory):
    """With a register to ask."""
    address = f"http://127.0.0.1:{register_server.server_address[1]}/enhetsregisteret/api"
    site = Site(tmp_path_factory.mktemp("site"), BUSINESS_REGISTER_URL=address)
    yield site
    site.close()


def test_a_client_is_looked_up_by_name_without_leaving_the_page(at_work):
    at_work.goto("/kunder/ny/")
    page = at_work.page
    page.get_by_label("Kundenummer").fill("1234")
    page.get_by_label("Organisasjonsnummer eller navn").fill("nordlys")
    page.evaluate("window.isTheSame = true")

    at_work.button("Slå opp").click()
    page.get_by_role("button", name="Nordlys Keramikk").click()
    expect(page.get_by_text("Nordlys Keramikk er hentet fra Enhetsregisteret.")).to_be_visible()
    assert page.evaluate("window.isTheSame")
    at_work.look()
    at_work.click("Opprett kunde")

    client = Client.objects.get()
    assert (client.number, client.name, client.legal_form) == (1234, "Nordlys Keramikk", "ENK")
    assert client.contacts.get().name == "Eva Ås"
