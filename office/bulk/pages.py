"""What the pages of a run show: the preview, the progress and the result."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from bulk.actions.undo_run import waiting_mails
from bulk.models import BulkRow, BulkRun
from ground.clock import database_clock
from office.bulk.forms import FORMS
from office.bulk.lines import count_preview, make_lines, with_names
from office.query import query_string
from organisations.places.requests import FirmRequest

PAGE_SIZE = 100

VIEWS = {  # of a preview and of a result: the word in the address, and the states or the condition it stands for
    "klare": {"state": BulkRow.State.READY},
    "hoppet-over": {"state": BulkRow.State.SKIPPED},
    "utfort": {"state": BulkRow.State.DONE},
    "mislyktes": {"state": BulkRow.State.FAILED},
    "angret": {"state": BulkRow.State.UNDONE},
}


def breadcrumbs(last: str) -> list[tuple[str, str]]:
    return [
        (_("Kunder"), reverse("office:client-list")),
        (_("Mange på én gang"), reverse("office:bulk-list")),
        (last, ""),
    ]


def rows_context(request: FirmRequest, run: BulkRun) -> dict[str, Any]:
    """One page of the rows, in the chosen view, with the numbers of each view."""
    rows = BulkRow.objects.visible_to(request.employee).filter(run=run)
    counts = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    view = request.GET.get("vis", "")
    shown = rows.filter(**VIEWS[view]) if view in VIEWS else rows
    page = Paginator(with_names(shown.order_by("position", "pk")), PAGE_SIZE).get_page(request.GET.get("side", 1))
    kept = {"vis": view} if view in VIEWS else {}
    return {
        "lines": make_lines(list(page.object_list), run),
        "tabs": make_tabs(counts, view),
        "summary": _("Viser %(first)s–%(last)s av %(total)s")
        % {"first": page.start_index(), "last": page.end_index(), "total": page.paginator.count},
        "previous_url": query_string(**kept, side=str(page.previous_page_number())) if page.has_previous() else "",
        "next_url": query_string(**kept, side=str(page.next_page_number())) if page.has_next() else "",
    }


def make_tabs(counts: dict[str, int], view: str) -> list[dict[str, Any]]:
    labels = {
        "klare": _("Klare"), "hoppet-over": _("Hoppes over"), "utfort": _("Utført"), "mislyktes": _("Mislyktes"),
        "angret": _("Angret"),
    }  # fmt: skip
    found = [
        {"label": labels[name], "url": query_string(vis=name), "current": name == view, "count": counts[where["state"]]}
        for name, where in VIEWS.items()
        if counts.get(where["state"])
    ]
    total = {"label": _("Alle"), "url": "?", "current": view not in VIEWS, "count": sum(counts.values())}
    return [total, *found]


def preview_context(request: FirmRequest, run: BulkRun) -> dict[str, Any]:
    return {
        "run": run,
        "asks": run.deed in FORMS,
        "totals": count_preview(run),
        "breadcrumbs": breadcrumbs(_("Forhåndsvisning")),
    } | rows_context(request, run)


def progress_context(run: BulkRun) -> dict[str, Any]:
    """How far a run has come."""
    counts = dict(run.rows.order_by().values_list("state").annotate(count=Count("pk")))
    waiting = sum(counts.get(state, 0) for state in (BulkRow.State.READY, BulkRow.State.UNDOING))
    total = sum(counts.values()) - (0 if run.state == BulkRun.State.UNDOING else counts.get(BulkRow.State.SKIPPED, 0))
    return {"run": run, "total": total, "settled": total - waiting, "failed": counts.get(BulkRow.State.FAILED, 0)}


def result_context(request: FirmRequest, run: BulkRun) -> dict[str, Any]:
    at = database_clock()
    held = list(waiting_mails(run, at).order_by("next_attempt_at").values_list("next_attempt_at", flat=True))
    counts = dict(run.rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {
        "run": run,
        "done": counts.get(BulkRow.State.DONE, 0),
        "failed": counts.get(BulkRow.State.FAILED, 0),
        "skipped": counts.get(BulkRow.State.SKIPPED, 0),
        "undone": counts.get(BulkRow.State.UNDONE, 0),
        "held": len(held),
        "leaves_at": held[0] if held else None,
        "breadcrumbs": breadcrumbs(_("Resultat")),
    } | rows_context(request, run)
