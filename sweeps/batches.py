"""What is done to many rows in one statement, a bounded number of them at a time."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from sweeps.sweep import Done


def delete_some(rows: QuerySet) -> Done:
    """Delete up to SWEEP_ROWS of the rows, asked again at the moment; returns how many, and whether more are left."""
    pks = first_of(rows)
    return Done(rows.filter(pk__in=pks).delete()[0], more=len(pks) == settings.SWEEP_ROWS)


def update_some(rows: QuerySet, **values: Any) -> Done:
    """Update up to SWEEP_ROWS of the rows; what is set must take them out of `rows`."""
    pks = first_of(rows)
    return Done(rows.filter(pk__in=pks).update(**values), more=len(pks) == settings.SWEEP_ROWS)


def first_of(rows: QuerySet) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[: settings.SWEEP_ROWS])
