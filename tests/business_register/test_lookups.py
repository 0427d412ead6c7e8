"""Asking the register: what it says, what is kept, and that nobody waits for one that is away."""

import gzip
import json
import time
from datetime import timedelta

import pytest

from business_register import actions, lookups
from business_register.lookups import State, find_by_name, find_roles, find_unit, kept_roles, kept_unit
from business_register.models import Answer, Breaker
from business_register.requests import Deadline
from devtools.demo.cast import synthetic_org_number
from devtools.register import SUBUNIT
from tests.business_register.servers import RawServer, response
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

BAKERY = synthetic_org_number(1001)
UNIT = {"organisasjonsnummer": BAKERY, "navn": "Ærlig Bakeri AS"}


def later(**time):
    return lambda: NOON + timedelta(**time)


def find(number, clock=lambda: NOON, **more):
    return find_unit(synthetic_org_number(number), clock=clock, **more)


@pytest.mark.parametrize(
    ("number", "state"), [(1001, State.FOUND), (1030, State.FOUND), (1054, State.REMOVED), (7777, State.MISSING)]
)
def test_a_number_is_found_missing_or_removed(number, state, register):
    assert find(number).state is state


def test_a_sub_unit_names_its_unit(register):
    assert find_unit(SUBUNIT).unit.parent == BAKERY


def test_what_is_no_number_is_not_asked_about(register):
    assert [find_unit(number).state for number in ("", "310000001", "../enheter")] == [State.MISSING] * 3
    assert register.asked == []


def test_roles_and_names_are_found(register):
    assert [role.name for role in find_roles(BAKERY).roles] == ["Line Berg", "Fjord Regnskap AS"]
    assert find_roles(synthetic_org_number(1052)).roles == ()
    assert [unit.name for unit in find_by_name("nordlys").units] == ["Nordlys Bakeri AS", "Nordlys Keramikk"]
    assert find_by_name("finnes ikke noe sted").state is State.MISSING
    assert find_by_name(" - ").state is State.MISSING


def test_an_answer_is_kept_for_a_day(register):
    for hours in (0, 1, 23):
        find(1001, later(hours=hours))
        find(7777, later(hours=hours))
        find_by_name("nordlys", clock=later(hours=hours))
    asked = len(register.asked)

    register.units[BAKERY]["navn"] = "Ærligere Bakeri AS"
    day_after = find(1001, later(hours=25))

    assert asked == 4  # 7777 is no sub-unit either
    assert day_after.unit.name == "Ærligere Bakeri AS"


def test_what_is_kept_is_read_without_asking(register):
    assert kept_unit(BAKERY, at=NOON).state is State.AWAY
    find(1001)
    find_roles(BAKERY, clock=lambda: NOON)
    register.asked.clear()

    assert kept_unit(BAKERY, at=NOON).unit.name == "Ærlig Bakeri AS"
    assert kept_roles(BAKERY, at=NOON).roles[0].name == "Line Berg"
    assert kept_unit(BAKERY, at=NOON + timedelta(days=2)).state is State.AWAY
    assert register.asked == []


def test_without_an_address_nothing_is_asked(register, settings):
    settings.BUSINESS_REGISTER_URL = ""

    assert (lookups.is_on(), find(1001).state) == (False, State.AWAY)
    assert (register.asked, Answer.objects.count()) == ([], 0)


def test_old_answers_are_thrown_away(register):
    find(1001)

    assert actions.delete_old_answers(clock=later(hours=23)) == 0
    assert actions.delete_old_answers(clock=later(hours=25)) == 1


BOMB = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
GOOD = json.dumps(UNIT).encode()
BROKEN = {
    "a page": response(b"<html>Vedlikehold</html>", kind="text/html"),
    "a page that is not found": response(b"<html></html>", status="404 Not Found", kind="text/html"),
    "another unit": response(json.dumps(UNIT | {"organisasjonsnummer": "310000019"}).encode()),
    "too often": response(b"", "Retry-After: 120", status="429 Too Many Requests"),
    "an error": response(b"{}", status="503 Service Unavailable"),
    "elsewhere": response(b"", "Location: http://127.0.0.1:1/", status="302 Found"),
    "a bomb": response(BOMB, "Content-Encoding: gzip"),
    "huge": response(b"[" + b" " * 3_000_000 + b"]"),
    "without end": [b"HTTP/1.1 200 OK\r\n\r\n[", *[b" " * 65536] * 100],
    "deep": response(b"[" * 200_000),
    "half": [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"],
    "no HTTP": [b"SSH-2.0\r\n\r\n"],
    "nothing": [],
}


@pytest.fixture
def raw(settings):
    servers = []

    def serve(pieces):
        servers.append(RawServer(pieces))
        settings.BUSINESS_REGISTER_URL = servers[-1].url
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_answer_counts_as_away(what, raw):
    raw(BROKEN[what])

    assert find(1001).state is State.AWAY
    assert Answer.objects.get().answered_at is None


def test_a_register_that_cannot_be_reached_is_away(raw):
    raw([]).close()

    assert find(1001).state is State.AWAY


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([b"HTTP/1.1 200 OK\r\nX: ", *[0.05, b"a"] * 100], id="head"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n", *[0.05, b"["] * 100], id="body"),
        pytest.param([5.0], id="silence"),
    ],
)
def test_one_that_drips_is_given_up_in_time(pieces, raw):
    raw(pieces)
    began = time.monotonic()

    assert find(1001, deadline=Deadline(0.3)).state is State.AWAY
    assert time.monotonic() - began < 1


def test_the_same_is_not_waited_for_twice_within_a_minute(raw):
    server = raw(BROKEN["an error"])
    for seconds in (0, 30, 59):
        find(1001, later(seconds=seconds))
    assert server.asked == 1

    find(1001, later(seconds=61))
    assert server.asked == 2


def test_after_three_in_a_row_nobody_asks_and_then_one_tries(raw):
    server = raw(BROKEN["an error"])
    for number in range(1001, 1010):
        find(number)
    assert server.asked == 3

    for number in range(1001, 1010):
        find(number, later(seconds=61))
    assert server.asked == 4


def test_who_asks_to_be_left_alone_is(raw):
    server = raw(BROKEN["too often"])
    find(1001)
    find(1002, later(seconds=119))
    assert server.asked == 1

    find(1002, later(seconds=121))
    assert server.asked == 2


def test_one_answer_ends_the_pause(raw, register):
    good = register
    for number in (1001, 1002):
        actions.keep_failure(about="unit", asked=str(number), at=NOON)
    find(1003)

    assert Breaker.objects.get().failures == 0
    assert len(good.asked) == 1


def test_one_broken_unit_does_not_hide_the_others(register):
    assert [find(number).state for number in (1050, 1001, 1050, 1002)] == [
        State.AWAY, State.FOUND, State.AWAY, State.FOUND,
    ]  # fmt: skip
