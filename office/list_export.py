"""A whole list as a file: as long as it may take, with no more of it in memory than a part."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from ground.paging import Sort

AT_ONCE = 1000


@contextmanager
def long_reading() -> Iterator[None]:
    """A transaction whose queries may take longer than a page's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")
        yield


def all_in_order(rows: QuerySet, order: Sort) -> Iterator[Any]:
    """All rows in the list's order, some at a time. To be read within `long_reading`."""
    sign = "-" if order.descending else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}id").iterator(chunk_size=AT_ONCE)
