"""Whose name the mails that ask come in: readable, answerable, and always from our own address."""

import email
from email.policy import default
from email.utils import parseaddr

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from collaboration import emails
from collaboration.models import Activation
from collaboration.senders import as_name, reply_address_of, sender_of
from ground.clock import database_clock
from notifications.models import Email
from organisations.models import Firm, User

OURS = "ikke-svar@byra.example"
ODD = [
    'Kari "Kåre" Nordmann', "Nordmann, Kari", "Kari <admin@bank.example>", "admin@bank.example", "😀 Kari", "O'Brien",
    "Kari\r\nBcc: x@y.example", "\u202ekari\u202c", "=?utf-8?q?Sjefen?=", "Kari; Ola: venner", "Ka\\ri (CEO)",
    "Ł" * 150, "N" * 150,
]  # fmt: skip


def headers_of(row: Email):
    return email.message_from_bytes(bytes(row.message), policy=default)


@pytest.mark.django_db
def test_a_request_comes_in_the_employees_and_the_firms_name(known, kari, sent):
    sent(known.client, by=kari)

    mail = headers_of(Email.objects.get())

    [sender] = mail["From"].addresses
    assert sender.display_name == "Kari Nordmann, Fjord Regnskap AS via Byrå"
    assert sender.addr_spec == OURS
    assert mail["Reply-To"] == "kari@fjordregnskap.example"
    assert mail["Sender"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("where", ["person", "firm"])
def test_no_name_makes_it_come_from_anywhere_else(where, name, known, kari, sent):
    if where == "person":
        User.objects.filter(pk=kari.user_id).update(name=name)
    else:
        Firm.objects.filter(pk=kari.firm_id).update(name=name)
    kari.refresh_from_db()

    sent(known.client, by=kari)

    mail = headers_of(Email.objects.get())
    assert [address.addr_spec for address in mail["From"].addresses] == [OURS]
    name = mail["From"].addresses[0].display_name.replace(" ", "")  # Python's parser adds one between long parts
    assert name.endswith("viaByrå")
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["Reply-To"].addresses] == ["kari@fjordregnskap.example"]
    assert not set('<>@"\u202e') & set(mail["From"].addresses[0].display_name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "firm", "shown"),
    [
        (
            "https://evil.no/login Nils",
            "www.evil.no/Vidda",
            "https //evil. no/login Nils, www. evil. no/Vidda via Byrå",
        ),
        ("Nils", "192.168.1.1/login", "Nils, 192. 168.1.1/login via Byrå"),
        ("J.R.R. Tolkien", "A.S. Norge", "J.R.R. Tolkien, A.S. Norge via Byrå"),
    ],
)
def test_an_old_name_that_is_an_address_is_broken_there_as_in_subject_and_body(person, firm, shown, known, kari, sent):
    User.objects.filter(pk=kari.user_id).update(name=person)
    Firm.objects.filter(pk=kari.firm_id).update(name=firm)
    known.client.refresh_from_db()
    kari.refresh_from_db()

    activation = sent(known.client, by=kari)

    mail = headers_of(Email.objects.get())
    assert parseaddr(sender_of(activation)) == (shown, OURS)
    said = mail["Subject"] + mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
    assert not any(whole in said for whole in ("evil.no", "192.168.1.1"))


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=300)
def test_whatever_the_names_are_the_header_holds_one_mailbox_that_is_ours(person, firm):
    sender = f'"{as_name(person)}, {as_name(firm)} via Byrå" <{OURS}>'
    message = EmailMultiAlternatives("Emne", "tekst", sender, ["a@b.no"])

    mail = email.message_from_bytes(message.message().as_bytes(), policy=default)

    assert [address.addr_spec for address in mail["From"].addresses] == [OURS]
    assert mail.keys().count("From") == 1
    assert max(len(line) for line in message.message().as_bytes().splitlines()) < 998


@pytest.mark.django_db
def test_who_has_left_the_firm_is_neither_named_nor_written_to(known, kari, ola, sent):
    activation = sent(known.client, by=kari)
    kari.deactivated_at = database_clock()
    kari.save()
    activation.task.owner = ola
    activation.task.save()

    emails.activation_sent(Activation.objects.with_everything().get(), key="again")

    mail = headers_of(Email.objects.latest("pk"))
    assert mail["From"].addresses[0].display_name == "Fjord Regnskap AS via Byrå"
    assert mail["Reply-To"] == "ola@fjordregnskap.example"


@pytest.mark.django_db
def test_a_firm_whose_people_have_all_left_is_answered_itself(known, kari, sent):
    activation = sent(known.client, by=kari)
    kari.deactivated_at = database_clock()
    kari.save()
    for address, answered in (("", ""), ("post@fjord.example", "post@fjord.example")):
        Firm.objects.update(email=address)

        assert reply_address_of(Activation.objects.with_everything().get(pk=activation.pk)) == answered

    Firm.objects.update(email="")
    emails.activation_sent(Activation.objects.with_everything().get(), key="again")
    assert headers_of(Email.objects.latest("pk"))["Reply-To"] is None


@pytest.mark.django_db
def test_every_mail_that_asks_does_so_and_no_other(known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)

    named = {row.kind for row in Email.objects.all() if " via " in headers_of(row)["From"].addresses[0].display_name}

    assert named == {"activation_sent"}
    assert set(Email.objects.values_list("kind", flat=True)) > named


@pytest.mark.django_db
def test_the_platforms_own_name_may_be_missing(known, kari, sent, settings):
    settings.DEFAULT_FROM_EMAIL = OURS

    assert parseaddr(sender_of(sent(known.client, by=kari))) == ("Kari Nordmann, Fjord Regnskap AS via Byrå", OURS)
