"""Signing in: its mails go through the outbox, and no code or link outlives its sending."""

import re

import pytest
from django.urls import reverse

from notifications import delivery
from notifications.models import Email
from tests import factories


@pytest.fixture
def person(db):
    return factories.UserFactory(email="line@aerligbakeri.example")


def secret_of(row):
    return row.secret.encode()


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_what_opens_the_account_is_blanked_when_the_mail_is_sent(name, person, client, sink, wakes):
    client.post(reverse(name), {"email": person.email})
    row = Email.objects.get()
    secret = secret_of(row)
    assert secret
    assert bytes(row.message).count(secret) >= 1

    assert delivery.deliver_due_emails() == 1

    row.refresh_from_db()
    assert secret in sink.messages[0]
    assert secret not in bytes(row.message)
    assert row.to == person.email


def test_the_blanked_link_of_a_new_password_opens_nothing(person, client, sink, wakes):
    client.post(reverse("account_reset_password"), {"email": person.email})

    delivery.deliver_due_emails()

    link = re.search(rb"https?://\S*password\S*|https?://\S*reset\S*", bytes(Email.objects.get().message))
    assert link is None or "…".encode() in link[0]


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_an_unknown_address_gets_a_mail_without_secret(name, client, sink, wakes, db):
    client.post(reverse(name), {"email": "ukjent@eksempel.example"})

    assert set(Email.objects.values_list("secret", flat=True)) <= {""}
    delivery.deliver_due_emails()
