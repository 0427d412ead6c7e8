"""Whoever was signed out under way posts, signs in and comes by GET: to a page, never to a refusal."""

import pytest

from organisations.places.current import Place
from tests import factories

pytestmark = pytest.mark.django_db


def post_signed_out(client, address, person, **fields):
    """Post, sign in where that leads, and follow."""
    answer = client.post(address, fields)
    account = {"login": person.user.email, "password": factories.PASSWORD, "next": address}
    return client.post(answer.url, account, follow=True)


@pytest.mark.parametrize("deed", ["godkjenn/", "avsla/", "videresend/"])
def test_an_answer_comes_to_the_request(deed, known, kari, sent, client, page_of):
    activation = sent(known.client, by=kari)

    address = page_of(activation) + deed
    page = post_signed_out(client, address, known.administrator, **{Place.COMPANY_FIELD: known.company.pk})

    assert page.status_code == 200
    assert "Fjord Regnskap AS" in page.content.decode()
    activation.refresh_from_db()
    assert activation.is_pending


def test_an_accepted_place_comes_to_the_offers(known, client):
    place = factories.CompanyUserFactory(offered=True, email=known.administrator.user.email)

    page = post_signed_out(client, f"/tilbud/{place.pk}/ta-imot/", known.administrator)

    assert page.redirect_chain[-1] == ("/tilbud/", 302)
    assert place.company.name in page.content.decode()


def test_asking_for_a_code_comes_to_the_page_that_offers_it(client):
    answer = client.get("/i/videresend/kode/")

    assert (answer.status_code, answer.url) == (302, "/i/videresend/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_librarys_page_for_changing_addresses_leads_home(method, known, sign_in):
    browser = sign_in(known.administrator)

    answer = getattr(browser, method)("/konto/email/", {"action_add": "", "email": "ny@orstaror.example"})

    assert (answer.status_code, answer.url) == (302, "/")
    assert not known.administrator.user.emailaddress_set.filter(email="ny@orstaror.example").exists()
