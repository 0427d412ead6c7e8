"""What was stored before addresses had one form: brought into it, kept apart where that would merge people."""

from importlib import import_module
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import connection

from clients.models import Contact
from collaboration.models import Activation, Receipt
from ground.mail_addresses import address_form
from notifications import outbox
from organisations.models import CompanyUser, User
from privacy.actions.erasure import erase_person
from privacy.export import collect
from tests import factories
from tests.addresses import FORM, SHOWN

pytestmark = pytest.mark.django_db

MIGRATIONS = ("notifications.migrations.0008_address_form", "organisations.migrations.0007_address_form",
              "clients.migrations.0007_address_form", "collaboration.migrations.0012_address_form")  # fmt: skip
RULES = ("_in_its_form",)


def rules() -> list[tuple[str, str, str]]:
    """Table, name and words of each constraint that holds addresses to their form."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname LIKE '%email%in_its_form' OR conname = 'email_to_in_its_form' ORDER BY conname"
        )
        return cursor.fetchall()


@pytest.fixture
def before():
    """The database as it was: it takes any address. Afterwards `migrate` holds it to the form again."""
    held = rules()
    assert len(held) >= 11
    with connection.cursor() as cursor:
        for table, name, _words in held:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return held


@pytest.fixture
def migrate(before):
    def migrate() -> None:
        for module in MIGRATIONS:
            import_module(module).bring_stored_addresses_into_form(apps, None)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, name, words in before:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")

    return migrate


def store(row, **columns):
    type(row)._base_manager.filter(pk=row.pk).update(**columns)


def listed() -> list[str]:
    out = StringIO()
    call_command("list_odd_addresses", stdout=out)
    return out.getvalue().splitlines()


def test_stored_spellings_get_the_one_form(migrate, sent, known, kari, capsys):
    activation = sent(known.client, by=kari)
    contact, user = known.client.contacts.get(), known.administrator.user
    for row, column in (
        (activation, "contact_email"),
        (contact, "email"),
        (known.administrator, "email"),
        (user, "email"),
    ):
        store(row, **{column: "nina@a\u030as.example"})
    EmailAddress.objects.filter(user=user).update(email="nina@ås.example")

    migrate()

    assert Activation.objects.get(pk=activation.pk).contact_email == FORM
    assert Contact.objects.get(pk=contact.pk).email == FORM
    assert CompanyUser.objects.get(pk=known.administrator.pk).email == FORM
    assert User.objects.get(pk=user.pk).email == FORM
    assert EmailAddress.objects.get(user=user).email == FORM
    assert capsys.readouterr().out == ""
    assert listed() == []


def test_two_people_with_one_mailbox_stay_two_and_are_told_of(migrate, capsys):
    first = factories.UserFactory(email=FORM)
    second = factories.UserFactory()
    store(second, email=SHOWN)
    EmailAddress.objects.filter(user=second).update(email=SHOWN)

    migrate()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.email, second.email) == (FORM, "nina=40=c3=a5s.example@uten-form.invalid")
    assert EmailAddress.objects.get(user=second).email == second.email
    told = capsys.readouterr().out
    assert f"organisations.User {second.pk}, email: {second.email}" in told
    meant = rf"was 'nina@\xe5s.example', the mailbox {FORM} of row {first.pk}"
    assert f"organisations.User {second.pk}, email: {second.email} {meant}" in listed()


def test_the_mailbox_leads_to_the_first_and_the_second_signs_in_by_what_the_list_says(migrate, client):
    first, second = factories.UserFactory(email=FORM), factories.UserFactory()
    store(second, email="nina\u200b@ås.example")
    EmailAddress.objects.filter(user=second).update(email="nina\u200b@ås.example")
    migrate()
    second.refresh_from_db()

    signed_in = []
    for typed in ("nina\u200b@ås.example", second.email):
        client.post("/konto/login/", {"login": typed, "password": factories.PASSWORD})
        signed_in.append(client.session["_auth_user_id"])
        client.logout()

    assert signed_in == [str(first.pk), str(second.pk)]


def test_a_mail_to_who_was_kept_apart_can_be_posted(migrate):
    """A deed that tells the person is not held up by it."""
    factories.UserFactory(email=FORM)
    second = factories.UserFactory()
    store(second, email="nina\u200b@ås.example")
    migrate()
    second.refresh_from_db()

    row = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=[second.email]), kind="hei")

    assert row.to == second.email


def test_who_was_kept_apart_is_found_and_erased_by_what_the_list_says(migrate):
    factories.UserFactory(email=FORM, name="Nina Ås")
    second = factories.UserFactory(name="Nina Andre")
    store(second, email=SHOWN)
    migrate()
    (line,) = [line for line in listed() if f"User {second.pk}," in line]
    address = line.split()[3]

    told = collect(address)
    erase_person(email=address)

    assert [person["Navn"] for person in told["Person"]] == ["Nina Andre"]
    second.refresh_from_db()
    assert second.email.endswith("@slettet.invalid")
    assert User.objects.get(email=FORM).name == "Nina Ås"


@pytest.mark.parametrize(
    "odd", ["kåre@x.example", "anne@x\ufffd.example", "an ne@x.example", "å" * 254, "a@" + "å" * 250]
)
def test_what_has_no_form_is_kept_and_can_be_read(odd, migrate, known):
    contact = known.client.contacts.get()
    store(contact, email=odd)

    migrate()

    contact.refresh_from_db()
    assert contact.email.isascii()
    assert len(contact.email) <= 254
    assert [line for line in listed() if line.startswith(f"clients.Contact {contact.pk}, email: {contact.email}")]


def test_a_place_and_an_invitation_that_would_be_there_twice_stay_apart(migrate, known):
    one = factories.CompanyUserFactory(company=known.company, offered=True, email=FORM)
    other = factories.CompanyUserFactory(company=known.company, offered=True)
    store(other, email=SHOWN)

    migrate()

    other.refresh_from_db()
    assert other.email == "nina=40=c3=a5s.example@uten-form.invalid"
    meant = rf"was 'nina@\xe5s.example', the mailbox {FORM} of row {one.pk}"
    assert f"organisations.CompanyUser {other.pk}, email: {other.email} {meant}" in listed()


def test_a_receipt_keeps_the_spelling_that_was_signed(migrate, sent, known, kari, approve):
    store(known.administrator.user, email=SHOWN)
    known.administrator.user.refresh_from_db()
    approve(sent(known.client, by=kari), by=known.administrator)

    migrate()

    receipt = Receipt.objects.get()
    assert receipt.approver_email == SHOWN
    assert receipt.is_genuine
    assert collect(FORM)["Godkjenningsbevis"]


def test_what_the_door_lets_in_is_never_listed():
    factories.UserFactory(email=address_form("Nina@Ås.example"))

    assert listed() == []
