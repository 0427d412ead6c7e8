"""What a client's card takes, whether it was typed on a page or stands in a file."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ground.org_number import validate_org_number

LARGEST_CLIENT_NUMBER = 999_999_999  # nine digits: some firms use the organisation number


def check_org_number(number: str | None) -> str | None:
    """The cleaned number, None for none. Raises ValidationError for what is no organisation number."""
    if not number:
        return None
    if len(number) == 11 and number.isdecimal():
        raise ValidationError(
            _("Dette ser ut som et fødselsnummer. Det skal ikke lagres her: la feltet stå tomt for privatpersoner.")
        )
    validate_org_number(number)
    return number


def check_postal_code(typed: str) -> str:
    """The code without space round it; empty for none. Raises ValidationError for anything but four digits."""
    code = typed.strip()
    if code and not (len(code) == 4 and code.isascii() and code.isdecimal()):
        raise ValidationError(_("Postnummeret skal ha fire siffer."))
    return code
