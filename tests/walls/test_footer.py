"""Every page leads to help, privacy and the other language, whoever reads it."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from notifications.models import Email
from organisations.models import User

pytestmark = pytest.mark.django_db

OWN_LOOK = ("/admin/", "/epost/")  # Django's own pages, and the mails as they are


def test_every_page_has_help_privacy_and_the_other_language(visits):
    pages = [visit for visit in visits if visit.is_page and not visit.path.startswith(OWN_LOOK)]
    assert len(pages) > 200
    wanted = (b'href="/hjelp/"', b'href="/personvern/"')

    lacking = [
        str(visit)
        for visit in pages
        if not all(link in visit.body for link in wanted)
        or not re.search(rb'hreflang="(en|nb)"|name="language" value="(en|nb)"', visit.body)
    ]

    assert lacking == []


@pytest.mark.parametrize("name", ["organisations:help", "privacy-policy"])
@pytest.mark.parametrize("spoken", ["nb", "en"])
def test_the_pages_behind_it_are_open_to_everybody(name, spoken, kari, client):
    kari.user.language = spoken
    kari.user.save()
    anybody = client.get(f"{reverse(name)}?sprak={spoken}")
    client.force_login(kari.user)
    signed_in = client.get(reverse(name))

    for answer in (anybody, signed_in):
        assert answer.status_code == 200
        assert f'<html lang="{spoken}"' in answer.content.decode()
        assert "mailto:" in answer.content.decode()


def test_privacy_tells_what_the_settings_say(client, settings):
    settings.EMAIL_RETENTION_DAYS, settings.CLOSED_REQUEST_RETENTION_DAYS = 1, 730
    settings.ALERT_RETENTION_DAYS, settings.RECEIPT_NAME_RETENTION_YEARS = 0, 5
    settings.PRIVACY_EMAIL = "spor@byra.example"

    page = " ".join(client.get("/personvern/").content.decode().split())

    assert "1 dag etter at de ble sendt." in page
    assert "2 år etter at forespørselen ble lukket." in page
    assert "5 år etter utgangen av året." in page
    assert re.search(r"Varsler til byråers medarbeidere</dt>\s*<dd[^>]*>Uten grense\.", page)
    assert "mailto:spor@byra.example" in page


# --- The language


def test_before_sign_in_the_link_keeps_the_page_and_the_browser_remembers(client):
    address = f"{reverse('account_login')}?next=%2Fmine-tjenester%2F"
    page = client.get(address).content.decode()
    (link,) = re.findall(r'href="(\?[^"]*sprak=en[^"]*)"', page)

    english = client.get(reverse("account_login") + link.replace("&amp;", "&"))
    next_page = client.get(reverse("account_reset_password"))

    assert english.headers["Content-Language"] == next_page.headers["Content-Language"] == "en"
    assert 'value="/mine-tjenester/"' in english.content.decode()
    cookie = client.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("en", True, "Lax")
    assert "Cookie" in english.headers["Vary"]


@pytest.mark.parametrize("asked", ["", "de", "en;q=1", "../en", "e" * 5000])
def test_a_language_that_nobody_speaks_here_changes_nothing(asked, client):
    answer = client.get(reverse("account_login"), {"sprak": asked})

    assert answer.headers["Content-Language"] == "nb"
    assert "language" not in client.cookies


def test_a_made_up_cookie_is_passed_over(client):
    client.cookies["language"] = "de"

    assert client.get(reverse("account_login")).headers["Content-Language"] == "nb"


def test_who_is_signed_in_chooses_for_good_and_comes_back(kari):
    browser = Browser()
    browser.force_login(kari.user)
    before = browser.get("/kunder/?q=berg").content.decode()
    assert 'name="next" value="/kunder/?q=berg"' in before

    answer = browser.post("/sprak/", {"language": "en", "next": "/kunder/?q=berg"})

    assert answer.url == "/kunder/?q=berg"
    assert User.objects.get(pk=kari.user_id).language == "en"
    assert "Clients" in browser.get(answer.url).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(elsewhere, kari):
    browser = Browser()
    browser.force_login(kari.user)

    assert browser.post("/sprak/", {"language": "en", "next": elsewhere}).url == "/"


def test_what_is_no_language_is_not_found_and_a_get_changes_nothing(kari):
    browser = Browser()
    browser.force_login(kari.user)

    assert browser.post("/sprak/", {"language": "de"}).status_code == 404
    assert browser.get("/sprak/").status_code == 405
    assert browser.get("/kunder/?sprak=en").headers["Content-Language"] == "en"
    assert browser.get("/kunder/").headers["Content-Language"] == "nb"
    assert User.objects.get(pk=kari.user_id).language == "nb"
    assert not Email.objects.exists()
