"""Ta imot: an offered place becomes the signed-in person's."""

import pytest

from organisations.models import CompanyUser
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(db):
    company = factories.CompanyFactory(name="Ås Blomster", confirmed_at=None)
    return factories.CompanyUserFactory(company=company, offered=True, is_main_contact=True)


@pytest.fixture
def eva(db):
    return factories.UserFactory(name="Eva Ås", email="eva@aasblomster.example")


def accept(browser, offer):
    return browser.post(f"/tilbud/{offer.pk}/ta-imot/")


def test_the_place_is_taken_and_the_company_known(offer, eva, sign_in):
    browser = sign_in(eva)

    response = accept(browser, offer)

    assert (response.status_code, response.url) == (302, "/mine-tjenester/")
    offer.refresh_from_db()
    assert (offer.user, offer.company.is_known) == (eva, True)
    page = browser.get(response.url).content.decode()
    assert "Du er nå administrator for Ås Blomster." in page


def test_the_company_becomes_the_current_one(offer, eva, sign_in):
    factories.CompanyUserFactory(company=factories.CompanyFactory(name="Aardal AS"), user=eva)
    browser = sign_in(eva)

    accept(browser, offer)

    assert browser.get("/mine-tjenester/").context["company"] == offer.company


def test_twice_is_once_and_leads_to_the_place(offer, eva, sign_in):
    browser = sign_in(eva)
    accept(browser, offer)
    browser.get("/mine-tjenester/")

    again = accept(browser, offer)

    assert again.url == "/mine-tjenester/"
    assert "Du har allerede tatt imot." in browser.get(again.url).content.decode()
    assert CompanyUser.objects.count() == 1


def test_another_persons_offer_is_404(offer, sign_in):
    stranger = sign_in(factories.UserFactory())

    assert accept(stranger, offer).status_code == 404
    assert "Ås Blomster" not in stranger.get("/tilbud/").content.decode()
    offer.refresh_from_db()
    assert offer.user is None


def test_reading_takes_nothing(offer, eva, sign_in):
    browser = sign_in(eva)

    page, address = browser.get("/tilbud/"), browser.get(f"/tilbud/{offer.pk}/ta-imot/")

    assert "Tar du imot, blir du administrator for Ås Blomster" in page.content.decode()
    assert (address.status_code, address.url) == (302, "/tilbud/")
    offer.refresh_from_db()
    assert offer.user is None


def test_without_offers_the_page_says_so(eva, sign_in):
    page = sign_in(eva).get("/tilbud/").content.decode()

    assert "Ingenting venter på eva@aasblomster.example" in page


def test_who_is_not_signed_in_signs_in(offer, client):
    assert client.get("/tilbud/").url == "/konto/login/?next=/tilbud/"
    assert accept(client, offer).status_code == 302
    offer.refresh_from_db()
    assert offer.user is None


@pytest.fixture
def two_firms_ask(new, kari, nils, sent):
    """Two firms ask the same new customer: its receiver has one place offered, and two requests wait behind it."""
    other = make_client(
        nils,
        name="Aas Blomster",
        org_number=new.client.org_number,
        contact_name="Eva Ås",
        contact_email="eva@aasblomster.example",
    )
    return [sent(new.client, by=kari), sent(other, by=nils)]


@pytest.mark.parametrize("page", ["/tilbud/", "/mine-tjenester/"])
def test_a_place_tells_which_requests_wait_behind_it(page, two_firms_ask, eva, sign_in):
    factories.CompanyUserFactory(company=factories.CompanyFactory(), user=eva)

    text = sign_in(eva).get(page).content.decode()

    for firm in ("Fjord Regnskap AS", "Vidda Økonomi AS"):
        assert f"{firm} ber om samarbeid i Visma eAccounting" in text


@pytest.mark.parametrize("places", [1, 3])
def test_the_places_and_their_requests_take_a_fixed_number_of_questions(
    places, eva, kari, eaccounting, sent, sign_in, django_assert_num_queries
):
    for _place in range(places):
        client = factories.ClientFactory(firm=kari.firm)
        factories.ContactFactory(client=client, name="Eva Ås", email=eva.email)
        factories.TaskFactory(client=client, owner=kari)
        sent(client, by=kari)
    browser = sign_in(eva)
    browser.get("/tilbud/")

    with django_assert_num_queries(6):  # session, user, the hour, the offers, their requests
        page = browser.get("/tilbud/").content.decode()

    assert page.count("ber om samarbeid i Visma eAccounting") == places
