"""What the clock does: sweeps that may run late, twice or never without harm; and what no page may wait for."""

import logging

from celery import Task, shared_task
from kombu.exceptions import KombuError

from collaboration import actions
from sweeps.runs import run_while_due

logger = logging.getLogger(__name__)


def ask_for_new_link(address: str) -> None:
    """Leave it to a worker, for whatever address: how long the page takes tells nobody whom a firm has asked.

    One that is lost is asked for again. The address stands in the message alone, not in what a worker writes of it.
    """
    try:
        request_new_link.apply_async(
            kwargs={"address": address},
            kwargsrepr="{…}",  # type: ignore[call-arg]  # the stubs do not know it
            expires=3600,
        )
    except (KombuError, OSError) as error:
        logger.warning("the broker is away, a wish for a new link is lost: %s", error)


@shared_task(name="collaboration.request_new_link")
def request_new_link(*, address: str) -> None:
    actions.request_new_link(address=address)


@shared_task(name="collaboration.expire_activations", bind=True)
def expire_activations(job: Task) -> int:
    return run_while_due(job, actions.expire_activations)


@shared_task(name="collaboration.clear_disputes", bind=True)
def clear_disputes(job: Task) -> int:
    return run_while_due(job, actions.clear_disputes)


@shared_task(name="collaboration.discard_old_drafts", bind=True)
def discard_old_drafts(job: Task) -> int:
    return run_while_due(job, actions.discard_old_drafts)


@shared_task(name="collaboration.send_alert_digests", bind=True)
def send_alert_digests(job: Task) -> int:
    return run_while_due(job, actions.send_alert_digests)


@shared_task(name="collaboration.react_to_bounces", bind=True)
def react_to_bounces(job: Task) -> int:
    return run_while_due(job, actions.react_to_bounces)


@shared_task(name="collaboration.compare_clients")
def compare_clients() -> int:
    return actions.compare_clients()


@shared_task(name="collaboration.send_due_reminders", bind=True)
def send_due_reminders(job: Task) -> int:
    return run_while_due(job, actions.send_due_reminders)
