"""Decline: the company's administrator says no, and why."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails, workflow
from collaboration.actions.approve_activation import check_decider
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock
from ground.lines import clean_lines
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import CompanyUser


@transaction.atomic
def decline_activation(
    *,
    activation: Activation,
    by: CompanyUser,
    reason: str,
    comment: str = "",
    clock: Clock = database_clock,
) -> Activation:
    """Close the request with a reason (a DeclineReason) and what the person wrote. The one who asked is told both."""
    company = lock_company_of(activation.pk)
    activation = lock_activation(activation.pk)
    at = clock()
    activation.move("decline", by=by, at=at)
    check_decider(activation, by, at)
    activation.take_back_disowning(by)
    if reason not in Activation.DeclineReason.values:
        raise NotAllowed(_("Velg en grunn."))
    activation.decline_reason, activation.decline_comment = reason, clean_lines(comment)
    activation.save()
    record_event(
        subject=activation, verb="decline", by=by.user, at=at, firm=activation.firm, company=company,
        before={"status": workflow.Status.PENDING}, after={"status": activation.status, "reason": reason},
    )  # fmt: skip
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    emails.decline_receipt(activation)
    alerts.activation_declined(activation)
    return activation
