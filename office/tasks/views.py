"""/mine-oppgaver/: the open tasks that one works on."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.tasks.rows import find_tasks
from organisations.places.requests import FirmRequest


@require_safe
def my_tasks(request: FirmRequest) -> HttpResponse:
    found = find_tasks(request)
    return render(request, "office/my_tasks.html", {"list": found, "tasks": found.page.rows})
