"""Every form of both portals, and of one's own page: what was typed comes back when it could not be taken."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import resolve, reverse

from clients.models import Client
from organisations.forms.kept import fill_in
from organisations.models import Employee, User
from organisations.places.current import Place
from organisations.signing_in.devices import SESSION_KEY as SEEN_AT
from tests import factories
from tests.page_forms import Form, form_to, forms_of
from tests.sign_in import MINUTE, sign_in_as
from tests.walls.crawl import fill, named_patterns, read_matrix, rolled_back
from tests.walls.house import House

pytestmark = pytest.mark.django_db

PORTALS = {*settings.PLACES, "account"}
LOOKERS = ("firm_administrator", "other_firm", "company_administrator", "other_company")
WORD = "Kånåri <b>nr. 7</b>"
CONSENTS = {"accepts_terms", "acknowledge"}
CONSENTS_ALONE = {"my_services:activation-approve", "collaboration:forward-answer"}  # nothing to fill in but a tick
# Ticks and choices among what the page shows anew, and a file, which no page can give back.
CHOICES_ALONE = {"office:bulk-begin", "office:bulk-start", "office:import-upload", "office:import-start"}
OWN_PAGE, INVITE, NEW_CLIENT = "/konto/", "/mine-tjenester/brukere/inviter/", "/kunder/ny/"


def pages_of(house: House) -> Iterator[tuple[str, User, str]]:
    """Every page of the portals that somebody can look at: its name, who looks, and its address."""
    for row in read_matrix():
        role = next((role for role in LOOKERS if row.answers.get("GET", {}).get(role) == "200"), None)
        if role and row.url.partition(":")[0] in PORTALS:
            path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
            yield row.url, house.people[role], path


@dataclass
class Found:
    """A form with something to fill in: who finds it on which page, and where it is sent."""

    user: User
    path: str
    action: str

    @property
    def view(self) -> str:
        return resolve(urlsplit(self.action).path).view_name


def forms_to_fill_in(house: House) -> list[Found]:
    """One of those that stand on pages of one name and lead to one view."""
    found = {}
    for name, user, path in pages_of(house):
        for form in read(user, path):
            if form.has_something_to_fill_in():
                one = Found(user, path, form.action)
                found.setdefault((name, one.view), one)
    return list(found.values())


def views_that_fill_in() -> set[str]:
    """The portals' views that call `fill_in`, themselves or by a function of ours that they call."""
    return {
        name
        for name, pattern in named_patterns()
        if name.partition(":")[0] in PORTALS and calls(inspect.unwrap(pattern.callback), fill_in)
    }


def calls(function: Callable, wanted: Callable, depth: int = 3) -> bool:
    code, names = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    called = [names[name] for name in code.co_names if inspect.isfunction(names.get(name))] if code else []
    return wanted in called or (depth > 0 and any(calls(inspect.unwrap(one), wanted, depth - 1) for one in called))


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
    def view(self) -> str:
        return resolve(urlsplit(self.form.action).path).view_name

    @property
    def place(self) -> dict[str, int]:
        return {name: int(values[0]) for name, values in self.form.sent().items() if name in ("_firm", "_company")}


@pytest.fixture
def house(house):
    """Ola has a task, which somebody takes over when he leaves."""
    ola = Employee.objects.get(pk=house.names["employee"])
    client = Client.objects.get(firm=ola.firm, number=house.names["shared"])
    factories.TaskFactory(client=client, owner=ola)
    return house


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


@pytest.mark.parametrize("each", [1, pytest.param(len(HAPPENINGS), marks=pytest.mark.long)], ids=["in turn", "all"])
def test_what_was_typed_stands_in_the_form_again(each, house):
    """After so many of the happenings to each form, the next ones to the next form."""
    forms, lost, played = forms_to_fill_in(house), [], set()
    assert {form.view for form in forms} == views_that_fill_in() | CONSENTS_ALONE | CHOICES_ALONE, (
        "a form stands on no page, or more do"
    )

    for place, form in enumerate(forms):
        meant = [happening for happening in HAPPENINGS if is_meant(happening, form.path)]
        for happening in islice(cycle(meant), place * each, place * each + min(each, len(meant))):
            played.add(happening)
            with rolled_back():
                lost += what_is_lost(happening, Tab(form.user, form.path, form.action), form.view in CONSENTS_ALONE)

    assert not lost, "\n".join(lost)
    assert played == set(HAPPENINGS)


def what_is_lost(happening: Callable[[Tab], None], tab: Tab, is_consent: bool) -> list[str]:
    happening(tab)
    page = tab.go_on(tab.send()).content.decode()
    typed = {name: values for name, values in tab.form.visible().items() if name not in CONSENTS and not is_consent}
    given_back = form_to(tab.form.action, page, tab.path).visible()
    name, lost = happening.__name__, []
    if typed != given_back and tab.view not in CHOICES_ALONE:
        lost.append(f"{name}, {tab.path}: {typed} became {given_back}")
    if "Ingenting er sendt" not in page:
        lost.append(f"{name}, {tab.path}: the page does not say that nothing was sent")
    return lost
