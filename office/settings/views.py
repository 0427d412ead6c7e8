"""/innstillinger/: the firm's details and rules. Only for its administrators; to everybody else they do not exist."""

from collections.abc import Callable
from functools import partial, wraps

from django import forms
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import actions as client_actions
from clients.models import Task, TaskType
from collaboration.offer.answers import introduce
from collaboration.reminders import plan_if_sent
from ground.clock import database_clock
from ground.refusals import perform
from office.form_page import form_page
from office.settings.forms import ClientNumbersForm, FirmForm, ReminderPlanForm, TaskTypeForm
from organisations.actions import edit_firm
from organisations.forms.sent import form_key
from organisations.places.requests import FirmRequest

page = require_http_methods(["GET", "HEAD", "POST"])


def administrators_only(view: Callable) -> Callable:
    """Decorator: 404 for the firm's other people, to whom the page does not exist."""

    @wraps(view)
    def guarded(request: FirmRequest, *args, **kwargs) -> HttpResponse:
        if not request.employee.is_administrator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@administrators_only
def settings_detail(request: FirmRequest) -> HttpResponse:
    firm = request.employee.firm
    task_types = list(firm.task_types.annotate(has_tasks=Exists(Task.objects.filter(type=OuterRef("pk")))))
    context = {
        "firm": firm,
        "introduction": [introduce(request.employee, firm)],
        "plan": plan_if_sent(firm, database_clock()),
        "next_number": client_actions.next_client_number(firm),
        "types_in_use": sum(task_type.is_active for task_type in task_types),
        "task_types": task_types,
    }
    return render(request, "office/settings_detail.html", context)


@page
@administrators_only
def firm_edit(request: FirmRequest) -> HttpResponse:
    form = FirmForm(request.POST or None, instance=request.employee.firm)
    return edit_page(
        request, form, heading=_("Byrået slik kunden ser det"), lead=_("Vises i forespørsler og e-poster.")
    )


@page
@administrators_only
def reminder_plan_edit(request: FirmRequest) -> HttpResponse:
    days = ", ".join(str(day) for day in request.employee.firm.reminder_days)
    form = ReminderPlanForm(request.POST or None, initial={"reminder_days": days})
    return edit_page(request, form, heading=_("Påminnelser"), lead=_("Gjelder forespørsler som sendes fra nå."))


@page
@administrators_only
def client_numbers_edit(request: FirmRequest) -> HttpResponse:
    first = {"first_client_number": request.employee.firm.first_client_number}
    form = ClientNumbersForm(request.POST or None, initial=first)
    return edit_page(request, form, heading=_("Kundenummer"), lead=_("Gjelder kunder som opprettes fra nå."))


@page
@administrators_only
def task_type_create(request: FirmRequest) -> HttpResponse:
    form = TaskTypeForm(request.POST or None)
    create = partial(client_actions.create_task_type, by=request.employee, form_key=form_key(request))
    return edit_page(request, form, heading=_("Ny oppgavetype"), save=lambda fields: create(**fields))


@page
@administrators_only
def task_type_edit(request: FirmRequest, pk: int) -> HttpResponse:
    task_type = get_task_type(request, pk)
    form = TaskTypeForm(request.POST or None, instance=task_type)
    rename = partial(client_actions.rename_task_type, task_type=task_type, by=request.employee)
    return edit_page(
        request, form, heading=_("Gi nytt navn"), lead=task_type.local_name, save=lambda fields: rename(**fields)
    )


def edit_page(
    request: FirmRequest, form: forms.BaseForm, *, heading: str, lead: str = "", save: Callable | None = None
) -> HttpResponse:
    """The page of one form of the settings. Without a deed of its own the form changes the firm."""
    save = save or (lambda fields: edit_firm(firm=request.employee.firm, by=request.employee, fields=fields))
    if request.method == "POST" and form.is_valid():
        said = _("Innstillingen er lagret.")
        if perform(request, save, done=said, form=form, fields=form.cleaned_data):
            return redirect("office:settings-detail")
    return form_page(request, form, heading=heading, lead=lead, above=(_("Innstillinger"), "office:settings-detail"))


@require_POST
@administrators_only
def task_type_retire(request: FirmRequest, pk: int) -> HttpResponse:
    return change_task_type(request, pk, client_actions.retire_task_type, _("%(name)s er tatt ut av bruk."))


@require_POST
@administrators_only
def task_type_restore(request: FirmRequest, pk: int) -> HttpResponse:
    return change_task_type(request, pk, client_actions.restore_task_type, _("%(name)s er i bruk igjen."))


@require_POST
@administrators_only
def task_type_delete(request: FirmRequest, pk: int) -> HttpResponse:
    return change_task_type(request, pk, client_actions.delete_task_type, _("%(name)s er slettet."))


def change_task_type(request: FirmRequest, pk: int, action: Callable, done: str) -> HttpResponse:
    task_type = get_task_type(request, pk)
    said = done % {"name": task_type.local_name}
    perform(request, action, done=said, task_type=task_type, by=request.employee)
    return redirect("office:settings-detail")


def get_task_type(request: FirmRequest, pk: int) -> TaskType:
    return get_object_or_404(request.employee.firm.task_types, pk=pk)
