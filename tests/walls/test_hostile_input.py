"""What nobody types, in every field and address: never an error of ours, never another firm's row."""

import logging
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Task
from collaboration.models import Activation
from organisations.models import Employee
from tests import factories
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back, who_is_taken
from tests.walls.house import place_fields

pytestmark = pytest.mark.django_db

TEXTS = ["a\x00b", "\ud800", "9" * 5000, "-1 ' OR 1=1 --<script>٣"]
EXTRA = ("q", "sort", "after", "before", "status", "next", "orgnr", "variant", "shown", "accepts_terms",
         "acknowledge", "reason", "comment", "address", "password", "login", "code", "email", "type",
         "proposal")  # fmt: skip
ROLE_OF = {"my_services": "company_administrator", "company_users": "company_administrator", "links": "company_user"}
ADMINISTRATORS = {"firm": "firm_administrator", "company": "company_administrator"}


class Fields(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.names = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("input", "select", "textarea", "button"):
            self.names.add(dict(attrs).get("name"))


@pytest.fixture
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Door:
    """An address and a method, and a browser to which the view itself answers, if it does to anybody."""

    path: str
    method: str
    browser: Browser
    given: dict

    def names(self) -> list[str]:
        """What the page's forms ask for, and what some view reads."""
        page = self.browser.get(self.path).content.decode(errors="replace")
        return sorted({*Fields(page).names, *EXTRA} - {None, "_firm", "_company"})

    def trouble_with(self, typed: dict[str, str]) -> list[str]:
        fields = {name: text.encode("utf-8", "surrogatepass") for name, text in typed.items()}
        with rolled_back():
            answer = ask(self.browser, self.method, self.path, urlencode(fields | self.given))
        if answer.status_code < 500:
            return []
        words = {name: text[:20] for name, text in typed.items()}
        return [f"{self.method} {self.path} with {words!a}: {answer.exc_info[1]!r}"]


def doors_of(house) -> list[Door]:
    """Each method of each address once, in the row and the role that get furthest."""
    found = {}
    for row in read_matrix():
        if row.url.partition(":")[0] in ("admin", "anymail") or row.url == "devtools:mail-list":
            continue
        for method, answers in row.answers.items():
            role = who_is_taken(row, method)
            if role or ((row.url, method) not in found and set(answers.values()) != {"login", "405"}):
                kept = found.setdefault((row.url, method), (row, role))
                found[row.url, method] = kept if kept[1] else (row, role)
    return [
        Door(
            reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()}),
            method,
            browser_of(house, row.url, role),
            place_fields(house, role or "firm_administrator") if method == "POST" else {},
        )
        for (_url, method), (row, role) in found.items()
    ]


def browser_of(house, url: str, role: str | None) -> Browser:
    browser = Browser(raise_request_exception=False)
    if url.startswith(("account_", "mfa_authenticate", "mfa_login")):
        return browser
    if url.startswith("links:link"):
        browser.get(reverse("links:link", args=[house.names["new_token"]]))
        return browser
    user = house.people.get(role or "firm_administrator")
    return sign_in_as(user, browser, method="mfa") if user else browser


def test_no_text_in_any_field_or_address_is_an_error(house, quiet):
    """Each field of each address gets one of the texts by each method, each day another one, and in each visit every
    text is somewhere.
    """
    doors, names, errors = doors_of(house), {}, []
    for shift, door in enumerate(doors, date.today().toordinal()):
        names[door.path] = names.get(door.path) or door.names()
        errors += door.trouble_with({name: TEXTS[(place + shift) % 4] for place, name in enumerate(names[door.path])})

    assert len(names) > 130
    assert not errors, "\n".join(errors)


@pytest.mark.long
def test_no_text_in_all_fields_at_once_is_an_error(house, quiet):
    errors = []
    for door in doors_of(house):
        names = door.names()
        errors += [error for text in TEXTS for error in door.trouble_with(dict.fromkeys(names, text))]

    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("text", TEXTS, ids=["nul", "half a letter", "long number", "quotes"])
def test_no_text_names_a_place(text, house, quiet):
    """Asked apart: the middleware refuses it before any view has read the rest."""
    typed = text.encode("utf-8", "surrogatepass")
    for side, field, path in (("firm", "byra", "/kunder/"), ("company", "selskap", "/mine-tjenester/")):
        browser = sign_in_as(house.people[ADMINISTRATORS[side]], Browser(raise_request_exception=False))

        assert ask(browser, "GET", path, urlencode({field: typed})).status_code == 404, path


def ask(browser, method: str, path: str, typed: str):
    if method == "GET":
        return browser.generic("GET", path, QUERY_STRING=typed)
    return browser.generic("POST", path, typed, "application/x-www-form-urlencoded")


def test_a_number_that_no_row_can_have_is_not_found(house):
    browser = Browser()
    browser.force_login(house.people["firm_administrator"])

    for number in ("0", "2147483648", "9223372036854775808", "9" * 40):
        for path in (f"/kunder/{number}/", f"/kunder/1001/oppgaver/{number}/", f"/kunder/1001/kontakter/{number}/"):
            assert browser.get(path).status_code == 404, path


def test_another_firms_rows_cannot_be_chosen(house):
    """Nor another client's, where the question is about one client."""
    browser = Browser()
    browser.force_login(house.people["firm_administrator"])
    names, firm = house.names, {"_firm": house.names["fjord"]}
    theirs = Task.objects.get(pk=names["their_task"])
    own = Task.objects.get(pk=names["task"])
    stranger = Employee.objects.filter(firm=theirs.firm).first()
    draft = Activation.objects.drafts().get(client__firm_id=names["fjord"])
    wizard = ("collaboration:activation-agreement", [1001, "scanner"])
    tries = [
        ("clients:task-create", [1001], {"type": theirs.type_id, "owner": own.owner_id}),
        ("clients:task-create", [1001], {"type": own.type_id, "owner": stranger.pk}),
        ("clients:task-create", [1001], {"type": own.type_id, "owner": own.owner_id, "participants": [stranger.pk]}),
        ("clients:task-edit", [1001, own.pk], {"type": theirs.type_id, "owner": stranger.pk}),
        ("office:client-edit", [1001], {"number": 1001, "name": "X", "account_manager": stranger.pk}),
        ("clients:client-create", [], {"number": 1777, "name": "X", "account_manager": stranger.pk}),
        (*wizard, {"task": theirs.pk, "contact": draft.contact_id}),
        (*wizard, {"task": names["hidden_task"], "contact": draft.contact_id}),
        (*wizard, {"task": own.pk, "contact": names["hidden_contact"]}),
    ]  # fmt: skip

    for page, args, fields in tries:
        answer = browser.post(reverse(page, args=args), {**fields, **firm})

        assert answer.status_code == 200, (page, fields)
        assert answer.context["form"].errors, (page, fields)


def test_a_form_that_was_written_for_another_place_is_refused(house):
    """Every POST of a side's pages, by its middleware: of each address one row, of each side one browser."""
    other, taken, asked = factories.FirmFactory(), [], 0
    browsers = {side: sign_in_as(house.people[role]) for side, role in ADMINISTRATORS.items()}
    for row in {row.url: row for row in reversed(read_matrix())}.values():
        side = settings.PLACES.get(row.url.partition(":")[0])
        if side is None:
            continue
        asked += 1
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
        for place in ({}, {"_firm": other.pk, "_company": 0}):
            with rolled_back():
                status = browsers[side].post(path, place).status_code
            if status != 409:
                taken.append(f"{path} with {place}: {status}")

    assert not taken, "\n".join(taken)
    assert asked > 80
