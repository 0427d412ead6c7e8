"""The table of a company's states: what may become of its row, and who does it. No database, no request."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ground.refusals import NotAllowed


class State(TextChoices):
    ASKED = "asked", _("spurt")
    PROVISIONAL = "provisional", _("foreløpig")
    KNOWN = "known", _("kjent")
    MERGED = "merged", _("slått sammen")


@dataclass(frozen=True)
class Move:
    """One arrow of the diagram. `target` is None where the row is deleted and what hung on it goes to another one."""

    sources: tuple[State, ...]
    target: State | None
    who: str


MOVES = {
    "accept": Move((State.ASKED,), State.KNOWN, "the receiver, where no other firm asks somebody else"),
    "accept_disputed": Move((State.ASKED,), State.PROVISIONAL, "the receiver, where another firm asks somebody else"),
    "confirm": Move((State.ASKED,), State.KNOWN, "platform administrator"),
    "settle": Move((State.ASKED, State.PROVISIONAL), State.KNOWN, "platform administrator: who administers"),
    "clear": Move((State.PROVISIONAL,), State.KNOWN, "the clock, when nobody else claims it any more"),
    "merge": Move((State.PROVISIONAL,), State.MERGED, "whoever makes another row of the number known"),
    "join": Move((State.ASKED,), None, "whoever accepts or makes known another row that the request goes to"),
    "release": Move((State.ASKED,), None, "whoever closes the request unanswered"),
}

REFUSALS = {
    State.ASKED: _("Ingen har svart for selskapet ennå."),
    State.PROVISIONAL: _("Flere svarer for selskapet. Avgjør hvem som administrerer det, først."),
    State.KNOWN: _("Selskapet er allerede bekreftet."),
    State.MERGED: _("Selskapet er slått sammen med et annet."),
}


def check_move(verb: str, state: State) -> Move:
    """The move of the verb. Raises NotAllowed, with why, where it does not start at the state."""
    move = MOVES[verb]
    if state not in move.sources:
        raise NotAllowed(REFUSALS[state])
    return move
