"""Norwegian organisation numbers: nine digits, the last one a check digit, and the ways in which they are typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.no import mva, orgnr
from stdnum.util import clean

LONGEST_TYPED = 40
BETWEEN = " .-:"  # what people type between the groups


def clean_org_number(typed: str) -> str:
    """The number without what stands round and in it: "NO 311 003 003 MVA", as on invoices, is "311003003".

    Whatever else was typed comes back as it is, but for spaces and signs; `validate_org_number` says what is wrong.
    """
    words = clean("".join(typed.split()), BETWEEN)
    number = mva.compact(words.upper().removeprefix("ORGNR")).removesuffix("MVA")
    return number if number.isdecimal() else words


def is_org_number(number: str) -> bool:
    """Whether these are nine digits with the right check digit, and nothing else."""
    return has_nine_digits(number) and number != "000000000" and orgnr.is_valid(number)


def has_nine_digits(number: str) -> bool:
    return len(number) == 9 and number.isascii() and number.isdecimal()


def validate_org_number(number: str) -> None:
    """Raise ValidationError with what is wrong: not nine digits, or the check digit does not fit."""
    if not has_nine_digits(number):
        raise ValidationError(_("Organisasjonsnummeret skal ha ni siffer."), code="org_number_length")
    if not is_org_number(number):
        raise ValidationError(
            _("Organisasjonsnummeret er ikke gyldig: kontrollsifferet stemmer ikke. Er to sifre byttet om?"),
            code="org_number_check_digit",
        )


def display_org_number(number: str | None) -> str:
    """In groups of three, as people write it; empty for None."""
    return orgnr.format(number) if number else ""


class OrgNumberField(forms.CharField):
    """A typed organisation number; cleaned it is the nine digits, or what `validate_org_number` refuses."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"max_length": LONGEST_TYPED})

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return clean_org_number(typed) if typed else typed
