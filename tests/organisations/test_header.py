"""The header's navigation: where one is, and on a page of no place where one comes from."""

import re

import pytest
from django.urls import reverse

from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db

ACCOUNT = "/konto/"


def navigation(page: str) -> list[str]:
    """The labels of the navigation, the current one in brackets."""
    found = re.search(r'<nav class="site-nav".*?</nav>', page, re.DOTALL)
    links = re.findall(r"<a [^>]*?( aria-current=\"page\")?>([^<]+)", found[0] if found else "")
    return [f"[{label.strip()}]" if current else label.strip() for current, label in links]


def navigation_at(browser, address: str, **headers) -> list[str]:
    return navigation(browser.get(address, headers=headers).content.decode())


@pytest.mark.parametrize("address", [ACCOUNT, "/konto/enheter/", "/konto/opplysninger/", "/hjelp/", "/personvern/"])
def test_the_account_keeps_the_navigation_of_the_firm(address, kari, sign_in):
    browser = sign_in(kari)

    shown = navigation_at(browser, address)

    assert shown == [label.strip("[]") for label in navigation_at(browser, "/kunder/")]
    assert "Kunder" in shown


def test_the_account_keeps_the_navigation_of_mine_tjenester(known, sign_in):
    shown = navigation_at(sign_in(known.administrator), ACCOUNT)

    assert shown == ["Oversikt", "Tjenester", "Tilgang", "Brukere", "Kostnader", "Bestill"]


def test_who_has_both_sides_keeps_the_one_that_was_seen_last(kari, known, sign_in):
    factories.CompanyUserFactory(user=kari.user, company=known.company, email=kari.user.email)
    browser = sign_in(kari)

    browser.get("/mine-tjenester/")
    of_the_company = navigation_at(browser, ACCOUNT)
    browser.get("/kunder/")
    of_the_firm = navigation_at(browser, ACCOUNT)
    by_the_page_before = navigation_at(browser, ACCOUNT, referer="http://testserver/mine-tjenester/kostnader/")

    assert "Bestill" in of_the_company
    assert "Kunder" in of_the_firm
    assert "Bestill" in by_the_page_before


def test_the_links_name_the_place_for_who_has_several(kari, vidda, sign_in):
    factories.EmployeeFactory(firm=vidda, user=kari.user)
    browser = sign_in(kari)
    browser.post(reverse("organisations:firm-switch"), {"_firm": kari.firm_id})

    here = browser.get(ACCOUNT).content.decode()
    by_the_tab = browser.get(ACCOUNT, headers={"referer": f"http://testserver/kunder/?byra={vidda.slug}"})

    assert f'href="/kunder/?byra={kari.firm.slug}"' in here
    assert f'href="/kunder/?byra={vidda.slug}"' in by_the_tab.content.decode()


def test_nothing_is_named_before_the_second_factor_is_shown(kari, sign_in, settings):
    browser = sign_in(kari)
    settings.REQUIRE_SECOND_FACTOR = True

    page = browser.get(reverse("mfa_index")).content.decode()

    assert navigation(page) == []
    assert kari.firm.name not in page


def test_who_has_no_place_has_no_navigation(sign_in):
    assert navigation_at(sign_in(factories.UserFactory()), ACCOUNT) == []


def test_the_page_that_one_is_on_is_marked(known, sign_in):
    browser = sign_in(known.administrator)

    at = {
        address: [label for label in navigation_at(browser, f"/mine-tjenester/{address}") if label.startswith("[")]
        for address in ("", "brukere/", "kostnader/", "bestill/")
    }

    assert at == {
        "": ["[Oversikt]"],
        "brukere/": ["[Brukere]"],
        "kostnader/": ["[Kostnader]"],
        "bestill/": ["[Bestill]"],
    }


def test_only_administrators_are_led_to_the_users(known, sign_in):
    reader = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)

    assert navigation_at(sign_in(reader), "/mine-tjenester/") == [
        "[Oversikt]", "Tjenester", "Tilgang", "Kostnader", "Bestill",
    ]  # fmt: skip
