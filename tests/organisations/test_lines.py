"""What is typed on one line: nothing that nobody sees, nothing that draws over other lines, every language whole."""

from unicodedata import is_normalized, normalize

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ground.lines import AnyLineField, LineField, LinesField, clean_line, clean_lines, clean_name
from ground.refusals import NotAllowed
from ground.unseen import MOST_MARKS
from history.admin import FindsNames
from notifications.admin import FindsAddresses
from organisations.forms.addresses import AddressField
from organisations.signing_in.account_forms import AddPasskeyForm
from tests.forms_of_ours import all_forms
from tests.notifications.test_linkable import LINKS, NAMES


@pytest.mark.parametrize(
    "unseen",
    ["", " ", "\u00a0", "\u200b", "\u2060\u200b", "\u00ad", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u202e",
     "\u200d", "\u200c\u200d", "\ufe0f", "\u034f", "\u180e", "\ufeff", "\U000e0041", "\u0301", "\u0301" * 10],
)  # fmt: skip
def test_what_nobody_sees_is_nothing(unseen):
    assert clean_line(unseen) == ""


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\u00ad", "\u3164", "\ufe0f", "\u202e", "\u034f", "\U000e0061"])
def test_what_is_hidden_in_a_name_is_taken_out(hidden):
    assert clean_line(f"An{hidden}ne{hidden} {hidden} Vik{hidden}") == "Anne Vik"


@pytest.mark.parametrize(
    "name",
    [
        "Nguye\u0302\u0303n Thi\u0323 Ho\u0302\u0300ng",  # Vietnamese, its marks apart
        "Nguyễn Thị Hồng",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u05e9\u05bc\u05c2\u05b8\u05e8\u05b8\u05d4",  # Hebrew with niqqud
        "\u0915\u094d\u0937\u093f\u0924\u093f\u091c",  # Devanagari
        "\u0930\u093e\u091c\u094d\u200d\u092f",  # a joiner after a virama
        "\u0d05\u0d35\u0d28\u0d4d\u200d",  # Malayalam, one that ends a word
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u1019\u103c\u103d\u103e\u1031\u1037",  # Burmese
        "\u0e19\u0e49\u0e33\u0e1d\u0e19",  # Thai
        "\u845b\U000e0100\u57ce",  # a Japanese name in its own shape
        "عمر",
    ],
)
def test_a_name_of_any_script_stays_whole(name):
    """Its letters and marks are the same; only how they are spelt may change."""
    assert clean_line(name) == normalize("NFC", name)


@pytest.mark.parametrize(
    "emoji",
    ["🧁", "👩‍👩‍👧‍👦", "👩🏽‍🌾", "🏳️‍🌈", "❤️‍🔥", "👁️‍🗨️", "1️⃣", "🇳🇴", "🏴‍☠️", "🧔🏻‍♂️", "🙂‍↔️",
     "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"],
)  # fmt: skip
def test_an_emoji_stays_whole(emoji):
    assert clean_line(f"Bakeri {emoji} AS") == f"Bakeri {emoji} AS"


def test_no_letter_carries_more_marks_than_writing_needs():
    typed = "Z" + "\u0301" * 140 + "a" + "\u20dd" * 3

    assert clean_line(typed) == "Ź" + "\u0301" * (MOST_MARKS - 1) + "a" + "\u20dd" * 3


def test_lines_stay_lines_without_what_nobody_sees():
    assert clean_lines(" Ring\u202e meg.\r\n\r\n  Hilsen\u200b Anne \n") == "Ring meg.\n\n  Hilsen Anne"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_has_one_form_however_it_was_spelt(text):
    line, lines = clean_line(text), clean_lines(text)

    assert is_normalized("NFC", line)
    assert is_normalized("NFC", lines)
    assert clean_line(line) == line
    assert clean_lines(lines) == lines


@pytest.mark.parametrize(
    "spelt", ["A\u030as Ga\u030ard AS", "\u212bs G\u00e5rd AS", "A\u200b\u030as G\u00e5rd\u200d AS"]
)
def test_a_letter_with_a_mark_is_one_sign(spelt):
    assert clean_line(spelt) == "Ås Gård AS"


# --- A name is no address ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", LINKS)
def test_a_name_that_a_mail_program_would_make_a_link_of_is_refused_with_a_sentence(text):
    sentence = "Her kan det ikke stå en nettadresse eller e-postadresse."

    with pytest.raises(forms.ValidationError) as at_the_field:
        LineField().clean(text)
    with pytest.raises(NotAllowed) as by_the_deed:
        clean_name(text)

    assert at_the_field.value.messages == [by_the_deed.value.sentence] == [sentence]


@pytest.mark.parametrize("name", NAMES)
def test_what_companies_and_people_are_called_is_taken(name):
    assert LineField().clean(name) == clean_name(name) == name


def test_what_is_too_long_is_refused_before_anybody_looks_for_links_in_it(monkeypatch):
    looked_at = []
    monkeypatch.setattr("ground.lines.looks_like_a_link", looked_at.append)

    with pytest.raises(ValidationError) as refusal:
        LineField(max_length=100).clean("1" * 5000)

    assert [error.code for error in refusal.value.error_list] == ["max_length"]
    assert looked_at == []


def test_every_line_that_mails_show_has_a_bound():
    unbounded = [
        f"{form.__name__}.{field_name}"
        for _name, form in all_forms()
        for field_name, field in form.base_fields.items()
        if isinstance(field, LineField) and field.max_length is None
    ]

    assert unbounded == []


def test_one_may_look_for_anything():
    assert AnyLineField(required=False).clean("www.evil.no A\u030as") == "www.evil.no Ås"


# --- Every field -------------------------------------------------------------------------------------------------

# What no person reads as text: it is compared with what we gave out, or has letters of its own.
NO_TEXT = {
    "code": "digits that were mailed, shown by an app, or stand on a receipt; in the admin a word of a URL",
    "slug": "a word of a URL",
    "credential": "what a browser says of a passkey",
    "number": "digits of a receipt",
    "org_number": "nine digits",
    "postal_code": "four digits",
    "reminder_days": "numbers",
}


def test_every_text_comes_in_by_the_one_door(kari):
    """A new field that does not fails here: it takes another field of ground.lines, or a line above."""
    plain = [
        f"{name}.{field_name}"
        for name, form in all_forms()
        for field_name, field in form.base_fields.items()
        if isinstance(field, forms.CharField)
        and not isinstance(field, AnyLineField | LinesField | AddressField)
        and not isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
        and field_name not in NO_TEXT
    ]
    # It is ours when the form is shown.
    set_later = {"organisations.signing_in.account_forms.AddPasskeyForm.name", "mfa: add_webauthn.name"}

    assert set(plain) == set_later
    assert isinstance(AddPasskeyForm(user=kari.user).fields["name"], LineField)


def test_only_what_stands_in_no_mail_may_be_an_address_of_a_page():
    free = {
        f"{form.__name__}.{field_name}"
        for _name, form in all_forms()
        for field_name, field in form.base_fields.items()
        if type(field) is AnyLineField
    }

    assert free == {
        "ClientFilterForm.q",
        "CollaborationFilterForm.q",
        "LookupForm.lookup",
        "ServiceForm.url",
        "TaskFilterForm.q",
    }


def test_every_search_of_the_admin_finds_names_and_addresses_as_they_are_kept():
    shown = [one for one in admin.site._registry.values() if one.search_fields]
    by_address = [one for one in shown if {"to"} & set(one.search_fields) or "email" in " ".join(one.search_fields)]

    assert [str(one) for one in shown if not isinstance(one, FindsNames)] == []
    # The events' app stands below the one that knows addresses.
    assert [str(one) for one in by_address if not isinstance(one, FindsAddresses)] == ["history.EventAdmin"]
