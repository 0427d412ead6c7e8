"""Kostnader: what a month costs the company, and what firms pay for it."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.charge_lists import COMPANY_COLUMNS, Month, list_for_company, read_month
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from organisations.places.in_address import without_page
from organisations.places.requests import CompanyRequest


@require_safe
def charge_list(request: CompanyRequest) -> HttpResponse:
    company, month = request.company_user.company, asked_month(request)
    context = {
        "company": company,
        "month": month,
        "parts": list_for_company(company, month),
        "breadcrumbs": [(_("Mine tjenester"), reverse("my_services:overview")), (_("Kostnader"), "")],
    }
    return render(request, "my_services/charge_list.html", context)


@without_page
@require_safe
def charge_export(request: CompanyRequest, kind: str) -> HttpResponseBase:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    month = asked_month(request)
    lines = [line for part in list_for_company(request.company_user.company, month) for line in part.lines]
    name = _("kostnader-%(month)s") % {"month": f"{month.first_day:%Y-%m}"}
    return spreadsheets.respond(lines, COMPANY_COLUMNS, kind=kind, title=_("Kostnader"), file_name=name)


def asked_month(request: CompanyRequest) -> Month:
    return read_month(request.GET.get("maned", ""), today=oslo_date(database_clock()))
