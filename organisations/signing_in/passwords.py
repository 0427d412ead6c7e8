"""What a password must be: zxcvbn's guesses, our own words beside its lists, and the sentences."""

import re
import threading
from itertools import chain

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from ground.mail_addresses import shown_address
from organisations.models import CompanyUser, Employee, User

MIN_LENGTH, MAX_LENGTH = 12, 128

LEAST_GUESSES = 8  # the exponent of ten
MOST_READ = 72  # characters that zxcvbn looks at; the time grows with their square
MOST_KINDS = 3  # of signs that stand for letters; it tries each combination of what they could mean
SIGNS = frozenset("@({[<&#!|$+%")

# What people here reach for, beside what the lists of breached passwords and English words hold; the commonest first.
OUR_WORDS = tuple(
    """
    byra byrå regnskap regnskapet regnskapsbyra regnskapsbyrå eaccounting visma vismaonline samarbeid tjenester
    passord passordet mittpassord hemmelig hemmelighet velkommen sommer sommeren vinter vinteren høst høsten vår våren
    norge oslo bergen trondheim stavanger faktura kunde bokføring altinn bankid tripletex fiken
    januar februar mars april juni juli august september oktober november desember
    jegelskerdeg kjærlighet fotball thequickbrownfox correcthorsebatterystaple
    """.split()  # noqa: SIM905 (forty words to a line are read better than one)
)
LOOKALIKES = str.maketrans("013457@$!|", "oieastasil")
# zxcvbn keeps the words of the one who asks in a place that all threads share.
one_at_a_time = threading.Lock()


class LengthValidator(MinimumLengthValidator):
    """Refuses a password that is too short to be safe, or too long to be typed again."""

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
    """Refuses a long row of the same few characters."""

    def __init__(self, least: int = 5) -> None:
        self.least = least

    def validate(self, password: str, user=None) -> None:
        if len(set(password)) < self.least:
            sentence = _("Passordet må ha minst %(count)d forskjellige tegn.") % {"count": self.least}
            raise ValidationError(sentence, code="password_of_few_characters")

    def get_help_text(self) -> str:
        return _("Passordet må ha minst %(count)d forskjellige tegn.") % {"count": self.least}


class GuessableValidator:
    """Refuses what is easily guessed: known passwords, words about the person, and what is put together from such.

    Raises the first sentence that fits.
    """

    def __init__(self) -> None:
        self.similar = UserAttributeSimilarityValidator(user_attributes=("email", "name"))
        self.common = CommonPasswordValidator()

    def validate(self, password: str, user: User | None = None) -> None:
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            return
        self.similar.validate(password, user)
        if any(form in self.common.passwords or form in OUR_WORDS for form in plain_forms(password)):
            sentence = _(
                "Passordet har vært med i et datainnbrudd, eller er bygd på et som har vært det. Velg et annet."
            )
            raise ValidationError(sentence, code="password_too_common")
        if is_made_of(words_about(user), password):
            raise ValidationError(
                _("Passordet ligner for mye på navnet ditt eller stedet ditt."), code="password_too_similar"
            )
        if guesses(password, user) < LEAST_GUESSES:
            sentence = _("Passordet er lett å gjette. Velg et annet, for eksempel fire ord som ikke hører sammen.")
            raise ValidationError(sentence, code="password_too_common")

    def get_help_text(self) -> str:
        return _("Passordet kan ikke være lett å gjette, eller ha vært med i et datainnbrudd.")


def is_made_of(words: list[str], password: str) -> bool:
    """Whether at most three letters are left without the words; digits and signs do not count, since they are soon
    tried.
    """
    letters = re.sub(r"[\W\d_]+", "", password.lower())
    left = letters
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != letters and len(left) <= 3


def plain_forms(password: str) -> set[str]:
    """The password without what people add to a common one: capitals, lookalikes, years, signs, repetition."""
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
    """The part that the text repeats, where it is nothing else; else the text."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text


def guesses(password: str, user: User | None) -> float:
    """How many tries the password takes, as an exponent of ten, for one who knows the person and what has leaked."""
    text = password[:MOST_READ]
    too_many = list(dict.fromkeys(sign for sign in text if sign in SIGNS))[MOST_KINDS:]
    text = "".join("~" if sign in too_many else sign for sign in text)  # a sign that stands for no letter
    with one_at_a_time:
        found = zxcvbn(text, user_inputs=[*words_about(user), *OUR_WORDS], max_length=MOST_READ)
    return found["guesses_log10"]


def words_about(user: User | None) -> list[str]:
    """Words of the person's name, address, firms and companies, also two of them written as one."""
    if user is None:
        return []
    told = [user.name, *shown_address(user.email).split("@"), *user.place_names]
    if user.pk:
        firms = Employee.objects.active().filter(user=user).values_list("firm__name", flat=True)
        companies = CompanyUser.objects.active().filter(user=user).values_list("company__name", flat=True)
        told += chain(firms, companies)
    parts = [re.findall(r"\w+", text.lower()) for text in told]
    words = [word for words in parts for word in (*words, "".join(words[:2]))]
    return [word for word in dict.fromkeys(words) if len(word) > 2]
