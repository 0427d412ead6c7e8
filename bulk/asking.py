"""Asking the register before the preview: the check itself reads what is kept, and waits for nobody."""

import time

from django.db.models import QuerySet

from bulk.models import BulkRun
from business_register.lookups import is_on, is_resting
from clients.models import Client
from collaboration.register_check import ask_register
from ground.clock import database_clock

RUN_SECONDS = 30  # of a job, which is ended after 45


def ask_register_of(run_id: int, *, seconds: float = RUN_SECONDS) -> int:
    """Ask of each client of a draft what is not known of today, for so long; returns how many were gone through.

    A register that fails is left alone: what it has not said is yellow in the preview.
    """
    end, asked = time.monotonic() + seconds, 0
    for client in clients_of(run_id) if is_on() else ():
        if time.monotonic() >= end or is_resting(at=database_clock()):
            break
        ask_register(client)
        asked += 1
    return asked


def clients_of(run_id: int) -> QuerySet[Client]:
    """The ticked clients, or none for a run that has started, or whose rows are requests."""
    run = BulkRun.objects.drafts().filter(pk=run_id, deed=BulkRun.Deed.ACTIVATE).select_related("by").first()
    if run is None:
        return Client.objects.none()
    return Client.objects.visible_to(run.by).filter(pk__in=run.chosen, org_number__isnull=False).order_by("sort_name")
