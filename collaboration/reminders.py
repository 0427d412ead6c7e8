"""The plan of a request's reminders: at 09.00 in Oslo on working days, and a last warning before it expires."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from collaboration import emails
from collaboration.models import Activation, Reminder
from ground.clock import OSLO, oslo_date, oslo_midnight
from ground.workdays import next_workday, workday_before
from organisations.models import Firm

LIFE_IN_DAYS = 31  # a request expires at 00.00 in Oslo on the 31st day
HOUR = time(9, tzinfo=OSLO)
Plan = list[tuple[str, datetime]]


def plan_reminders(activation: Activation, *, at: datetime) -> list[Reminder]:
    """Plan anew from `at`, by the firm's days as they are now. What waited of an earlier plan is cancelled.

    Part of a deed that sends the link to somebody for the first time, or for the first time after a bounce; the caller
    holds the request's lock.
    """
    assert activation.expires_at
    cancel_reminders(activation, at=at)
    return Reminder.objects.bulk_create(
        (
            Reminder(firm_id=activation.firm_id, activation=activation, kind=kind, due_at=due_at)
            for kind, due_at in find_hours(at, activation.expires_at, activation.firm.reminder_days)
        ),
        update_conflicts=True,  # an hour that the earlier plan had too waits again
        unique_fields=["activation", "kind", "due_at"],
        update_fields=["cancelled_at"],
    )


def plan_again_after_bounce(activation: Activation, *, at: datetime) -> None:
    """Part of a deed that sends the link to the same receiver again, before its mail: a bounce has ended the plan."""
    if emails.has_bounced(activation):
        plan_reminders(activation, at=at)


def cancel_reminders(activation: Activation, *, at: datetime) -> int:
    """No more of them: part of every deed that closes the request, and of a bounce."""
    return Reminder.objects.waiting().filter(activation=activation).update(cancelled_at=at)


def plan_if_sent(firm: Firm, at: datetime) -> Plan:
    """What would go when for a request that the firm sends at this moment."""
    return find_hours(at, oslo_midnight(at, days=LIFE_IN_DAYS), firm.reminder_days)


def find_hours(sent_at: datetime, expires_at: datetime, days: Iterable[int]) -> Plan:
    """What goes when, in order: strictly between sending and expiry, at most one a day, the last one a warning."""
    sent_on = oslo_date(sent_at)
    warn_on = workday_before(oslo_date(expires_at))
    remind_on = {next_workday(sent_on + timedelta(days=count)) for count in days}
    plan: Plan = [(Reminder.Kind.REMINDER, nine_o_clock(day)) for day in sorted(remind_on) if day < warn_on]
    plan.append((Reminder.Kind.LAST_WARNING, nine_o_clock(warn_on)))
    return [(kind, due_at) for kind, due_at in plan if sent_at < due_at < expires_at]


def nine_o_clock(day: date) -> datetime:
    """In Oslo, whatever the season."""
    return datetime.combine(day, HOUR)
