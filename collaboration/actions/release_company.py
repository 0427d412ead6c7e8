"""What a request for a new customer leaves behind when it is closed unanswered: nothing."""

from typing import TypeGuard

from collaboration.models import Activation
from collaboration.scenarios import Scenario
from organisations.models import Company, CompanyUser


def release_company(activation: Activation, company: Company | None) -> None:
    """Remove the administrator's place that only this request offered, and the company if nothing else needs it.

    Part of a deed that closes the request; the caller holds the company's lock and saves the request.
    """
    if not is_only_asked(company, activation):
        return
    take_back_place(activation, company)
    activation.company = None
    activation.save(update_fields=["company"])
    if not Activation.objects.filter(company=company).exists() and not company.users.exists():
        company.delete()


def is_only_asked(company: Company | None, activation: Activation) -> TypeGuard[Company]:
    """Whether the request is one to a new customer that nobody has accepted."""
    return company is not None and not company.is_known and activation.scenario == Scenario.NEW


def take_back_place(activation: Activation, company: Company) -> None:
    """The place is offered to the request's address no more, unless another firm's request still offers it."""
    others = Activation.objects.filter(company=company).exclude(pk=activation.pk).pending()
    if not others.filter(contact_email=activation.contact_email).exists():
        CompanyUser.objects.of(company).offered().filter(email=activation.contact_email).delete()
