"""The code by which a signed-in person proves the mailbox again: its hash and its tries stand in the session."""

import secrets
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from organisations.models import User
from organisations.refusals import NotAllowed
from organisations.requests import SignedInRequest

SESSION_KEY = "reauthentication_code"
LIFE = timedelta(minutes=10)
TRIES = 5


def send_code(request: SignedInRequest, at: datetime) -> None:
    code = f"{secrets.randbelow(1_000_000):06}"
    request.session[SESSION_KEY] = {
        "hash": hash_code(request.user, code),
        "until": (at + LIFE).isoformat(),
        "tries": TRIES,
    }
    get_adapter(request).send_mail("account/email/reauthentication_code", request.user.email, {"code": code})


def has_code(request: SignedInRequest, at: datetime) -> bool:
    """Whether a code is out for this browser that still may be typed."""
    kept = request.session.get(SESSION_KEY, {"tries": 0})
    return kept["tries"] > 0 and at < datetime.fromisoformat(kept["until"])


def check_code(request: SignedInRequest, typed: str, at: datetime) -> None:
    """Take the code, once. Raises NotAllowed unless it is the one that was sent, and in time."""
    if not has_code(request, at):
        raise NotAllowed(_("Koden gjelder ikke lenger. Be om en ny."))
    kept = request.session[SESSION_KEY]
    if constant_time_compare(kept["hash"], hash_code(request.user, typed)):
        del request.session[SESSION_KEY]
        return
    kept["tries"] -= 1
    request.session.modified = True
    if kept["tries"] == 0:
        raise NotAllowed(_("Koden var feil for mange ganger. Be om en ny."))
    raise NotAllowed(_("Koden er ikke riktig."))


def hash_code(user: User, code: str) -> str:
    return salted_hmac("organisations.account_code", f"{user.pk}:{code}", algorithm="sha256").hexdigest()
