"""Every form of both portals, and of one's own page: what was typed comes back when it could not be taken."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse

from organisations.models import User
from organisations.places.current import Place
from organisations.signing_in.devices import SESSION_KEY as SEEN_AT
from tests import factories
from tests.page_forms import Form, form_to, forms_of
from tests.sign_in import MINUTE, sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back
from tests.walls.house import House

pytestmark = pytest.mark.django_db

PORTALS = {*settings.PLACES, "account"}
LOOKERS = ("firm_administrator", "other_firm", "company_administrator", "other_company")
WORD = "Kånåri <b>nr. 7</b>"
CONSENTS = {"accepts_terms", "acknowledge"}
OWN_PAGE, INVITE, NEW_CLIENT = "/konto/", "/mine-tjenester/brukere/inviter/", "/kunder/ny/"


def pages_of(house: House) -> dict[str, str]:
    """One address of every page of the portals, and who can look at it."""
    found = {}
    for row in read_matrix():
        who = next((role for role in LOOKERS if row.answers.get("GET", {}).get(role) == "200"), None)
        if who and row.url.partition(":")[0] in PORTALS and row.url not in found:
            found[row.url] = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()}), who
    return dict(found.values())


def read(user: User, path: str, browser: Browser | None = None) -> list[Form]:
    browser = browser or sign_in_as(user)
    page = browser.get(path)
    return forms_of(page.content.decode(), path) if page["Content-Type"].startswith("text/html") else []


class Tab:
    """A form on a page in somebody's browser, filled in; the browser checks as real ones do."""

    def __init__(self, user: User, path: str, action: str) -> None:
        self.user, self.path = user, path
        self.browser = sign_in_as(user, Browser(enforce_csrf_checks=True))
        self.form = form_to(action, self.browser.get(path).content.decode(), path)
        self.form.fill_in(WORD)

    def send(self):
        headers = {"referer": f"http://testserver{self.path}"}
        return self.browser.post(self.form.action, self.form.sent(), headers=headers)

    def go_on(self, answer, user: User | None = None):
        """Sign in, switch back or go back, as the answer says; `user` is who does so, if it is somebody else."""
        if answer.status_code == 409:
            put_in_session(self.browser, self.place)
            return self.browser.get(answer.context["came_from"])
        way_on = answer.context["way_on"] if answer.status_code == 403 else answer.url
        wanted = parse_qs(urlsplit(way_on).query).get("next")
        if wanted:
            sign_in_as(user or self.user, self.browser)
        return self.browser.get(wanted[0] if wanted else way_on)

    @property
    def place(self) -> dict[str, int]:
        return {name: int(values[0]) for name, values in self.form.sent().items() if name in ("_firm", "_company")}


def put_in_session(browser: Browser, values: dict) -> None:
    session = browser.session
    session.update(values)
    session.save()


# --- What may happen between the page and the click ----------------------------------------------------------------


def session_is_deleted(tab: Tab) -> None:
    Session.objects.filter(session_key=tab.browser.session.session_key).delete()


def session_cookie_is_gone(tab: Tab) -> None:
    del tab.browser.cookies[settings.SESSION_COOKIE_NAME]


def all_cookies_are_gone(tab: Tab) -> None:
    tab.browser.cookies.clear()


def session_was_not_used_for_long(tab: Tab) -> None:
    sign_in_as(tab.user, tab.browser, age=4 * 60 * MINUTE)
    put_in_session(tab.browser, {SEEN_AT: 0, **tab.place})


def sign_in_is_old(tab: Tab) -> None:
    sign_in_as(tab.user, tab.browser, age=16 * MINUTE)


def has_signed_in_anew_in_another_tab(tab: Tab) -> None:
    sign_in_as(tab.user, tab.browser)
    tab.browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32


def has_switched_in_another_tab(tab: Tab) -> None:
    if Place.FIRM_FIELD in tab.place:
        other = factories.EmployeeFactory(user=tab.user, firm__name="Annet AS")
        put_in_session(tab.browser, {Place.FIRM_FIELD: other.firm_id})
    else:
        other = factories.CompanyUserFactory(user=tab.user, company__name="Annet AS", email=tab.user.email)
        put_in_session(tab.browser, {Place.COMPANY_FIELD: other.company_id})


HAPPENINGS = [
    session_is_deleted,
    session_cookie_is_gone,
    all_cookies_are_gone,
    session_was_not_used_for_long,
    has_signed_in_anew_in_another_tab,
    has_switched_in_another_tab,
    sign_in_is_old,
]


def is_meant(happening: Callable, path: str) -> bool:
    """A company's page asks anew after a quarter of an hour; one's own page belongs to no place."""
    if happening is sign_in_is_old:
        return path.startswith("/mine-tjenester/")
    return happening is not has_switched_in_another_tab or path != OWN_PAGE


def test_what_was_typed_stands_in_the_form_again(house):
    forms = [
        (house.people[who], path, form.action)
        for path, who in pages_of(house).items()
        for form in read(house.people[who], path)
        if form.has_something_to_fill_in()
    ]
    lost = []
    for happening in HAPPENINGS:
        for user, path, action in forms:
            if is_meant(happening, path):
                with rolled_back():
                    lost += what_is_lost(happening, Tab(user, path, action))

    assert len(forms) > 20
    assert not lost, "\n".join(lost)


def what_is_lost(happening: Callable[[Tab], None], tab: Tab) -> list[str]:
    happening(tab)
    page = tab.go_on(tab.send()).content.decode()
    typed = {name: values for name, values in tab.form.visible().items() if name not in CONSENTS}
    given_back = form_to(tab.form.action, page, tab.path).visible()
    name, lost = happening.__name__, []
    if typed != given_back:
        lost.append(f"{name}, {tab.path}: {typed} became {given_back}")
    if "Ingenting er sendt" not in page:
        lost.append(f"{name}, {tab.path}: the page does not say that nothing was sent")
    return lost
