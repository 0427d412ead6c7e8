"""A place that is taken away while somebody works there: told once, nothing written, and no stranger's name told."""

import pytest

from clients.models import Client
from ground.clock import database_clock
from organisations.models import CompanyUser, Invitation
from organisations.places.current import Place
from tests import factories

pytestmark = pytest.mark.django_db

MINE, OFFICE, INVITE = "/mine-tjenester/", "/kunder/", "/mine-tjenester/brukere/inviter/"
SENTENCE = "Du er ikke lenger bruker av Aktiv AS"


@pytest.fixture
def line(db):
    """Line Berg's places in Aktiv and in Delt Kunde."""
    user = factories.UserFactory(name="Line Berg", email="line@aerligbakeri.example")
    return [
        factories.CompanyUserFactory(user=user, company__name=name, email=user.email)
        for name in ("Aktiv AS", "Delt Kunde AS")
    ]


@pytest.fixture
def vidda_too(kari, vidda):
    """Kari works in Vidda as well."""
    return factories.EmployeeFactory(firm=vidda, user=kari.user, role="administrator")


def take_away(place):
    type(place).objects.filter(pk=place.pk).update(deactivated_at=database_clock())


def text_of(response) -> str:
    return response.content.decode()


def test_the_next_page_says_so_once(line, sign_in):
    aktiv, delt = line
    browser = sign_in(aktiv)
    browser.get(MINE)
    take_away(aktiv)

    first, second = browser.get(MINE), browser.get(MINE)

    assert f"{SENTENCE}. Nå er du i Delt Kunde AS." in text_of(first)
    assert first.wsgi_request.company_user == delt
    assert SENTENCE not in text_of(second)


def test_a_chosen_place_as_well(line, sign_in):
    aktiv, delt = line
    browser = sign_in(aktiv)
    browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: delt.company_id})
    take_away(delt)

    page = text_of(browser.get(MINE))

    assert "Du er ikke lenger bruker av Delt Kunde AS. Nå er du i Aktiv AS." in page


def test_an_open_form_writes_nothing_and_gives_back_what_was_typed(line, sign_in):
    aktiv, _delt = line
    browser = sign_in(aktiv)
    browser.get(INVITE)
    take_away(aktiv)

    typed = {
        Place.COMPANY_FIELD: aktiv.company_id,
        "name": "Anne Vik",
        "email": "anne@eksempel.example",
        "role": "user",
    }
    response = browser.post(INVITE, typed)

    page = text_of(response)
    assert response.status_code == 409
    assert SENTENCE in page
    assert "annen fane" not in page
    assert "anne@eksempel.example" in page
    assert "Bytt til Aktiv AS" not in page
    assert not Invitation.objects.exists()
    assert SENTENCE not in text_of(browser.get(MINE))


def test_a_firm_as_well(kari, vidda_too, sign_in):
    browser = sign_in(kari)
    browser.get(OFFICE)
    take_away(kari)

    page = browser.get(OFFICE)
    form = browser.post("/kunder/ny/", {Place.FIRM_FIELD: kari.firm_id, "name": "Ørsta Rør AS"})

    assert "Du arbeider ikke lenger i Fjord Regnskap AS. Nå er du i Vidda Økonomi AS." in text_of(page)
    assert form.status_code == 409
    assert "Du arbeider ikke lenger i Fjord Regnskap AS" in text_of(form)
    assert "Ørsta Rør AS" in text_of(form)
    assert not Client.objects.exists()


def test_who_has_the_other_side_left_is_led_there_and_told(kari, sign_in):
    factories.CompanyUserFactory(user=kari.user, company__name="Aktiv AS", email=kari.user.email)
    browser = sign_in(kari)
    browser.get(OFFICE)
    take_away(kari)

    response = browser.get(OFFICE, follow=True)

    assert response.redirect_chain == [("/", 302), (MINE, 302)]
    assert "Du arbeider ikke lenger i Fjord Regnskap AS." in text_of(response)
    assert browser.get(OFFICE).status_code == 404


def test_an_open_form_of_the_only_firm_is_given_back_to_who_has_the_other_side(kari, sign_in):
    factories.CompanyUserFactory(user=kari.user, company__name="Aktiv AS", email=kari.user.email)
    browser = sign_in(kari)
    take_away(kari)

    response = browser.post("/kunder/ny/", {Place.FIRM_FIELD: kari.firm_id, "name": "Ørsta Rør AS"})

    assert response.status_code == 409
    assert "Du arbeider ikke lenger i Fjord Regnskap AS" in text_of(response)
    assert "Ørsta Rør AS" in text_of(response)
    assert not Client.objects.exists()


def test_the_front_door_leads_to_the_other_side_and_it_is_told_there(kari, sign_in):
    factories.CompanyUserFactory(user=kari.user, company__name="Aktiv AS", email=kari.user.email)
    browser = sign_in(kari)
    browser.get(OFFICE)
    take_away(kari)

    response = browser.get("/", follow=True)

    assert "Du arbeider ikke lenger i Fjord Regnskap AS. Nå er du i Aktiv AS." in text_of(response)


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_has_no_place_left_gets_404(method, line, sign_in):
    browser = sign_in(line[0])
    browser.get(MINE)
    for place in line:
        take_away(place)

    response = getattr(browser, method)(INVITE, {Place.COMPANY_FIELD: line[0].company_id})

    assert response.status_code == 404
    assert "Aktiv" not in text_of(response)


@pytest.mark.parametrize("whose", ["nobody's", "somebody's", "offered"])
def test_a_company_that_the_person_was_never_in_is_not_named(whose, line, sign_in):
    other = factories.CompanyUserFactory(company__name="Hemmelig AS")
    take_away(other)
    if whose == "nobody's":
        CompanyUser.objects.filter(pk=other.pk).delete()
    if whose == "offered":
        CompanyUser.objects.filter(pk=other.pk).update(user=None, accepted_at=None, email=line[0].email)
    browser = sign_in(line[0])

    form = browser.post(INVITE, {Place.COMPANY_FIELD: other.company_id, "name": "Anne Vik"})

    assert form.status_code == 409
    assert "Hemmelig" not in text_of(form)
    assert "Skjemaet hører til et sted du ikke har tilgang til" in text_of(form)
    assert "Ingenting er lagret. Du er i <strong>Aktiv AS</strong>." in text_of(form)
    assert "Hemmelig" not in text_of(browser.get(MINE))


def test_who_comes_back_works_there_as_before(line, sign_in):
    aktiv, _delt = line
    browser = sign_in(aktiv)
    browser.get(MINE)
    take_away(aktiv)
    browser.get(MINE)
    CompanyUser.objects.filter(pk=aktiv.pk).update(deactivated_at=None)

    browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: aktiv.company_id})
    page = browser.get(MINE)

    assert page.wsgi_request.company_user == aktiv
    assert SENTENCE not in text_of(page)
