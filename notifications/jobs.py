"""Celery's part in the mail: woken after each deed, and by the clock."""

from celery import shared_task

from notifications import delivery


@shared_task(name="notifications.relay_emails")
def relay_emails() -> int:
    return delivery.deliver_due_emails()
