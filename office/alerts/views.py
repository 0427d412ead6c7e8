"""/varsler/: what one person is told about the firm's requests."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration import actions
from collaboration.alerts import alerts_of
from office.alerts.forms import AlertPreferenceForm, ReadAllForm
from office.alerts.rows import find_alerts
from office.form_page import form_page
from organisations.places.redirects import safe_next
from organisations.places.requests import FirmRequest


@require_safe
def alert_list(request: FirmRequest) -> HttpResponse:
    return render(request, "office/alert_list.html", {"list": find_alerts(request)})


@require_POST
def alert_read(request: FirmRequest, pk: int) -> HttpResponse:
    actions.read_alert(alert=get_object_or_404(alerts_of(request.employee), pk=pk), by=request.employee)
    return redirect(safe_next(request, reverse("office:alert-list")))


@require_POST
def alert_read_all(request: FirmRequest) -> HttpResponse:
    form = ReadAllForm(request.POST)
    if form.is_valid():
        actions.read_all_alerts(by=request.employee, up_to=form.cleaned_data["up_to"])
        messages.success(request, _("Varslene er merket som lest."))
    return redirect("office:alert-list")


@require_http_methods(["GET", "HEAD", "POST"])
def alert_preference_edit(request: FirmRequest) -> HttpResponse:
    employee = request.employee
    form = AlertPreferenceForm(request.POST or None, initial={"alert_emails": employee.alert_emails})
    if request.method == "POST" and form.is_valid():
        actions.choose_alert_emails(by=employee, choice=form.cleaned_data["alert_emails"])
        messages.success(request, _("Valget er lagret."))
        return redirect("office:alert-list")
    lead = _("Gjelder deg i %(firm)s. Samlede varsler kommer klokka 7 på arbeidsdager.") % {"firm": employee.firm.name}
    above = (_("Varsler"), "office:alert-list")
    return form_page(request, form, heading=_("Varsler på e-post"), lead=lead, above=above)
