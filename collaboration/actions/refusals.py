"""The refusals that a page answers in a way of its own."""

from organisations.refusals import NotAllowed


class PageIsStale(NotAllowed):
    """Something that the page showed has changed since; it must be read again before anything counts."""


class TermsNotAccepted(NotAllowed):
    """The tick for the service's terms is missing."""
