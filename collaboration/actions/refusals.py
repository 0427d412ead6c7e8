"""The refusals that a page answers in a way of its own."""

from datetime import date

from django.utils.translation import gettext as _

from agreements.rules.days import foretell
from agreements.rules.facts import Outcome, fingerprint
from collaboration.outlook import worth_telling
from ground.refusals import NotAllowed


class PageIsStale(NotAllowed):
    """Something that the page showed has changed since; it must be read again before anything counts."""


class TermsNotAccepted(NotAllowed):
    """The tick for the service's terms is missing."""


def check_shown(shown: str | None, would_be: str) -> None:
    """What the page foretold is what would happen now; None: no page has foretold anything. Raises PageIsStale."""
    if shown is not None and would_be != shown:
        raise PageIsStale(_("Avtalen har endret seg siden du åpnet siden. Les den på nytt før du svarer."))


def check_foretold(shown: str | None, outcome: Outcome, *, day: date) -> None:
    """The same, of a page with an outlook."""
    if shown is not None:
        check_shown(shown, fingerprint(worth_telling(foretell(outcome, day))))
