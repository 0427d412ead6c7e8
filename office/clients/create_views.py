"""The page of a new client: looked up in the register, or typed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import actions
from ground.refusals import NotAllowed
from office.clients.edit_forms import ClientForm, MainContactForm
from office.clients.edit_views import clients_crumb
from office.clients.lookup import Lookup, find_wanted, look_up, start_lookup
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.places.requests import FirmRequest


@require_http_methods(["GET", "HEAD", "POST"])
def client_create(request: FirmRequest) -> HttpResponse:
    wanted = find_wanted(request.POST) if request.method == "POST" else None
    if wanted is not None:
        return looked_up_page(request, look_up(wanted, request.POST, by=request.employee))
    form = ClientForm(request.POST or None, by=request.employee, initial={"account_manager": request.employee.pk})
    contact_form = MainContactForm(request.POST or None, prefix="contact")
    fill_in(form, request)
    fill_in(contact_form, request)
    if request.method == "POST" and form.is_valid() & contact_form.is_valid():
        try:
            client = actions.create_client(
                by=request.employee,
                fields=form.answers,
                main_contact=contact_form.answers(form),
                form_key=form_key(request),
            )
        except NotAllowed as refusal:
            form.show_refusal(refusal)
        else:
            messages.success(request, _("Kunden er opprettet."))
            return redirect("office:client-detail", client.number)
    return create_page(request, start_lookup(), form, contact_form)


def looked_up_page(request: FirmRequest, lookup: Lookup) -> HttpResponse:
    """The page again, with what was typed and what was found; nothing is made, and nothing is called wrong."""
    form = ClientForm(by=request.employee, initial=lookup.fields)
    names = {name.removeprefix("contact-"): value for name, value in lookup.fields.items() if name[:8] == "contact-"}
    return create_page(request, lookup, form, MainContactForm(initial=names, prefix="contact"))


def create_page(
    request: FirmRequest, lookup: Lookup | None, form: ClientForm, contact_form: MainContactForm
) -> HttpResponse:
    context = {
        "lookup": lookup,
        "form": form,
        "contact_form": contact_form,
        "breadcrumbs": [clients_crumb(), (_("Ny kunde"), "")],
    }
    return render(request, "clients/client_create.html", context)
