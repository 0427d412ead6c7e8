"""Addresses for mails that name the firm or the company of their page, so that the reader comes to that one."""

from notifications.outbox import make_url
from organisations.models import Company, Firm
from organisations.places.in_address import with_place


def firm_url(path: str, firm: Firm) -> str:
    """The whole address of one of the office's pages, in the firm."""
    return with_place(make_url(path), "firm", firm.slug)


def company_url(path: str, company: Company) -> str:
    """The whole address of one of the pages of Mine tjenester, in the company."""
    return with_place(make_url(path), "company", str(company.pk))
