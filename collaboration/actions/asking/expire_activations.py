"""Expire: the clock closes what nobody answered."""

from functools import partial

from django.db import transaction
from django.db.models import F

from collaboration import alerts, emails, workflow
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.settling.release_company import release_company
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock
from history.models import record_event
from sweeps.sweep import Done, sweep


def expire_activations(*, clock: Clock = database_clock) -> Done:
    """Close every request whose time is over. Can be run at any time, twice too."""
    at = clock()
    overdue = Activation.objects.overdue(at).values(activation_id=F("pk"))
    return sweep(
        overdue.order_by("expires_at", "pk"),
        partial(expire_activation, clock=clock),
        name="collaboration.expire_activations",
        key=("activation_id",),
        at=at,
        failure="request %(activation_id)s has not expired",
    )


@transaction.atomic
def expire_activation(*, activation_id: int, clock: Clock = database_clock) -> bool:
    """Close one request; False when somebody decided in the meantime."""
    company = lock_company_of(activation_id)
    activation = lock_activation(activation_id)
    at = clock()
    if not activation.is_pending or not activation.is_over(at):
        return False
    activation.move("expire", by=None, at=at)
    activation.save()
    record_event(
        subject=activation, verb="expire", at=at, firm=activation.firm,
        before={"status": workflow.Status.PENDING}, after={"status": activation.status},
    )  # fmt: skip
    release_company(activation, company)
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    alerts.activation_expired(activation)
    return True
