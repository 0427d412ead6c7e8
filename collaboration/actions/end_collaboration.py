"""End: either side stops the collaboration, and the firm's access with it. What the customer has stays as it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails
from collaboration.actions.locks import lock_collaboration, lock_company, lock_subscription
from collaboration.models import Collaboration
from history.clock import Clock, database_clock
from history.models import record_event
from organisations.models import CompanyUser, Employee
from organisations.refusals import NotAllowed


@transaction.atomic
def end_collaboration(
    *, collaboration: Collaboration, by: Employee | CompanyUser, clock: Clock = database_clock
) -> Collaboration:
    """Stop it at once: the doors ask for active collaborations only. The subscription and its payer stay.

    `by` is an administrator of the company, or of the firm, or the client's account manager. The other side is told.
    Raises NotAllowed for everybody else, and when it has ended already.
    """
    company = lock_company(collaboration.company_id)
    lock_subscription(collaboration.subscription_id)
    collaboration = lock_collaboration(collaboration.pk)
    at = clock()
    check_ender(collaboration, by)
    if not collaboration.is_active:
        raise NotAllowed(_("Samarbeidet er allerede avsluttet."))
    collaboration.ended_at, collaboration.ended_by = at, by.user
    collaboration.save(update_fields=["ended_at", "ended_by"])
    record_event(
        subject=collaboration, verb="end", by=by.user, at=at, firm=collaboration.firm, company=company,
        after={"side": "firm" if isinstance(by, Employee) else "company", "activation": collaboration.activation_id},
    )  # fmt: skip
    emails.end_receipt(collaboration, by)
    if isinstance(by, Employee):
        emails.collaboration_ended_by_firm(collaboration)
    else:
        alerts.collaboration_ended(collaboration)
    return collaboration


def check_ender(collaboration: Collaboration, by: Employee | CompanyUser) -> None:
    """Asked under the locks: rights can go between page and click. Raises NotAllowed."""
    if isinstance(by, CompanyUser):
        places = CompanyUser.objects.active().administrators().filter(pk=by.pk, company_id=collaboration.company_id)
        if not places.exists():
            raise NotAllowed(_("Bare en administrator i selskapet kan avslutte samarbeidet."))
        return
    place = Employee.objects.active().filter(pk=by.pk, firm_id=collaboration.firm_id).first()
    if place is None or not collaboration.may_be_ended_by(place):
        raise NotAllowed(_("Bare en administrator i byrået eller kundeansvarlig kan avslutte samarbeidet."))
