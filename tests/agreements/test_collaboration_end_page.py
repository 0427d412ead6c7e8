"""end, from the firm's side: the page that asks, and what it leads to."""

import pytest
from django.urls import reverse

from agreements.models import Collaboration
from tests import factories

pytestmark = pytest.mark.django_db


def url(client, name="collaboration-end"):
    return reverse(f"collaboration:{name}", args=[client.number, "eaccounting"])


def press(browser, client, outcome="continues", **options):
    """Read the page, and press the button of one of its ways."""
    page = browser.get(url(client))
    shown = next((way.shown for way in page.context["endings"] if way.value == outcome), "") if page.context else ""
    fields = {"_firm": client.firm_id, "outcome": outcome, "shown": shown}
    return browser.post(url(client), fields, **options)


@pytest.fixture
def approved(known, kari, sent, approve):
    return approve(sent(known.client, by=kari), by=known.administrator)


def test_the_firms_administrator_ends_it_and_the_door_shuts(approved, known, kari, sign_in):
    browser = sign_in(kari)
    assert browser.get(url(known.client, "service-open")).status_code == 302

    asks = browser.get(url(known.client))
    done = press(browser, known.client)

    assert asks.status_code == 200
    assert done.url == url(known.client, "service-detail")
    assert Collaboration.objects.get().ended_by == kari.user
    assert browser.get(url(known.client, "service-open")).status_code == 404


def test_asking_changes_nothing(approved, known, kari, sign_in):
    sign_in(kari).get(url(known.client))

    assert Collaboration.objects.get().is_active


def test_a_second_click_is_told_that_it_has_ended(approved, known, kari, sign_in):
    browser = sign_in(kari)
    press(browser, known.client)

    again = browser.post(url(known.client), {"_firm": kari.firm_id, "outcome": "continues", "shown": ""}, follow=True)

    assert "Samarbeidet er allerede avsluttet." in again.content.decode()


def test_an_employee_who_is_not_the_account_manager_gets_no_such_page(approved, known, fjord, sign_in):
    colleague = factories.EmployeeFactory(firm=fjord)

    assert sign_in(colleague).get(url(known.client)).status_code == 404
    assert "avslutt/" not in sign_in(colleague).get(url(known.client, "service-detail")).content.decode()


def test_the_account_manager_may(approved, known, fjord, sign_in):
    manager = factories.EmployeeFactory(firm=fjord)
    known.client.account_manager = manager
    known.client.save()

    press(sign_in(manager), known.client)

    assert Collaboration.objects.get().ended_by == manager.user


def test_another_firm_gets_404(approved, known, nils, sign_in):
    assert sign_in(nils).get(url(known.client)).status_code == 404


def test_after_it_has_ended_a_new_request_can_be_begun(approved, known, kari, sign_in):
    browser = sign_in(kari)
    press(browser, known.client)

    page = browser.get(url(known.client, "service-detail"))

    assert page.context["standing"].scenario == "subscribed"
    assert page.context["obstacles"] == []
