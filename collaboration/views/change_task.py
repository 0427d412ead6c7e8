"""Bytt oppgave: those on the task are who get in, so the page shows who comes and who goes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from clients.models import Task
from collaboration import actions
from collaboration.agreement_forms import TaskForm
from collaboration.models import Collaboration
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs, service_url
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.forms.kept import typed_before
from organisations.places.requests import FirmRequest


def collaboration_change_task(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """Choose by GET and see who gets access and who loses it; POST does it."""
    client, service = get_client_and_service(request, number, code)
    running = Collaboration.objects.visible_to(request.employee).running(oslo_date(database_clock()))
    collaboration = get_object_or_404(running.with_names().select_related("task"), client=client, service=service)
    chosen = request.POST or typed_before(request) or request.GET
    form = TaskForm(chosen if "valg" in chosen else None, collaboration=collaboration)
    task = form.cleaned_data["valg"] if form.is_valid() else None
    if request.method == "POST" and task:
        try:
            actions.change_task(collaboration=collaboration, task=task, by=request.employee)
        except NotAllowed as refusal:
            messages.warning(request, refusal.sentence)
            return redirect(f"{request.path}?{urlencode({'valg': task.pk})}")
        messages.success(request, _("Oppgaven er byttet. Tilgangen følger den nye."))
        return redirect(service_url(client, service))
    context = {
        "client": client,
        "service": service,
        "collaboration": collaboration,
        "breadcrumbs": service_breadcrumbs(client, service, _("Bytt oppgave")),
        "form": form,
        "task": task,
        "access": access_rows(collaboration.task, task) if task else [],
    }
    return render(request, "collaboration/collaboration_change_task.html", context)


def access_rows(old: Task, new: Task) -> list[tuple[str, str]]:
    """Who gets access, who loses it, who keeps it."""
    before, after = active_people(old), active_people(new)
    nobody = _("Ingen")
    return [
        (_("Får tilgang"), names_of(after, without=before) or nobody),
        (_("Mister tilgangen straks"), names_of(before, without=after) or nobody),
        (_("Beholder tilgangen"), ", ".join(name for pk, name in before.items() if pk in after) or nobody),
    ]


def active_people(task: Task) -> dict[int, str]:
    return {person.pk: person.user.name for person in task.people if person.is_active}


def names_of(people: dict[int, str], *, without: dict[int, str]) -> str:
    return ", ".join(name for pk, name in people.items() if pk not in without)
