"""What is refused as a password, wherever one is chosen."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from organisations.models import User
from organisations.passwords import once, plain_forms
from tests.sign_in import sign_in_as


def refusals(password: str, **person) -> list[str]:
    try:
        validate_password(password, user=User(**person) if person else None)
    except ValidationError as error:
        return [problem.code for problem in error.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "rød-hest-på-vei-hjem",
        "korrekt hest batteri stift",
        "x7!Kq02mZ#pL",
        "🦊🐻🐼🦁🐯🐨🐸🐵🐔🐧🐦🐤",
        "k" * 60 + "abcde" * 13,
    ],
)
def test_a_good_password_is_taken(password):
    assert refusals(password) == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort", "password_too_short"),
        ("rød-hest-på", "password_too_short"),
        ("abcde" * 25 + "abcd", "password_too_long"),
        ("1" * 12, "password_of_few_characters"),
        ("1212121212121212", "password_of_few_characters"),
        ("abababababababab", "password_of_few_characters"),
        ("qwerty123456", "password_too_common"),
        ("motherfucker", "password_too_common"),
        ("password1234", "password_too_common"),
        ("Password2026!", "password_too_common"),
        ("P@ssw0rd!!!!", "password_too_common"),
        ("passwordpassword", "password_too_common"),
        ("Passord123456", "password_too_common"),
        ("Sommeren2026", "password_too_common"),
        ("regnskap-regnskap", "password_too_common"),
    ],
)
def test_a_poor_password_is_refused(password, code):
    assert code in refusals(password)


def test_ten_thousand_times_the_same_is_refused_for_both_reasons():
    assert refusals("1" * 10_000) == ["password_too_long", "password_of_few_characters"]


@pytest.mark.parametrize("password", ["karinordmann1", "nordmann-kari", "kari@fjordregnskap", "fjordregnskap1"])
def test_what_resembles_the_name_or_the_address_is_refused(password):
    person = {"email": "kari@fjordregnskap.example", "name": "Kari Nordmann"}

    assert refusals(password, **person) == ["password_too_similar"]


def test_what_is_added_to_a_common_password_is_seen_through():
    assert {"dragon", "monkey"} <= plain_forms("Dr4g0n!2026") | plain_forms("monkey_monkey")
    assert once("hesthest") == "hest"
    assert once("hest") == "hest"


def test_a_few_letters_among_many_digits_are_no_common_password():
    assert refusals("8401-dragon-59372644") == []


def test_the_page_says_why(db, kari):
    browser = sign_in_as(kari.user)
    typed = {"oldpassword": "demo-demo-demo", "password1": "1" * 10_000, "password2": "1" * 10_000}

    answer = browser.post(reverse("account_change_password"), typed)

    assert answer.status_code == 200
    assert "Det kan ha høyst 128 tegn." in answer.content.decode()
    assert kari.user.check_password("demo-demo-demo")
