"""Which language a page speaks: the person's own, before sign-in the browser's."""

from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

pytestmark = pytest.mark.django_db


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
