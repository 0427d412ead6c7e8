"""Celery's part in privacy, once a night."""

from celery import Task, shared_task

from privacy.actions import imported, retention
from sweeps.runs import run_while_due


@shared_task(name="privacy.blank_old_receipts", bind=True)
def blank_old_receipts(job: Task) -> int:
    return run_while_due(job, retention.blank_old_receipts)


@shared_task(name="privacy.blank_closed_requests", bind=True)
def blank_closed_requests(job: Task) -> int:
    return run_while_due(job, retention.blank_closed_requests)


@shared_task(name="privacy.blank_closed_invitations", bind=True)
def blank_closed_invitations(job: Task) -> int:
    return run_while_due(job, retention.blank_closed_invitations)


@shared_task(name="privacy.forget_disowned_addresses", bind=True)
def forget_disowned_addresses(job: Task) -> int:
    return run_while_due(job, retention.forget_disowned_addresses)


@shared_task(name="privacy.delete_old_devices", bind=True)
def delete_old_devices(job: Task) -> int:
    return run_while_due(job, retention.delete_old_devices)


@shared_task(name="privacy.erase_people_who_left", bind=True)
def erase_people_who_left(job: Task) -> int:
    return run_while_due(job, retention.erase_people_who_left)


@shared_task(name="privacy.delete_old_import_rows", bind=True)
def delete_old_import_rows(job: Task) -> int:
    return run_while_due(job, imported.delete_old_import_rows)
