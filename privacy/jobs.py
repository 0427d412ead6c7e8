"""Celery's part in privacy, once a night."""

from celery import shared_task

from privacy.actions import imported, retention


@shared_task(name="privacy.blank_old_receipts")
def blank_old_receipts() -> int:
    return retention.blank_old_receipts()


@shared_task(name="privacy.blank_closed_requests")
def blank_closed_requests() -> int:
    return retention.blank_closed_requests()


@shared_task(name="privacy.blank_closed_invitations")
def blank_closed_invitations() -> int:
    return retention.blank_closed_invitations()


@shared_task(name="privacy.forget_disowned_addresses")
def forget_disowned_addresses() -> int:
    return retention.forget_disowned_addresses()


@shared_task(name="privacy.delete_old_devices")
def delete_old_devices() -> int:
    return retention.delete_old_devices()


@shared_task(name="privacy.erase_people_who_left")
def erase_people_who_left() -> int:
    return retention.erase_people_who_left()


@shared_task(name="privacy.delete_old_import_rows")
def delete_old_import_rows() -> int:
    return imported.delete_old_import_rows()
