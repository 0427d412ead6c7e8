"""Wherever a form leads on by `next`, it leads to one of our own pages."""

import re
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from notifications.models import Email
from tests.factories import PASSWORD
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

HOST = "testserver"
EVIL = "evil.example"
PAYLOADS = [
    f"https://{EVIL}", f"http://{EVIL}/", f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/////{EVIL}/x", f"\\\\{EVIL}",
    f"/\\{EVIL}", f"\\/{EVIL}", f"/\\/{EVIL}", f"\\{EVIL}", f"https:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}",
    f"http:\\\\{EVIL}", f"https://{HOST}@{EVIL}", f"https://{HOST}:80@{EVIL}", f"//{HOST}@{EVIL}/",
    f"https://{EVIL}#@{HOST}", f"https://{EVIL}?@{HOST}", f"https://{EVIL}\\@{HOST}", f"//{EVIL}\\.{HOST}",
    f"https://{HOST}.{EVIL}", f"//{HOST}.{EVIL}", f" //{EVIL}", f"\t//{EVIL}", f"/\t/{EVIL}", f"/\n/{EVIL}",
    f"/\r/{EVIL}", f"\x00//{EVIL}", f"\x08//{EVIL}", f"\x1f//{EVIL}", f"/\x0b/{EVIL}", f"\u2028//{EVIL}",
    f"\xa0//{EVIL}", f"//{EVIL}%00",
    f"h\nttps://{EVIL}", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", f"ftp://{EVIL}", f"//[{EVIL}", "//[::1", "http://[",
    f"/x\r\nLocation: https://{EVIL}", f"//{EVIL}:443/", "//①②.example", f"https://{EVIL}。example", "x" * 3000,
    "word", "admin:index", "health",  # which Django's redirect() would take for names
]  # fmt: skip


def leads_away(page: str, location: str) -> bool:
    """As browsers read it: backslashes are slashes, tabs and line ends do not count, nor control letters in front."""
    location = re.sub(r"[\t\r\n]", "", location.lstrip("".join(map(chr, range(33))))).replace("\\", "/")
    location = re.sub(r"^(https?):/*", r"\1://", location, flags=re.IGNORECASE)
    location = re.sub(r"^/{2,}", "//", location)
    parts = urlsplit(urljoin(f"http://{HOST}{page}", location))
    return parts.scheme not in ("http", "https") or parts.hostname != HOST


def away(browser, page: str, fields: dict) -> list[str]:
    """The payloads that lead away or end in an error; they come by the form and by the address in turn."""
    browser.raise_request_exception = False
    assert browser.post(page, fields).status_code == 302
    found = []
    for number, payload in enumerate(PAYLOADS):
        in_address = bool(number % 2)
        address = f"{page}?next={quote(payload)}" if in_address else page
        answer = browser.post(address, fields if in_address else {**fields, "next": payload})
        location = answer.headers.get("Location", "")
        if answer.status_code >= 500 or (location and leads_away(page, location)):
            found.append(f"{payload!r}: {answer.status_code} {location}")
    return found


def test_the_check_knows_what_leads_away():
    assert leads_away("/", f"//{EVIL}")
    assert leads_away("/", f"/\\{EVIL}")
    assert leads_away("/", f"/\t/{EVIL}")
    assert not leads_away("/", "/kunder/?a=//b")
    assert not leads_away("/", f"http://{HOST}/x")


def test_signing_in_leads_nowhere_else(client, kari, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    fields = {"login": kari.user.email, "password": PASSWORD}
    page = reverse("account_login")
    assert client.post(page, fields).status_code == 302

    found = []
    for payload in PAYLOADS:
        for address, typed in ((page, {**fields, "next": payload}), (f"{page}?next={quote(payload)}", fields)):
            client.logout()
            answer = client.post(address, typed)
            if answer.status_code >= 500 or leads_away(page, answer.headers.get("Location", "/")):
                found.append(f"{payload!r}: {answer.status_code} {answer.headers.get('Location')}")
    assert found == []


def leading_away(browser, page: str, fields: dict, before) -> list[str]:
    """As `away`, for what counts once: `before` makes it ready for each payload."""
    found = []
    for payload in PAYLOADS:
        for address, typed in ((page, {**fields, "next": payload}), (f"{page}?next={quote(payload)}", fields)):
            before(payload)
            answer = browser.post(address, typed)
            if answer.status_code >= 500 or leads_away(page, answer.headers.get("Location", "/")):
                found.append(f"{payload!r}: {answer.status_code} {answer.headers.get('Location')}")
    return found


def test_proving_oneself_again_leads_nowhere_else(known, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    user = known.administrator.user
    browser = sign_in_as(user)
    page = reverse("account_reauthenticate")
    assert browser.post(page, {"password": PASSWORD, "next": "/konto/"}).url == "/konto/"

    assert leading_away(browser, page, {"password": PASSWORD}, lambda payload: None) == []


def test_proving_oneself_by_a_code_leads_nowhere_else(known, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    browser = sign_in_as(known.administrator.user)
    page = reverse("account:reauthenticate-by-code")

    def send_code(payload) -> None:
        browser.post(page, {"next": payload})
        fields["code"] = Email.objects.latest("pk").secret

    fields: dict = {}
    send_code("")
    assert browser.post(page, {**fields, "next": "/konto/"}).url == "/konto/"

    assert leading_away(browser, page, fields, send_code) == []


def test_the_second_step_leads_nowhere_else(client, known, settings):
    """`next` is given with the password, and survives until the recovery code is taken."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RECOVERY_CODE_COUNT = 2 * len(PAYLOADS) + 1
    user = known.administrator.user
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user)
    login, page = reverse("account_login"), reverse("mfa_authenticate")

    def lead(payload: str) -> str:
        client.logout()
        client.post(login, {"login": user.email, "password": PASSWORD, "next": payload})
        codes.instance.refresh_from_db()
        answer = client.post(page, {"code": codes.get_unused_codes()[0], "next": payload})
        assert answer.status_code == 302, payload
        return answer.url

    assert lead("/konto/") == "/konto/"
    assert [payload for payload in PAYLOADS if leads_away(page, lead(payload))] == []


def test_switching_leads_nowhere_else(sign_in, kari, known):
    firm, company = reverse("organisations:firm-switch"), reverse("organisations:company-switch")

    assert away(sign_in(kari), firm, {"_firm": kari.firm_id}) == []
    assert away(sign_in(known.administrator), company, {"_company": known.company.pk}) == []


def test_saving_leads_nowhere_else(sign_in, kari, known):
    task = known.client.tasks.get()
    fields = {"_firm": kari.firm_id, "type": task.type_id, "owner": kari.pk}
    browser = sign_in(kari)

    assert away(browser, reverse("clients:task-create", args=[known.client.number]), fields) == []
    assert away(browser, reverse("office:task-close", args=[known.client.number, task.pk]), fields) == []


class Targets(HTMLParser):
    """Where a page's links and forms lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.found |= {values.get(name) or "" for name in ("href", "action", "formaction") if tag != "link"}
        if values.get("name") == "next":
            self.found.add(values.get("value") or "")


@pytest.mark.parametrize("name", ["clients:task-create", "clients:contact-create"])
def test_no_page_offers_a_way_out(name, sign_in, kari, known):
    browser, address = sign_in(kari), reverse(name, args=[known.client.number])

    for payload in PAYLOADS:
        targets = Targets(browser.get(address, {"next": payload}).content.decode()).found
        assert [target for target in targets if leads_away(address, target)] == []
