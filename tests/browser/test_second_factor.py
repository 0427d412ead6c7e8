"""Passkey and app with Chromium's virtual authenticator: set up, signed in with, asked again."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from tests.browser.visitor import Visitor
from tests.factories import PASSWORD
from tests.processes import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """As a server: it asks for the second factor."""
    site = Site(tmp_path_factory.mktemp("site"), REQUIRE_SECOND_FACTOR="1")
    yield site
    site.close()


def give_device(visitor: Visitor):
    """A device that knows its owner by a finger; returns what removes it."""
    chromium = visitor.context.new_cdp_session(visitor.page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda: chromium.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})


def code_of(secret: str) -> str:
    """What the app shows now; waited for when it is about to change."""
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left + 0.1)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_out(visitor: Visitor) -> None:
    visitor.page.locator(".person-button").click()
    visitor.click("Logg ut")


def add_passkey(visitor: Visitor) -> None:
    visitor.follow("Legg til passnøkkel")
    visitor.page.get_by_label("Navn på passnøkkelen").fill("Maskinen på kontoret")
    visitor.click("Lag passnøkkelen")
    assert visitor.path == "/konto/to-trinn/recovery-codes/"
    assert "Passnøkkelen er lagt til." in visitor.text


def test_an_employee_sets_up_a_passkey_and_signs_in_with_it_alone(visit, kari):
    visitor = visit()
    give_device(visitor)
    visitor.sign_in(kari.user.email)
    assert visitor.path == "/konto/to-trinn/"
    assert "Velg én måte før du går videre" in visitor.text
    add_passkey(visitor)
    visitor.follow("Kodene er lagret, gå videre")
    assert visitor.path == "/oversikt/"
    sign_out(visitor)

    visitor.goto("/konto/login/?next=/samarbeid/")
    visitor.click("Logg inn med passnøkkel")

    assert visitor.path == "/samarbeid/"
    assert Authenticator.objects.get(user=kari.user, type="webauthn").last_used_at


@pytest.mark.long  # alone it signs in in the short run
def test_the_passkey_is_the_second_step_after_a_password(visit, kari):
    visitor = visit()
    give_device(visitor)
    visitor.sign_in(kari.user.email)
    add_passkey(visitor)
    sign_out(visitor)

    visitor.sign_in(kari.user.email, PASSWORD)
    assert visitor.path == "/konto/to-trinn/authenticate/"
    visitor.click("Bruk passnøkkel")

    assert visitor.path == "/oversikt/"


def test_without_the_device_the_page_says_so_and_a_recovery_code_helps(visit, kari):
    visitor = visit()
    take_away = give_device(visitor)
    visitor.sign_in(kari.user.email)
    add_passkey(visitor)
    code = visitor.page.locator(".codes li").first.inner_text()
    sign_out(visitor)
    take_away()
    give_device(visitor)  # another machine's: it knows nobody
    visitor.sign_in(kari.user.email)

    visitor.button("Bruk passnøkkel").click()
    visitor.page.get_by_text("Det ble ikke noe av passnøkkelen.").wait_for()
    visitor.look()
    visitor.page.get_by_label("Kode").fill(code)
    visitor.click("Logg inn")

    assert visitor.path == "/oversikt/"


def test_an_employee_sets_up_an_app_and_signs_in_with_its_code(visit, kari):
    visitor = visit()
    visitor.sign_in(kari.user.email)
    visitor.follow("Legg til app")
    secret = visitor.page.locator(".secret").inner_text()
    visitor.page.get_by_label("Koden appen viser nå").fill("000000")
    visitor.click("Legg til appen")
    assert visitor.page.title().startswith("Feil: ")
    assert visitor.page.locator(".secret").inner_text() == secret
    visitor.page.get_by_label("Koden appen viser nå").fill(code_of(secret))
    visitor.click("Legg til appen")
    assert visitor.path == "/konto/to-trinn/recovery-codes/"
    sign_out(visitor)
    visitor.sign_in(kari.user.email)
    cache.clear()  # half a minute later the app shows another code than the one that is used
    visitor.page.get_by_label("Kode").fill(code_of(secret))

    visitor.click("Logg inn")

    assert visitor.path == "/oversikt/"


def test_the_pages_of_ones_own(visit, known):
    """Each is looked at with axe, wide and narrow, light and dark, as every page that one comes to."""
    visitor = visit()
    give_device(visitor)
    visitor.sign_in(known.administrator.user.email)
    assert visitor.path == "/mine-tjenester/"
    for path in ("/konto/", "/konto/to-trinn/", "/konto/enheter/", "/konto/password/change/"):
        visitor.goto(path)
        assert visitor.path == path
    visitor.goto("/konto/to-trinn/")
    add_passkey(visitor)
    for path in ("/konto/to-trinn/", "/konto/to-trinn/webauthn/", "/konto/to-trinn/recovery-codes/generate/"):
        visitor.goto(path)
    visitor.goto("/konto/to-trinn/webauthn/")
    visitor.page.get_by_role("link", name="Fjern Maskinen på kontoret").click()
    visitor.look()
    visitor.click("Fjern")

    assert "Passnøkkelen er fjernet." in visitor.text
    assert not Authenticator.objects.exists()
