"""/samarbeid/: the list of the firm's requests and collaborations, and its export."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collaboration.progress.states import State, badge_of
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from ground.paging import Sort, get_page
from office.bulk.offers import request_deeds, words_for_all
from office.collaborations.columns import COLLABORATION_COLUMNS
from office.collaborations.forms import HANDLING, CollaborationFilterForm
from office.collaborations.lines import Line, make_line
from office.collaborations.orders import KEYS, NEWEST_FIRST, ORDERS
from office.collaborations.rows import Counts, filter_requests, narrow_requests, requests_of, with_facts
from office.list_choices import ListChoices, find_choices
from office.list_export import all_in_order, long_reading
from office.list_pages import PAGE_SIZE, sort_headers, sort_of, summarise
from office.query import query_string
from office.saved_views.tabs import make_tabs as make_view_tabs
from organisations.models import SavedView
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest


@dataclass(frozen=True)
class CollaborationList:
    """One page of the list, with what its head and foot say."""

    form: CollaborationFilterForm
    lines: list[Line]
    tabs: list[dict]
    states: list[dict]
    all_states: dict
    sorts: dict[str, dict]
    summary: str
    previous_url: str
    next_url: str
    is_handling: bool
    is_filtered: bool
    is_filtered_by_form: bool
    reset_url: str
    query: str
    all_found: str


@require_safe
def collaboration_list(request: FirmRequest) -> HttpResponse:
    choices = find_choices(request.employee)
    found = find_collaborations(request, choices, at=database_clock())
    saved = make_view_tabs(request, SavedView.List.COLLABORATIONS, choices, found.form)
    return render(
        request, "office/collaboration_list.html", {"list": found, "saved": saved, "bulk_deeds": request_deeds()}
    )


@without_page
@require_safe
def collaboration_export(request: FirmRequest, kind: str) -> HttpResponseBase:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    employee, at = request.employee, database_clock()
    answers = CollaborationFilterForm(request.GET, choices=find_choices(employee)).answers
    requests = filter_requests(requests_of(employee, at=at), answers, employee=employee, at=at)
    requests = with_facts(narrow_requests(requests, answers).annotate(**KEYS))
    columns, name = COLLABORATION_COLUMNS, _("samarbeid-%(day)s") % {"day": oslo_date(at)}
    with long_reading():
        lines = (make_line(activation, at=at) for activation in all_in_order(requests, order_of(answers)))
        return spreadsheets.respond(lines, columns, kind=kind, title=_("Samarbeid"), file_name=name)


def find_collaborations(request: FirmRequest, choices: ListChoices, *, at: datetime) -> CollaborationList:
    employee = request.employee
    form = CollaborationFilterForm(request.GET, choices=choices)
    answers = form.answers
    requests = filter_requests(requests_of(employee, at=at), answers, employee=employee, at=at)
    counts = Counts(requests)
    narrowed, order = narrow_requests(requests, answers).annotate(**KEYS), order_of(answers)
    page = get_page(
        with_facts(narrowed),
        order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    is_handling, is_filtered = "vis" in answers, bool(answers.keys() - {"vis", "sort"})
    reason = answers.get("reason", "")
    total = counts.count(state=answers.get("state", ""), handling=is_handling, reason=reason)
    return CollaborationList(
        form=form,
        lines=[make_line(activation, at=at) for activation in page.rows],
        tabs=make_tabs(answers, counts),
        states=make_states(answers, counts),
        all_states=make_all_states(answers, counts),
        sorts=sort_headers(ORDERS, answers, default=""),
        summary=summarise(narrowed, order, page, total=total),
        previous_url=query_string(**answers, before=page.before) if page.before else "",
        next_url=query_string(**answers, after=page.after) if page.after else "",
        is_handling=is_handling,
        is_filtered=is_filtered,
        is_filtered_by_form=bool(answers.keys() - {"vis", "sort", "state"}),
        reset_url=(query_string(vis=HANDLING) if is_handling else "?") if is_filtered else "",
        query=query_string(**answers) if answers else "",
        all_found=words_for_all(total),
    )


def order_of(answers: dict[str, str]) -> Sort:
    """The order that the address names; without one the newest come first."""
    return sort_of(ORDERS, answers["sort"]) if "sort" in answers else NEWEST_FIRST


def make_tabs(answers: dict[str, str], counts: Counts) -> list[dict]:
    """The two views as links that keep the filters, each with the number of rows that a click finds."""
    kept = {name: value for name, value in answers.items() if name != "vis"}
    state = answers.get("state", "")
    return [
        {
            "label": label,
            "url": query_string(**kept, **more),
            "current": ("vis" in answers) == bool(more),
            "count": counts.count(state=state, handling=bool(more), reason=answers.get("reason", "")),
        }
        for label, more in ((_("Alle"), {}), (_("Trenger handling"), {"vis": HANDLING}))
    ]


def make_all_states(answers: dict[str, str], counts: Counts) -> dict:
    """The link to all states of the view, with their number."""
    kept = {name: value for name, value in answers.items() if name != "state"}
    return {
        "count": counts.count(handling="vis" in answers),
        "url": query_string(**kept),
        "is_chosen": "state" not in answers,
    }


def make_states(answers: dict[str, str], counts: Counts) -> list[dict]:
    """The states that the view has rows in. A click filters by one; a click on the chosen one shows all again."""
    kept = {name: value for name, value in answers.items() if name != "state"}
    chosen = answers.get("state")
    handling, reason = "vis" in answers, answers.get("reason", "")
    found = [(state, counts.count(state=state, handling=handling, reason=reason)) for state in State]
    return [
        {
            **badge_of(state)._asdict(),
            "count": count,
            "is_chosen": state == chosen,
            "url": query_string(**kept) if state == chosen else query_string(**kept, state=state.value),
        }
        for state, count in found
        if count or state == chosen
    ]
