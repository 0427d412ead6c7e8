"""The pages on which a firm moves in with a file of clients."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from client_imports.actions.choosing import choose_columns, discard_import, start_import, undo_import
from client_imports.actions.uploading import upload_import
from client_imports.actions.working import go_on
from client_imports.columns import Field
from client_imports.models import ClientImport
from ground.clock import database_clock
from ground.refusals import NotAllowed, perform, show_refusal
from ground.spreadsheets import WRITERS, Columns, respond
from office.imports.forms import ColumnsForm, StartForm, UploadForm
from office.imports.rows import failed_columns, failed_rows, rows_context
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest

CHECKED_AT_ONCE = 1.0  # seconds in which a small file is looked through before its page is shown; the rest is a job's
LATEST = 20
EXAMPLES = 5
page = require_http_methods(["GET", "HEAD", "POST"])


@page
def import_upload(request: FirmRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            client_import = upload_import(
                by=request.employee, file_name=file.name, content=file.read(), form_key=form_key(request)
            )
        except NotAllowed as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("office:import-columns", client_import.pk)
    latest = ClientImport.objects.visible_to(request.employee).select_related("by__user").order_by("-created_at")
    context = {"form": form, "latest": latest[:LATEST], "breadcrumbs": crumbs((_("Importer"), ""))}
    return render(request, "office/imports/upload.html", context)


@page
def import_columns(request: FirmRequest, pk: int) -> HttpResponse:
    client_import = get_import(request, pk)
    if client_import.state not in ClientImport.CHANGEABLE:
        return redirect("office:import-detail", pk)
    rows = client_import.rows.order_by("number")[:EXAMPLES]
    form = ColumnsForm(request.POST or None, client_import=client_import, examples=[row.cells for row in rows])
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("is_headed", "duplicates")}
        try:
            choose_columns(client_import=client_import, by=request.employee, columns=form.columns, **told)
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            go_on(pk, seconds=CHECKED_AT_ONCE)
            return redirect("office:import-detail", pk)
    context = {
        "form": form,
        "client_import": client_import,
        "breadcrumbs": crumbs(upload_crumb(), (str(client_import), "")),
    }
    return render(request, "office/imports/columns.html", context)


@require_safe
def import_detail(request: FirmRequest, pk: int) -> HttpResponse:
    """Progress while somebody works on it, else what each row will be or became."""
    client_import = get_import(request, pk)
    if client_import.state == ClientImport.State.COLUMNS:
        return redirect("office:import-columns", pk)
    context = {
        "client_import": client_import,
        "can_be_undone": client_import.can_be_undone(database_clock()),
        "start_form": StartForm(),
        "breadcrumbs": crumbs(upload_crumb(), (str(client_import), "")),
    }
    if not client_import.is_working:
        context |= rows_context(request, client_import)
    return render(request, "office/imports/detail.html", context)


@require_POST
def import_start(request: FirmRequest, pk: int) -> HttpResponse:
    client_import, form = get_import(request, pk), StartForm(request.POST)
    if form.is_valid():
        what = {"client_import": client_import, "by": request.employee, "scope": form.cleaned_data["scope"]}
        perform(request, start_import, done=_("Importen er startet."), **what)
    else:
        messages.error(request, _("Velg om alle radene eller bare de som er i orden, skal importeres."))
    return redirect("office:import-detail", pk)


@require_POST
def import_undo(request: FirmRequest, pk: int) -> HttpResponse:
    said = _("Importen angres.")
    perform(request, undo_import, done=said, client_import=get_import(request, pk), by=request.employee)
    return redirect("office:import-detail", pk)


@require_POST
def import_discard(request: FirmRequest, pk: int) -> HttpResponse:
    client_import = get_import(request, pk)
    try:
        discard_import(client_import=client_import, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect("office:import-detail", pk)
    messages.success(request, _("Filen er slettet."))
    return redirect("office:import-upload")


@require_safe
@without_page
def import_failed(request: FirmRequest, pk: int) -> HttpResponseBase:
    client_import = get_import(request, pk)
    rows, columns = failed_rows(client_import), failed_columns(client_import)
    return respond(rows, columns, kind="csv", title=_("Feil"), file_name=f"import-{pk}")


@require_safe
@without_page
def import_template(request: FirmRequest, kind: str) -> HttpResponseBase:
    """A file with the headings alone, to be filled in."""
    if kind not in WRITERS:
        raise Http404
    columns: Columns = dict.fromkeys(Field.labels, str)
    return respond([], columns, kind=kind, title=_("Kunder"), file_name=_("kunder-mal"))


def get_import(request: FirmRequest, pk: int) -> ClientImport:
    imports = ClientImport.objects.visible_to(request.employee).select_related("by__user")
    return get_object_or_404(imports, pk=pk)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Kunder"), reverse("office:client-list")), *more]


def upload_crumb() -> tuple[str, str]:
    return _("Importer"), reverse("office:import-upload")
