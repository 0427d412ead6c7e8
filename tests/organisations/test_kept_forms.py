"""What is kept of a form, of whom, for whom and for how long; that each form is: tests/walls/test_typed_is_kept.py."""

import html
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client as Browser

from clients.models import Client
from ground.clock import database_clock
from organisations.actions.kept_forms import MOST_FORMS
from organisations.forms import kept as kept_forms
from organisations.forms.kept import TYPIST_FIELD, mark_typist
from organisations.jobs import delete_old_kept_forms
from organisations.models import Invitation, KeptForm
from organisations.models.kept_form import KEPT_FOR
from organisations.places.current import Place
from privacy.actions.erasure import erase_person
from tests import factories
from tests.factories import PASSWORD
from tests.page_forms import form_to
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

PAGE, OWN_PAGE, LOGIN = "/kunder/ny/", "/konto/", "/konto/login/"
WORD = "Hemmelig Kunde AS"
SENTENCE = "Ingenting er sendt"
SECRETS = (
    "password", "password1", "oldpassword", "code", "credential", "otp", "accepts_terms", "acknowledge",
    "csrfmiddlewaretoken",
)  # fmt: skip


@pytest.fixture
def at_the_form(kari):
    """Kari's browser after the end of its session, and the filled-in form of a new client: at_the_form(name="…")."""

    def open_and_end(**typed):
        browser = sign_in_as(kari.user)
        form = form_to(PAGE, browser.get(PAGE).content.decode(), PAGE).sent() | {"name": WORD} | typed
        Session.objects.all().delete()
        return browser, form

    return open_and_end


def shown_to(user, browser=None) -> str:
    return sign_in_as(user, browser).get(PAGE).content.decode()


# --- Whose it is -------------------------------------------------------------------------------------------------


def test_who_signs_in_next_at_the_browser_sees_nothing_of_it(at_the_form, kari, ola):
    browser, form = at_the_form()
    answer = browser.post(PAGE, form)

    for page in (browser.get(answer.url).content.decode(), shown_to(ola.user, browser)):
        assert WORD not in page
    assert SENTENCE not in shown_to(ola.user, browser)
    assert WORD in shown_to(kari.user, browser)


def test_not_even_by_way_of_the_sign_in(at_the_form, ola):
    browser, form = at_the_form()
    answer = browser.post(PAGE, form)
    sent = browser.post(answer.url, {"login": ola.user.email, "password": PASSWORD, "next": f"{PAGE}?byra=fjord"})

    assert WORD not in browser.get(sent.url).content.decode()


def test_a_form_of_somebody_who_has_signed_out_is_not_taken_for_the_next_persons(kari, ola):
    """The token is from before; the form says whose page it was."""
    browser = Browser(enforce_csrf_checks=True)
    sign_in_as(kari.user, browser)
    form = form_to(PAGE, browser.get(PAGE).content.decode(), PAGE).sent() | {"name": WORD}
    sign_in_as(ola.user, browser)
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32

    answer = browser.post(PAGE, form)

    assert answer.status_code == 403
    assert WORD not in answer.content.decode()
    assert WORD not in browser.get(PAGE).content.decode()
    assert KeptForm.objects.get().user == kari.user


def test_a_form_for_another_place_is_shown_to_its_typist_alone(kari, ola, vidda):
    """Sent from Ola's session with Kari's mark: the refusal shows nothing."""
    browser = sign_in_as(ola.user)

    answer = browser.post(PAGE, {Place.FIRM_FIELD: vidda.pk, TYPIST_FIELD: mark_typist(kari.user), "name": WORD})

    assert answer.status_code == 409
    assert WORD not in answer.content.decode()


@pytest.mark.parametrize("mark", ["", "1", "1:abc", "old", "other salt"])
def test_a_mark_that_is_not_ours_keeps_nothing(mark, at_the_form, kari, monkeypatch):
    browser, form = at_the_form()
    if mark == "old":
        monkeypatch.setattr(kept_forms, "MARKED_FOR", -1)
        mark = mark_typist(kari.user)
    if mark == "other salt":
        mark = signing.TimestampSigner(salt="another").sign(str(kari.user.pk))

    answer = browser.post(PAGE, form | {TYPIST_FIELD: mark})

    assert not KeptForm.objects.exists()
    assert "ingenting er sendt eller lagret" in browser.get(answer.url).content.decode()


def test_a_form_without_a_mark_is_the_browsers_persons(at_the_form, kari, ola):
    browser, form = at_the_form()
    del form[TYPIST_FIELD]

    browser.post(PAGE, form)

    assert KeptForm.objects.get().user == kari.user
    assert WORD not in shown_to(ola.user, browser)


def test_a_browser_that_nobody_is_known_to_use_keeps_nothing(at_the_form):
    browser, form = at_the_form()
    del form[TYPIST_FIELD]
    browser.cookies.clear()

    answer = browser.post(PAGE, form)

    assert answer.url.startswith(LOGIN)
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
@pytest.mark.parametrize("has_session", [True, False])
def test_another_sites_form_plants_nothing(headers, has_session, at_the_form, kari):
    """Not even with the person's own mark."""
    _browser, form = at_the_form()
    checking = Browser(enforce_csrf_checks=True)
    if has_session:
        sign_in_as(kari.user, checking)

    answer = checking.post(PAGE, form, headers=headers)

    assert answer.status_code == 403
    assert not KeptForm.objects.exists()
    assert WORD not in shown_to(kari.user)


def test_without_the_cookie_both_ways_to_sign_in_lead_back_to_the_form(kari):
    browser = Browser(enforce_csrf_checks=True)
    sign_in_as(kari.user, browser)
    form = form_to(PAGE, browser.get(PAGE).content.decode(), PAGE).sent()
    browser.cookies.clear()

    answer = browser.post(PAGE, form, headers={"referer": f"http://testserver{PAGE}"})

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 403
    assert page.count(f'href="{answer.context["way_on"]}"') == 2
    assert 'href="/konto/login/"' not in page


def test_nothing_is_sent_for_the_person(at_the_form, kari):
    browser, form = at_the_form()
    browser.post(PAGE, form)

    page = shown_to(kari.user, browser)

    assert f'value="{WORD}"' in page
    assert not Client.objects.exists()


# --- Where it is given back --------------------------------------------------------------------------------------


def test_only_in_the_firm_that_it_was_written_for(at_the_form, kari, vidda):
    browser, form = at_the_form()
    browser.post(PAGE, form)
    factories.EmployeeFactory(user=kari.user, firm=vidda)
    sign_in_as(kari.user, browser)
    session = browser.session
    session[Place.FIRM_FIELD] = vidda.pk
    session.save()

    assert WORD not in browser.get(PAGE).content.decode()
    browser.post("/bytt/byra/", {Place.FIRM_FIELD: kari.firm_id})
    assert WORD in browser.get(PAGE).content.decode()


def test_only_on_its_own_page_and_once(at_the_form, kari):
    browser, form = at_the_form()
    browser.post(PAGE, form)

    assert SENTENCE not in sign_in_as(kari.user, browser).get("/kunder/").content.decode()
    pages = [browser.get(PAGE).content.decode() for _turn in range(2)]
    assert [WORD in page for page in pages] == [True, False]
    assert [SENTENCE in page for page in pages] == [True, False]


def test_only_to_who_has_just_signed_in(at_the_form, kari):
    browser, form = at_the_form()
    browser.post(PAGE, form)

    assert WORD not in sign_in_as(kari.user, Browser(), age=16 * MINUTE).get(PAGE).content.decode()
    assert WORD in shown_to(kari.user, browser)


@pytest.mark.parametrize("place", [0, "x", "9" * 30, -1])
def test_not_for_a_place_that_is_none(place, at_the_form):
    browser, form = at_the_form()

    browser.post(PAGE, form | {Place.FIRM_FIELD: place})

    assert not KeptForm.objects.exists()


def test_not_for_a_place_of_others(at_the_form, vidda):
    browser, form = at_the_form()

    browser.post(PAGE, form | {Place.FIRM_FIELD: vidda.pk})

    assert not KeptForm.objects.exists()


# --- What, and for how long --------------------------------------------------------------------------------------


def test_no_secret_and_no_consent(at_the_form):
    secrets = dict.fromkeys(SECRETS, "hemmelig-nr-7")
    browser, form = at_the_form(**secrets)

    browser.post(PAGE, form)

    kept = KeptForm.objects.get()
    assert kept.fields["name"] == [WORD]
    assert "hemmelig-nr-7" not in str(kept.fields)
    assert not [name for name in kept.fields if name.startswith("_")]


@pytest.mark.parametrize("address", ["/konto/password/change/", "/konto/to-trinn/totp/activate/", LOGIN])
def test_nothing_of_the_pages_about_signing_in(address, kari):
    browser = sign_in_as(kari.user)
    browser.get(OWN_PAGE)
    Session.objects.all().delete()

    browser.post(address, {"oldpassword": PASSWORD, "login": "kari@fjordregnskap.example", "note": "x"})

    assert not KeptForm.objects.exists()


def test_what_is_too_much_is_not_kept_and_that_is_said(at_the_form, kari):
    browser, form = at_the_form(street="x" * 30_000)
    browser.post(PAGE, form)

    page = shown_to(kari.user, browser)

    assert KeptForm.objects.count() == 0
    assert "Ingenting er sendt: skriv det inn én gang til." in page


def test_what_postgresql_cannot_hold_is_left_out(at_the_form, kari):
    browser, form = at_the_form(name=f"a\0{WORD}", city="Ås\0")
    browser.post(PAGE, form)

    assert f"a{WORD}" in shown_to(kari.user, browser)


def test_the_last_ones_alone_of_a_person(at_the_form):
    browser, form = at_the_form()

    for number in range(MOST_FORMS + 3):
        browser.post(f"{PAGE}?nr={number}", form)

    assert KeptForm.objects.count() == MOST_FORMS
    assert {kept.path for kept in KeptForm.objects.all()} == {f"{PAGE}?nr={number}" for number in range(3, 13)}


def test_of_the_same_form_the_last_words(at_the_form, kari):
    browser, form = at_the_form()
    browser.post(PAGE, form | {"name": "Først AS"})
    browser.post(PAGE, form | {"name": "Sist AS"})

    assert KeptForm.objects.get().fields["name"] == ["Sist AS"]


def test_for_an_hour(at_the_form, kari):
    browser, form = at_the_form()
    browser.post(PAGE, form)
    KeptForm.objects.update(kept_at=database_clock() - KEPT_FOR - timedelta(seconds=1))

    assert WORD not in shown_to(kari.user, browser)
    assert delete_old_kept_forms() == 1


def test_what_is_younger_is_not_deleted(at_the_form):
    browser, form = at_the_form()
    browser.post(PAGE, form)

    assert delete_old_kept_forms() == 0
    assert KeptForm.objects.exists()


def test_an_erased_persons_are_deleted(known):
    user = factories.UserFactory(email="anne@eksempel.example")
    browser = sign_in_as(user)
    form = form_to(OWN_PAGE, browser.get(OWN_PAGE).content.decode(), OWN_PAGE).sent()
    Session.objects.all().delete()
    browser.post(OWN_PAGE, form | {"name": WORD})
    assert KeptForm.objects.count() == 1

    erase_person(email=user.email)

    assert not KeptForm.objects.exists()


def test_an_invitation_is_not_sent_by_coming_back(known):
    """Asked anew for the sign-in: the words come back, the mail has not gone."""
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)
    page = "/mine-tjenester/brukere/inviter/"
    form = form_to(page, browser.get(page).content.decode(), page).sent()
    typed = {"name": "Anne Vik", "email": "anne@eksempel.example", "role": "user"}
    asked = browser.post(page, form | typed)
    browser.post(asked.url, {"password": PASSWORD})

    assert "anne@eksempel.example" in browser.get(page).content.decode()
    assert not Invitation.objects.exists()
