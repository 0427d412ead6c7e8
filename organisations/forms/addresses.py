"""Typed e-mail addresses: the field of every form, ours and allauth's, and a sentence for what is no address."""

from datetime import timedelta
from typing import Any

from allauth.account.fields import EmailField as SignInField
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import LONGEST, NoAddress, address_form, find_form, shown_address
from ground.refusals import NotAllowed

REST = timedelta(
    days=30
)  # before an address whose holder said "det er ikke meg" may be asked again from the same place
SENTENCES = {
    "shape": _("E-postadressen er ikke gyldig. Den skal se ut som navn@firma.no."),
    "name": _("E-postadressen er ikke gyldig. Foran @ kan den ikke ha æ, ø, å eller andre bokstaver enn a–z."),
    "length": _("E-postadressen er ikke gyldig. Det som står foran @, kan ha høyst 64 tegn."),
    "domain": _("E-postadressen er ikke gyldig. Det som står etter @, kan ikke brukes. Skriv det på nytt for hånd."),
}


def clean_address(text: str) -> str:
    """The form in which the address is stored. Raises NotAllowed for text that no mail of ours can go to."""
    try:
        return address_form(text)
    except NoAddress as refusal:
        raise NotAllowed(str(SENTENCES[refusal.part])) from None


def form_or_invalid(text: str) -> str:
    """The form in which the address is stored. Raises ValidationError for text that no mail of ours can go to."""
    try:
        return address_form(text)
    except NoAddress as refusal:
        raise ValidationError(SENTENCES[refusal.part], code="invalid") from None


class AddressField(forms.EmailField):
    """A field for an address: cleaned it is the stored form, shown it is as people read it."""

    default_validators = []  # to_python is the stricter one
    default_error_messages = {"required": _("Skriv en e-postadresse."), "invalid": SENTENCES["shape"]}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return form_or_invalid(typed) if typed else typed

    def prepare_value(self, value: Any) -> Any:
        """The stored form as people read it; typed text that has no form stays as it is."""
        return shown_address(value) if isinstance(value, str) and find_form(value) == value else value


class SignInAddressField(AddressField, SignInField):
    """An AddressField for allauth's forms, with their label and widget."""
