"""Choose when alerts come by e-mail: each person for themselves, in each firm."""

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def choose_alert_emails(*, by: Employee, choice: str, clock: Clock = database_clock) -> Employee:
    """From now on; what already waits for the digest stays there. Raises NotAllowed for what is no choice."""
    if choice not in Employee.AlertEmails.values:
        raise NotAllowed(_("Velg når du vil ha varslene på e-post."))
    employee = (
        Employee.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "firm").get(pk=by.pk)
    )
    if employee.alert_emails == choice:
        return employee
    before, employee.alert_emails = employee.alert_emails, choice
    employee.save(update_fields=["alert_emails"])
    record_event(
        subject=employee, verb="choose_alert_emails", by=employee.user, at=clock(), firm=employee.firm,
        before={"alert_emails": before}, after={"alert_emails": choice},
    )  # fmt: skip
    return employee
