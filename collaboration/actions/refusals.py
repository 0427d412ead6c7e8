"""The refusals that a page answers in a way of its own."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from collaboration.outlook import Row, fingerprint
from organisations.refusals import NotAllowed


class PageIsStale(NotAllowed):
    """Something that the page showed has changed since; it must be read again before anything counts."""


class TermsNotAccepted(NotAllowed):
    """The tick for the service's terms is missing."""


def check_foretold(shown: str | None, foretell: Callable[[], Sequence[Row]]) -> None:
    """What the page foretold is what would happen now; None: no page has foretold anything. Raises PageIsStale."""
    if shown is not None and fingerprint(foretell()) != shown:
        raise PageIsStale(_("Avtalen har endret seg siden du åpnet siden. Les den på nytt før du svarer."))
