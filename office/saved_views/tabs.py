"""The saved views of a list, as tabs above it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from ground.clock import database_clock
from office.list_choices import ListChoices
from office.list_pages import MOST_COUNTED
from office.saved_views.queries import clean_query, count_each, rows_of
from organisations.models import SavedView
from organisations.places.requests import FirmRequest


@dataclass(frozen=True)
class ViewTabs:
    """`items`: the tabs, none where nothing is saved. `lost`: what the address asks for and is not there any more."""

    items: list[dict[str, Any]]
    manage_url: str
    lost: list[str]


def make_tabs(request: FirmRequest, which: str, choices: ListChoices, form: Any) -> ViewTabs:
    """The tabs of the list, each with the number of its rows. Two queries at most, and none without a saved view."""
    page, now = reverse(SavedView.PAGES[SavedView.List(which)]), clean_query(which, request.GET)
    views = [view for view in choices.views if view.list == which]
    queries = ["", *(view.query for view in views)] if views else []
    at = database_clock() if views and which == SavedView.List.COLLABORATIONS else None
    found = [rows_of(which, request.employee, QueryDict(query), choices, at) for query in queries]
    counts = count_each(found) if found else []
    labels = [_("Alle"), *(view.name for view in views)]
    items = [
        {
            "label": label,
            "url": f"{page}?{query}" if query else page,
            "count": f"{localize(MOST_COUNTED)}+" if count > MOST_COUNTED else str(count),
            "current": query == now,
        }
        for label, query, count in zip(labels, queries, counts, strict=False)
    ]
    manage = reverse("office:view-list", args=[which])
    is_saved = bool(now) and any(view.query == now for view in views)
    return ViewTabs(items=items, manage_url=f"{manage}?{now}" if now else manage, lost=form.lost if is_saved else [])
