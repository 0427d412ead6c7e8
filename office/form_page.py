"""A page that is one form and nothing else."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.forms.kept import fill_in
from organisations.places.requests import FirmRequest


def form_page(
    request: FirmRequest, form: forms.BaseForm, *, heading: str, lead: str, above: tuple[str, str], submit: str = ""
) -> HttpResponse:
    """The page of the form as it stands. `above` is the name and url name of the page that it belongs to, and
    "Avbryt" leads there.
    """
    fill_in(form, request)
    label, name = above
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "breadcrumbs": [(label, reverse(name)), (heading, "")],
        "cancel_url": reverse(name),
        "submit_label": submit or _("Lagre"),
    }
    return render(request, "office/form_page.html", context)
