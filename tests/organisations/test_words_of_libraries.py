"""What Django and allauth say, on our pages, is said in the words of the house, in both languages."""

import pytest
from django import forms
from django.test import Client as Browser
from django.utils import translation

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


class EveryKind(forms.Form):
    word = forms.CharField(max_length=3)
    number = forms.IntegerField(max_value=9)
    day = forms.DateField()
    choice = forms.ChoiceField(choices=[("a", "A")])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nb",
            {
                "word": ["Skriv høyst 3 tegn. Nå er det 4."],
                "number": ["Tallet kan ikke være større enn 9."],
                "day": ["Datoen finnes ikke, eller er skrevet på en måte vi ikke forstår."],
                "choice": ["Velg noe fra listen. b finnes ikke der."],
            },
        ),
        (
            "en",
            {
                "word": ["Use at most 3 characters. There are 4 now."],
                "number": ["The number cannot be greater than 9."],
                "day": ["The date does not exist, or is written in a way we do not understand."],
                "choice": ["Choose something from the list. b is not on it."],
            },
        ),
    ],
)
def test_a_form_says_what_to_do(language, expected):
    with translation.override(language):
        errors = EveryKind({"word": "ordi", "number": "10", "day": "31.02.2026", "choice": "b"}).errors

        assert dict(errors) == expected


@pytest.mark.parametrize(("language", "sentence"), [("nb", "Fyll ut dette feltet."), ("en", "Fill in this field.")])
def test_a_field_that_is_empty_asks_to_be_filled_in(language, sentence):
    with translation.override(language):
        assert {error for errors in EveryKind({}).errors.values() for error in errors} == {sentence}


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", ["E-post", "Glemt passordet?"]), ("en", ["E-mail", "Forgotten your password?"])],
)
def test_sign_in_speaks_as_the_other_pages(language, words):
    page = text_of(Browser(headers={"accept-language": language}).get("/konto/login/"))

    for word in words:
        assert f">{word}<" in page.replace("> ", ">").replace(" <", "<"), word
    for word in (">Email", "Forgot your", "Glemt ditt"):
        assert word not in page


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("nb", ["Skriv det passordet du har nå.", "Passordet ligner for mye på det vi vet om deg (e-post)."]),
        ("en", ["Type your current password.", "The password is too much like what we know about you (e-mail)."]),
    ],
)
def test_a_new_password_is_refused_in_our_words(language, sentences, sign_in):
    user = UserFactory(email="anne.vik@bergogdal.example", language=language)
    user.set_password("noe helt annet 42")
    user.save()
    fields = {"oldpassword": "feil", **dict.fromkeys(("password1", "password2"), "anne.vik@bergogdal")}

    page = text_of(sign_in(user).post("/konto/password/change/", fields))

    for sentence in sentences:
        assert sentence in page


@pytest.mark.parametrize(("language", "title"), [("nb", "Feil:"), ("en", "Error:")])
def test_the_admin_tells_of_errors_in_the_language_of_its_page(language, title, sign_in):
    admin = UserFactory(is_staff=True, is_superuser=True, language=language)

    page = text_of(sign_in(admin).post("/admin/subscriptions/service/add/", {}))

    assert f"<title>{title}" in page.replace("<title> ", "<title>")
    assert ("Rett feilene under." if language == "nb" else "Correct the errors below.") in page
    for word in ("Please", "Start typing", "Vennligst", "påkrevet"):
        assert word not in page
