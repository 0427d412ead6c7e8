"""The code that proves the recorded address: its hash, its last minute and the tries stand in the session."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from collaboration.models import Activation
from organisations.refusals import NotAllowed

SESSION_KEY = "forward_code"
LIFE = timedelta(minutes=10)
TRIES = 5


class WrongCode(NotAllowed):
    """What was typed is not the code; another try is left."""


def remember_code(request: HttpRequest, activation: Activation, code: str, at: datetime) -> None:
    request.session[SESSION_KEY] = {
        "hash": hash_code(activation, code),
        "until": (at + LIFE).isoformat(),
        "tries": TRIES,
    }


def has_code(request: HttpRequest, at: datetime) -> bool:
    """Whether a code is out for this browser that still may be typed."""
    kept = request.session.get(SESSION_KEY, {"tries": 0})
    return kept["tries"] > 0 and at < datetime.fromisoformat(kept["until"])


def check_code(request: HttpRequest, activation: Activation, typed: str, at: datetime) -> None:
    """Raises NotAllowed unless it is the code, for this request in its present version, and in time."""
    if not has_code(request, at):
        raise NotAllowed(_("Koden gjelder ikke lenger. Be om en ny."))
    kept = request.session[SESSION_KEY]
    if constant_time_compare(kept["hash"], hash_code(activation, typed)):
        return
    kept["tries"] -= 1
    request.session.modified = True
    if kept["tries"] == 0:
        raise NotAllowed(_("Koden var feil for mange ganger. Be om en ny."))
    raise WrongCode(_("Koden er ikke riktig."))


def forget_code(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def hash_code(activation: Activation, code: str) -> str:
    subject = f"{activation.pk}:{activation.link_version}:{code}"
    return salted_hmac("my_services.forward_code", subject, algorithm="sha256").hexdigest()
