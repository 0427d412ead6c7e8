"""Pages of a long list by keyset: each costs the same at any depth, and none skips or doubles a row."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Field, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.timezone import is_aware

Rows = TypeVar("Rows", bound=QuerySet)

# What PostgreSQL would refuse to compare with, if it came in an address.
KEY_FITS: dict[type, Callable[[Any], bool]] = {
    str: lambda key: "\0" not in key and bool(key.encode()),
    int: lambda key: -(2**31) <= key < 2**31,
    datetime: is_aware,
    date: lambda key: True,
}


@dataclass(frozen=True)
class Sort:
    """The order of a list: by a column or annotation that is never null, then by id."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class KeysetPage:
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    after: str
    before: str


def get_page(rows: QuerySet, sort: Sort, *, after: str = "", before: str = "", size: int) -> KeysetPage:
    """The page after, or before, a cursor. A cursor that cannot be read gives the first page."""
    cursor = read_cursor(before or after, column_of(rows, sort))
    backwards = bool(before) and cursor is not None
    descending = sort.descending != backwards
    page = in_order(rows, Sort(sort.column, descending))
    if cursor is not None:
        comparison = TupleLessThan if descending else TupleGreaterThan
        page = page.filter(comparison(Tuple(F(sort.column), F("id")), cursor))
    found = list(page[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if cursor is not None and (not found or (backwards and not has_more)):
        return get_page(rows, sort, size=size)  # a page that would be empty, or cut short at the list's beginning
    if backwards:
        found.reverse()
    return KeysetPage(
        rows=found,
        after=write_cursor(found[-1], sort) if found and (has_more or backwards) else "",
        before=write_cursor(found[0], sort) if found and cursor is not None else "",
    )


def in_order(rows: Rows, sort: Sort) -> Rows:
    sign = "-" if sort.descending else ""
    return rows.order_by(f"{sign}{sort.column}", f"{sign}id")


def column_of(rows: QuerySet, sort: Sort) -> Field:
    """The field that knows the column's type, also for an annotation or a generated column."""
    column: Any = rows.query.annotations.get(sort.column) or rows.model._meta.get_field(sort.column)
    return getattr(column, "output_field", column)


def write_cursor(row: Any, sort: Sort) -> str:
    """The row's place in the order, as text for an address."""
    key = getattr(row, sort.column)
    text = json.dumps([key.isoformat() if isinstance(key, date) else key, row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, field: Field) -> tuple[Any, int] | None:
    """The key and id in a cursor; None for a cursor that this column could never have written."""
    try:
        key, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = field.to_python(key if isinstance(key, str | int) else "")
        fits = 0 < pk < 2**63 and KEY_FITS[type(key)](key)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, ValidationError):
        return None
    return (key, pk) if fits and isinstance(pk, int) else None
