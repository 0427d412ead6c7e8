"""Telephone numbers as people type them: digits with spaces, and a country's number after +."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ground.lines import AnyLineField

NOT_A_NUMBER = _("Skriv telefonnummeret med minst fem siffer, for eksempel 22 00 00 00 eller +47 22 00 00 00.")
SHAPE = re.compile(r"\+?[0-9()/ .-]+", re.ASCII)


def is_phone(text: str) -> bool:
    return bool(SHAPE.fullmatch(text)) and 5 <= sum(letter.isdigit() for letter in text) <= 15


class PhoneField(AnyLineField):
    """A telephone number, or nothing; it is kept as it was typed."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_phone(value):
            raise ValidationError(NOT_A_NUMBER, code="phone")
