"""Which language a page speaks: the person's own, before sign-in the browser's."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from ground.money import format_nok
from organisations.models import User

pytestmark = pytest.mark.django_db


def test_a_person_can_choose_each_language_that_the_pages_speak():
    assert set(User.Language.values) == {code for code, _name in settings.LANGUAGES}


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (None, "nb"),
        ("en-GB,en;q=0.9,nb;q=0.8", "en"),
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("no", "nb"),
        ("nn-NO,en;q=0.5", "nb"),
        ("de-DE,de;q=0.9,en;q=0.1", "en"),
        ("sv,da;q=0.5", "nb"),
        ("*", "nb"),
        ("x" * 5000, "nb"),
    ],
)
def test_before_sign_in_it_is_the_first_that_the_browser_asks_for_and_we_speak(asked, spoken):
    answer = Browser(headers={"accept-language": asked} if asked else {}).get(reverse("account_login"))

    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in answer.content.decode()
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("spoken", ["nb", "en"])
def test_who_is_signed_in_reads_the_language_that_is_chosen(spoken, kari):
    kari.user.language = spoken
    kari.user.save()
    browser = Browser(headers={"accept-language": "nb" if spoken == "en" else "en"})
    browser.force_login(kari.user)

    answer = browser.get("/kunder/")

    assert answer.headers["Content-Language"] == spoken
    assert ("Clients" if spoken == "en" else "Kunder") in answer.content.decode()


@pytest.mark.parametrize(("language", "written"), [("nb", "3. mai 2026"), ("en", "3 May 2026")])
def test_days_are_written_as_the_language_writes_them(language, written):
    with translation.override(language):
        assert date_format(date(2026, 5, 3)) == written


@pytest.mark.parametrize(("language", "written"), [("nb", "03.05.2026"), ("en", "3 May 2026")])
def test_days_of_tables_too(language, written):
    with translation.override(language):
        assert date_format(date(2026, 5, 3), "SHORT_DATE_FORMAT") == written


@pytest.mark.parametrize(
    ("language", "written"),
    [("nb", ["549,00", "6\u00a0588,00", "-0,10"]), ("en", ["549.00", "6,588.00", "-0.10"])],
)
def test_amounts_are_written_as_the_language_writes_them(language, written):
    with translation.override(language):
        assert [format_nok(Decimal(amount)) for amount in ("549", "6588.00", "-0.1")] == written


@pytest.mark.parametrize(("language", "words"), [("nb", "Noe gikk galt hos oss"), ("en", "Something went wrong")])
def test_the_page_for_our_own_faults_says_its_language(language, words, kari, monkeypatch):
    kari.user.language = language
    kari.user.save()
    browser = Browser(raise_request_exception=False)
    browser.force_login(kari.user)
    monkeypatch.setattr("office.clients.views.find_clients", faulty)

    answer = browser.get("/kunder/")

    assert answer.status_code == 500
    assert f'<html lang="{language}"' in answer.content.decode()
    assert words in answer.content.decode()


def test_without_a_database_the_page_that_says_so_is_norwegian(kari, monkeypatch):
    browser = Browser(raise_request_exception=False)
    browser.force_login(kari.user)
    monkeypatch.setattr(User, "is_authenticated", property(broken))

    answer = browser.get("/kunder/")

    assert answer.status_code == 503
    assert '<html lang="nb"' in answer.content.decode()


def faulty(*args, **kwargs):
    raise ValueError("a fault of ours")


def broken(*args, **kwargs):
    raise OperationalError("no connection")
