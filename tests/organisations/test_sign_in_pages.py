"""Signing in, and proving oneself again, leads to where one was going: whatever way, in whatever tab, however late."""

import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings as project
from django.test import Client as Browser
from django.urls import reverse

from notifications.models import Email
from tests.factories import PASSWORD
from tests.page_forms import form_to
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

LOGIN, CODE, SECOND = reverse("account_login"), reverse("account_request_login_code"), reverse("mfa_authenticate")
CONFIRM, PASSKEY = reverse("account_confirm_login_code"), reverse("mfa_login_webauthn")
AGAIN, AGAIN_BY_CODE = reverse("account_reauthenticate"), reverse("account:reauthenticate-by-code")
WANTED = "/mine-tjenester/tjenester/eaccounting/si-opp/?selskap=7"


@pytest.fixture
def per(known):
    return known.administrator.user


def at(page: str) -> str:
    return f"{page}?next={quote(WANTED, safe='')}"


def open_form(browser: Browser, address: str, action: str = "", **typed) -> dict:
    """What the form of the page would send."""
    page = browser.get(address).content.decode()
    return form_to(action or address, page, address).sent() | typed


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def mailed_code() -> str:
    return Email.objects.latest("pk").secret


def give_app(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def checking() -> Browser:
    """A browser whose forms need the token that it has."""
    return Browser(enforce_csrf_checks=True)


# --- Each way ----------------------------------------------------------------------------------------------------


def test_by_a_password(per):
    browser = checking()

    answer = browser.post(LOGIN, open_form(browser, at(LOGIN), login=per.email, password=PASSWORD))

    assert answer.url == WANTED


def test_by_a_code_in_the_mail_also_after_a_wrong_one(per):
    browser = checking()
    way = next(link for link in links_of(browser.get(at(LOGIN))) if link.startswith(CODE))
    asked = browser.post(CODE, open_form(browser, way, email=per.email))
    wrong = open_form(browser, asked.url, CONFIRM, code="000000" if mailed_code() != "000000" else "111111")
    page = browser.post(CONFIRM, wrong).content.decode()
    form = form_to(CONFIRM, page, CONFIRM).sent()

    answer = browser.post(CONFIRM, form | {"code": mailed_code()})

    assert answer.url == WANTED


def test_by_the_second_step_too(per):
    secret, browser = give_app(per), checking()
    browser.post(LOGIN, open_form(browser, at(LOGIN), login=per.email, password=PASSWORD))

    answer = browser.post(SECOND, open_form(browser, SECOND, code=code_of(secret)))

    assert answer.url == WANTED


def test_proving_oneself_again_by_every_way_that_is_offered(per):
    browser = sign_in_as(per, checking(), age=16 * MINUTE)

    by_password = browser.post(AGAIN, open_form(browser, at(AGAIN), password=PASSWORD))
    way = next(link for link in links_of(browser.get(at(AGAIN))) if link.startswith(AGAIN_BY_CODE))
    browser.post(way, open_form(browser, way))
    by_code = browser.post(way, open_form(browser, way, code=mailed_code()))

    assert (by_password.url, by_code.url) == (WANTED, WANTED)


def test_proving_oneself_again_by_the_app(per):
    secret = give_app(per)
    browser = sign_in_as(per, checking(), age=16 * MINUTE)
    page = reverse("mfa_reauthenticate")

    assert browser.post(page, open_form(browser, at(page), code=code_of(secret))).url == WANTED


def links_of(page) -> list[str]:
    text = page.content.decode()
    return [part.split('"')[0].replace("&amp;", "&") for part in text.split('href="')[1:]]


@pytest.mark.parametrize("credential", ["", "{}", "tull"])
def test_a_passkey_that_was_not_taken_leads_back_with_it(credential, per):
    there = Browser().post(PASSKEY, {"credential": credential, "next": WANTED})

    assert there.url == f"{LOGIN}?next={quote(WANTED, safe='')}"


def test_so_does_one_that_is_asked_for_again(per, kari):
    """To the same question, with the reason: not away to a page for signing in."""
    page = reverse("mfa_reauthenticate_webauthn")
    TOTP.activate(per, generate_totp_secret())
    per.authenticator_set.update(type="webauthn", data={"name": "Telefonen", "credential": {}})
    browser = sign_in_as(per, age=16 * MINUTE)

    answer = browser.post(page, {"credential": "tull", "next": WANTED})

    assert answer.url == f"{page}?next={quote(WANTED, safe='')}"


def test_who_waits_too_long_with_the_code_is_led_back_with_it(per):
    answer = Browser().post(CONFIRM, {"code": "123456", "next": WANTED})

    assert answer.url == f"{CODE}?next={quote(WANTED, safe='')}"


def test_no_way_of_these_leads_out(per):
    for payload in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "word"):
        for page in (PASSKEY, CONFIRM, SECOND):
            answer = Browser().post(page, {"credential": "", "code": "1", "next": payload})
            assert "evil" not in answer.url, (page, payload)
        assert Browser(enforce_csrf_checks=True).post(LOGIN, {"next": payload}).url == f"{LOGIN}?igjen=1"


# --- A form that another tab has come before -----------------------------------------------------------------------


@pytest.fixture
def two_tabs(per):
    """Make the form of a page in one tab, then sign in in another: two_tabs(page, …) is the browser and the form."""

    def open_and_sign_in(address: str, action: str = "", **typed):
        browser = checking()
        form = open_form(browser, address, action, **typed)
        sent = browser.post(LOGIN, open_form(browser, LOGIN, login=per.email, password=PASSWORD))
        assert sent.url == "/"
        return browser, form

    return open_and_sign_in


def test_the_second_tabs_form_leads_to_where_it_was_going(per, two_tabs):
    browser, form = two_tabs(at(LOGIN), login=per.email, password=PASSWORD)

    assert browser.post(LOGIN, form).url == WANTED


def test_with_nowhere_to_go_to_the_front_door(per, two_tabs):
    browser, form = two_tabs(LOGIN, login=per.email, password=PASSWORD)

    assert browser.post(LOGIN, form).url == "/"


def test_the_form_for_a_code_too(per, two_tabs):
    browser, form = two_tabs(at(CODE), email=per.email)

    assert browser.post(CODE, form).url == WANTED


def test_the_form_for_a_passkey_too(two_tabs):
    browser, form = two_tabs(at(LOGIN), PASSKEY, credential="{}")

    assert browser.post(PASSKEY, form).url == WANTED


def test_the_form_for_the_mailed_code_too(per):
    browser = checking()
    asked = browser.post(CODE, open_form(browser, at(CODE), email=per.email))
    form = open_form(browser, asked.url, CONFIRM, code=mailed_code())
    sign_in_as(per, browser)
    browser.cookies[project.CSRF_COOKIE_NAME] = "a" * 32

    assert browser.post(CONFIRM, form).url == WANTED


def test_the_form_of_the_second_step_too(per):
    secret, browser = give_app(per), checking()
    browser.post(LOGIN, open_form(browser, at(LOGIN), login=per.email, password=PASSWORD))
    first, second = (open_form(browser, SECOND, code=code_of(secret)) for _tab in range(2))
    assert browser.post(SECOND, first).url == WANTED

    assert browser.post(SECOND, second).url == WANTED


def test_a_form_for_proving_oneself_that_another_tab_has_answered(per):
    browser = sign_in_as(per, checking(), age=16 * MINUTE)
    form = open_form(browser, at(AGAIN), password=PASSWORD)
    sign_in_as(per, browser)
    browser.cookies[project.CSRF_COOKIE_NAME] = "a" * 32

    assert browser.post(AGAIN, form).url == WANTED


@pytest.mark.parametrize("has_old_token", [True, False])
@pytest.mark.parametrize(("page", "field"), [(LOGIN, "login"), (CODE, "email")])
def test_another_persons_form_in_another_tab_does_nothing_and_says_so(page, field, has_old_token, per, kari):
    browser = checking()
    form = open_form(browser, at(page), **{field: kari.user.email, "password": PASSWORD})
    sign_in_as(per, browser)
    if has_old_token:
        browser.cookies[project.CSRF_COOKIE_NAME] = "a" * 32

    answer = browser.post(page, form, follow=True)

    assert answer.status_code == 200
    assert answer.context["user"] == per
    told = f"Du er logget inn som {per.email}. Logg ut først hvis du vil logge inn med en annen adresse."
    assert told in answer.content.decode()
    assert Email.objects.count() == 0


def test_ones_own_form_in_another_tab_leads_on_however_the_address_is_spelt(per):
    browser = checking()
    form = open_form(browser, at(LOGIN), login=f" {per.email.upper()}", password=PASSWORD)
    sign_in_as(per, browser)

    assert browser.post(LOGIN, form).url == WANTED


# --- A form that is older than the token ---------------------------------------------------------------------------

OLDER = [
    lambda browser: browser.cookies.pop(project.CSRF_COOKIE_NAME),
    lambda browser: browser.cookies.__setitem__(project.CSRF_COOKIE_NAME, "a" * 32),
    lambda browser: browser.cookies.clear(),
]


@pytest.mark.parametrize("make_older", OLDER)
def test_an_older_form_for_signing_in_leads_to_a_new_one_that_works(make_older, per):
    browser = checking()
    form = open_form(browser, at(LOGIN), login=per.email, password=PASSWORD)
    make_older(browser)

    answer = browser.post(LOGIN, form)

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.url).query)["next"] == [WANTED]
    assert "Siden var blitt for gammel. Prøv igjen." in browser.get(answer.url).content.decode()
    again = open_form(browser, answer.url, LOGIN, login=per.email, password=PASSWORD)
    assert browser.post(LOGIN, again).url == WANTED


def test_an_older_form_for_proving_oneself_too(per):
    browser = sign_in_as(per, checking(), age=16 * MINUTE)
    form = open_form(browser, at(AGAIN), password=PASSWORD)
    browser.cookies[project.CSRF_COOKIE_NAME] = "a" * 32

    answer = browser.post(AGAIN, form)
    again = open_form(browser, answer.url, AGAIN, password=PASSWORD)

    assert browser.post(AGAIN, again).url == WANTED


def test_who_is_signed_out_meanwhile_is_led_to_the_sign_in(per):
    browser = sign_in_as(per, checking(), age=16 * MINUTE)
    form = open_form(browser, at(AGAIN), password=PASSWORD)
    browser.cookies.clear()

    assert browser.post(AGAIN, form).url == f"{LOGIN}?igjen=1&next={quote(WANTED, safe='')}"


def test_signing_out_with_an_old_form_asks_once_more(per):
    logout = reverse("account_logout")
    browser = sign_in_as(per, checking())
    form = open_form(browser, logout)
    browser.cookies[project.CSRF_COOKIE_NAME] = "a" * 32

    answer = browser.post(logout, form)

    assert answer.url == f"{logout}?igjen=1"
    assert browser.get(answer.url).status_code == 200


def test_a_strangers_page_signs_nobody_in(per):
    """Another site's form has no token: it leads to the page, and the browser is as it was."""
    browser = checking()

    answer = browser.post(LOGIN, {"login": per.email, "password": PASSWORD}, headers={"origin": "https://evil.example"})

    assert answer.url == f"{LOGIN}?igjen=1"
    assert "_auth_user_id" not in browser.session
