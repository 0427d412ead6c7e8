"""What nobody types, in every field and address: never an error of ours, never another firm's row."""

import logging
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Task
from collaboration.models import Activation
from organisations.models import Employee
from tests import factories
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back
from tests.walls.house import place_fields

pytestmark = pytest.mark.django_db

TEXTS = ["a\x00b", "\ud800", "9" * 5000, "-1 ' OR 1=1 --<script>٣"]
EXTRA = ("q", "sort", "after", "before", "status", "byra", "next", "orgnr", "variant", "shown", "accepts_terms",
         "acknowledge", "reason", "comment", "address", "password", "login", "code", "email", "type",
         "proposal")  # fmt: skip
ROLE_OF = {"my_services": "company_administrator", "links": "company_user", "organisations": "firm_administrator"}


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


def test_no_text_in_any_field_or_address_is_an_error(house, quiet):
    errors = []
    for row in {row.url: row for row in reversed(read_matrix())}.values():
        namespace = row.url.partition(":")[0]
        if namespace in ("admin", "anymail") or row.url == "devtools:mail-list":
            continue
        role = ROLE_OF.get(namespace, "firm_administrator")
        browser = Browser(raise_request_exception=False)
        if not row.url.startswith(("account_", "links:link", "mfa_authenticate", "mfa_login")):
            sign_in_as(house.people[role], browser, method="mfa")
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
        page = browser.get(path)
        names = {*Fields(page.content.decode(errors="replace")).names, *EXTRA} - {None, "_firm", "_company"}
        for text in TEXTS:
            for method, given in (("GET", {}), ("POST", place_fields(house, role))):
                typed = urlencode({name: text.encode("utf-8", "surrogatepass") for name in names} | given)
                with rolled_back():
                    answer = ask(browser, method, path, typed)
                if answer.status_code >= 500:
                    errors.append(f"{method} {path} with {text[:20]!r}: {answer.exc_info[1]!r}")
    assert not errors, "\n".join(errors)


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
    """Every POST of a side's pages, for each of its rows of the matrix."""
    other = factories.FirmFactory()
    for row in read_matrix():
        side = {"office": "firm_administrator", "clients": "firm_administrator", "collaboration": "firm_administrator",
                "my_services": "company_administrator"}.get(row.url.partition(":")[0])  # fmt: skip
        if side is None:
            continue
        browser = Browser()
        browser.force_login(house.people[side])
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})

        assert browser.post(path, {}).status_code == 409, path
        assert browser.post(path, {"_firm": other.pk, "_company": 0}).status_code == 409, path
