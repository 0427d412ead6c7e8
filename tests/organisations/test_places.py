"""Where a person works: the front door, changing place, and two tabs with two firms."""

import pytest

from clients.models import Client
from organisations.places.current import Place
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def both_firms(kari, vidda):
    """Kari works in Vidda as well."""
    return factories.EmployeeFactory(firm=vidda, user=kari.user)


@pytest.fixture
def line(db):
    user = factories.UserFactory(name="Line Berg", email="line@aerligbakeri.example")
    return factories.CompanyUserFactory(user=user, company__name="Ærlig Bakeri AS")


def test_an_employee_comes_to_the_overview(kari, sign_in):
    assert sign_in(kari).get("/").url == "/oversikt/"


def test_a_companys_user_comes_to_mine_tjenester(line, sign_in):
    assert sign_in(line).get("/").url == "/mine-tjenester/"


def test_who_has_been_offered_a_place_is_led_to_the_offer(sign_in):
    user = factories.UserFactory(email="eva@aasblomster.example")
    factories.CompanyUserFactory(offered=True)

    assert sign_in(user).get("/").url == "/mine-tjenester/"


def test_a_platform_administrator_comes_to_the_admin(sign_in):
    user = factories.UserFactory(is_staff=True)

    assert sign_in(user).get("/").url == "/admin/"


def test_who_belongs_to_both_sides_chooses(kari, line, sign_in):
    factories.CompanyUserFactory(user=kari.user, company=line.company, email=kari.user.email)

    page = sign_in(kari).get("/").content.decode()

    assert "Hvor vil du arbeide?" in page
    assert "Fjord Regnskap AS" in page
    assert "Ærlig Bakeri AS" in page


def test_nobodys_place_is_told_so(sign_in):
    user = factories.UserFactory(email="ny@eksempel.example")

    response = sign_in(user).get("/")

    assert response.status_code == 200
    assert "Du er ikke med i noe byrå eller selskap" in response.content.decode()


def test_a_place_that_was_taken_away_is_no_place(kari, sign_in, clock):
    kari.deactivated_at = clock()
    kari.save()

    assert sign_in(kari).get("/").status_code == 200
    assert sign_in(kari).get("/kunder/").status_code == 404


def test_the_front_door_asks_who_one_is(client):
    assert client.get("/").url == "/konto/login/?next=/"


def test_changing_firm_changes_what_one_sees(kari, both_firms, vidda, sign_in):
    factories.ClientFactory(firm=kari.firm, name="Karis kunde")
    factories.ClientFactory(firm=vidda, name="Viddas kunde")
    browser = sign_in(kari)
    before = browser.get("/kunder/").content.decode()

    response = browser.post("/bytt/byra/", {Place.FIRM_FIELD: vidda.pk})
    after = browser.get("/kunder/").content.decode()

    assert response.url == "/kunder/"
    assert ("Karis kunde" in before, "Viddas kunde" in before) == (True, False)
    assert ("Karis kunde" in after, "Viddas kunde" in after) == (False, True)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/mine-oppgaver/", "/mine-oppgaver/"),
        ("http://testserver/kunder/ny/", "http://testserver/kunder/ny/"),
        ("https://ond.example/", "/kunder/"),
        ("//ond.example", "/kunder/"),
        ("javascript:alert(1)", "/kunder/"),
        ("home", "/kunder/"),
        ("a\0b", "/kunder/"),
    ],
)
def test_one_comes_back_to_our_own_pages_only(kari, both_firms, vidda, sign_in, asked, given):
    response = sign_in(kari).post("/bytt/byra/", {Place.FIRM_FIELD: vidda.pk, "next": asked})

    assert response.url == given


@pytest.mark.parametrize("value", ["other", "", "abc", "99999999999999999999"])
def test_nobody_changes_to_a_firm_of_others(kari, vidda, sign_in, value):
    browser = sign_in(kari)

    response = browser.post("/bytt/byra/", {Place.FIRM_FIELD: vidda.pk if value == "other" else value})

    assert response.status_code == 404
    assert Place.FIRM_FIELD not in browser.session


def test_changing_company(line, sign_in):
    other = factories.CompanyUserFactory(user=line.user, company__name="Annet AS")
    browser = sign_in(line)

    response = browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: other.company_id})

    assert response.url == "/mine-tjenester/"
    assert browser.session[Place.COMPANY_FIELD] == other.company_id


@pytest.mark.parametrize("url", ["/bytt/byra/", "/bytt/selskap/"])
def test_get_changes_nothing(kari, both_firms, sign_in, url):
    assert sign_in(kari).get(url).status_code == 405


def test_a_form_of_another_firm_writes_nothing_and_gives_back_what_was_typed(kari, both_firms, vidda, sign_in):
    browser = sign_in(kari)
    browser.post("/bytt/byra/", {Place.FIRM_FIELD: vidda.pk})

    response = browser.post(
        "/kunder/ny/",
        {
            Place.FIRM_FIELD: kari.firm_id,
            "name": "Ørsta Rør AS",
            "contact-email": "per@orstaror.example",
            "city": "",
            "account_manager": kari.pk,
            "odd": "?",
            "next": "/x/",
            "csrfmiddlewaretoken": "hemmelig",
        },
        headers={"referer": "http://testserver/kunder/ny/"},
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Du har byttet byrå i en annen fane" in page
    assert response.context["typed"] == [
        ("Navn", "Ørsta Rør AS"),
        ("E-post", "per@orstaror.example"),
    ]
    assert "Ørsta Rør AS" in page
    assert "hemmelig" not in page
    assert Client.objects.count() == 0


def test_it_offers_the_way_back_to_the_firm_and_the_page(kari, both_firms, vidda, sign_in):
    browser = sign_in(kari)
    browser.post("/bytt/byra/", {Place.FIRM_FIELD: vidda.pk})
    stale = {Place.FIRM_FIELD: kari.firm_id, "name": "Ørsta Rør AS"}
    page = browser.post("/kunder/ny/", stale, headers={"referer": "http://testserver/kunder/ny/"}).content.decode()

    response = browser.post("/bytt/byra/", {Place.FIRM_FIELD: kari.firm_id, "next": "http://testserver/kunder/ny/"})

    assert "Bytt til Fjord Regnskap AS" in page
    assert 'name="next" value="http://testserver/kunder/ny/"' in page
    assert response.url == "http://testserver/kunder/ny/"
    assert browser.post("/kunder/ny/", stale).status_code == 302
    assert Client.objects.get().firm == kari.firm


@pytest.mark.parametrize("carried", ["vidda", "", None])
def test_a_form_of_a_firm_that_is_not_ones_own_gets_no_way_there(kari, vidda, sign_in, carried):
    answers = {"name": "Ørsta Rør AS"}
    if carried is not None:
        answers[Place.FIRM_FIELD] = vidda.pk if carried else ""

    response = sign_in(kari).post("/kunder/ny/", answers)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Skjemaet hører til et sted du ikke har tilgang til" in page
    assert "Ingenting er lagret." in page
    assert "i en annen fane" not in page
    assert "Vidda" not in page
    assert "Bytt til" not in page
    assert Client.objects.count() == 0
