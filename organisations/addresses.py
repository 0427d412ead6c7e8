"""Addresses that a mail of ours can go to."""

import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from organisations.refusals import NotAllowed

LONGEST = 254  # characters of an address; RFC 5321, 4.5.3.1.3
REST = timedelta(
    days=30
)  # before an address whose holder said "det er ikke meg" may be asked again from the same place
INVALID = _("E-postadressen er ikke gyldig. Den skal se ut som navn@firma.no.")
has_its_shape = EmailValidator(message=INVALID, allowlist=[])


def validate_address(address: str) -> None:
    """Raises ValidationError for what is none, for one without a domain, and for one that reads as another.

    Django reads capitals and small letters alike, and so takes the long s for an s, and the sign of kelvin for a k.
    """
    has_its_shape(address)
    name, _at, domain = address.rpartition("@")
    is_plain = name.isascii() and unicodedata.normalize("NFKC", domain) == domain
    if not is_plain or domain.startswith("[") or len(address) > LONGEST:
        raise ValidationError(INVALID, code="invalid")


def clean_address(text: str) -> str:
    """Without space round it, in lower case. Raises NotAllowed for what validate_address refuses."""
    address = text.strip()
    try:
        validate_address(address)
    except ValidationError:
        raise NotAllowed(str(INVALID)) from None
    return address.lower()


class AddressField(forms.EmailField):
    """The address of somebody who is to get mail, in lower case."""

    default_validators = [validate_address]
    default_error_messages = {"required": _("Skriv en e-postadresse."), "invalid": INVALID}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def clean(self, value: Any) -> Any:
        return super().clean(value).lower()
