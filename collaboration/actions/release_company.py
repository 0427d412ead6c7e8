"""What a request for a new customer leaves behind when it is closed unanswered: nothing."""

from typing import TypeGuard

from collaboration.models import Activation
from organisations.companies.states import check_move
from organisations.models import Company, CompanyUser


def release_company(activation: Activation, company: Company | None) -> None:
    """Remove the request's row of the company and the administrator's place that it offered.

    Part of a deed that closes the request; the caller holds the company's lock and saves the request.
    """
    if not is_only_asked(company):
        return
    check_move("release", company.state)
    take_back_place(company)
    activation.company = None
    activation.save(update_fields=["company"])
    company.delete()


def is_only_asked(company: Company | None) -> TypeGuard[Company]:
    """Whether the row is a request's own, to a new customer for which nobody has accepted."""
    return company is not None and company.is_asked


def take_back_place(company: Company) -> None:
    """The administrator's place is offered no more."""
    CompanyUser.objects.of(company).offered().delete()
