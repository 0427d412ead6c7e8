"""Who works in several firms or companies comes back to the right one: after any end of a session nobody stands in
another place without being told.
"""

from dataclasses import dataclass
from itertools import cycle, islice, product
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import escape

from ground.clock import database_clock
from organisations.models import CompanyUser, Employee
from organisations.places.current import Place
from organisations.signing_in.devices import SESSION_KEY as SEEN_AT
from tests import factories
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back
from tests.walls.house import House

LOGIN = reverse("account_login")
SIDES = {"firm": ("firm_administrator", "other_firm"), "company": ("company_administrator", "other_company")}
FIELD = {"firm": Place.FIRM_FIELD, "company": Place.COMPANY_FIELD}


@dataclass
class Person:
    """Somebody with a `right` place, that of the tab, and an `other`, which another tab has switched to last."""

    user: object
    side: str
    right: object
    other: object

    def name_of(self, row) -> str:
        return row.firm.name if self.side == "firm" else row.company.name

    def id_of(self, row) -> int:
        return row.firm_id if self.side == "firm" else row.company_id

    def field_of(self, row) -> dict:
        return {FIELD[self.side]: self.id_of(row)}

    def in_address(self, row) -> str:
        return f"byra={row.firm.slug}" if self.side == "firm" else f"selskap={row.company_id}"


def live_in_two_places(house: House) -> dict[str, Person]:
    """The administrator of one firm (of one company) becomes that of the house's other one as well."""
    found = {}
    for side, (here, there) in SIDES.items():
        user, other = house.people[here], house.people[there]
        model, place = (Employee, "firm") if side == "firm" else (CompanyUser, "company")
        own = model.objects.get(user=user)
        theirs = model.objects.get(user=other)
        more = {"email": user.email} if side == "company" else {}
        make = factories.EmployeeFactory if side == "firm" else factories.CompanyUserFactory
        too = make(user=user, role="administrator", **{place: getattr(theirs, place)}, **more)
        found[side] = Person(user, side, own, too)
    return found


def addresses(house: House, side: str) -> dict[str, str]:
    """One address of each of the side's patterns."""
    found = {}
    for row in read_matrix():
        if settings.PLACES.get(row.url.partition(":")[0]) == side and row.url not in found:
            found[row.url] = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
    return found


# --- How a session ends ------------------------------------------------------------------------------------------


def is_deleted(browser: Browser) -> None:
    Session.objects.filter(session_key=browser.session.session_key).delete()


def cookie_is_gone(browser: Browser) -> None:
    del browser.cookies[settings.SESSION_COOKIE_NAME]


def was_not_used_for_long(browser: Browser) -> None:
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": 0} for record in records]
    session[SEEN_AT] = 0
    session.save()


ENDS = [is_deleted, cookie_is_gone, was_not_used_for_long]


def sign_in_and_go_on(person: Person, browser: Browser, answer):
    """Follow to the sign-in, sign in, and come to the page that it leads to; what is no page is followed."""
    assert answer.url.startswith(LOGIN), answer.url
    wanted = parse_qs(urlsplit(answer.url).query)["next"][0]
    sign_in_as(person.user, browser)
    page = browser.get(wanted)
    while page.status_code == 302 and page.url.startswith("/"):
        page = browser.get(page.url)
    return page


def where_one_stands(person: Person, page) -> str:
    """`right`, `other`, `offered` (the switch to the right one), or `nowhere`: no page, or no page of a place."""
    is_led_out = page.status_code == 302  # to a service
    if page.status_code != 200 and not is_led_out:
        return "nowhere"
    if page.templates and page.templates[0].name == "organisations/place_offer.html":
        return "offered" if page.context["asked"].label == person.name_of(person.right) else "other offered"
    row = page.wsgi_request.employee or page.wsgi_request.company_user
    return {person.right.pk: "right", person.other.pk: "other"}[row.pk] if row else "nowhere"


def is_told(person: Person, page) -> bool:
    sentence = f"Du er i {person.name_of(person.other)}. Du kan bytte øverst på siden."
    return escape(sentence) in page.content.decode()


def switch(browser: Browser, person: Person, row) -> None:
    browser.post(f"/bytt/{'byra' if person.side == 'firm' else 'selskap'}/", person.field_of(row))


# --- The properties ----------------------------------------------------------------------------------------------


WAYS = {
    "loaded again": lambda browser, path, tab, fields: browser.get(tab),
    "by a link on it": lambda browser, path, tab, fields: browser.get(path, headers={"referer": tab}),
    "by its form": lambda browser, path, tab, fields: browser.post(path, fields),
    "by the bare address": lambda browser, path, tab, fields: browser.get(path),
}


def come_back(person: Person, last, end, ask, path: str):
    """The page that one comes to, and where one stands there; `last` is the place that was used last."""
    browser = sign_in_as(person.user)
    session = browser.session
    session.update(person.field_of(last))
    session.save()
    type(last).objects.filter(pk=last.pk).update(entered_at=database_clock())
    end(browser)
    tab = f"http://testserver{path}?{person.in_address(person.right)}"
    page = sign_in_and_go_on(person, browser, ask(browser, path, tab, person.field_of(person.right)))
    return page, where_one_stands(person, page)


@pytest.mark.parametrize("each", [1, pytest.param(12, marks=pytest.mark.long)], ids=["in turn", "all"])
@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_no_address_leads_into_another_place_without_a_word(side, each, house):
    """In a tab of the right place, after another tab has switched; nothing but the address, or the form, tells.

    Each address in so many of the twelve ways and ends: the next one in the next of them.
    """
    person, wrong, ways = live_in_two_places(house)[side], [], cycle(product(WAYS.items(), ENDS))
    for name, path in addresses(house, side).items():
        for (how, ask), end in islice(ways, each):
            with rolled_back():
                page, stands = come_back(person, person.other, end, ask, path)
            may_be_told = how == "by the bare address" and is_told(person, page)
            if stands == "other offered" or (stands == "other" and not may_be_told):
                wrong.append(f"{name}, the session {end.__name__}, {how}: {stands}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("each", [1, pytest.param(6, marks=pytest.mark.long)], ids=["in turn", "all"])
@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_with_one_tab_one_is_back_where_one_was(side, each, house):
    """The last place is remembered: nothing in the address needs to tell it."""
    person, wrong = live_in_two_places(house)[side], []
    cases = cycle(product(((person.right, "other"), (person.other, "right")), ENDS))
    for name, path in addresses(house, side).items():
        for (last, elsewhere), end in islice(cases, each):
            with rolled_back():
                _page, stands = come_back(person, last, end, WAYS["by the bare address"], path)
            if stands == elsewhere:
                wrong.append(f"{name}, the session {end.__name__}: {stands}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_the_switch_that_is_offered_leads_to_the_page_in_the_right_place(side, house):
    person = live_in_two_places(house)[side]
    path = "/kunder/ny/" if side == "firm" else "/mine-tjenester/kostnader/"
    browser = sign_in_as(person.user)
    switch(browser, person, person.other)
    offer = browser.get(f"{path}?maned=2026-03&{person.in_address(person.right)}")

    there = browser.post(offer.context["asked"].switch_url, {
        offer.context["asked"].field_name: offer.context["asked"].pk, "next": offer.context["next"],
    })  # fmt: skip

    assert there.url == f"{path}?maned=2026-03&{person.in_address(person.right)}"
    assert where_one_stands(person, browser.get(there.url)) == "right"
    assert offer.headers["Referrer-Policy"] == "strict-origin"
    assert there.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_a_link_in_a_tab_of_before_the_sign_in_does_not_lead_astray(side, house):
    """The session ends, another tab signs in, and this one still shows a page of the other place."""
    person = live_in_two_places(house)[side]
    browser = sign_in_as(person.user)
    switch(browser, person, person.other)
    first, second = (
        ("/kunder/", "/mine-oppgaver/") if side == "firm" else ("/mine-tjenester/", "/mine-tjenester/kostnader/")
    )
    tab = f"http://testserver{first}?{person.in_address(person.right)}"

    page = browser.get(second, headers={"referer": tab})

    assert where_one_stands(person, page) == "offered"


@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_the_tab_is_told_its_place_where_there_are_several(side, house):
    person = live_in_two_places(house)[side]
    path = "/kunder/" if side == "firm" else "/mine-tjenester/"
    browser = sign_in_as(person.user)
    switch(browser, person, person.right)

    page = browser.get(path).content.decode()

    assert f'<meta name="place" content="{person.in_address(person.right)}">' in page
    assert "place.js" in page
    assert "place.js" not in sign_in_as(house.people["employee_own"]).get("/kunder/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["999999", "ukjent", "", "9" * 400, "-1", "%00"])
def test_a_place_that_is_nobodys_or_a_strangers_is_not_there(name, side, house):
    person = live_in_two_places(house)[side]
    stranger = factories.FirmFactory(slug="fremmed") if side == "firm" else factories.CompanyFactory()
    path = "/kunder/" if side == "firm" else "/mine-tjenester/"
    parameter = "byra" if side == "firm" else "selskap"
    browser = sign_in_as(person.user)

    assert browser.get(f"{path}?{parameter}={name}").status_code == (404 if name else 200)
    assert browser.get(f"{path}?{parameter}={stranger.pk}").status_code == 404


@pytest.mark.django_db
def test_a_lost_place_in_the_address_is_told_as_lost(house, clock):
    person = live_in_two_places(house)["company"]
    browser = sign_in_as(person.user)
    CompanyUser.objects.filter(pk=person.right.pk).update(deactivated_at=clock(), is_main_contact=False)

    page = browser.get(f"/mine-tjenester/?{person.in_address(person.right)}").content.decode()

    name = person.name_of
    assert f"Du er ikke lenger bruker av {name(person.right)}. Nå er du i {name(person.other)}." in page
