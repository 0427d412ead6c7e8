"""Celery's part in the mail: woken after each deed, and by the clock."""

from celery import shared_task

from notifications import delivery, retention


@shared_task(name="notifications.relay_emails")
def relay_emails() -> int:
    return delivery.deliver_due_emails()


@shared_task(name="notifications.blank_old_emails")
def blank_old_emails() -> int:
    return retention.blank_old_emails()


@shared_task(name="notifications.delete_old_alerts")
def delete_old_alerts() -> int:
    return retention.delete_old_alerts()
