"""Celery's part in signing in: what is over is deleted."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from ground.clock import database_clock
from organisations.models import CacheEntry, KeptForm

BATCH = 1000  # rows to a statement: who counts a try meanwhile waits for no more of them


@shared_task(name="organisations.delete_old_sessions")
def delete_old_sessions() -> None:
    SessionStore.clear_expired()


@shared_task(name="organisations.delete_old_counts")
def delete_old_counts() -> int:
    """Counts of tries hold addresses of machines; returns how many were over."""
    expired, deleted = CacheEntry.objects.expired(database_clock()), 0
    while keys := list(expired.values_list("pk", flat=True)[:BATCH]):
        deleted += expired.filter(pk__in=keys).delete()[0]
    return deleted


@shared_task(name="organisations.delete_old_kept_forms")
def delete_old_kept_forms() -> int:
    """What nobody has come back for; returns how many there were."""
    return KeptForm.objects.expired(database_clock()).delete()[0]
