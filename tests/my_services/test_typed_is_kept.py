"""Asked anew for the sign-in on each form of Mine tjenester: what was typed, or chosen in the address, comes back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ground.clock import database_clock, oslo_date
from tests import factories
from tests.conftest import make_client
from tests.factories import PASSWORD
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

AGAIN = reverse("account_reauthenticate")
ORDER = "/mine-tjenester/bestill/eaccounting/"


@pytest.fixture
def come_back(post):
    """Send the form from its page with an old sign-in, give the password, and follow back to the page."""

    def send(place, page, fields, *, to=""):
        browser = sign_in_as(place.user, age=16 * MINUTE)
        browser.defaults["HTTP_REFERER"] = f"http://testserver{page}"
        asked = post(browser, to or page, place.company, **fields)
        assert asked.url.startswith(AGAIN)
        back = browser.post(asked.url, {"password": PASSWORD})
        assert back.url == page
        return browser.get(back.url)

    return send


@pytest.fixture
def line(subscribed):
    return subscribed.administrator


@pytest.fixture
def anne(subscribed):
    """A user of the company who may open its service."""
    place = factories.CompanyUserFactory(company=subscribed.company, role="user")
    factories.ServiceAccessFactory(company_user=place, subscription=subscribed.subscription)
    return place


def services_of(place) -> str:
    return reverse("company_users:user-services-edit", args=[place.pk])


def test_the_services_that_were_ticked(line, anne, subscribed, come_back):
    anne.service_accesses.all().delete()

    page = come_back(line, services_of(anne), {"subscriptions": [subscribed.subscription.pk]})

    assert page.context["form"]["subscriptions"].value() == [str(subscribed.subscription.pk)]


def test_all_services_taken_away(line, anne, come_back):
    page = come_back(line, services_of(anne), {})

    assert page.context["form"]["subscriptions"].value() == []
    assert anne.service_accesses.exists()


def test_the_ordered_variant_and_period_but_not_the_consent(known, eaccounting, come_back):
    address = f"{ORDER}?variant=smart"

    page = come_back(known.administrator, address, {"variant": "smart", "months": "3", "accepts_terms": "on"}, to=ORDER)

    form = page.context["form"]
    assert page.context["variant"].code == "smart"
    assert (form["months"].value(), form["accepts_terms"].value()) == ("3", False)


def test_what_becomes_of_the_other_firm(known, kari, nils, sent, approve, page_of, come_back):
    old = approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).collaboration
    theirs = make_client(
        nils,
        name=known.client.name,
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    asked = sent(theirs, by=nils)
    on = oslo_date(database_clock()) + timedelta(days=20)
    chosen = {"hand_over": str(old.pk), "siste": on.isoformat(), "payer": "firm"}

    page = come_back(known.administrator, page_of(asked), chosen, to=page_of(asked) + "godkjenn/")

    form = page.context["form"]
    assert {name: form[name].value() for name in chosen} == chosen


def test_the_day_in_the_address_of_an_ending(known, kari, sent, approve, come_back):
    collaboration = approve(sent(known.client, by=kari), by=known.administrator).collaboration
    on = oslo_date(database_clock()) + timedelta(days=20)
    page = reverse("my_services:collaboration-end", args=[collaboration.pk])

    address = f"{page}?siste={on.isoformat()}"

    shown = come_back(known.administrator, address, {})

    assert shown.context["planned"]
    assert f'action="{address}"' in shown.content.decode()
