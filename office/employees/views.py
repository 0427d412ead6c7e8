"""/medarbeidere/: the firm's people. Only for its administrators; to everybody else it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration.actions import deactivate_employee
from collaboration.actions.firm.deactivate_employee import responsibilities_of
from ground import spreadsheets
from ground.clock import database_clock
from ground.mail_addresses import shown_address
from ground.names import NorwegianOrder
from ground.refusals import NotAllowed, perform, show_refusal
from office.employees import leaver_report
from office.employees.forms import EmployeeForm, HandOverForm, InvitationForm
from office.form_page import form_page
from office.settings.views import administrators_only, page
from organisations.actions import invitations
from organisations.actions.employees import change_employee, why_needed
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.models import Employee, Invitation
from organisations.places.in_address import without_page
from organisations.places.redirects import SAFE_METHODS
from organisations.places.requests import FirmRequest


@require_safe
@administrators_only
def employee_list(request: FirmRequest) -> HttpResponse:
    employees = list(
        Employee.objects.visible_to(request.employee)
        .select_related("user")
        .order_by(NorwegianOrder("user__name"), "pk")
    )
    waiting = Invitation.objects.visible_to(request.employee).unanswered().select_related("invited_by")
    at_work = [employee for employee in employees if employee.is_active]
    administrators = [employee.pk for employee in at_work if employee.is_administrator]
    context = {
        "employees": [employee for employee in employees if employee.deactivated_at is None],
        "needed": administrators[0] if len(administrators) == 1 else None,
        "former": [employee for employee in employees if employee.deactivated_at is not None],
        "invitations": waiting.order_by(NorwegianOrder("name"), "pk"),
        "now": database_clock(),
    }
    return render(request, "office/employee_list.html", context)


@page
@administrators_only
def employee_invite(request: FirmRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial={"role": "employee", "client_access": "all"})
    if request.method == "POST" and form.is_valid():
        what = {"firm": request.employee.firm, "by": request.employee, "form_key": form_key(request)}
        said = _("Invitasjonen er sendt til %(email)s.") % {"email": shown_address(form.cleaned_data["email"])}
        if perform(request, invitations.invite_employee, done=said, form=form, **what, **form.cleaned_data):
            return redirect("office:employee-list")
    lead = _("Personen får en e-post, og er med når den er tatt imot. Lenken gjelder i 72 timer.")
    heading, submit = _("Inviter en medarbeider"), _("Send invitasjonen")
    return form_page(request, form, heading=heading, lead=lead, above=above(), submit=submit)


def about_somebody(view: Callable) -> Callable:
    """Decorator of pages about one co-worker. One who has left leads back to the list, with a sentence.

    Nothing can be changed about who has left: such a person is invited anew.
    """

    @wraps(view)
    @administrators_only
    def found(request: FirmRequest, pk: int) -> HttpResponse:
        employee = get_object_or_404(colleagues(request), pk=pk)
        if employee.deactivated_at is None:
            return view(request, employee)
        messages.warning(request, _("Personen arbeider ikke lenger i byrået."))
        return redirect("office:employee-list")

    return found


@page
@about_somebody
def employee_edit(request: FirmRequest, employee: Employee) -> HttpResponse:
    initial = {"role": employee.role, "client_access": employee.client_access}
    form = EmployeeForm(request.POST or None, initial=initial)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        done = _("%(name)s er lagret.") % {"name": employee}
        if led_on := carry_out(request, employee, form, change_employee, done=done, **form.cleaned_data):
            return led_on
    context = {
        "colleague": employee,
        "why_needed": why_needed(employee),
        "form": form,
        "breadcrumbs": [(above()[0], reverse("office:employee-list")), (str(employee), "")],
    }
    return render(request, "office/employee_edit.html", context)


@page
@about_somebody
def employee_deactivate(request: FirmRequest, employee: Employee) -> HttpResponse:
    if request.method in SAFE_METHODS and why_needed(employee):
        return redirect("office:employee-edit", employee.pk)
    there = responsibilities_of(employee)
    form = HandOverForm(employee, there, request.POST if request.method == "POST" else None)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        done = _("%(name)s er deaktivert.") % {"name": employee}
        heirs = {name: form.chosen(name) for name in ("account_manager", "task_owner")}
        if led_on := carry_out(request, employee, form, deactivate_employee, done=done, **heirs):
            return led_on
    context = {
        "leaver": employee,
        "form": form,
        "there": there,
        "breadcrumbs": [(above()[0], reverse("office:employee-list")), (_("Deaktiver"), "")],
    }
    return render(request, "office/employee_deactivate.html", context)


@without_page
@require_safe
@administrators_only
def employee_report(request: FirmRequest, pk: int) -> HttpResponseBase:
    """The file with every client and company that the person has access to, or had when leaving."""
    employee = get_object_or_404(colleagues(request), pk=pk)
    lines = leaver_report.find_lines(employee)
    name = leaver_report.name_file(employee)
    return spreadsheets.respond(lines, leaver_report.COLUMNS, kind="csv", title=_("Tilganger"), file_name=name)


@require_POST
@administrators_only
def invitation_resend(request: FirmRequest, pk: int) -> HttpResponse:
    return change_invitation(request, pk, invitations.resend_invitation, _("Invitasjonen er sendt på nytt."))


@require_POST
@administrators_only
def invitation_withdraw(request: FirmRequest, pk: int) -> HttpResponse:
    return change_invitation(request, pk, invitations.withdraw_invitation, _("Invitasjonen er trukket tilbake."))


def change_invitation(request: FirmRequest, pk: int, action: Callable, done: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.employee).with_everything(), pk=pk)
    perform(request, action, done=done, invitation=invitation, by=request.employee)
    return redirect("office:employee-list")


def colleagues(request: FirmRequest):
    return Employee.objects.visible_to(request.employee).select_related("user", "firm")


def carry_out(
    request: FirmRequest, employee: Employee, form: forms.Form, deed: Callable[..., object], *, done: str, **what: Any
) -> HttpResponse | None:
    """Do the deed about the colleague, say `done` and lead on; None where the form says why it was refused.

    Where right or colleague is gone since the page was shown, the refusal leads away from it.
    """
    try:
        deed(employee=employee, by=request.employee, **what)
    except NotAllowed as refusal:
        if elsewhere := where_to_go_when_refused(request, employee):
            messages.warning(request, refusal.sentence)
            return redirect(elsewhere)
        show_refusal(form, refusal)
        return None
    messages.success(request, done)
    return redirect("office:employee-list" if employee.pk != request.employee.pk else "home")


def where_to_go_when_refused(request: FirmRequest, employee: Employee) -> str:
    """The address to lead to when the right, or the colleague, is gone since the page was shown; else empty."""
    oneself = colleagues(request).active().filter(pk=request.employee.pk).first()
    if oneself is None or not oneself.is_administrator:
        return reverse("home")
    works_here = colleagues(request).active().filter(pk=employee.pk).exists()
    return "" if works_here else reverse("office:employee-list")


def above() -> tuple[str, str]:
    return _("Medarbeidere"), "office:employee-list"
