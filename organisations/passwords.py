"""What a password must be, in words that Django's Norwegian lacks."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MIN_LENGTH, MAX_LENGTH = 12, 128
LINK_HOURS = 72  # after the latest mail with it, a link lets its receiver set a password; ASVS 5.0, 6.4.1

# What people here reach for, beside what Django's list of breached passwords holds.
OUR_WORDS = frozenset(
    """
    byra byrå regnskap regnskapet regnskapsbyra regnskapsbyrå eaccounting visma vismaonline samarbeid tjenester
    passord passordet mittpassord hemmelig hemmelighet velkommen sommer sommeren vinter vinteren høst høsten vår våren
    norge oslo bergen trondheim stavanger faktura kunde bokføring altinn bankid tripletex fiken
    januar februar mars april juni juli august september oktober november desember
    """.split()  # noqa: SIM905 (forty words to a line are read better than one)
)
LOOKALIKES = str.maketrans("013457@$!|", "oieastasil")


class LengthValidator(MinimumLengthValidator):
    """Long enough to be worth something, short enough to be typed again."""

    def __init__(self, min_length: int = MIN_LENGTH, max_length: int = MAX_LENGTH) -> None:
        super().__init__(min_length)
        self.max_length = max_length

    def validate(self, password: str, user=None) -> None:
        super().validate(password, user)
        if len(password) > self.max_length:
            sentence = _("Passordet er for langt. Det kan ha høyst %(count)d tegn.") % {"count": self.max_length}
            raise ValidationError(sentence, code="password_too_long")

    def get_error_message(self) -> str:
        return _("Passordet er for kort. Det må ha minst %(count)d tegn.") % {"count": self.min_length}


class FewCharactersValidator:
    """A long row of the same few characters is short for who guesses."""

    def __init__(self, least: int = 5) -> None:
        self.least = least

    def validate(self, password: str, user=None) -> None:
        if len(set(password)) < self.least:
            sentence = _("Passordet må ha minst %(count)d forskjellige tegn.") % {"count": self.least}
            raise ValidationError(sentence, code="password_of_few_characters")

    def get_help_text(self) -> str:
        return _("Passordet må ha minst %(count)d forskjellige tegn.") % {"count": self.least}


class BreachedPasswordValidator(CommonPasswordValidator):
    """Refuses the passwords of Django's list of breached ones, also repeated and with the usual decorations.

    Most of the list is shorter than what we ask for; what people make of it to get there is no better.
    """

    def validate(self, password: str, user=None) -> None:
        if len(password) <= MAX_LENGTH and any(self.is_known(form) for form in plain_forms(password)):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def is_known(self, word: str) -> bool:
        return word in self.passwords or word in OUR_WORDS

    def get_error_message(self) -> str:
        return _("Passordet er blant dem som er kjent for å være på avveie, eller bygd på et av dem. Velg et annet.")

    def get_help_text(self) -> str:
        return _("Passordet kan ikke være et av dem som er kjent for å være på avveie.")


def plain_forms(password: str) -> set[str]:
    """The password without what people add to a common one: capitals, lookalikes, years, signs, and repetition."""
    lower = password.strip().lower()
    forms = {lower, re.sub(r"[\W_]+", "", lower)}
    for text in (lower, lower.translate(LOOKALIKES)):
        letters = re.sub(r"[\W\d_]+", "", text)
        if len(letters) * 2 >= len(password):
            forms.add(letters)
        inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lower).translate(LOOKALIKES)
        if len(inner) * 2 >= len(password):
            forms.add(inner)
    return forms | {once(form) for form in forms}


def once(text: str) -> str:
    """What is repeated, if the text is nothing but one thing again and again."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text
