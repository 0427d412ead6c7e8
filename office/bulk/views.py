"""The pages of a run: begin, choose, preview, start, progress, result."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulk import actions
from bulk.models import BulkRow, BulkRun
from ground import spreadsheets
from ground.clock import oslo_date
from ground.refusals import NotAllowed, perform, show_refusal
from office.bulk.columns import COLUMNS
from office.bulk.forms import FORMS
from office.bulk.lines import make_lines, with_names
from office.bulk.pages import PAGE_SIZE, breadcrumbs, preview_context, progress_context, result_context
from office.bulk.selection import chosen_ids
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.places.in_address import without_page
from organisations.places.redirects import safe_next
from organisations.places.requests import FirmRequest

LONGEST_ID = 18  # digits; one more may be too much for PostgreSQL
MOST_LISTED = 50


@require_safe
def bulk_list(request: FirmRequest) -> HttpResponse:
    runs = BulkRun.objects.visible_to(request.employee).order_by("-created_at", "-pk")[:MOST_LISTED]
    return render(request, "bulk/run_list.html", {"runs": runs})


@require_POST
def bulk_begin(request: FirmRequest) -> HttpResponse:
    """From the ticked rows of a list to the choices."""
    deed = request.POST.get("deed", "")
    if deed not in BulkRun.Deed.values:
        raise Http404
    services = dict.fromkeys(request.POST.getlist("service")[:MOST_LISTED], "")
    try:
        run = actions.begin_run(
            deed=deed, chosen=chosen_ids(request, deed), by=request.employee,
            choices={"services": services} if services else {}, form_key=form_key(request),
        )  # fmt: skip
        if deed not in FORMS and run.is_draft and not run.is_checked:
            actions.choose(run=run, by=request.employee, choices={})
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(safe_next(request, "/kunder/"))
    return redirect("office:bulk-choose" if deed in FORMS else "office:bulk-detail", run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_choose(request: FirmRequest, pk: int) -> HttpResponse:
    run = get_run(request, pk)
    if not run.is_draft or run.deed not in FORMS:
        return redirect("office:bulk-detail", run.pk)
    form = FORMS[run.deed](request.POST or None, run=run)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(run=run, by=request.employee, choices=form.choices)
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("office:bulk-detail", run.pk)
    context = {"run": run, "form": form, "count": len(run.chosen), "breadcrumbs": breadcrumbs(_("Valg"))}
    return render(request, "bulk/run_choose.html", context)


@require_safe
def bulk_detail(request: FirmRequest, pk: int) -> HttpResponse:
    """The preview of a draft, the progress of what runs, the result of what is done."""
    run = get_run(request, pk)
    if run.is_draft and not run.is_checked and run.deed in FORMS:
        return redirect("office:bulk-choose", run.pk)
    if run.is_draft:
        return render(request, "bulk/run_preview.html", preview_context(request, run))
    if run.is_unfinished:
        return render(
            request, "bulk/run_progress.html", progress_context(run) | {"breadcrumbs": breadcrumbs(_("I gang"))}
        )
    return render(request, "bulk/run_result.html", result_context(request, run))


@require_safe
def bulk_progress(request: FirmRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for by its own page every other second; without it the page is loaded again."""
    run = get_run(request, pk)
    if not run.is_unfinished and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not request.htmx:
        return redirect("office:bulk-detail", run.pk)
    return render(request, "bulk/_progress.html", progress_context(run))


@require_POST
def bulk_start(request: FirmRequest, pk: int) -> HttpResponse:
    """Keep the ticks of the page; with `start` the run begins."""
    run = get_run(request, pk)
    shown, ticked = posted_ids(request, "shown"), posted_ids(request, "row")
    try:
        actions.save_ticks(
            run=run, by=request.employee, shown=shown, ticked=ticked, codes=request.POST.getlist("acknowledge")
        )
        if "start" in request.POST:
            actions.start_run(run=run, by=request.employee)
    except NotAllowed as refusal:
        run.refresh_from_db()
        if run.is_draft:
            messages.error(request, refusal.sentence)
    return redirect("office:bulk-detail", run.pk)


@require_POST
def bulk_discard(request: FirmRequest, pk: int) -> HttpResponse:
    run = get_run(request, pk)
    if perform(request, actions.discard_run, done=_("Ingenting ble gjort."), run=run, by=request.employee):
        return redirect("office:client-list")
    return redirect("office:bulk-detail", run.pk)


@require_POST
def bulk_retry(request: FirmRequest, pk: int) -> HttpResponse:
    run = get_run(request, pk)
    try:
        again = actions.retry_failed(run=run, by=request.employee, form_key=form_key(request))
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect("office:bulk-detail", run.pk)
    return redirect("office:bulk-detail", again.pk)


@require_POST
def bulk_undo(request: FirmRequest, pk: int) -> HttpResponse:
    run = get_run(request, pk)
    done = _("Det som ikke er sendt, trekkes tilbake.")
    perform(request, actions.undo_run, done=done, run=run, by=request.employee)
    return redirect("office:bulk-detail", run.pk)


@require_POST
def bulk_send_now(request: FirmRequest, pk: int) -> HttpResponse:
    run = get_run(request, pk)
    try:
        count = actions.send_now(run=run, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        words = ngettext("%(count)s e-post sendes nå.", "%(count)s e-poster sendes nå.", count)
        messages.success(request, words % {"count": count})
    return redirect("office:bulk-detail", run.pk)


@without_page
@require_safe
def bulk_export(request: FirmRequest, pk: int, kind: str) -> HttpResponseBase:
    run = get_run(request, pk)
    if kind not in spreadsheets.WRITERS or not run.is_checked:
        raise Http404
    rows = with_names(BulkRow.objects.visible_to(request.employee).filter(run=run).order_by("position", "pk"))
    name = _("mange-pa-en-gang-%(day)s") % {"day": oslo_date(run.created_at)}
    return spreadsheets.respond(make_lines(list(rows), run), COLUMNS, kind=kind, title=_("Resultat"), file_name=name)


def get_run(request: FirmRequest, pk: int) -> BulkRun:
    """404 for a colleague's, another firm's and no run at all alike."""
    runs = BulkRun.objects.visible_to(request.employee).select_related("firm", "by__user")
    return get_object_or_404(runs, pk=pk)


def posted_ids(request: FirmRequest, name: str) -> list[int]:
    typed = request.POST.getlist(name)[: 2 * PAGE_SIZE]
    return [int(key) for key in typed if key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID]
