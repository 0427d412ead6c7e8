"""What every answer carries, and what no page holds."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from byra.middleware import ADMIN_POLICY, POLICY

pytestmark = pytest.mark.django_db

OWN_POLICY = ("devtools:mail-detail", "devtools:mail-html")
OWN_FRAMES = ("devtools:mail-html",)


class Inline(HTMLParser):
    """Collects what a strict policy forbids, and what is fetched from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.found.add("<script> without src")
        if tag == "style":
            self.found.add("<style>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.add(f"{tag} {name}=")
            if (
                name in ("href", "src", "action", "formaction")
                and re.match(r"\s*(javascript|data|vbscript):", value or "")
                and not (tag == "img" and str(value).startswith("data:image/svg+xml;base64,"))
            ):  # a code to be scanned
                self.found.add(f"{tag} {name}={value}")
        fetched = values.get("src") or (values.get("href") if tag == "link" else "") or ""
        if re.match(r"(https?:)?//", fetched):
            self.found.add(f"{tag} from {fetched}")


def test_the_policy_is_strict():
    directives = dict(part.strip().partition(" ")[::2] for part in POLICY.split(";"))

    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY
    for name in ("default-src", "base-uri", "object-src", "frame-ancestors"):
        assert directives[name] == "'none'"
    for name in ("script-src", "style-src", "form-action", "connect-src"):
        assert directives[name] == "'self'"


def test_the_admins_policy_is_relaxed_for_style_alone():
    directives, relaxed = (
        dict(part.strip().partition(" ")[::2] for part in policy.split(";")) for policy in (POLICY, ADMIN_POLICY)
    )

    assert {name for name in directives if directives[name] != relaxed[name]} == {"style-src"}
    assert relaxed["style-src"] == "'self' 'unsafe-inline'"


def test_every_answer_carries_the_policy(visits):
    wrong = [
        f"{visit}: {visit.headers.get('Content-Security-Policy')}"
        for visit in visits
        if visit.url not in OWN_POLICY
        and visit.headers.get("Content-Security-Policy")
        != (ADMIN_POLICY if visit.path.startswith("/admin/") else POLICY)
    ]

    assert wrong == []


def test_no_page_holds_inline_script_or_style(visits):
    pages = {visit.body: visit for visit in visits if visit.is_page and not visit.path.startswith("/admin/")}
    assert len(pages) > 200

    found = [f"{visit}: {inline}" for visit in pages.values() if (inline := Inline(visit.body.decode()).found)]

    assert found == []


def test_the_search_for_inline_code_finds_it():
    page = (
        '<p onclick="x()" style="a"><style></style><script>x()</script><a href="javascript:x()"><img src="//e.example">'
    )

    assert len(Inline(page).found) == 6


def test_no_answer_is_kept(visits):
    kept = [
        f"{visit}: {visit.headers.get('Cache-Control')}"
        for visit in visits
        if visit.path != reverse("admin:jsi18n") and "no-store" not in visit.headers.get("Cache-Control", "")
    ]

    assert kept == []


def test_no_answer_is_framed_sniffed_or_tells_where_one_came_from(visits):
    wrong = [
        f"{visit}: {name}: {visit.headers.get(name)}"
        for visit in visits
        for name, allowed in (
            ("X-Frame-Options", {"SAMEORIGIN"} if visit.url in OWN_FRAMES and visit.status == 200 else {"DENY"}),
            ("X-Content-Type-Options", {"nosniff"}),
            ("Referrer-Policy", {"same-origin", "no-referrer"}),
            ("Cross-Origin-Opener-Policy", {"same-origin"}),
        )
        if visit.headers.get(name) not in allowed and not (visit.url in OWN_FRAMES and visit.status != 200)
    ]

    assert wrong == []


def test_no_page_with_a_token_in_its_address_tells_of_it(visits):
    """And none of them holds a form: under no-referrer browsers send `Origin: null`, which the CSRF check refuses."""
    to_a_password = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc"})
    answers = [visit for visit in visits if visit.url == "links:link" or visit.path == to_a_password]

    assert {visit.headers.get("Referrer-Policy") for visit in answers} == {"no-referrer"}
    assert not any(b"<form" in visit.body for visit in answers)


def test_pages_that_name_the_request_to_the_links_holder_are_not_kept(client, house):
    for token in ("new_token", "token"):
        page = client.get(reverse("links:link", args=[house.names[token]]), follow=True)

        assert "zzfjord" in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]


def test_every_cookie_is_out_of_scripts_reach(house):
    """And there is no fourth one: a cookie with messages would show them to the next person at the same machine."""
    browser = Browser()
    browser.get(reverse("account_login"))
    browser.force_login(house.people["firm_administrator"])
    firm = {"_firm": house.names["fjord"]}
    browser.post(reverse("office:client-deactivate", args=[house.names["shared"]]), firm)

    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.KNOWN_BROWSER_COOKIE_NAME}
    assert set(browser.cookies) == names
    for cookie in browser.cookies.values():
        assert cookie["httponly"], cookie
        assert cookie["samesite"] == "Lax", cookie
        assert not cookie["domain"], cookie


WITH_HTTPS = """
import json, django
django.setup()
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from organisations.signing_in.known_browsers import remember_browser
from organisations.models import User
browser = Client(headers={"host": "localhost"})
answer = browser.get("/konto/login/", secure=True)
request = RequestFactory().get("/", secure=True)
request.user = User(pk=1, password="x")
marked = remember_browser(lambda request: HttpResponse())(request)
known = {"name": next(iter(marked.cookies)), **next(iter(marked.cookies.values()))}
print(json.dumps({
    "cookies": {
        name: [bool(cookie["secure"]), bool(cookie["httponly"]), cookie["path"], cookie["domain"]]
        for name, cookie in browser.cookies.items()
    },
    "hsts": answer.headers.get("Strict-Transport-Security"),
    "status": answer.status_code,
    "plain": [Client(headers={"host": "localhost"}).get("/konto/login/").status_code],
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
    "csrf": [settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE],
    "known": [settings.KNOWN_BROWSER_COOKIE_NAME, known["name"], known["secure"], known["httponly"], known["path"],
              known["domain"], known["samesite"]],
}))
"""


def test_with_https_on_cookies_never_travel_in_the_open():
    env = os.environ | {"HTTPS": "1", "DEBUG": "0", "DEMO": "0", "DJANGO_SETTINGS_MODULE": "byra.settings",
                        "ALLOWED_HOSTS": "localhost", "SECRET_KEY": "x" * 60}  # fmt: skip
    code = WITH_HTTPS.replace(
        "django.setup()",
        "from django.conf import settings as s; s.STORAGES = {**s.STORAGES, "
        "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}; django.setup()",
    )
    ran = subprocess.run([sys.executable, "-c", code], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["session"] == ["__Host-session", True]
    assert told["csrf"] == ["__Host-csrf", True]
    assert told["known"] == ["__Host-known", "__Host-known", True, True, "/", "", "Lax"]
    assert told["status"] == 200
    assert told["plain"] == [301]
    assert told["cookies"]
    assert all(name.startswith("__Host-") for name in told["cookies"])
    assert all(cookie == [True, True, "/", ""] for cookie in told["cookies"].values())
    assert "max-age=31536000; includeSubDomains" in told["hsts"]
