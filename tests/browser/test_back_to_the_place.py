"""Two companies in two tabs, and a session that ends: everybody is back where he was, with what he had typed."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from collaboration.models import Activation
from organisations.models import CompanyUser
from subscriptions.models import Subscription
from tests import factories
from tests.browser.test_answers import send_request
from tests.browser.visitor import Visitor
from tests.pairs import some_of

pytestmark = pytest.mark.django_db(transaction=True)

CANCEL = "/mine-tjenester/tjenester/eaccounting/si-opp/"


@pytest.fixture
def per(known, subscribed) -> CompanyUser:
    """Administrator of Ørsta Rør and of Ærlig Bakeri, which both have the service."""
    per = known.administrator
    factories.CompanyUserFactory(company=subscribed.company, user=per.user, email=per.user.email)
    factories.SubscriptionFactory(
        company=known.company,
        service=subscribed.subscription.service,
        renews_on=timezone.localdate() + timezone.timedelta(days=200),
    )
    return per


@pytest.fixture
def at_home(visit, per) -> Visitor:
    visitor = visit()
    visitor.come_in(per.user)
    return visitor


def choose(visitor: Visitor, company: str) -> None:
    """By the menu in the header."""
    visitor.page.locator(".place-button").click()
    visitor.press(visitor.page.locator("#place-menu").get_by_role("button", name=company))


def header(visitor: Visitor) -> str:
    return visitor.page.locator(".place-name").first.inner_text()


def forget_cookies(visitor: Visitor) -> None:
    visitor.context.clear_cookies()


def delete_sessions(visitor: Visitor) -> None:
    Session.objects.all().delete()


ENDS = [forget_cookies, delete_sessions]


@pytest.mark.parametrize("end", some_of(ENDS, delete_sessions), ids=lambda end: end.__name__)
def test_two_tabs_of_two_companies_come_back_each_to_its_own(end, at_home, per):
    choose(at_home, "Ørsta Rør AS")
    at_home.goto(CANCEL)
    other_tab = at_home.another_tab()
    other_tab.goto("/mine-tjenester/")
    choose(other_tab, "Ærlig Bakeri AS")
    end(at_home)

    at_home.page.reload()
    at_home.sign_in(per.user.email)

    assert header(at_home) == "Ærlig Bakeri AS"
    assert "Dette gjelder Ørsta Rør AS" in at_home.text
    at_home.click("Bytt til Ørsta Rør AS")
    assert (at_home.path.partition("?")[0], header(at_home)) == (CANCEL, "Ørsta Rør AS")

    other_tab.page.reload()
    assert "Dette gjelder Ærlig Bakeri AS" in other_tab.text


def test_the_button_of_the_other_company_cancels_nothing(at_home, per, known, subscribed):
    """The example that this is for: a click on what one believes to be Ørsta Rør's page."""
    choose(at_home, "Ørsta Rør AS")
    at_home.goto(CANCEL)
    other_tab = at_home.another_tab()
    other_tab.goto("/mine-tjenester/")
    choose(other_tab, "Ærlig Bakeri AS")
    delete_sessions(at_home)

    at_home.click("Si opp avtalen")
    at_home.sign_in(per.user.email)
    at_home.click("Bytt til Ørsta Rør AS")
    assert "Ingenting er sendt ennå: se over og send én gang til." in at_home.text
    at_home.click("Si opp avtalen")

    cancelled = Subscription.objects.exclude(cancelled_on=None).values_list("company__name", flat=True)
    assert list(cancelled) == ["Ørsta Rør AS"]


@pytest.mark.parametrize("end", some_of(ENDS, forget_cookies), ids=lambda end: end.__name__)
def test_the_reason_of_a_no_stands_there_after_signing_in(end, at_work, at_home, per, known):
    send_request(at_work, known.client)
    activation = Activation.objects.get()
    page = f"/mine-tjenester/foresporsler/{activation.pk}/avsla/"
    choose(at_home, "Ørsta Rør AS")
    at_home.goto(page)
    at_home.page.get_by_label("Prisen er for høy").check()
    at_home.page.get_by_label("Kommentar til byrået").fill("Vi ser på det igjen til våren.")
    end(at_home)
    if end is forget_cookies:
        at_home.expect(403)

    at_home.click("Avslå")
    if end is forget_cookies:
        assert "Ingenting er sendt eller lagret." in at_home.text
        at_home.press(at_home.page.get_by_role("main").get_by_role("link", name="Logg inn"))
    at_home.sign_in(per.user.email)

    assert "Ingenting er sendt ennå: se over og send én gang til." in at_home.text
    assert at_home.page.get_by_label("Prisen er for høy").is_checked()
    assert at_home.page.get_by_label("Kommentar til byrået").input_value() == "Vi ser på det igjen til våren."
    activation.refresh_from_db()
    assert activation.is_pending
    at_home.click("Avslå")
    activation.refresh_from_db()
    assert (activation.status, activation.decline_comment) == ("declined", "Vi ser på det igjen til våren.")


def test_a_double_click_makes_one_contact(visit, kari, known):
    visitor = visit()
    visitor.come_in(kari.user)
    visitor.goto(f"/kunder/{known.client.number}/kontakter/ny/")
    visitor.page.get_by_label("Navn").fill("Anne Vik")

    with visitor.page.expect_navigation(url=f"**/kunder/{known.client.number}/**"):
        visitor.page.evaluate("for (const turn of [1, 2]) document.querySelector('form.form').requestSubmit()")

    visitor.site.wait_until(lambda: known.client.contacts.filter(name="Anne Vik").exists(), "the contact")
    visitor.page.wait_for_url(f"**/kunder/{known.client.number}/")
    assert known.client.contacts.filter(name="Anne Vik").count() == 1
