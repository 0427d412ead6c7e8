"""Celery's part in imports: woken after each deed, and by the clock."""

from celery import shared_task

from client_imports.actions import working
from ground.waking import wake_worker


@shared_task(name="client_imports.go_on_with")
def go_on_with(pk: int) -> None:
    if working.go_on(pk):
        wake_worker("client_imports.go_on_with", pk=pk)


@shared_task(name="client_imports.go_on")
def go_on() -> None:
    """Take up what a dead worker left, or what nobody was woken for."""
    for pk in working.find_abandoned():
        wake_worker("client_imports.go_on_with", pk=pk)
