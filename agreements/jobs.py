"""What the clock does to running agreements: sweeps that may run late, twice or never without harm."""

from celery import shared_task

from agreements import actions


@shared_task(name="agreements.renew_subscriptions")
def renew_subscriptions() -> int:
    return actions.renew_subscriptions()


@shared_task(name="agreements.send_renewal_notices")
def send_renewal_notices() -> int:
    return actions.send_renewal_notices()


@shared_task(name="agreements.send_access_notices")
def send_access_notices() -> int:
    return actions.send_access_notices()
