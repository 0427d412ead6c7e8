"""Remind: the clock writes once more to the receiver of a request that waits."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Min

from collaboration import alerts, emails, links
from collaboration.actions.locks import try_lock_activation
from collaboration.models import Activation, Reminder
from collaboration.offer.offers import make_offer
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock, oslo_date
from history.models import record_event
from sweeps.sweep import Done, sweep


def send_due_reminders(*, clock: Clock = database_clock) -> Done:
    """Remind of every request with something due. Safe late and twice. Returns how many mails went out."""
    at = clock()
    due = Reminder.objects.due(at).values("activation_id", company_id=F("activation__company_id"))
    return sweep(
        due.alias(oldest=Min("due_at")).order_by("oldest", "activation_id"),
        partial(send_due_reminder, clock=clock),
        name="collaboration.send_due_reminders",
        key=("activation_id",),
        at=at,
        failure="no reminder of request %(activation_id)s",
    )


@transaction.atomic
def send_due_reminder(*, activation_id: int, company_id: int | None, clock: Clock = database_clock) -> bool:
    """Send the latest of a request's overdue reminders; the earlier ones are cancelled, nobody gets three at once.

    False when somebody holds the request just now (the next sweep comes back), or when nothing may go any more.
    """
    activation = try_lock_activation(activation_id, company_id)
    if activation is None:
        return False
    at = clock()
    due = list(Reminder.objects.due(at).filter(activation=activation).order_by("due_at"))
    if not due:
        return False
    if not may_remind(activation, at):
        cancel_reminders(activation, at=at)
        return False
    *missed, latest = due
    Reminder.objects.filter(pk__in=[reminder.pk for reminder in missed]).update(cancelled_at=at)
    Reminder.objects.filter(pk=latest.pk).update(sent_at=at)
    activation.move("remind", by=None, at=at)
    activation.link_mailed_at = at
    links.stamp_token(activation)
    activation.save(update_fields=["status", "link_mailed_at", "token_hash"])
    record_event(
        subject=activation, verb="remind", at=at, firm=activation.firm,
        after={"kind": latest.kind, "due_at": latest.due_at.isoformat(), "missed": len(missed)},
    )  # fmt: skip
    emails.activation_reminder(activation, latest)
    if latest.kind == Reminder.Kind.LAST_WARNING:
        alerts.activation_expiring(activation, at=at)
    return True


def may_remind(activation: Activation, at: datetime) -> bool:
    """Not of what is decided or over, nor of what can only be declined; nor to a wrong address."""
    if not activation.is_answerable(at) or activation.is_disowned or emails.has_bounced(activation):
        return False
    return not make_offer(activation, today=oslo_date(at)).is_impossible
