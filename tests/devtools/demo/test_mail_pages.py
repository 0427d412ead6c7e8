"""/epost/: what was caught, and a sample of every kind."""

import json
import re

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from devtools.demo import mails
from notifications import outbox
from notifications.models import Email
from tests.notifications.test_linkable import LINKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

CAUGHT = """X-Envelope-From: ikke-svar@byra.example\r
X-Envelope-To: per@orstaror.example\r
From: Byra <ikke-svar@byra.example>\r
To: per@orstaror.example\r
Subject: =?utf-8?q?Foresp=C3=B8rsel?=\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="skille"\r
\r
--skille\r
Content-Type: text/plain; charset="utf-8"\r
\r
Se http://localhost:8000/i/abc/.\r
--skille\r
Content-Type: text/html; charset="utf-8"\r
\r
<p style="color: red">Se<script>alert(1)</script></p>\r
--skille--\r
"""


@pytest.fixture
def caught(settings, tmp_path):
    """Two caught mails; the names hold the nanosecond at which each came."""
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    (tmp_path / "01767225600000000000-000000.eml").write_text(CAUGHT.replace("Foresp", "Eldre foresp"), newline="")
    (tmp_path / "01767312000000000000-000001.eml").write_text(CAUGHT, newline="")
    (tmp_path / ".01767312000000000001-000002.eml.part").write_text("halv")
    return tmp_path


def test_every_kind_with_templates_has_a_sample():
    assert mails.mail_kinds() == {sample.kind for sample in mails.all_samples()}


@pytest.mark.parametrize("name", [sample.name for sample in mails.all_samples()])
def test_each_sample_has_a_page_and_leaves_nothing_behind(name, client):
    before = Email.objects.count()

    response = client.get(reverse("devtools:mail-detail", args=[name]))

    assert response.status_code == 200
    assert response.context["mail"].subject
    assert response.context["mail"].text
    assert Email.objects.count() == before


def test_the_list_shows_the_caught_mails_newest_first_and_every_sample(caught, client):
    response = client.get(reverse("devtools:mail-list"))

    assert [mail.subject for mail in response.context["caught"]] == ["Forespørsel", "Eldre forespørsel"]
    assert [mail.name for mail in response.context["samples"]] == [sample.name for sample in mails.all_samples()]


def test_without_mails_the_list_says_what_to_do(settings, client):
    settings.MAIL_CATCHER_DIR = ""

    response = client.get(reverse("devtools:mail-list"))

    assert "Ingen e-post er sendt ennå" in response.content.decode()


def test_a_caught_mail_has_its_page_with_the_link_to_click(caught, client):
    response = client.get(reverse("devtools:mail-detail", args=["01767312000000000000-000001"]))

    assert response.context["mail"].link == "http://localhost:8000/i/abc/"
    assert '<a href="http://localhost:8000/i/abc/">' in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_the_html_stands_alone_and_can_run_nothing(caught, client):
    response = client.get(reverse("devtools:mail-html", args=["01767312000000000000-000001"]))

    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["ukjent", "01767312000000000009-000001"])
def test_an_unknown_mail_is_not_found(name, caught, client):
    assert client.get(reverse("devtools:mail-detail", args=[name])).status_code == 404
    assert client.get(reverse("devtools:mail-html", args=[name])).status_code == 404


def test_the_inbox_gives_the_caught_mails_newest_last(caught, client):
    response = client.get("/epost/innboks.json")

    rows = json.loads(response.content)
    assert [row["subject"] for row in rows] == ["Eldre forespørsel", "Forespørsel"]
    assert rows[1] == {
        "to": "per@orstaror.example",
        "subject": "Forespørsel",
        "text": "Se http://localhost:8000/i/abc/.",
        "html": '<p style="color: red">Se<script>alert(1)</script></p>',
        "received_at": "2026-01-02T00:00:00Z",
    }


@pytest.mark.parametrize("address", ["/epost/", "/epost/innboks.json", "/epost/activation_sent-1/"])
def test_the_pages_are_only_read(address, client):
    assert client.post(address).status_code == 405


# --- What people have typed is no link ----------------------------------------------------------------------------

EVIL = "https://evil.no/login www.evil.no evil.no "
TYPED = {"name", "contact_name", "approver_name", "decline_comment", "phone", "contact_phone", "name_en"}


@pytest.fixture
def named_badly():
    """Rows from before names were refused: everything that people may have typed is a link."""
    for model in apps.get_models():
        if model._meta.app_label not in {"organisations", "clients", "collaboration", "commitments"}:
            continue
        if model._meta.proxy:
            continue
        for column in model._meta.local_concrete_fields:
            if column.name in TYPED:
                text = Value(EVIL if column.max_length > 60 else "www.evil.no ")
                rows = model._base_manager.exclude(**{column.name: ""})
                rows.update(**{column.name: Concat(text, Cast("pk", models.CharField()))})


def test_old_names_are_no_links_in_any_mail(named_badly):
    found, named = [], set()
    for sample in mails.all_samples():
        mail = mails.find_mail(sample.name)
        read = re.sub(r"<[^>]*>", " ", re.sub(r"<style.*?</style>", "", mail.html, flags=re.DOTALL))
        for text in (mail.subject, mail.text, read):
            foreign = re.sub(rf"{re.escape(outbox.base_url())}\S*|\S+@\S+", "", text)
            named |= {sample.kind} if "evil. no" in text else set()
            found += [f"{sample.name}: {foreign}"] if LINKED.search(foreign) else []

    assert found == []
    assert {"activation_sent", "activation_declined", "invitation", "forward_proposed", "approval_receipt"} <= named
