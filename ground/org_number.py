"""Norwegian organisation numbers: nine digits, the last one a check digit (modulus 11, Brønnøysundregistrene)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def clean_org_number(typed: str) -> str:
    """Without the spaces and dots that people type between the groups."""
    return "".join(character for character in typed if not character.isspace() and character not in ".-")


def check_digit(first_eight: str) -> str | None:
    """The ninth digit, or None where the eight digits cannot belong to a number."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_eight, strict=True)) % 11
    return None if rest == 1 else str((11 - rest) % 11)


def is_org_number(number: str) -> bool:
    return (
        len(number) == 9
        and number.isascii()
        and number.isdecimal()
        and number != "000000000"
        and check_digit(number[:8]) == number[8]
    )


def validate_org_number(number: str) -> None:
    """Raise ValidationError with what is wrong: not nine digits, or the check digit does not fit."""
    if len(number) != 9 or not (number.isascii() and number.isdecimal()):
        raise ValidationError(_("Organisasjonsnummeret skal ha ni siffer."), code="org_number_length")
    if not is_org_number(number):
        raise ValidationError(
            _("Organisasjonsnummeret er ikke gyldig: kontrollsifferet stemmer ikke. Er to sifre byttet om?"),
            code="org_number_check_digit",
        )


def display_org_number(number: str | None) -> str:
    """In groups of three, as people write it."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""
