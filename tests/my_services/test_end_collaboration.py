"""Avslutt samarbeid: what happens is told first, and is what happens."""

import pytest

from agreements.models import Collaboration
from organisations.models import CompanyUser
from organisations.places.current import Place
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db

OVERVIEW, SERVICE = "/mine-tjenester/", "/mine-tjenester/tjenester/eaccounting/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page_of_end(collaboration) -> str:
    return f"/mine-tjenester/samarbeid/{collaboration.pk}/avslutt/"


@pytest.fixture
def press(post):
    """Read the page, and press the button of one of its ways."""

    def send(browser, collaboration, outcome="continues"):
        page = browser.get(page_of_end(collaboration))
        shown = next((way.shown for way in page.context["endings"] if way.value == outcome), "")
        fields = {"outcome": outcome, "shown": shown}
        return post(browser, page_of_end(collaboration), collaboration.company, **fields)

    return send


@pytest.fixture
def collaboration(known, kari, sent, approve):
    """Fjord works with Ørsta Rør in eAccounting, which Ørsta pays."""
    return approve(sent(known.client, by=kari), by=known.administrator).collaboration


def test_the_administrator_finds_the_way_and_is_told_what_happens(collaboration, known, sign_in):
    browser = sign_in(known.administrator)

    overview, page = text(browser.get(OVERVIEW)), text(browser.get(page_of_end(collaboration)))

    assert f'href="{page_of_end(collaboration)}">Avslutt samarbeid<' in overview
    for sentence in (
        "Kari Nordmann i Fjord Regnskap AS mister tilgangen straks.",
        "Visma eAccounting Smart fortsetter som før.",
        "Fakturamottaker er fortsatt Ørsta Rør AS.",
        "Samarbeid med Fjord Regnskap AS i andre tjenester påvirkes ikke.",
    ):
        assert sentence in page
    assert "beholder tilgangen sin." not in page
    collaboration.refresh_from_db()
    assert collaboration.is_active


def test_ending_takes_the_access_and_leaves_the_subscription(collaboration, known, sign_in, press):
    browser = sign_in(known.administrator)

    response = press(browser, collaboration)

    assert (response.status_code, response.url) == (302, SERVICE)
    collaboration.refresh_from_db()
    assert (collaboration.is_active, collaboration.ended_by) == (False, known.administrator.user)
    assert (collaboration.subscription.is_active, collaboration.subscription.is_cancelled) == (True, False)
    overview = text(browser.get(OVERVIEW))
    assert "Samarbeidet med Fjord Regnskap AS i Visma eAccounting er avsluttet." in overview
    assert "Hvem har tilgang" not in overview
    assert "Avsluttede samarbeid" in overview


def test_the_firm_that_pays_leaves_the_next_period_to_the_company(known, kari, sent, approve, sign_in):
    collaboration = approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).collaboration

    page = text(sign_in(known.administrator).get(page_of_end(collaboration)))

    assert "Ingenting betales tilbake. Etter det betaler dere." in page
    assert "Dere blir fakturamottaker." in page
    assert "Dere betaler 349,00 kr per måned" in page


def test_a_free_service_names_no_payer(known, kari, sent, approve, sign_in):
    activation = sent(known.client, by=kari, service=factories.scanner(), variant="standard")
    collaboration = approve(activation, by=known.administrator).collaboration

    page = text(sign_in(known.administrator).get(page_of_end(collaboration)))

    assert "Tjenesten er gratis." in page
    assert "akturamottaker" not in page


def test_another_firm_keeps_its_access(collaboration, known, nils, sent, approve, sign_in, press):
    theirs = make_client(
        nils,
        name="Ørsta Rør AS",
        org_number=known.company.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    other = approve(sent(theirs, by=nils), by=known.administrator).collaboration
    browser = sign_in(known.administrator)

    page = text(browser.get(page_of_end(collaboration)))
    press(browser, collaboration)

    assert "Vidda Økonomi AS beholder tilgangen sin." in page
    assert list(Collaboration.objects.active()) == [other]


@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_who_is_no_administrator_sees_no_way_and_gets_404(role, collaboration, known, sign_in, post):
    browser = sign_in(factories.CompanyUserFactory(company=known.company, role=role))

    assert "Hvem har tilgang" in text(browser.get(OVERVIEW))
    assert "Avslutt samarbeid" not in text(browser.get(OVERVIEW))
    assert browser.get(page_of_end(collaboration)).status_code == 404
    assert post(browser, page_of_end(collaboration), known.company).status_code == 404
    collaboration.refresh_from_db()
    assert collaboration.is_active


def test_another_companys_collaboration_is_not_found(collaboration, subscribed, sign_in, post):
    browser = sign_in(subscribed.administrator)

    assert browser.get(page_of_end(collaboration)).status_code == 404
    assert post(browser, page_of_end(collaboration), subscribed.company).status_code == 404
    collaboration.refresh_from_db()
    assert collaboration.is_active


def test_that_of_another_of_ones_companies_offers_the_switch(collaboration, known, subscribed, sign_in):
    factories.CompanyUserFactory(company=subscribed.company, user=known.administrator.user)
    browser = sign_in(known.administrator)
    session = browser.session
    session[Place.COMPANY_FIELD] = subscribed.company.pk
    session.save()

    page = text(browser.get(page_of_end(collaboration)))

    assert "Bytt til Ørsta Rør AS" in page
    assert "Fjord" not in page


@pytest.mark.parametrize("companies", [1, 3])
def test_the_switch_asks_a_fixed_number_of_questions(
    companies, collaboration, known, sign_in, django_assert_num_queries
):
    current = factories.CompanyFactory(name="Aardal AS")
    for company in [current, *factories.CompanyFactory.create_batch(companies - 1, name="Aas AS")]:
        factories.CompanyUserFactory(company=company, user=known.administrator.user)
    browser = sign_in(known.administrator)
    browser.get(page_of_end(collaboration))

    # session, user, places, the current company's row, everybody's row · header: what waits
    with django_assert_num_queries(6):
        page = text(browser.get(page_of_end(collaboration)))

    assert "Bytt til Ørsta Rør AS" in page


def test_what_has_ended_is_ended_once(collaboration, known, sign_in, post, press):
    browser = sign_in(known.administrator)
    press(browser, collaboration)
    browser.get(OVERVIEW)

    page = browser.get(page_of_end(collaboration))
    again = post(browser, page_of_end(collaboration), known.company, outcome="continues", shown="")

    assert [(answer.status_code, answer.url) for answer in (page, again)] == [(302, SERVICE)] * 2
    assert "Samarbeidet er allerede avsluttet." in text(browser.get(OVERVIEW))


def test_who_signs_in_again_after_the_button_comes_to_the_page(collaboration, known, client):
    answer = client.post(page_of_end(collaboration), {Place.COMPANY_FIELD: known.company.pk})
    fields = {"login": "per@orstaror.example", "password": factories.PASSWORD, "next": page_of_end(collaboration)}

    page = client.post(answer.url, fields, follow=True)

    assert "Dette skjer når" in text(page)
    collaboration.refresh_from_db()
    assert collaboration.is_active
