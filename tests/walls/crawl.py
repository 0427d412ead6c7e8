"""Every address as every role by GET and POST: what was answered, and what it wrote. Each visit is rolled back."""

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache as once
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZipFile

import yaml
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client as Browser
from django.test import override_settings
from django.urls import Resolver404, get_resolver, resolve, reverse

from notifications.models import Email
from organisations.signing_in.second_factor import must_have_second_factor
from tests.sign_in import sign_in_as
from tests.walls.house import ROLES, House, build_house, place_fields

MATRIX = Path(__file__).with_name("access_matrix.yaml")
METHODS = ("GET", "POST")
WILDCARDS = ("admin:*", "anymail:*")
WRITE = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
LAST_SEEN = re.compile(r'^UPDATE "\w+" SET "(last_login|last_seen_at)" = [^,]* WHERE')
COUNTS = "organisations_cacheentry"  # how often a page was asked for is no deed


@dataclass
class Visit:
    """One request and its answer."""

    url: str
    path: str
    role: str
    method: str
    expected: str
    may_write: list
    status: int = 0
    answer: str = ""
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    writes: list = field(default_factory=list)
    mails: list = field(default_factory=list)
    error: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.url}) as {self.role}"

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and bool(self.body)


@dataclass
class Row:
    """One line of the matrix: an address, what the POST holds, and the answer by method and role."""

    url: str
    names: dict
    data: dict
    answers: dict
    writes: list
    is_partial: bool


@once
def read_matrix() -> list[Row]:
    """The rows; without those of the demo where there is none."""
    matrix = yaml.safe_load(MATRIX.read_text())
    rows = []
    for group in matrix["groups"]:
        if group.get("demo") and not settings.DEMO:
            continue
        for raw in group["rows"]:
            assert raw.keys() <= {"url", "with", "data", "methods", "GET", "POST", "writes"}, raw
            answers = {
                method: half_signed_in(
                    spread(group.get("defaults", {}), matrix["sets"]) | spread(raw.get(method, {}), matrix["sets"])
                )
                for method in raw.get("methods", METHODS)
            }
            rows.append(
                Row(
                    url=raw["url"],
                    names=raw.get("with", {}),
                    data=raw.get("data", {}),
                    answers=answers,
                    writes=raw.get("writes", []),
                    is_partial=group.get("partial", False),
                )
            )
    return rows


def spread(answers: dict, sets: dict) -> dict:
    """The answer by role; what comes later counts more, so that a role stands after the set it is an exception of."""
    found = {}
    for who, answer in answers.items():
        assert who in sets or who in ROLES, who
        found |= dict.fromkeys(sets.get(who, [who]), str(answer))
    return found


def half_signed_in(answers: dict) -> dict:
    """With the answer to who has yet to set up a second factor, unless the row names it: where others sign in it is
    the page to set it up; what is open to everybody is so to this one, as to somebody without a place.
    """
    if "anonymous" not in answers:
        return answers
    is_closed = answers["anonymous"] in ("login", "to:admin:login", "refused")
    open_answer = {"half_signed_in": answers["deactivated"]} if "deactivated" in answers else {}
    return ({"half_signed_in": "to:mfa_index"} if is_closed else open_answer) | answers


def named_patterns(resolver=None, namespaces: tuple = ()) -> Iterator[tuple[str, object]]:
    """(name, pattern) of every address of the project; one without a name has "?"."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from named_patterns(pattern, inner)
        else:
            yield ":".join([*namespaces, pattern.name or "?"]), pattern


def row_of(name: str) -> str:
    """The name of the matrix' rows for a pattern: its own, or its namespace's wildcard."""
    wildcard = f"{name.partition(':')[0]}:*"
    return wildcard if wildcard in WILDCARDS and name not in {row.url for row in read_matrix()} else name


def addresses_behind(wildcard: str) -> list[str]:
    """One address of every pattern that has no row of its own."""
    values = {"object_id": "1", "app_label": "clients", "url": "nothing", "content_type_id": "1"}
    found = []
    for name, pattern in named_patterns():
        if row_of(name) == wildcard and not name.endswith(":?"):
            found.append(reverse(name, kwargs={key: values[key] for key in pattern.pattern.regex.groupindex}))
    return found


def fill(value, house: House) -> str | list:
    """A name of the house (`=task`), or the value itself; of a list each."""
    if isinstance(value, list):
        return [fill(one, house) for one in value]
    return str(house.names[value[1:]]) if isinstance(value, str) and value.startswith("=") else str(value)


# --- Who has to be asked

ALIKE = {
    "employee_all": "firm_administrator",
    "auditor": "company_user",
}  # where both get the page, or find nothing
ALIKE_TO_LIBRARIES = ALIKE | {
    "employee_own": "firm_administrator",
    "other_firm": "firm_administrator",
    "company_user": "company_administrator",
    "auditor": "company_administrator",
    "other_company": "company_administrator",
}  # whose pages know no firm and no company


ANSWERED_FIRST = ("firm_administrator", "company_administrator", "other_firm", "other_company", *ROLES)


def who_is_asked(row: Row, method: str, turn: int) -> list[str]:
    """Of the roles that one gate, or one rule, answers alike in the row one, another one at each turn."""
    groups: dict[tuple[str, str], list[str]] = {}
    for role, answer in row.answers[method].items():
        groups.setdefault(gate_of(row, role, answer), []).append(role)
    return [
        group[turn % len(group)] for gate, group in groups.items() if not is_asked_otherwise(row, gate, method, turn)
    ]


def gate_of(row: Row, role: str, answer: str) -> tuple[str, str]:
    """What answers before the view does, or else the role: (answer, who stands for those who are answered alike).

    Sign-in and the second factor are asked by one middleware each, a place on the page's side by a third, the method
    by require_methods, and staff by AdminSite.admin_view: each for every address that is behind it.
    """
    namespace = row.url.partition(":")[0]
    side = settings.PLACES.get(namespace)
    if answer in ("login", "refused", "to:mfa_index"):
        return "gate", "not signed in"
    if answer == "405":
        return "gate", "method"
    if answer == "404" and side and side_of(role) != side:
        return "gate", "no place"
    if namespace == "admin" and answer == "to:admin:login":
        return "gate", "no staff"
    alike = ALIKE_TO_LIBRARIES if namespace in ("admin", row.url) else ALIKE if answer in ("200", "404") else {}
    return answer, alike.get(role, role)


def side_of(role: str) -> str | None:
    """Where the role has a place."""
    if role in ("firm_administrator", "employee_all", "employee_own", "other_firm"):
        return "firm"
    return "company" if role in ("company_administrator", "company_user", "auditor", "other_company") else None


def is_asked_otherwise(row: Row, gate: tuple[str, str], method: str, turn: int) -> bool:
    """The admin's two gates are asked by one method each time: neither looks at it."""
    return row.url == "admin:*" and gate[0] == "gate" and method != METHODS[turn % 2]


def is_taken(answer: str) -> bool:
    """Whether the view itself has answered with a page, or has done what it was asked for and leads on."""
    return answer == "200" or (answer.startswith("to:") and answer not in ("to:mfa_index", "to:admin:login"))


def who_is_taken(row: Row, method: str) -> str | None:
    """The first role to whom the view itself answers; None where nobody gets so far."""
    return next((role for role in ANSWERED_FIRST if is_taken(row.answers.get(method, {}).get(role, ""))), None)


class Crawl:
    """Walks through the house; nothing that a visit does is there at the next one.

    `expected` is what the matrix says of each address for each role by GET, also of those that are not asked.
    """

    def __init__(self, house: House, *, asks_everybody: bool) -> None:
        self.house, self.asks_everybody = house, asks_everybody
        self.expected: dict[tuple[str, str], str] = {}
        self.browser = Browser(raise_request_exception=False)
        self.last_mail = Email.objects.latest("pk").pk
        self.cookies = {role: self.sign_in(role) for role in ROLES}

    def sign_in(self, role: str) -> dict:
        user = self.house.people.get(role)
        if user is None:
            return {}
        is_half = role == "half_signed_in"
        if must_have_second_factor(user) and not is_half:
            TOTP.activate(user, generate_totp_secret())
        browser = sign_in_as(user, method="password" if is_half else "mfa")
        return {name: morsel.value for name, morsel in browser.cookies.items()}

    def walk(self) -> list[Visit]:
        visits, turn = [], 0
        for row in read_matrix():
            cache.clear()
            for path in self.paths(row):
                turn += 1
                self.expected |= {(role, path): answer for role, answer in row.answers.get("GET", {}).items()}
                visits += [
                    self.visit(row, path, method, role)
                    for number, method in enumerate(row.answers)
                    for role in self.roles(row, method, turn + number)
                ]
        return visits

    def roles(self, row: Row, method: str, turn: int) -> list[str]:
        return list(row.answers[method]) if self.asks_everybody else who_is_asked(row, method, turn)

    def paths(self, row: Row) -> list[str]:
        if row.url in WILDCARDS:
            return addresses_behind(row.url)
        return [reverse(row.url, kwargs={key: fill(value, self.house) for key, value in row.names.items()})]

    def visit(self, row: Row, path: str, method: str, role: str) -> Visit:
        visit = Visit(row.url, path, role, method, expected=row.answers[method].get(role, ""), may_write=row.writes)
        data = {key: fill(value, self.house) for key, value in row.data.items()}
        with rolled_back():
            self.ask(visit, {**place_fields(self.house, role), **data})
        return visit

    def ask(self, visit: Visit, data: dict) -> None:
        self.browser.cookies = SimpleCookie(self.cookies[visit.role])
        self.browser.exc_info = None
        query = data if visit.method == "GET" else {}  # a deed that listened to a GET would find all it asks for
        if "demo/" in visit.path:
            query = {"orgnr": self.house.names["org_number"], "variant": "smart"}
        with connection.execute_wrapper(note_writes(visit.writes)):
            response = self.browser.generic(
                visit.method,
                visit.path,
                *form(data, visit.method),
                query_params=query,
            )
        visit.status, visit.headers = response.status_code, dict(response.headers)
        visit.body = unpack(b"".join(response.streaming_content) if response.streaming else response.content)
        visit.answer = describe(response)
        if getattr(response, "exc_info", None):
            visit.error = repr(response.exc_info[1])
        if "notifications_email" in visit.writes:
            visit.mails = list(Email.objects.filter(pk__gt=self.last_mail))


def unpack(body: bytes) -> bytes:
    """What a reader of the body sees: a workbook is a zip file."""
    if not body.startswith(b"PK"):
        return body
    with ZipFile(BytesIO(body)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def form(data: dict, method: str) -> tuple[str, str]:
    if method != "POST":
        return "", "text/plain"
    return urlencode(data, doseq=True), "application/x-www-form-urlencoded"


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def note_writes(found: list):
    def note(execute, sql, params, many, context):
        written = WRITE.match(sql)
        if written and not LAST_SEEN.match(sql) and written[2] != COUNTS:
            found.append(written[2])
        return execute(sql, params, many, context)

    return note


def describe(response) -> str:
    """The answer as the matrix writes it: a status, `login`, `out` (a service's own address) or `to:<url name>`."""
    if response.status_code not in (301, 302, 303):
        return str(response.status_code)
    path = response["Location"].partition("?")[0]
    if path == reverse("account_login") and "?next=" in response["Location"]:
        return "login"
    if path.startswith("http"):
        return "out" if path.startswith("https://tjeneste.example/") else path
    try:
        return f"to:{resolve(path).view_name}"
    except Resolver404:
        return path


@dataclass
class Walk:
    """The visits, the mails that stood in the outbox before them, and the matrix' answers to (role, address) by GET."""

    visits: list[Visit]
    earlier_mails: list[Email]
    expected: dict[tuple[str, str], str]


def walk_through(*, asks_everybody: bool = False) -> Walk:
    with (
        transaction.atomic(),
        override_settings(
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            REQUIRE_SECOND_FACTOR=True,
            MFA_RATE_LIMITS=False,  # more roles than tries a minute
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",  # nothing to roll back
        ),
    ):
        logging.disable(logging.CRITICAL)
        gc.freeze()
        gc.disable()
        try:
            crawl = Crawl(build_house(), asks_everybody=asks_everybody)
            mails = list(Email.objects.all())
            return Walk(crawl.walk(), mails, crawl.expected)
        finally:
            logging.disable(logging.NOTSET)
            gc.enable()
            gc.unfreeze()
            transaction.set_rollback(True)
