"""/samarbeid/: the list of the firm's requests and collaborations, and its export."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collaboration.progress.states import State, badge_of
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from ground.paging import Sort, get_page
from office.bulk.offers import request_deeds, words_for_all
from office.clients.rows import query_string
from office.collaborations.columns import COLLABORATION_COLUMNS
from office.collaborations.forms import HANDLING, CollaborationFilterForm
from office.collaborations.lines import Line, make_line
from office.collaborations.rows import Counts, filter_requests, narrow_requests, requests_of, with_facts
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest

NEWEST_FIRST = Sort("started_at", descending=True)
PAGE_SIZE = 50


@dataclass(frozen=True)
class CollaborationList:
    """One page of the list, with what its head and foot say."""

    form: CollaborationFilterForm
    lines: list[Line]
    tabs: list[dict]
    states: list[dict]
    summary: str
    previous_url: str
    next_url: str
    is_handling: bool
    is_filtered: bool
    reset_url: str
    query: str
    all_found: str


@require_safe
def collaboration_list(request: FirmRequest) -> HttpResponse:
    found = find_collaborations(request, at=database_clock())
    context = {"list": found, "bulk_deeds": request_deeds()}
    return render(request, "office/collaboration_list.html", context)


@without_page
@require_safe
def collaboration_export(request: FirmRequest, kind: str) -> HttpResponse:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    employee, at = request.employee, database_clock()
    answers = CollaborationFilterForm(request.GET, firm=employee.firm).answers
    requests = filter_requests(requests_of(employee, at=at), answers, employee=employee, at=at)
    requests = with_facts(narrow_requests(requests, answers)).order_by("-started_at", "-id")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")  # a whole list takes longer than a page may
        lines = [make_line(activation, at=at) for activation in requests]
    columns, name = COLLABORATION_COLUMNS, _("samarbeid-%(day)s") % {"day": oslo_date(at)}
    return spreadsheets.respond(lines, columns, kind=kind, title=_("Samarbeid"), file_name=name)


def find_collaborations(request: FirmRequest, *, at: datetime) -> CollaborationList:
    employee = request.employee
    form = CollaborationFilterForm(request.GET, firm=employee.firm)
    answers = form.answers
    requests = filter_requests(requests_of(employee, at=at), answers, employee=employee, at=at)
    counts = Counts(requests)
    page = get_page(
        with_facts(narrow_requests(requests, answers)),
        NEWEST_FIRST,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    is_handling, is_filtered = "vis" in answers, bool(answers.keys() - {"vis"})
    total = counts.count(state=answers.get("state", ""), handling=is_handling)
    return CollaborationList(
        form=form,
        lines=[make_line(activation, at=at) for activation in page.rows],
        tabs=make_tabs(answers, counts),
        states=make_states(answers, counts),
        summary=_("Viser %(shown)s av %(total)s") % {"shown": len(page.rows), "total": total} if page.rows else "",
        previous_url=query_string(**answers, before=page.before) if page.before else "",
        next_url=query_string(**answers, after=page.after) if page.after else "",
        is_handling=is_handling,
        is_filtered=is_filtered,
        reset_url=(query_string(vis=HANDLING) if is_handling else "?") if is_filtered else "",
        query=query_string(**answers) if answers else "",
        all_found=words_for_all(total),
    )


def make_tabs(answers: dict[str, str], counts: Counts) -> list[dict]:
    """The two views as links that keep the filters, each with the number of rows that a click finds."""
    kept = {name: value for name, value in answers.items() if name != "vis"}
    state = answers.get("state", "")
    return [
        {
            "label": label,
            "url": query_string(**kept, **more),
            "current": ("vis" in answers) == bool(more),
            "count": counts.count(state=state, handling=bool(more)),
        }
        for label, more in ((_("Alle"), {}), (_("Trenger handling"), {"vis": HANDLING}))
    ]


def make_states(answers: dict[str, str], counts: Counts) -> list[dict]:
    """The states that the view has rows in. A click filters by one; a click on the chosen one shows all again."""
    kept = {name: value for name, value in answers.items() if name != "state"}
    chosen = answers.get("state")
    found = [(state, counts.count(state=state, handling="vis" in answers)) for state in State]
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
