"""What the firm's lists have in common: the order that a click on a heading asks for, and what the foot says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.formats import localize
from django.utils.translation import gettext as _

from ground.paging import KeysetPage, Sort, in_order
from office.query import query_string

PAGE_SIZE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class SortColumn:
    """A heading that sorts. `first` is the order of the first click, `again` that of the next one."""

    label: Any
    first: Sort
    again: Sort


def sorts_by(label: Any, column: str) -> SortColumn:
    """A heading that sorts upwards first."""
    return SortColumn(label, Sort(column), Sort(column, descending=True))


def sort_choices(columns: Mapping[str, SortColumn]) -> list[tuple[str, str]]:
    """The values that an address may have for the order: a column's name, with a minus for the other way round."""
    return [("", ""), *((name, "") for column in columns for name in (column, f"-{column}"))]


def sort_of(columns: Mapping[str, SortColumn], chosen: str) -> Sort:
    column = columns[chosen.removeprefix("-")]
    return column.again if chosen.startswith("-") else column.first


def sort_headers(columns: Mapping[str, SortColumn], answers: dict[str, Any], *, default: str) -> dict[str, dict]:
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


def summarise(rows: QuerySet, sort: Sort, page: KeysetPage, *, total: int | None = None, exactly: int = 0) -> str:
    """Which rows are shown, of how many; "" for none. Counts no further than it tells, and nothing of a single page.

    `rows` are in the order `sort`, and `exactly` so many others stand before them. `total` is known where somebody has
    counted `rows` already.
    """
    shown = len(page.rows) + (0 if page.before else exactly)
    if not shown:
        return ""
    if not page.after and not page.before:
        total, before = len(page.rows), 0
    else:
        total, before = count_round(rows, sort, page, total)
    told = {"first": localize(before + exactly + 1 if page.before else 1), "shown": localize(shown)}
    told["last"] = localize(before + shown + (exactly if page.before else 0))
    told["total"] = (
        localize(total + exactly) if total <= MOST_COUNTED else _("over %(most)s") % {"most": localize(MOST_COUNTED)}
    )
    if before > MOST_COUNTED:
        return _("Viser %(shown)s av %(total)s") % told
    return _("Viser %(first)s–%(last)s av %(total)s") % told


def count_round(rows: QuerySet, sort: Sort, page: KeysetPage, total: int | None) -> tuple[int, int]:
    """How many rows there are in all, and before the page's first row, in one query; none where both are known.

    Of both no more than one above MOST_COUNTED: the rows are read in the list's own order.
    """
    if not page.before:
        return (rows.order_by()[: MOST_COUNTED + 1].count() if total is None else total), 0
    first = page.rows[0]
    comparison = TupleGreaterThan if sort.descending else TupleLessThan
    comes_before = comparison(Tuple(F(sort.column), F("id")), (getattr(first, sort.column), first.pk))
    read = in_order(rows, sort).annotate(comes_before=ExpressionWrapper(comes_before, output_field=BooleanField()))
    counts = read[: MOST_COUNTED + 1].aggregate(total=Count("pk"), before=Count("pk", filter=Q(comes_before=True)))
    return (counts["total"] if total is None else total), counts["before"]
