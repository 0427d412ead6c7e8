"""Celery's part in the mail: woken after each deed, and by the clock."""

from celery import Task, shared_task

from notifications import delivery, retention
from sweeps.runs import run_while_due


@shared_task(name="notifications.relay_emails")
def relay_emails() -> int:
    return delivery.deliver_due_emails()


@shared_task(name="notifications.blank_old_emails", bind=True)
def blank_old_emails(job: Task) -> int:
    return run_while_due(job, retention.blank_old_emails)


@shared_task(name="notifications.delete_old_alerts", bind=True)
def delete_old_alerts(job: Task) -> int:
    return run_while_due(job, retention.delete_old_alerts)
