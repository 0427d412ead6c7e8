"""What one looks up before a new client is made."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from business_register.lookups import LONGEST_NAME
from ground.lines import AnyLineField
from ground.org_number import clean_org_number, validate_org_number

SHORTEST_NAME = 2
FEWEST_DIGITS = 7  # of what is meant as a number; "24 7" is a name
PERSONAL_NUMBER = 11
NOTHING = _("Skriv et organisasjonsnummer eller et navn.")
NO_PERSONS = _("Dette ser ut som et fødselsnummer. Privatpersoner slås ikke opp: fyll ut skjemaet under.")


class LookupForm(forms.Form):
    """`looked_up` is the text that the page shows the answer to, `filled` the number that filled its fields."""

    says_optional = False

    lookup = AnyLineField(
        label=_("Organisasjonsnummer eller navn"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Hentes fra Enhetsregisteret. Privatpersoner og andre uten nummer fylles ut under."),
    )
    looked_up = forms.CharField(required=False, widget=forms.HiddenInput)
    filled = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)


def read_lookup(typed: str) -> tuple[str, str]:
    """The number and the name that were meant, of which one is empty. Raises ValidationError for neither."""
    digits = clean_org_number(typed)
    if not (digits.isdecimal() and len(digits) >= FEWEST_DIGITS):
        if len(typed) < SHORTEST_NAME:
            raise ValidationError(NOTHING)
        return "", typed
    if len(digits) == PERSONAL_NUMBER:
        raise ValidationError(NO_PERSONS)
    validate_org_number(digits)
    return digits, ""
