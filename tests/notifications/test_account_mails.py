"""Signing in: its mails go through the outbox, and no code or link outlives its sending."""

import re
from email import message_from_bytes, policy

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from notifications import delivery
from notifications.models import Email
from organisations.actions.invitations import invite_employee
from tests import factories
from tests.factories import PASSWORD


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


EVIL = {"host": "localhost:666"}


@pytest.mark.parametrize("kind", ["known", "unknown", "code", "unverified"])
def test_no_mail_takes_an_address_from_the_request(kind, person, client, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    if kind == "unverified":
        EmailAddress.objects.filter(user=person).update(verified=False)
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, headers=EVIL)
    elif kind == "code":
        client.post(reverse("account_request_login_code"), {"email": person.email}, headers=EVIL)
    else:
        address = person.email if kind == "known" else "ukjent@eksempel.example"
        client.post(reverse("account_reset_password"), {"email": address}, headers=EVIL)

    message = bytes(Email.objects.get().message).decode()

    assert "666" not in message.partition("\r\n\r\n")[2]
    assert (f"{settings.BASE_URL}/konto/" in message) == (kind in ("known", "unverified"))


def test_the_link_of_a_new_password_leads_to_its_form_and_tells_nobody(person, client):
    client.post(reverse("account_reset_password"), {"email": person.email})
    message = bytes(Email.objects.get().message).decode()
    link = re.search(r"https?://\S+/konto/password/reset/key/\S+", message)[0]

    answer = client.get(link)

    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (302, "no-referrer")
    assert "no-store" in answer.headers["Cache-Control"]
    form = client.get(answer.url)
    assert form.headers["Referrer-Policy"] == "same-origin"
    new = "rød-hest-på-vei-hjem"
    assert client.post(answer.url, {"password1": new, "password2": new}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)


def test_so_does_one_that_is_over(person, client):
    answer = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "e-k"}))

    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (302, "no-referrer")
    assert "Lenken gjelder ikke lenger" in client.get(answer.url).content.decode()


def test_a_bad_link_does_not_open_the_form_of_an_earlier_good_one(person, client):
    client.post(reverse("account_reset_password"), {"email": person.email})
    good = re.search(r"https?://\S+/konto/password/reset/key/\S+", bytes(Email.objects.get().message).decode())[0]
    client.get(good)

    answer = client.get(f"{good.rstrip('/')}0/", follow=True)

    assert "Lenken gjelder ikke lenger" in answer.content.decode()


def test_whoever_has_no_user_is_told_what_was_asked_for(client, db):
    client.post(reverse("account_reset_password"), {"email": "ukjent@eksempel.example"})

    row = Email.objects.get()
    message = text_of(row)
    assert row.kind == "account_password_reset_unknown"
    assert "ba om nytt passord for ukjent@eksempel.example" in message
    assert "invitasjon" not in message


@pytest.mark.parametrize("way", ["invitation", "offer"])
def test_and_of_the_invitation_that_waits_but_not_of_whose(way, client, kari):
    address = "eva@aasblomster.example"
    if way == "invitation":
        invite_employee(firm=kari.firm, by=kari, name="Eva Ås", email=address, role="employee", client_access="all")
    else:
        factories.CompanyUserFactory(offered=True, email=address)
    Email.objects.all().delete()

    client.post(reverse("account_reset_password"), {"email": "Eva@aasblomster.example"})

    message = text_of(Email.objects.get())
    assert "Det ligger en invitasjon i innboksen din fra før." in message
    assert "Fjord" not in message


def text_of(row: Email) -> str:
    text = message_from_bytes(bytes(row.message), policy=policy.default).get_body(("plain",)).get_content()
    return " ".join(text.split())
