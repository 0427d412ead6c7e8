"""A request that waits, put right: sent again, sent elsewhere, changed, and the receiver's own proposal answered."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.models import Client
from collaboration import actions
from collaboration.forms import CorrectAddressForm
from collaboration.models import Activation, ForwardProposal
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs, service_url
from organisations.refusals import NotAllowed
from organisations.requests import FirmRequest
from subscriptions.models import Service

ANSWERS = {"ja": True, "nei": False}


@require_POST
def activation_resend(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    activation = get_pending(request, client, service)
    try:
        actions.resend_activation(activation=activation, by=request.employee)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("E-posten er sendt på nytt til %s.") % activation.contact_email)
    return redirect(service_url(client, service))


def activation_correct_address(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    activation = get_pending(request, client, service)
    form = CorrectAddressForm(request.POST or None, activation=activation)
    if form.is_valid():
        try:
            activation = actions.correct_address(activation=activation, by=request.employee, **form.cleaned_data)
        except actions.PageIsStale as refusal:
            messages.warning(request, refusal.sentence)
            return redirect(service_url(client, service))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, sent_to(activation))
            return redirect(service_url(client, service))
    context = page_context(activation, _("Rett e-postadressen")) | {"form": form}
    return render(request, "collaboration/activation_correct_address.html", context)


def activation_change(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """Endre forespørselen: what is out is never edited; it is withdrawn, and a draft with the same answers opens."""
    client, service = get_client_and_service(request, number, code)
    activation = get_pending(request, client, service)
    if request.method != "POST":
        context = page_context(activation, _("Endre forespørselen"))
        return render(request, "collaboration/activation_change.html", context)
    try:
        actions.change_activation(activation=activation, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(service_url(client, service))
    return redirect(service_url(client, service, "activation-agreement"))


@require_POST
def forward_answer(request: FirmRequest, number: int, code: str, answer: str) -> HttpResponse:
    """Ja or Nei to the proposal that the page showed, and to no later one."""
    client, service = get_client_and_service(request, number, code)
    activation = get_pending(request, client, service)
    proposals = ForwardProposal.objects.filter(activation=activation).select_related("activation")
    asked = request.POST.get("proposal", "")
    if answer not in ANSWERS or not asked.isdecimal():
        raise Http404
    proposal = get_object_or_404(proposals, pk=asked)
    try:
        activation = actions.answer_forward_proposal(proposal=proposal, by=request.employee, accept=ANSWERS[answer])
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        kept = _("Forslaget er avvist. Forespørselen venter fremdeles hos %s.") % activation.contact_name
        messages.success(request, sent_to(activation) if ANSWERS[answer] else kept)
    return redirect(service_url(client, service))


def get_pending(request: FirmRequest, client: Client, service: Service) -> Activation:
    """The request that waits for the customer; 404 when there is none."""
    requests = Activation.objects.visible_to(request.employee).pending().with_everything()
    return get_object_or_404(requests, client=client, service=service)


def page_context(activation: Activation, title: str) -> dict:
    return {
        "activation": activation,
        "client": activation.client,
        "service": activation.service,
        "breadcrumbs": service_breadcrumbs(activation.client, activation.service, title),
    }


def sent_to(activation: Activation) -> str:
    return _("Forespørselen er sendt til %(address)s. Kunden kan svare til og med %(day)s.") % {
        "address": activation.contact_email,
        "day": date_format(activation.last_day, "j. F Y"),
    }
