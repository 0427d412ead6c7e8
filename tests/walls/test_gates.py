"""What stands before every view: the sign-in, and the token of a form. No view is let past but those named here."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from organisations.signing_in.pages import PAGES
from tests.sign_in import sign_in_as
from tests.walls.crawl import fill, form, named_patterns, note_writes, read_matrix, rolled_back, row_of, who_is_taken
from tests.walls.house import place_fields

pytestmark = pytest.mark.django_db

WEBHOOKS = "anymail:"  # they bring a secret of their own
BEFORE_ALL = {"health"}  # answered by a middleware, whatever the method
LEFT_TO_THE_VIEW = {"admin:login"}  # it leads to the ordinary page to sign in
LEADS_ON = {*PAGES, "account_logout"}  # to sign in, or out: who has no token begins anew
# The session, when the device was seen last, and the form that is kept until the person has signed in again.
BESIDE = {"django_session", "usersessions_usersession", "organisations_keptform"}


def test_nobody_gets_past_the_sign_in_but_where_the_matrix_says_so():
    """LoginRequiredMiddleware refuses everybody alike before every view that is not exempt from it."""
    open_by_the_matrix = {
        row.url
        for row in read_matrix()
        for answers in row.answers.values()
        if answers.get("anonymous") not in ("login", "refused", None)
    }

    exempt = {
        row_of(name) for name, pattern in named_patterns() if not getattr(pattern.callback, "login_required", True)
    }

    assert exempt - LEFT_TO_THE_VIEW == open_by_the_matrix


def test_no_view_but_the_webhooks_takes_a_form_without_a_token():
    exempt = {name for name, pattern in named_patterns() if getattr(pattern.callback, "csrf_exempt", False)}

    assert {name for name in exempt if not name.startswith(WEBHOOKS)} == set()


def test_a_form_without_its_token_is_refused_and_writes_nothing(house):
    """Of every address that takes one, sent by somebody who could."""
    taken, asked = [], 0
    for row in read_matrix():
        role = who_is_taken(row, "POST")
        if role is None or row.url in BEFORE_ALL or row.url.startswith((WEBHOOKS, "admin:*")):
            continue
        asked += 1
        path = reverse(row.url, kwargs={key: fill(value, house) for key, value in row.names.items()})
        data = place_fields(house, role) | {key: fill(value, house) for key, value in row.data.items()}
        refusals = (302, 403) if row.url in LEADS_ON else (403,)
        status, writes = send_without_token(house.people.get(role), path, data)
        if status not in refusals or writes:
            taken.append(f"{path} ({row.url}) as {role}: {status}, writes {writes}")

    assert not taken, "\n".join(taken)
    assert asked > 100


def send_without_token(user, path: str, data: dict) -> tuple[int, list[str]]:
    """The status, and the tables written to."""
    browser, writes = Browser(enforce_csrf_checks=True), []
    with rolled_back():
        if user is not None:
            sign_in_as(user, browser, method="mfa")
        with connection.execute_wrapper(note_writes(writes)):
            answer = browser.generic("POST", path, *form(data, "POST"))
    return answer.status_code, [table for table in writes if table not in BESIDE]
