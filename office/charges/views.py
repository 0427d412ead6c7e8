"""/fakturagrunnlag/: what the firm pays and what its clients pay, per month. For the firm's administrators."""

from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.charge_lists import FIRM_COLUMNS, Month, list_for_firm, read_month
from ground import spreadsheets
from ground.clock import database_clock, oslo_date
from office.settings.views import administrators_only
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest


@require_safe
@administrators_only
def charge_list(request: FirmRequest) -> HttpResponse:
    month = asked_month(request)
    return render(request, "office/charge_list.html", {"month": month, "parts": list_for_firm(request.employee, month)})


@without_page
@require_safe
@administrators_only
def charge_export(request: FirmRequest, kind: str) -> HttpResponseBase:
    if kind not in spreadsheets.WRITERS:
        raise Http404
    month = asked_month(request)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")  # a whole month may take longer than a page
        lines = [line for part in list_for_firm(request.employee, month) for line in part.lines]
    name = _("fakturagrunnlag-%(month)s") % {"month": f"{month.first_day:%Y-%m}"}
    return spreadsheets.respond(lines, FIRM_COLUMNS, kind=kind, title=_("Fakturagrunnlag"), file_name=name)


def asked_month(request: FirmRequest) -> Month:
    return read_month(request.GET.get("maned", ""), today=oslo_date(database_clock()))
