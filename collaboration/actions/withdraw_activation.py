"""Withdraw: the firm takes its request back."""

from uuid import UUID

from django.db import transaction

from clients.rights import check_sees
from collaboration import emails, workflow
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.readdress import check_time
from collaboration.actions.release_company import release_company
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def withdraw_activation(
    *, activation: Activation, by: Employee, form_key: UUID | None = None, clock: Clock = database_clock
) -> Activation:
    """Close a request that waits; its link tells so from now on. Raises NotAllowed when it is closed, or over."""
    company = lock_company_of(activation.pk)
    activation = lock_activation(activation.pk)
    check_sees(by, activation.client_id)
    at = clock()
    activation.move("withdraw", by=by, at=at)
    check_time(activation, at)
    activation.save()
    record_event(
        subject=activation, verb="withdraw", by=by.user, at=at, firm=activation.firm,
        before={"status": workflow.Status.PENDING}, after={"status": activation.status}, form_key=form_key,
    )  # fmt: skip
    release_company(activation, company)
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    return activation
