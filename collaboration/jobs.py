"""What the clock does: sweeps that may run late, twice or never without harm."""

from celery import shared_task

from collaboration import actions


@shared_task(name="collaboration.expire_activations")
def expire_activations() -> int:
    return actions.expire_activations()


@shared_task(name="collaboration.discard_old_drafts")
def discard_old_drafts() -> int:
    return actions.discard_old_drafts()


@shared_task(name="collaboration.send_alert_digests")
def send_alert_digests() -> int:
    return actions.send_alert_digests()


@shared_task(name="collaboration.react_to_bounces")
def react_to_bounces() -> int:
    return actions.react_to_bounces()


@shared_task(name="collaboration.send_due_reminders")
def send_due_reminders() -> int:
    return actions.send_due_reminders()


@shared_task(name="collaboration.renew_subscriptions")
def renew_subscriptions() -> int:
    return actions.renew_subscriptions()


@shared_task(name="collaboration.send_renewal_notices")
def send_renewal_notices() -> int:
    return actions.send_renewal_notices()
