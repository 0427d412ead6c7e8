"""What the clock does to running agreements: sweeps that may run late, twice or never without harm."""

from celery import Task, shared_task

from agreements import actions
from sweeps.runs import run_while_due


@shared_task(name="agreements.renew_subscriptions", bind=True)
def renew_subscriptions(job: Task) -> int:
    return run_while_due(job, actions.renew_subscriptions)


@shared_task(name="agreements.send_renewal_notices", bind=True)
def send_renewal_notices(job: Task) -> int:
    return run_while_due(job, actions.send_renewal_notices)


@shared_task(name="agreements.send_access_notices", bind=True)
def send_access_notices(job: Task) -> int:
    return run_while_due(job, actions.send_access_notices)
