"""Pages of a long list by keyset: next and previous cost the same at any depth, and never skip or double a row."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

SIZE = 50


@dataclass(frozen=True)
class Sort:
    """An order of the list: a column (or annotation) that is never null, ties broken by the id."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class KeysetPage:
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    after: str
    before: str


def get_page(rows: QuerySet, sort: Sort, *, after: str = "", before: str = "", size: int = SIZE) -> KeysetPage:
    """The page after (or before) a cursor; a cursor that makes no sense gives the first page."""
    cursor = read_cursor(before or after)
    backwards = bool(before) and cursor is not None
    descending = sort.descending != backwards
    sign = "-" if descending else ""
    page = rows.order_by(f"{sign}{sort.column}", f"{sign}id")
    if cursor is not None:
        comparison = TupleLessThan if descending else TupleGreaterThan
        try:
            page = page.filter(comparison(Tuple(F(sort.column), F("id")), prepare(rows, sort, cursor)))
        except (ValidationError, ValueError, TypeError):
            return get_page(rows, sort, size=size)
    found = list(page[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found and cursor is not None:
        return get_page(rows, sort, size=size)
    return KeysetPage(
        rows=found,
        after=write_cursor(found[-1], sort) if found and (has_more or backwards) else "",
        before=write_cursor(found[0], sort) if found and (has_more if backwards else cursor is not None) else "",
    )


def prepare(rows: QuerySet, sort: Sort, cursor: tuple[Any, Any]) -> tuple[Any, int]:
    """The cursor's values in the column's own type; raises where they do not fit."""
    annotation = rows.query.annotations.get(sort.column)
    field = annotation.output_field if annotation else rows.model._meta.get_field(sort.column)
    return field.to_python(cursor[0]), int(cursor[1])


def write_cursor(row: Any, sort: Sort) -> str:
    key = getattr(row, sort.column)
    text = json.dumps([key.isoformat() if isinstance(key, datetime) else key, row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[Any, Any] | None:
    """The key and id that a cursor holds, or None for anything else."""
    try:
        key, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        return None
    if not isinstance(pk, int) or not 0 < pk < 2**63 or not isinstance(key, str | int):
        return None
    return key, pk
