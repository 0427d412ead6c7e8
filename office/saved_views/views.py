"""/visninger/: saving what a list shows, and what becomes of what is saved."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ground.lines import LineField
from ground.refusals import perform
from office.list_choices import find_choices
from office.saved_views.queries import clean_query
from organisations import actions
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.models import SavedView
from organisations.places.requests import FirmRequest


class ViewForm(forms.Form):
    name = LineField(
        label=gettext_lazy("Navn på visningen"),
        max_length=60,
        error_messages={"required": gettext_lazy("Skriv et navn på visningen.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request: FirmRequest, which: str) -> HttpResponse:
    if which not in SavedView.List.values:
        raise Http404
    query, form = clean_query(which, request.GET), ViewForm(request.POST or None)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        what = {"list": which, "query": query, "name": form.cleaned_data["name"], "form_key": form_key(request)}
        what |= {"for_firm": "for_firm" in request.POST, "by": request.employee}
        if perform(request, actions.save_view, done=_("Visningen er lagret."), form=form, **what):
            return redirect(list_address(which, query))
    label = SavedView.List(which).label
    context = {
        "form": form,
        "query": query,
        "views": [view for view in find_choices(request.employee).views if view.list == which],
        "list_url": list_address(which, query),
        "heading": _("Visninger av %(list)s") % {"list": label},
        "breadcrumbs": [(label, list_address(which, query)), (_("Visninger"), "")],
    }
    return render(request, "office/view_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_rename(request: FirmRequest, pk: int) -> HttpResponse:
    view = get_view(request, pk)
    form = ViewForm(request.POST or None, initial={"name": view.name})
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        what = {"view": view, "by": request.employee, "name": form.cleaned_data["name"]}
        if perform(request, actions.rename_view, done=_("Visningen har fått nytt navn."), form=form, **what):
            return back(request, view)
    above = reverse("office:view-list", args=[view.list])
    context = {
        "form": form,
        "heading": _("Gi visningen nytt navn"),
        "breadcrumbs": [(_("Visninger"), above), (_("Gi nytt navn"), "")],
        "cancel_url": above,
        "submit_label": _("Lagre"),
    }
    return render(request, "office/form_page.html", context)


@require_POST
def view_overwrite(request: FirmRequest, pk: int) -> HttpResponse:
    query = clean_query(get_view(request, pk).list, QueryDict(request.POST.get("query", "")))
    return change(request, pk, actions.overwrite_view, _("Visningen er endret."), query=query)


@require_POST
def view_delete(request: FirmRequest, pk: int) -> HttpResponse:
    return change(request, pk, actions.delete_view, _("Visningen er slettet."))


@require_POST
def view_start(request: FirmRequest, pk: int) -> HttpResponse:
    begins = "begins" in request.POST
    said = _("Du begynner her når du logger inn.") if begins else _("Du begynner ikke lenger her når du logger inn.")
    return change(request, pk, actions.start_with_view, said, begins=begins)


def change(request: FirmRequest, pk: int, deed: Callable, done: str, **what: Any) -> HttpResponse:
    view = get_view(request, pk)
    perform(request, deed, done=done, view=view, by=request.employee, **what)
    return back(request, view)


def get_view(request: FirmRequest, pk: int) -> SavedView:
    """404 for a colleague's own view, and another firm's."""
    return get_object_or_404(SavedView.objects.visible_to(request.employee), pk=pk)


def back(request: FirmRequest, view: SavedView) -> HttpResponse:
    """To the page of the list's views, with what the list showed."""
    query = clean_query(view.list, QueryDict(request.POST.get("query", ""))) or clean_query(view.list, request.GET)
    page = reverse("office:view-list", args=[view.list])
    return redirect(f"{page}?{query}" if query else page)


def list_address(which: str, query: str) -> str:
    return SavedView(list=which, query=query).address
