"""Whom mail can go to: the same answer wherever an address is typed, and one form wherever it is kept."""

import email
import re
from email.policy import default as default_policy
from pathlib import Path

import pytest
from allauth.account import forms as account_forms
from allauth.account.fields import EmailField as AllauthsField
from django import forms
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse

from ground.mail_addresses import STORED
from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.forms.addresses import AddressField, clean_address
from organisations.models import User
from organisations.signing_in.address_forms import LoginForm
from tests import factories
from tests.addresses import FORM, NO_ADDRESSES, ONE_MAILBOX, SHOWN
from tests.forms_of_ours import APPS, NOT_IN_USE, all_forms

ROOT = Path(__file__).resolve().parent.parent.parent
# The spelling that was signed (docs/domain.md): another one would make the receipt a false one.
AS_SIGNED = {"collaboration.Receipt.approver_email"}


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=lambda typed: ascii(typed)[:40])
def test_what_no_mail_can_go_to_is_refused_with_a_sentence(address):
    with pytest.raises(NotAllowed, match="E-postadressen er ikke gyldig"):
        clean_address(address)


@pytest.mark.parametrize("address", ["anne@vik.example", " Anne.Vik+byra@VIK.example ", "o'brien@x.example"])
def test_an_address_is_kept_in_lower_case(address):
    assert clean_address(address) == address.strip().lower()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("anne", "Den skal se ut som navn@firma.no."),
        ("kåre@x.example", "Foran @ kan den ikke ha æ, ø, å eller andre bokstaver enn a–z."),
        ("anne@x\ufffd.example", "Det som står etter @, kan ikke brukes. Skriv det på nytt for hånd."),
    ],
)
def test_the_sentence_says_what_is_wrong(typed, sentence):
    with pytest.raises(NotAllowed) as refusal:
        clean_address(typed)

    assert refusal.value.sentence == f"E-postadressen er ikke gyldig. {sentence}"


# --- Every field -------------------------------------------------------------------------------------------------


def test_every_field_of_a_form_that_takes_an_address_reads_it_alike():
    fields = [
        (f"{name}.{field_name}", field)
        for name, form in all_forms()
        for field_name, field in form.base_fields.items()
        if isinstance(field, forms.EmailField) or isinstance(field.widget, forms.EmailInput) or "mail" in field_name
    ]
    others = ("alert_emails",)  # when, not where

    assert len(fields) > 12
    assert [name for name, field in fields if not (isinstance(field, AddressField) or name.endswith(others))] == []
    assert isinstance(LoginForm().fields["login"], AddressField)


def test_no_field_for_addresses_is_made_but_the_one():
    """Also of those that a form makes when it is shown."""
    sources = [file.relative_to(ROOT) for app in APPS for file in ROOT.glob(f"{app}/**/*.py")]
    made = re.compile(r"\bforms\.EmailField|fields import EmailField")

    found = {str(source) for source in sources if made.search((ROOT / source).read_text())}

    assert found == {"organisations/forms/addresses.py"}


def test_allauths_other_forms_with_an_address_are_on_no_page(client, db, sign_in, kari):
    theirs = {
        form.__name__
        for form in vars(account_forms).values()
        if isinstance(form, type)
        and issubclass(form, forms.BaseForm)
        and any(isinstance(field, AllauthsField) for field in form.base_fields.values())
    }
    replaced = {"ResetPasswordForm", "RequestLoginCodeForm"}

    client.post("/konto/signup/", {"email": "nina@x.example", "password1": "kjøttkaker og brun", "password2": "x"})
    answer = sign_in(kari).post("/konto/email/", {"email": "nina@x.example", "action_add": ""})

    assert theirs == replaced | NOT_IN_USE
    assert answer.status_code in (302, 405)
    assert not User.objects.filter(email="nina@x.example").exists()
    assert not Email.objects.exists()


def test_a_form_shows_the_letters_of_an_address_and_keeps_what_was_typed_of_none():
    field = AddressField()

    assert field.prepare_value(FORM) == SHOWN
    assert field.prepare_value("nina@xn--a.example") == "nina@xn--a.example"
    assert field.prepare_value(None) is None
    assert not field.has_changed(FORM, SHOWN)


# --- Every column ------------------------------------------------------------------------------------------------


def columns_of_addresses() -> list[tuple[type[models.Model], str]]:
    return [
        (model, column.name)
        for model in apps.get_models()
        if not model._meta.proxy
        for column in model._meta.local_concrete_fields
        if isinstance(column, models.EmailField)
    ]


@pytest.mark.parametrize(("model", "column"), columns_of_addresses(), ids=lambda part: getattr(part, "__name__", part))
@pytest.mark.django_db
def test_the_database_takes_no_other_form(model, column):
    """A column that is not held to it fails here: the constraint is the model's, or the migration's for allauth's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
            [model._meta.db_table],
        )
        rules = [rule for (rule,) in cursor.fetchall() if STORED in rule and f"({column})" in rule.replace('"', "")]

    assert len(rules) == (0 if f"{model._meta.label}.{column}" in AS_SIGNED else 1)


@pytest.mark.parametrize(
    "address", ["Anne@vik.example", "anne@ås.example", "an\u200bne@vik.example", "anne @vik.example"]
)
def test_a_form_that_is_none_cannot_be_stored(address, db):
    user = factories.UserFactory()

    for row, column in ((user, "email"), (user.emailaddress_set.get(), "email")):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{column: address})


# --- One person --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ONE_MAILBOX, ids=ascii)
def test_who_has_a_mailbox_signs_in_however_the_address_is_typed(typed, client, db):
    user = factories.UserFactory(email=FORM)

    client.post(reverse("account_login"), {"login": typed, "password": factories.PASSWORD})

    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("name", ["account_reset_password", "account_request_login_code"])
@pytest.mark.parametrize("typed", ONE_MAILBOX[::4], ids=ascii)
def test_and_gets_a_new_password_and_a_code(typed, name, client, db):
    factories.UserFactory(email=FORM)

    client.post(reverse(name), {"email": typed})

    (mail,) = Email.objects.all()
    assert mail.to == FORM
    assert mail.kind in ("account_password_reset_key", "account_login_code")
    assert f"To: {FORM}".encode() in bytes(mail.message)


def test_nobody_gets_a_second_user(db):
    user = factories.UserFactory(email=FORM)

    for typed in ONE_MAILBOX:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(typed, "kjøttkaker og brun saus", name="Nina Ås")
        assert User.objects.get_by_natural_key(typed) == user


def test_tries_are_counted_by_mailbox(client, db):
    for spelling in ONE_MAILBOX[:5]:
        client.post(reverse("account_login"), {"login": spelling, "password": "feil passord"})

    answer = client.post(reverse("account_login"), {"login": ONE_MAILBOX[5], "password": "feil passord"})

    assert "For mange" in answer.content.decode()


# --- What people read --------------------------------------------------------------------------------------------


def test_every_template_shows_the_letters_of_an_address():
    """What a template writes of an address goes through the filter; only a link that opens a mail has the form."""
    plain = {}
    for file in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]:
        text = re.sub(r'href="mailto:[^"]*"', "", file.read_text())
        text = re.sub(
            r'\{% include "(components|emails)/_?(reach|finding).html" [^%]*%\}', "", text
        )  # which has the filter
        text = re.sub(r"\{% blocktranslate[^%]*\bemail=.*?endblocktranslate", "", text, flags=re.DOTALL)
        names = re.findall(r"\{\{ *(?!form\.|privacy_)((?:[\w.]+\.)?(?:\w+_)?email)(?!\w|\|address|\|mailto)", text)
        names += re.findall(r"=([\w.]+\.(?:\w+_)?email)(?!\w|\|address)", text)
        plain[str(file.relative_to(ROOT))] = names
    # allauth's context has the address as people read it already (organisations.signing_in.adapters).
    mails = {name for name in plain if name.startswith("templates/account/email/")}

    assert {name: names for name, names in plain.items() if names and name not in mails} == {}


def test_pages_and_mails_show_the_letters_and_the_mail_goes_to_the_form(sign_in, sent, known, kari):
    User.objects.filter(pk=kari.user_id).update(email="kari@xn--fjrd-woa.example")
    contact = known.client.contacts.get()
    contact.email = FORM
    contact.save()
    kari.refresh_from_db()

    activation = sent(known.client, by=kari)
    browser = sign_in(kari)
    pages = [
        browser.get(url).content.decode()
        for url in (f"/kunder/{known.client.number}/", f"/kunder/{known.client.number}/samarbeid/eaccounting/",
                    f"/kunder/{known.client.number}/samarbeid/eaccounting/rett-adressen/", "/konto/", "/medarbeidere/")
    ]  # fmt: skip

    (mail,) = Email.objects.about(activation)
    assert mail.to == FORM
    message = email.message_from_bytes(bytes(mail.message), policy=default_policy)
    assert message["To"] == FORM
    assert "kari@fjærd.example" in message.get_body(("plain",)).get_content()
    assert "xn--" not in message.get_body(("plain",)).get_content()
    pages.append(message.get_body(("html",)).get_content())
    assert all("xn--" not in re.sub(r'href="mailto:[^"]*"', "", page) for page in pages)
    assert all(SHOWN in page for page in pages[:3])
