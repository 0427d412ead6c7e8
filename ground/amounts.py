"""Amounts in kroner as people type them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

NOT_AN_AMOUNT = _("Skriv beløpet i kroner, for eksempel 149,50.")
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'")
GROUPED = r"\d{1,3}(?:%s\d{3})+|\d+"


def read_amount(typed: str) -> Decimal | None:
    """The kroner that are meant: 149,50, 1 209,86, 1.209,86 and 149.50. None for what can be read in two ways, or
    in none.
    """
    text = typed.strip().lower().removesuffix("kr").removeprefix("kr").translate(SPACES)
    if not text.isascii():
        return None
    for decimal, group in ((",", r"\."), (r"\.", ",")):
        if re.fullmatch(rf"(?:{GROUPED % group}){decimal}\d{{1,2}}|\d+", text):
            kroner = re.split(decimal, text)
            return Decimal(".".join([re.sub(r"\D", "", kroner[0]), *kroner[1:]]))
    return None


class AmountField(forms.DecimalField):
    """Kroner and øre, typed as a Norwegian writes them."""

    default_error_messages = {"invalid": NOT_AN_AMOUNT, "min_value": NOT_AN_AMOUNT}

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 12}
        super().__init__(**{"min_value": 0} | kwargs | {"widget": AmountInput(attrs=attrs)})

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        amount = value if isinstance(value, Decimal) else read_amount(str(value))
        if amount is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return amount


class AmountInput(forms.TextInput):
    """Shows the amount with the reader's decimal sign, and what could not be read as it was typed."""

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal | int):
            return f"{value:.2f}".replace(".", get_format("DECIMAL_SEPARATOR"))
        return super().format_value(value)
