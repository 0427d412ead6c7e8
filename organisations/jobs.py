"""Celery's part in signing in: what is over is deleted."""

from celery import Task, shared_task

from organisations.actions import kept_forms, sessions
from sweeps.runs import run_while_due


@shared_task(name="organisations.delete_old_sessions", bind=True)
def delete_old_sessions(job: Task) -> int:
    return run_while_due(job, sessions.delete_old_sessions)


@shared_task(name="organisations.delete_old_counts", bind=True)
def delete_old_counts(job: Task) -> int:
    return run_while_due(job, sessions.delete_old_counts)


@shared_task(name="organisations.delete_old_kept_forms", bind=True)
def delete_old_kept_forms(job: Task) -> int:
    return run_while_due(job, kept_forms.delete_old_kept_forms)
