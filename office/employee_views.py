"""/medarbeidere/: who works in the firm. For its administrators; to everybody else it does not exist."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration import spreadsheets
from collaboration.actions import deactivate_employee
from collaboration.actions.deactivate_employee import responsibilities_of
from history.clock import database_clock
from office import leaver_report
from office.employee_forms import EmployeeForm, HandOverForm, InvitationForm
from office.form_page import form_page
from office.settings_views import administrators_only, page
from organisations import invitations
from organisations.employees import change_employee
from organisations.fresh_sign_in import fill_in
from organisations.models import Employee, Invitation
from organisations.refusals import NotAllowed
from organisations.requests import FirmRequest

MOST_SHOWN = 50  # of the clients or tasks that somebody takes over


@require_safe
@administrators_only
def employee_list(request: FirmRequest) -> HttpResponse:
    employees = list(Employee.objects.visible_to(request.employee).select_related("user").order_by("user__name", "pk"))
    waiting = Invitation.objects.visible_to(request.employee).unanswered().order_by("name", "pk")
    context = {
        "employees": [employee for employee in employees if employee.deactivated_at is None],
        "former": [employee for employee in employees if employee.deactivated_at is not None],
        "invitations": waiting,
        "now": database_clock(),
    }
    return render(request, "office/employee_list.html", context)


@page
@administrators_only
def employee_invite(request: FirmRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial={"role": "employee", "client_access": "all"})
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        firm = request.employee.firm
        try:
            invitations.invite_employee(firm=firm, by=request.employee, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Invitasjonen er sendt til %(email)s.") % {"email": form.cleaned_data["email"]})
            return redirect("office:employee-list")
    lead = _("Personen får en e-post, og er med når den er tatt imot. Lenken gjelder i 72 timer.")
    heading, submit = _("Inviter en medarbeider"), _("Send invitasjonen")
    return form_page(request, form, heading=heading, lead=lead, above=above(), submit=submit)


@page
@administrators_only
def employee_edit(request: FirmRequest, pk: int) -> HttpResponse:
    employee = get_employee(request, pk)
    initial = {"role": employee.role, "client_access": employee.client_access}
    form = EmployeeForm(request.POST or None, initial=initial)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        try:
            change_employee(employee=employee, by=request.employee, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s er lagret.") % {"name": employee})
            return redirect("office:employee-list" if employee.pk != request.employee.pk else "home")
    return form_page(request, form, heading=str(employee), lead=employee.user.email, above=above())


@page
@administrators_only
def employee_deactivate(request: FirmRequest, pk: int) -> HttpResponse:
    employee = get_employee(request, pk)
    there = responsibilities_of(employee)
    form = HandOverForm(employee, there, request.POST if request.method == "POST" else None)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        try:
            deactivate_employee(
                employee=employee,
                account_manager=form.chosen("account_manager"),
                task_owner=form.chosen("task_owner"),
                by=request.employee,
            )
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s er deaktivert.") % {"name": employee})
            return redirect("office:employee-list" if employee.pk != request.employee.pk else "home")
    context = {
        "leaver": employee,
        "form": form,
        "there": there,
        "most": f":{MOST_SHOWN}",
        "breadcrumbs": [(above()[0], reverse("office:employee-list")), (_("Deaktiver"), "")],
    }
    return render(request, "office/employee_deactivate.html", context)


@require_safe
@administrators_only
def employee_report(request: FirmRequest, pk: int) -> HttpResponse:
    """Every client and company that the person has access to, or had when leaving; a file."""
    employee = get_object_or_404(colleagues(request), pk=pk)
    lines = leaver_report.find_lines(employee)
    return spreadsheets.respond(
        lines, leaver_report.COLUMNS, kind="csv", title=_("Tilganger"), file_name=f"tilganger-{employee.pk}"
    )


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
    try:
        action(invitation=invitation, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("office:employee-list")


def colleagues(request: FirmRequest):
    return Employee.objects.visible_to(request.employee).select_related("user", "firm")


def get_employee(request: FirmRequest, pk: int) -> Employee:
    """One who works there now: nothing can be changed about the others, they are invited anew."""
    return get_object_or_404(colleagues(request).filter(deactivated_at=None), pk=pk)


def above() -> tuple[str, str]:
    return _("Medarbeidere"), "office:employee-list"
