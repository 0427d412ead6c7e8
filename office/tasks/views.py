"""/mine-oppgaver/: the open tasks that one works on."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from office.list_choices import find_choices
from office.list_export import all_in_order, long_reading
from office.saved_views.tabs import make_tabs
from office.tasks.columns import TASK_COLUMNS
from office.tasks.rows import find_tasks, order_of, read_filters, tasks_of_list, with_facts
from organisations.models import SavedView
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest


@require_safe
def my_tasks(request: FirmRequest) -> HttpResponse:
    choices = find_choices(request.employee)
    found = find_tasks(request, choices)
    saved = make_tabs(request, SavedView.List.TASKS, choices, found.form)
    return render(request, "office/my_tasks.html", {"list": found, "tasks": found.page.rows, "saved": saved})


@without_page
@require_safe
def task_export(request: FirmRequest, kind: str) -> HttpResponseBase:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    answers = read_filters(request.employee, request.GET).answers
    tasks = with_facts(tasks_of_list(request.employee, answers))
    name = _("oppgaver-%(day)s") % {"day": oslo_date(database_clock())}
    with long_reading():
        rows = all_in_order(tasks, order_of(answers))
        return spreadsheets.respond(rows, TASK_COLUMNS, kind=kind, title=_("Oppgaver"), file_name=name)
