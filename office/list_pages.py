"""What the firm's lists have in common: the order that a click on a heading asks for, and what the foot says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.formats import localize
from django.utils.translation import gettext as _

from ground.paging import KeysetPage, Sort, column_of, read_cursor
from office.query import query_string

PAGE_SIZE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class SortColumn:
    """A heading that sorts. `first` is the order of the first click, `again` that of the next one."""

    label: Any
    first: Sort
    again: Sort


def sort_choices(columns: Mapping[str, SortColumn]) -> list[tuple[str, str]]:
    """The values that an address may have for the order: a column's name, with a minus for the other way round."""
    return [("", ""), *((name, "") for column in columns for name in (column, f"-{column}"))]


def sort_of(columns: Mapping[str, SortColumn], chosen: str) -> Sort:
    column = columns[chosen.removeprefix("-")]
    return column.again if chosen.startswith("-") else column.first


def sort_headers(columns: Mapping[str, SortColumn], answers: dict[str, str], *, default: str) -> dict[str, dict]:
    """The headings by column, each with the address of the order that a click on it gives.

    `default` is the column of a list whose address names none; "" where that order is no column's.
    """
    chosen = answers.get("sort") or default
    headers = {}
    for name, column in columns.items():
        is_current = chosen.removeprefix("-") == name
        wanted = f"-{name}" if chosen == name else name
        direction = ("descending" if sort_of(columns, chosen).descending else "ascending") if is_current else ""
        kept = {key: value for key, value in answers.items() if key != "sort"}
        more = {} if wanted == default else {"sort": wanted}
        headers[name] = {"label": str(column.label), "url": query_string(**kept, **more), "direction": direction}
    return headers


def summarise(rows: QuerySet, sort: Sort, page: KeysetPage, *, total: int | None = None) -> str:
    """Which rows are shown, of how many; "" for none. Counts no further than it tells, and nothing of a single page."""
    shown = len(page.rows)
    if not page.after and not page.before:
        total, before = shown, 0
    else:
        total = rows.order_by()[: MOST_COUNTED + 1].count() if total is None else total
        before = count_before(rows, sort, page)
    many = _("over %(most)s") % {"most": localize(MOST_COUNTED)}
    told: dict[str, int | str] = {"first": before + 1, "last": before + shown, "shown": shown}
    told["total"] = localize(total) if total <= MOST_COUNTED else many
    if not shown:
        return ""
    if before > MOST_COUNTED:
        return _("Viser %(shown)s av %(total)s") % told
    return _("Viser %(first)s–%(last)s av %(total)s") % told


def count_before(rows: QuerySet, sort: Sort, page: KeysetPage) -> int:
    """How many rows stand before the page, counted to just over MOST_COUNTED."""
    cursor = read_cursor(page.before, column_of(rows, sort)) if page.before else None
    if cursor is None:
        return 0
    comparison = TupleGreaterThan if sort.descending else TupleLessThan
    earlier = rows.order_by().filter(comparison(Tuple(F(sort.column), F("id")), cursor))
    return earlier[: MOST_COUNTED + 1].count()
