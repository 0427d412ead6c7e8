"""How often something may be tried: counted in PostgreSQL, and nobody is locked out by strangers."""

from functools import partial

import pytest
from allauth.account import app_settings
from allauth.core import ratelimit
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as project
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from byra.middleware import when_to_come_back
from notifications.models import Email
from organisations.models import CacheEntry
from tests import factories
from tests.factories import PASSWORD
from tests.races import race
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("account_login")
KNOWN = project.KNOWN_BROWSER_COOKIE_NAME
STRANGER, HOME = "198.51.100.7", "192.0.2.1"


@pytest.fixture
def person(known):
    return known.administrator.user


def give(browser: Browser, user, password: str = PASSWORD, *, at: str = HOME, **headers):
    fields = {"login": user.email, "password": password}
    return browser.post(SIGN_IN, fields, REMOTE_ADDR=at, headers=headers)


def is_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def signed_out_again(user, *, at: str = HOME) -> Browser:
    browser = Browser()
    give(browser, user, at=at)
    assert is_in(browser)
    browser.post(reverse("account_logout"))
    return browser


def fail(user, times: int = 5, *, browser: Browser | None = None, at: str = STRANGER) -> None:
    for _turn in range(times):
        give(browser or Browser(), user, "ikke-dette-passordet", at=at)


def test_five_wrong_passwords_are_enough(person):
    fail(person)
    browser = Browser()

    give(browser, person, at=STRANGER)

    assert not is_in(browser)


def test_another_port_in_the_host_gives_no_new_tries(person):
    for port in range(5):
        give(Browser(), person, "ikke-dette-passordet", at=STRANGER, host=f"testserver:{8000 + port}")
    browser = Browser()

    give(browser, person, at=STRANGER, host="testserver:9000")

    assert not is_in(browser)


def test_strangers_do_not_lock_out_whoever_has_signed_in_here_before(person):
    browser = signed_out_again(person)
    fail(person)

    give(browser, person)

    assert is_in(browser)


def test_not_even_from_the_same_machine(person):
    browser = signed_out_again(person)
    fail(person, 12, at=HOME)

    give(browser, person, at=HOME)

    assert is_in(browser)


def test_a_known_browser_has_five_tries_of_its_own(person):
    browser = signed_out_again(person)
    fail(person, browser=browser, at=HOME)

    give(browser, person)

    assert not is_in(browser)
    stranger = Browser()
    give(stranger, person, at=STRANGER)
    assert is_in(stranger)


def test_proving_oneself_again_is_not_locked_by_strangers_either(person):
    browser = Browser()
    give(browser, person)
    fail(person)

    answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/konto/"})

    assert answer.url == "/konto/"


@pytest.mark.parametrize("change", ["another person", "password", "signature", "number", "nonsense"])
def test_the_cookie_counts_for_one_person_and_one_password(change, person):
    browser = signed_out_again(person)
    number, name, signature = browser.cookies[KNOWN].value.split(".")
    user = person
    if change == "another person":
        user = factories.UserFactory(email="anne@eksempel.example", name="Anne Vik")
    elif change == "password":
        person.set_password("rød-hest-på-vei-hjem")
        person.save()
    else:
        worse = {
            "signature": f"{number}.{name}.{signature[::-1]}",
            "number": f"{person.pk + 1}.{name}.{signature}",
            "nonsense": "9" * 30 + "æ..",
        }
        browser.cookies[KNOWN] = worse[change]
    fail(user)

    give(browser, user, "rød-hest-på-vei-hjem" if change == "password" else PASSWORD)

    assert not is_in(browser)


def test_whoever_changes_the_password_is_known_by_the_new_one(person):
    browser = Browser()
    give(browser, person)
    before, new = browser.cookies[KNOWN].value, "rød-hest-på-vei-hjem"

    browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert browser.cookies[KNOWN].value != before
    browser.post(reverse("account_logout"))
    fail(person)
    give(browser, person, new)
    assert is_in(browser)


def test_half_a_sign_in_makes_no_known_browser(person):
    browser = Browser()

    give(browser, person, "ikke-dette-passordet")

    assert KNOWN not in browser.cookies


def test_the_cookie_opens_nothing(person):
    browser = signed_out_again(person)

    assert browser.get("/konto/").url.startswith(SIGN_IN)
    assert person.email not in browser.cookies[KNOWN].value


def test_mails_are_counted_by_address_whatever_the_browser(person):
    known = signed_out_again(person).cookies[KNOWN].value
    for _turn in range(5):
        browser = Browser()
        browser.cookies[KNOWN] = known
        browser.post(reverse("account_request_login_code"), {"email": person.email})

    assert Email.objects.filter(kind="account_login_code").count() == 3


def test_the_page_says_when_to_try_again(person):
    for _turn in range(6):
        answer = Browser().post(reverse("account_reset_password"), {"email": person.email})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Vent ett minutt, gå tilbake og prøv igjen." in answer.content.decode()
    english = Browser(headers={"accept-language": "en"}).post(
        reverse("account_reset_password"), {"email": person.email}
    )
    assert "Wait a minute, go back and try again." in english.content.decode()


EVERY_LIMIT = dict.fromkeys(app_settings.RATE_LIMITS, "0/m/ip")  # whoever asks has asked too often
LIMITED = {
    "account_login": {"login": "per@orstaror.example", "password": "feil"},
    "account_reset_password": {"email": "per@orstaror.example"},
    "account_request_login_code": {"email": "per@orstaror.example"},
    "account_signup": {"email": "ny@eksempel.example", "password1": "x", "password2": "x"},
    "account_change_password": {"oldpassword": "x", "password1": "y", "password2": "y"},
    "account_reauthenticate": {"password": "feil"},
    "account:reauthenticate-by-code": {"code": "000000"},
    "links:link-request": {"address": "per@orstaror.example"},
    "links:receipt-check": None,
}


def try_each(person, settings) -> dict[str, HttpResponse]:
    """What each page answers of those that somebody can try too often; by a link where there is nothing to send."""
    settings.ACCOUNT_RATE_LIMITS = EVERY_LIMIT
    answers = {}
    for name, fields in LIMITED.items():
        browser = Browser()
        if name.startswith(("account_change", "account_reauth", "account:")):
            sign_in_as(person, browser)
        if fields is None:
            answers[name] = browser.get(reverse(name, args=["1", "kode"]))
        else:
            answers[name] = browser.post(reverse(name), fields)
    return answers


def test_every_answer_that_says_too_often_says_when_to_come_back(person, settings):
    answers = try_each(person, settings)

    refused = {name: answer.headers.get("Retry-After") for name, answer in answers.items() if answer.status_code == 429}
    assert len(refused) >= 6, {name: answer.status_code for name, answer in answers.items()}
    assert refused.pop("links:receipt-check") == "3600"
    assert set(refused.values()) == {"60"}


def too_often(person, page: str, fields: dict[str, str], *, signed_in: bool) -> HttpResponse:
    """What the page answers once the same wrong words have been sent too often."""
    for _turn in range(12):
        browser = sign_in_as(person, Browser()) if signed_in else Browser()
        answer = browser.post(reverse(page), fields)
    return answer


@pytest.mark.parametrize(
    ("page", "fields", "signed_in"),
    [
        ("account_login", {"login": "per@orstaror.example", "password": "ikke-dette-passordet"}, False),
        ("account_request_login_code", {"email": "per@orstaror.example"}, False),
        ("account_reset_password", {"email": "per@orstaror.example"}, False),
        ("account_reauthenticate", {"password": "ikke-dette-passordet"}, True),
    ],
)
def test_whatever_was_tried_too_often_is_answered_by_the_same_status(page, fields, signed_in, person):
    answer = too_often(person, page, fields, signed_in=signed_in)

    assert answer.status_code == 429
    assert "For mange" in answer.content.decode()
    assert int(answer.headers["Retry-After"]) >= 60


def test_a_second_step_that_was_tried_too_often_too(person):
    TOTP.activate(person, generate_totp_secret())
    browser = Browser()
    give(browser, person)

    answers = [browser.post(reverse("mfa_authenticate"), {"code": "000000"}) for _turn in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "300"


def test_one_wrong_password_is_an_ordinary_page(person):
    answer = give(Browser(), person, "ikke-dette-passordet")

    assert answer.status_code == 200
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_no_page_of_ours_has_made_says_it_too(status):
    known = when_to_come_back(lambda request: HttpResponse(status=status, headers={"Retry-After": "7"}))
    unknown = when_to_come_back(lambda request: HttpResponse(status=status))
    request = RequestFactory().get("/")

    assert known(request).headers["Retry-After"] == "7"
    assert int(unknown(request).headers["Retry-After"]) > 0
    assert "Retry-After" not in when_to_come_back(lambda request: HttpResponse())(request).headers


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_no_more_than_the_limit(settings):
    settings.ACCOUNT_RATE_LIMITS = {"check_receipt": "5/m/ip"}
    request = RequestFactory().post("/")

    allowed = race(*[partial(ratelimit.consume, request, action="check_receipt")] * 20)
    late = ratelimit.consume(request, action="check_receipt")

    assert [answer for answer in allowed if isinstance(answer, Exception)] == []
    assert 1 <= sum(allowed) <= 5
    assert not late
    assert not CacheEntry.objects.filter(pk__endswith=":lock").exists()


@pytest.mark.django_db(transaction=True)
def test_a_mark_is_set_once():
    answers = race(*[partial(cache.add, "used", "y", timeout=30)] * 10)

    assert sorted(answers) == [False] * 9 + [True]


def test_a_count_that_cannot_be_written_is_no_error_page(person):
    def break_writes(execute, sql, params, many, context):
        if "organisations_cacheentry" in sql and sql.startswith(("INSERT", "UPDATE")):
            raise DatabaseError("no room")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_writes):
        answer = give(Browser(raise_request_exception=False), person)

    assert answer.status_code in (200, 429)
