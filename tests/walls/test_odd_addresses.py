"""Every page with a field for an address, found by itself: what is typed there is taken in its form, or refused with a
sentence at the field; it is never an error of ours.
"""

import logging
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django import forms
from django.contrib.admin.helpers import AdminForm
from django.test import Client as Browser
from django.urls import reverse

from ground.lines import LineField
from ground.mail_addresses import NoAddress, address_form
from ground.phone import PhoneField
from organisations.forms.addresses import AddressField
from tests import factories
from tests.addresses import NO_ADDRESSES, STRANGE_ADDRESSES
from tests.forms_of_ours import all_forms
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, read_matrix, rolled_back
from tests.walls.house import place_fields
from tests.walls.test_hostile_input import ROLE_OF

pytestmark = pytest.mark.django_db

ADMIN_PAGES = ("organisations_firm_add", "organisations_firm_change", "organisations_invitation_add")
ODD = [*NO_ADDRESSES, *STRANGE_ADDRESSES]
OF_ANYBODY = ("account_", "links:link")


@dataclass
class Door:
    """A field for an address on a page, who stands before it, and what else the page's forms would send."""

    path: str
    browser: Browser
    field: str
    form: type[forms.BaseForm]
    body: dict

    def __str__(self) -> str:
        return f"{self.form.__module__}.{self.form.__qualname__} {self.field} at {self.path}"

    def ask(self, typed: str):
        body = self.body | {self.field: typed.encode("utf-8", "surrogatepass")}
        with rolled_back():
            return self.browser.generic("POST", self.path, urlencode(body, True), "application/x-www-form-urlencoded")


def forms_on(response) -> list[forms.BaseForm]:
    layers = [layer for context in response.context or () for layer in getattr(context, "dicts", ())]
    values = [value for layer in layers for value in layer.values()]
    values += [value.form for value in values if type(value) is AdminForm]
    return list({id(value): value for value in values if issubclass(type(value), forms.BaseForm)}.values())


def as_sent(field: forms.BoundField):
    """What a browser would send of the field as it is shown, with something in it where it has to be filled in."""
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(field.field, forms.ModelMultipleChoiceField):
        return list(value or [])
    if isinstance(field.field, forms.ChoiceField | forms.ModelChoiceField) and not value:
        choices = [key for key, _label in field.field.choices if key]
        return str(choices[0]) if choices and field.field.required else ""
    if isinstance(field.field, PhoneField):
        return "22 00 00 00"  # the house has a canary there
    if field.name == "postal_code":
        return "0155"  # the house has a canary there
    if isinstance(field.field, LineField) and not value:
        return "12 34 56 78"
    return "" if value is None else str(value)


def doors_of(path: str, browser: Browser, given: dict) -> list[Door]:
    """None where the page cannot be looked at, or asks for no address."""
    found = forms_on(browser.get(path))
    body = given | {field.html_name: as_sent(field) for form in found for field in form}
    return [
        Door(path, browser, field.html_name, type(form), body)
        for form in found
        for field in form
        if isinstance(field.field, AddressField)
    ]


@pytest.fixture(scope="module")
def doors(built_house) -> list[Door]:
    """Found once: what is typed at one of them is undone."""
    return all_doors(built_house)


def all_doors(house) -> list[Door]:
    found = []
    for row in {row.url: row for row in reversed(read_matrix())}.values():
        if row.url.partition(":")[0] in ("admin", "anymail", "devtools") or "POST" not in row.answers:
            continue
        role = ROLE_OF.get(row.url.partition(":")[0], "firm_administrator")
        browser = Browser(raise_request_exception=False)
        if not row.url.startswith(OF_ANYBODY):
            sign_in_as(house.people[role], browser, method="mfa")
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
        found += doors_of(path, browser, place_fields(house, role))
    return [*found, *doors_by_link(house), *doors_of_the_admin(house), *doors_to_a_new_customer(house)]


def doors_by_link(house) -> list[Door]:
    browser = Browser(raise_request_exception=False)
    browser.get(reverse("links:link", args=[house.names["new_token"]]))
    browser.post(reverse("links:link-forward-code"))
    doors = doors_of(reverse("links:link-forward"), browser, {})
    for door in doors:
        door.body["code"] = "123456"
    return doors


def doors_of_the_admin(house) -> list[Door]:
    browser = Browser(raise_request_exception=False)
    sign_in_as(house.people["platform_administrator"], browser, method="mfa")
    company = factories.CompanyFactory()
    doors = []
    for name in ADMIN_PAGES:
        args = [house.names["fjord"]] if name.endswith("change") else []
        doors += doors_of(reverse(f"admin:{name}", args=args), browser, {})
    for door in doors:
        inlines = {"employees": 0, "task_types": 0}
        for prefix in inlines:
            door.body |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        if "invitation" in door.path:
            door.body |= {"company": str(company.pk), "firm": "", "client_access": "", "role": "administrator"}
        elif "add" in door.path:
            door.body |= {"org_number": factories.org_number(777), "slug": "nytt-byra"}
    return doors


def doors_to_a_new_customer(house) -> list[Door]:
    """The wizard asks for the contact of a customer who is not there yet."""
    browser = sign_in_as(house.people["firm_administrator"], Browser(raise_request_exception=False), method="mfa")
    given = place_fields(house, "firm_administrator")
    client = factories.ClientFactory(firm_id=house.names["fjord"], number=1777)
    factories.ContactFactory(client=client)
    factories.TaskFactory(client=client, owner=house.people["firm_administrator"].employments.get())
    wizard = [client.number, "eaccounting"]
    browser.post(reverse("collaboration:activation-start", args=wizard), given | {"variant": "smart"})
    return doors_of(reverse("collaboration:activation-agreement", args=wizard), browser, given)


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_form_with_an_address_is_on_a_page_of_the_walk(doors):
    taking = {
        form.__qualname__: name
        for name, form in all_forms()
        if any(isinstance(field, AddressField) for field in form.base_fields.values())
    }
    walked = {form.__qualname__ for door in doors for form in door.form.__mro__[:-1]}

    assert {name for form, name in taking.items() if form not in walked} == set()
    assert "LoginForm" in walked


def test_what_is_typed_at_any_door_is_taken_or_refused_with_a_sentence(doors):
    """Each text at every sixth door, so that each door has some and none is left out."""
    wrong = [
        f"{door}: {typed[:30]!a} {trouble}"
        for place, door in enumerate(doors)
        for typed in ODD[place % 6 :: 6]
        if (trouble := trouble_with(door, typed))
    ]

    assert not wrong, "\n".join(wrong)
    assert len(doors) > 15


@pytest.mark.long
def test_all_that_is_typed_at_all_doors_is_taken_or_refused_with_a_sentence(doors):
    wrong = [
        f"{door}: {typed[:30]!a} {trouble}" for door in doors for typed in ODD if (trouble := trouble_with(door, typed))
    ]

    assert not wrong, "\n".join(wrong)


def test_every_door_takes_a_real_address(doors):
    """Else the walk would stand before a page that takes nothing at all."""
    # No such user; not the mailed code; and one answer whoever asks.
    ends_elsewhere = [reverse(name) for name in ("account_login", "links:link-forward", "links:link-request")]
    closed = []
    for door in doors:
        answer = door.ask(" Nina@BLÅBÆR.example")
        if answer.status_code != 302 and door.path not in ends_elsewhere:
            closed.append(f"{door}: {answer.status_code} {[form.errors for form in forms_on(answer)]}")

    assert not closed, "\n".join(closed)


def trouble_with(door: Door, typed: str) -> str:
    answer = door.ask(typed)
    if answer.status_code >= 500:
        return f"is an error: {answer.exc_info[1]!r}"
    refused = error_at(door, answer)
    if is_address(typed):
        return f"is refused: {refused}" if refused else ""
    return "" if refused or not typed.strip() else f"is taken: {answer.status_code}"


def error_at(door: Door, answer) -> str:
    if answer.status_code == 302:
        return ""
    return " ".join(
        error
        for form in forms_on(answer)
        for name in form.fields
        if form.add_prefix(name) == door.field
        for error in form.errors.get(name, [])
        if "medarbeider" not in error
    )


def is_address(typed: str) -> bool:
    try:
        return bool(address_form(typed))
    except NoAddress:
        return False
