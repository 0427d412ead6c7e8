"""Telephone numbers and mail addresses as links."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

NUMBER = re.compile(r"\+?[0-9](?:[ \xa0().-]{0,2}[0-9]){2,18}")
COUNTRY = "+47"  # of a number that names none
WITHOUT_COUNTRY = 8  # digits of a Norwegian number; those that are shorter or longer are dialled as they stand


@dataclass(frozen=True)
class Call:
    """The telephone and address to reach somebody by; empty where there is none."""

    phone: str = ""
    email: str = ""


def help_desk() -> Call:
    """How to reach the platform, for what neither firm nor company can put right."""
    return Call(settings.HELP_PHONE, settings.HELP_EMAIL)


def tel(phone: str) -> str:
    """The first typed number as a `tel:` address (RFC 3966); empty where there is none to call."""
    found = NUMBER.search(phone)
    if found is None:
        return ""
    digits = re.sub(r"\D", "", found[0])
    if found[0].startswith("+"):
        return f"tel:+{digits}"
    if digits.startswith("00"):
        return f"tel:+{digits[2:]}"
    return f"tel:{COUNTRY if len(digits) == WITHOUT_COUNTRY else ''}{digits}"


def mailto(address: str) -> str:
    """The `mailto:` address (RFC 6068)."""
    return f"mailto:{quote(address, safe='@')}"
