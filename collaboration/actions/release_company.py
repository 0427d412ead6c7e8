"""What a request for a new customer leaves behind when it is closed unanswered: nothing."""

from collaboration.models import Activation
from collaboration.scenarios import Scenario
from organisations.models import Company, CompanyUser


def release_company(activation: Activation, company: Company | None) -> None:
    """Remove the administrator's place that only this request offered, and the company if nothing else needs it.

    Part of a deed that closes the request; the caller holds the company's lock and saves the request.
    """
    if company is None or company.is_known or activation.scenario != Scenario.NEW:
        return
    others = Activation.objects.filter(company=company).exclude(pk=activation.pk)
    if not others.pending().filter(contact_email=activation.contact_email).exists():
        CompanyUser.objects.of(company).offered().filter(email=activation.contact_email).delete()
    activation.company = None
    activation.save(update_fields=["company"])
    if not others.exists() and not company.users.exists():
        company.delete()
