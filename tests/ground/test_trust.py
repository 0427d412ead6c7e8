"""What a client says of itself is believed only where TRUSTED_PROXY_COUNT says that a proxy of ours has written it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from organisations.models import CacheEntry
from tests.processes import Web

FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Protocol": "ssl",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "443",
    "X-Real-Ip": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
    "X_Forwarded_Proto": "https",
    "Script_Name": "/evil",
    "Remote_Addr": "203.0.113.9",
}


@pytest.fixture(scope="module")
def https(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Web]:
    """A server as in production, where pages by plain HTTP are sent on to HTTPS; it knows of no proxy."""
    variables = {"HTTPS": "1", "TRUSTED_PROXY_COUNT": "0"}
    with django_db_blocker.unblock():
        web = Web(tmp_path_factory.mktemp("web"), "--workers", "1", "--access-logfile", "-", **variables)
    yield web
    web.close()


@pytest.mark.parametrize("name", FORWARDED)
def test_without_a_proxy_nothing_that_is_said_makes_a_request_another_one(name, https):
    answer = https.ask("GET", "/konto/login/", headers={name: FORWARDED[name]})

    assert answer.status == 301
    assert answer.headers["Location"] == "https://localhost/konto/login/"


def test_the_settings_trust_nobody_unless_they_are_told_to():
    env = {name: value for name, value in os.environ.items() if name != "TRUSTED_PROXY_COUNT"}
    show = """
import json, django
django.setup()
from django.conf import settings
print(json.dumps([settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.SECURE_PROXY_SSL_HEADER, settings.USE_X_FORWARDED_HOST,
                  settings.USE_X_FORWARDED_PORT]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", show],
        env=env | {"DJANGO_SETTINGS_MODULE": "byra.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout.splitlines()[-1]) == [0, None, False, False]


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "is_limited"), [(0, True), (1, False)])
def test_another_address_in_a_header_gives_new_tries_only_behind_a_proxy(proxies, is_limited, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "3/m/ip"}

    statuses = [
        Browser()
        .post(
            reverse("account_reset_password"),
            {"email": f"person{turn}@eksempel.example"},
            headers={"X-Forwarded-For": f"203.0.113.{turn}"},
        )
        .status_code
        for turn in range(5)
    ]

    assert (429 in statuses) is is_limited
    assert any("203.0.113" in entry.pk for entry in CacheEntry.objects.all()) is not is_limited


# --- What the server itself adds ----------


def test_the_id_of_the_proxy_in_front_comes_back_through_the_real_server(web):
    given = "fra-proxyen-0123456789"

    answers = [web.ask("GET", "/nowhere/", headers={"X-Request-ID": value}) for value in (given, "kort")]

    assert answers[0].headers["X-Request-ID"] == given
    assert re.fullmatch("[0-9a-f]{32}", answers[1].headers["X-Request-ID"])
    assert web.says(given)


def test_the_access_log_has_its_usual_shape(https):
    https.ask("GET", "/konto/login/?a=b", headers={"Referer": "https://localhost/", "User-Agent": "Prøve/1".encode()})

    shape = (
        r'^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /konto/login/\?a=b HTTP/1\.1" 301 \d+'
        r' "https://localhost/" ".*/1"$'
    )
    assert https.says(shape), https.said()
