"""Whose name a request's mail comes in: the employee's and the firm's, by way of us. The address is always ours."""

import re
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from collaboration.models import Activation
from collaboration.reach import reach_of
from ground.lines import clean_line
from ground.linkable import BREAKS

LONGEST = 60  # characters of a name; a mail program shows the first thirty or so
# An address, a quotation or an encoded word in it could be taken for the sender by a program that reads it twice.
AMBIGUOUS = re.compile(r'[<>@"\\\[\]():;]|=\?|\?=')


def sender_of(activation: Activation) -> str:
    """ "Kari Nordmann, Fjord Regnskap AS via Byrå" <our address>, in the language that is spoken; the firm alone once
    the one who asked has left it.
    """
    ours, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    values = {"firm": as_name(activation.firm.name), "platform": as_name(ours) or "Byrå"}
    asker = activation.requested_by
    if asker is not None and asker.is_active:
        name = _("%(name)s, %(firm)s via %(platform)s") % {"name": as_name(asker.user.name), **values}
    else:
        name = _("%(firm)s via %(platform)s") % values
    return f'"{name}" <{address}>'


def reply_address_of(activation: Activation) -> str:
    """Where an answer goes; empty where the firm has no address of its own."""
    return reach_of(activation).any_email


def as_name(text: str) -> str:
    """One line without what a header, a mail program or who reads it could take for something else than a name."""
    line = BREAKS.sub(" ", " ".join(AMBIGUOUS.sub(" ", clean_line(text)).split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
