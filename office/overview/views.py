"""/oversikt/: what needs the firm, what waits, how it has gone, and what comes. The first page after signing in."""

import itertools
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ground.clock import oslo_date
from office.collaborations.forms import HANDLING
from office.collaborations.rows import Reason
from office.overview.charts import draw
from office.overview.rows import (
    AGES,
    ENDS,
    MOST_RENEWALS,
    MOST_TASKS,
    Renewal,
    Statistics,
    count_asking,
    read_now,
    read_renewals,
    read_statistics,
)
from organisations.places.requests import FirmRequest

MINE, WHOLE_FIRM = "mine", "firmaets"


@require_safe
def overview(request: FirmRequest) -> HttpResponse:
    employee = request.employee
    mine = employee.sees_all_clients and request.GET.get("vis") == MINE
    now = read_now(employee)
    context: dict[str, Any] = {"now": now, "tabs": make_tabs(employee.sees_all_clients, mine=mine)}
    if not now.has_clients:
        return render(request, "office/overview_empty.html", context | {"import_url": reverse("office:import-upload")})
    reasons, waiting = count_asking(employee, at=now.at, mine=mine)
    statistics = read_statistics(employee, at=now.at, mine=mine)
    renewals = read_renewals(employee, day=oslo_date(now.at), mine=mine)
    return render(
        request,
        "office/overview.html",
        context
        | {
            "asks": asking_rows(reasons, mine=mine),
            "asking": reasons.total(),
            "asking_url": list_url(mine=mine, vis=HANDLING),
            **waiting_context(waiting, mine=mine),
            **statistics_context(statistics),
            **renewals_context(renewals),
            "most_tasks": MOST_TASKS,
        },
    )


def make_tabs(sees_all: bool, *, mine: bool) -> list[dict]:
    """The two views, for who sees more than the own clients."""
    if not sees_all:
        return []
    return [
        {"label": _("Byråets"), "url": f"?vis={WHOLE_FIRM}", "current": not mine},
        {"label": _("Mine kunder"), "url": f"?vis={MINE}", "current": mine},
    ]


def list_url(*, mine: bool, **query: str) -> str:
    """The list of requests and collaborations, with exactly the rows that a number counts."""
    return f"{reverse('office:collaboration-list')}?{urlencode(query | ({'mine': '1'} if mine else {}))}"


def asking_rows(reasons: Any, *, mine: bool) -> list[tuple[str, int, str]]:
    labels = {Reason.DECLINED: _("Avslått, ikke fulgt opp"), Reason.EXPIRED: _("Utløpt, ikke fulgt opp")}
    return [
        (str(labels.get(reason, reason.label)), reasons[reason], list_url(mine=mine, vis=HANDLING, reason=reason.value))
        for reason in Reason
        if reasons[reason]
    ]


def waiting_context(waiting: Any, *, mine: bool) -> dict[str, Any]:
    """Each row has all that are older; so is the list that it leads to. The chart has what is between the ages."""
    older = {days: sum(count for age, count in waiting.items() if age >= days) for days in AGES}
    ages = sorted(AGES)
    names = [
        _("%(first)s–%(last)s dager") % {"first": days, "last": after - 1} for days, after in itertools.pairwise(ages)
    ]
    names.append(_("%(days)s dager og mer") % {"days": ages[-1]})
    rows = [
        (_("Over %(days)s dager") % {"days": days} if days else _("Alle som venter"), older[days],
         list_url(mine=mine, age=str(days)))
        for days in ages
    ]  # fmt: skip
    bars = [(name, [waiting[days]]) for name, days in zip(names, ages, strict=True)]
    return {"ages": rows, "waiting": older[0], "ages_chart": draw([_("Venter")], bars)}


def statistics_context(statistics: Statistics) -> dict[str, Any]:
    series = [_("Sendt"), _("Besvart")]
    weeks = [(_("uke %(week)s") % {"week": day.isocalendar().week}, day, sent, back)
             for day, sent, back in statistics.weeks]  # fmt: skip
    ends = [capfirst(str(status.label)) for status in ENDS]
    days = statistics.median_days
    return {
        "weeks": [(label, date_format(day), sent, back) for label, day, sent, back in weeks],
        "weeks_chart": draw(series, [(label, [sent, back]) for label, _day, sent, back in weeks]),
        "has_weeks": any(sent or back for _label, _day, sent, back in weeks),
        "end_names": ends,
        "ends": statistics.ends,
        "ends_chart": draw(ends, statistics.ends),
        "median": "" if days is None else _("Samme dag") if days == 0 else
        ngettext("%(days)s dag", "%(days)s dager", days) % {"days": days},
    }  # fmt: skip


def renewals_context(renewals: list[Renewal]) -> dict[str, Any]:
    shown = renewals[:MOST_RENEWALS]
    own = [renewal.cost for renewal in shown if renewal.firm_pays]
    return {
        "renewals": shown,
        "has_more_renewals": len(renewals) > MOST_RENEWALS,
        "renewals_cost": sum(cost for cost in own if cost is not None),
        "renewals_paid": len(own),
    }
