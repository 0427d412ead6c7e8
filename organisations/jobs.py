"""Celery's part in signing in: what is over is deleted."""

from celery import shared_task

from organisations.actions import kept_forms, sessions


@shared_task(name="organisations.delete_old_sessions")
def delete_old_sessions() -> None:
    sessions.delete_old_sessions()


@shared_task(name="organisations.delete_old_counts")
def delete_old_counts() -> int:
    return sessions.delete_old_counts()


@shared_task(name="organisations.delete_old_kept_forms")
def delete_old_kept_forms() -> int:
    return kept_forms.delete_old_kept_forms()
