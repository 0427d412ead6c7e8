"""What a page answers when the database does not: 503 and a sentence where that passes, 500 for our mistakes."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client as Browser
from psycopg import errors

from ground.database_faults import code_of, describe, is_away, is_busy, passes
from history.models import Event
from notifications.models import EmailEvent
from tests.ground.test_logs import captured, lines_of
from tests.walls.crawl import rolled_back

pytestmark = pytest.mark.django_db

BY_CODE = {
    kind.sqlstate: kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, psycopg.Error) and kind.sqlstate
}
BUSY = {"40000", "40001", "40P01", "55P03", "57014"}
AWAY = {
    *("08000", "08001", "08003", "08004", "08006", "08007", "08P01"),
    *("53000", "53100", "53200", "53300", "53400"),
    *("57P01", "57P02", "57P03", "57P04", "57P05"),
    *("58000", "58030", "58P01", "58P02", "58P03"),
    *("25006", "25P03", "25P04", "40003"),
}
WITHOUT_CODE = [psycopg.OperationalError, errors.ConnectionTimeout]


@contextmanager
def failing(kind: type[Exception], after: int = 0) -> Iterator[None]:
    """Every statement fails so, once `after` have succeeded, in Django's clothes as a real one does."""
    asked = 0

    def fail(execute: Callable, sql, params, many, context):
        nonlocal asked
        asked += 1
        if asked <= after:
            return execute(sql, params, many, context)
        with connection.wrap_database_errors:
            raise kind("no answer\nDETAIL: Key (email)=(per@orstaror.example) …")

    with connection.execute_wrapper(fail):
        yield


def raised_by(kind: type[Exception]) -> BaseException:
    with pytest.raises(DatabaseError) as caught, failing(kind):
        Event.objects.exists()
    return caught.value


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_which_errors_pass(code):
    error = raised_by(BY_CODE[code])

    assert code_of(error) == code
    assert (is_busy(error), is_away(error)) == (code in BUSY, code in AWAY)
    assert "per@" not in describe(error)


@pytest.mark.parametrize("kind", WITHOUT_CODE)
def test_where_nobody_answered_it_is_away(kind):
    assert is_away(raised_by(kind))


def test_an_error_that_is_none_of_the_databases_does_not_pass():
    assert not any(passes(error) for error in (ValueError("x"), DatabaseError("x"), KeyError("x")))


# --- Pages ----------


@pytest.fixture
def visitor(kari, sign_in) -> Browser:
    visitor = sign_in(kari)
    visitor.raise_request_exception = False
    return visitor


MOST_STATEMENTS = 15  # then it is enough
PAGES = {
    "the office's": lambda visitor: visitor.get("/kunder/"),
    "a form of the office": lambda visitor: visitor.post("/kunder/ny/", {"name": "Ny Prøve AS", "_firm": "1"}),
    "Mine tjenester": lambda visitor: visitor.get("/mine-tjenester/"),
    "the admin's": lambda visitor: visitor.get("/admin/"),
    "signing in": lambda visitor: Browser(raise_request_exception=False).post(
        "/konto/login/", {"login": "per@orstaror.example", "password": "feil"}
    ),
    "a new password": lambda visitor: Browser(raise_request_exception=False).post(
        "/konto/password/reset/", {"email": "per@orstaror.example"}
    ),
    "a link": lambda visitor: visitor.get("/i/" + "a" * 40 + "/"),
    "what is not there": lambda visitor: visitor.get("/nowhere/"),
}


@pytest.mark.parametrize("ask", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("kind", [errors.LockNotAvailable, errors.AdminShutdown, psycopg.OperationalError])
def test_every_page_says_try_again_whichever_statement_fails(kind, ask, visitor):
    for after in range(MOST_STATEMENTS):
        with captured() as log, rolled_back(), failing(kind, after):
            answer = ask(visitor)
        if answer.status_code != 503:
            break
        assert answer.headers["Retry-After"] == "5"
        assert "Prøv igjen om litt" in answer.content.decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        (line,) = [line for line in lines_of(log) if line["level"] in ("WARNING", "ERROR")]
        assert "exception" not in line
        assert (line["logger"], line["status"]) == ("byra.database", 503)
        assert line["level"] == ("WARNING" if kind is errors.LockNotAvailable else "ERROR")

    assert after > 0, "it asks the database nothing"
    assert answer.status_code != 500


@pytest.mark.parametrize("kind", [errors.UndefinedColumn, errors.CheckViolation, errors.InFailedSqlTransaction])
def test_a_mistake_of_ours_stays_an_error_with_its_traceback(kind, visitor):
    with captured() as log, failing(kind, after=3):
        answer = visitor.get("/kunder/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    (line,) = [line for line in lines_of(log) if line["level"] == "ERROR"]
    assert kind.__name__ in line["exception"]


def test_what_was_typed_is_shown_and_that_nothing_was_stored(visitor, kari):
    typed = {"name": "Ny Prøve AS", "org_number": "", "_firm": str(kari.firm_id)}

    with failing(errors.LockNotAvailable, after=8):
        page = visitor.post("/kunder/ny/", typed).content.decode()

    assert "Ingenting er lagret." in page
    assert "Ny Prøve AS" in page


def test_of_a_connection_that_was_cut_the_page_does_not_say_that_nothing_was_stored(visitor, kari):
    with failing(psycopg.OperationalError, after=8):
        page = visitor.post("/kunder/ny/", {"name": "Ny Prøve AS", "_firm": str(kari.firm_id)}).content.decode()

    assert "Ingenting er lagret." not in page
    assert "se etter om det er lagret før du sender én gang til" in page


def test_the_page_speaks_the_browsers_language_while_nobody_knows_the_persons(visitor):
    visitor.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    with failing(psycopg.OperationalError):
        page = visitor.get("/kunder/").content.decode()

    assert "We cannot show the page right now. Wait a few seconds and try once more." in page
    assert 'href="/kunder/"' in page


@pytest.mark.parametrize("kind", [errors.LockNotAvailable, errors.DiskFull, psycopg.OperationalError])
def test_a_provider_is_told_to_call_again(kind, client, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["postmark:hemmelig"]}
    client.raise_request_exception = False
    call = {"RecordType": "Delivery", "MessageID": "x", "Recipient": "per@orstaror.example", "Tag": "prøve",
            "DeliveredAt": "2026-03-10T11:00:00Z", "Metadata": {"email": "1"}}  # fmt: skip
    secret = {"HTTP_AUTHORIZATION": "Basic cG9zdG1hcms6aGVtbWVsaWc="}

    with failing(kind):
        answer = client.post("/anymail/postmark/tracking/", call, content_type="application/json", **secret)

    assert answer.status_code == 503
    assert not EmailEvent.objects.exists()


def test_health_needs_no_session_to_say_that_the_database_is_away(client):
    client.cookies["session"] = "a" * 32
    client.raise_request_exception = False

    with failing(psycopg.OperationalError):
        answer = client.get("/helse/")

    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert answer.headers["Retry-After"] == "5"
