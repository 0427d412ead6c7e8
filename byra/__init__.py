"""The project: settings, addresses and the processes' entry points. It knows every app; no app knows it."""

from byra.celery import app as celery_app

__all__ = ["celery_app"]
