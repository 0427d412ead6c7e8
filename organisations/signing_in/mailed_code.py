"""Six digits in a mail that prove a mailbox; their hash and the tries left stand in the browser's session."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from ground.refusals import NotAllowed

MINUTES = 10  # ASVS 5.0, 6.5.5
TRIES = 5


class WrongCode(NotAllowed):
    """Raised for a wrong code while another try is left."""


def make_code() -> str:
    return f"{secrets.randbelow(1_000_000):06}"


@dataclass(frozen=True)
class MailedCode:
    """The codes of one purpose. `about` names what a code proves, and it counts for nothing else."""

    session_key: str

    def remember(self, request: HttpRequest, code: str, *, about: str, at: datetime) -> None:
        """Note the code in the session. An earlier one of this browser counts no more."""
        request.session[self.session_key] = {
            "hash": self.hash(code, about),
            "until": (at + timedelta(minutes=MINUTES)).isoformat(),
            "tries": TRIES,
        }

    def is_out(self, request: HttpRequest, at: datetime) -> bool:
        """Whether a code of this browser can still be typed."""
        kept = request.session.get(self.session_key, {"tries": 0})
        return kept["tries"] > 0 and at < datetime.fromisoformat(kept["until"])

    def check(self, request: HttpRequest, typed: str, *, about: str, at: datetime) -> None:
        """Raise NotAllowed unless the code is right and in time: WrongCode where another try is left."""
        if not self.is_out(request, at):
            raise NotAllowed(_("Koden gjelder ikke lenger. Be om en ny."))
        kept = request.session[self.session_key]
        if constant_time_compare(kept["hash"], self.hash(typed, about)):
            return
        kept["tries"] -= 1
        request.session.modified = True
        if kept["tries"] == 0:
            raise NotAllowed(_("Koden var feil for mange ganger. Be om en ny."))
        raise WrongCode(_("Koden er ikke riktig."))

    def forget(self, request: HttpRequest) -> None:
        request.session.pop(self.session_key, None)

    def hash(self, code: str, about: str) -> str:
        return salted_hmac(
            f"organisations.signing_in.mailed_code.{self.session_key}", f"{about}:{code}", algorithm="sha256"
        ).hexdigest()
