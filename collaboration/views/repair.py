"""A request that waits, put right: sent again, sent elsewhere, changed, and the receiver's own proposal answered."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collaboration import actions
from collaboration.forms import CorrectAddressForm
from collaboration.models import Activation, ForwardProposal
from collaboration.views.lookups import get_client_and_service, posted_id, service_breadcrumbs, service_url
from collaboration.workflow import REFUSALS
from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed, show_refusal
from history.models import Event
from organisations.forms.kept import fill_in
from organisations.forms.sent import find_done, form_key
from organisations.places.requests import FirmRequest

ANSWERS = {"ja": True, "nei": False}


def of_pending_request(view: Callable) -> Callable:
    """Give the view the client's sent request of the service; 404 when there is none.

    One that has been closed, as a tab from before does not know, is told on the service's page instead.
    """

    @wraps(view)
    def with_request(request: FirmRequest, number: int, code: str, **kwargs: str) -> HttpResponse:
        client, service = get_client_and_service(request, number, code)
        requests = Activation.objects.visible_to(request.employee).filter(client=client, service=service)
        sent = requests.exclude(status=Activation.Status.DRAFT).with_names()
        activation = sent.order_by("-requested_at", "-pk").first()
        if activation is None:
            raise Http404
        if not activation.is_pending and not find_done(form_key(request)):
            messages.info(request, closed_in_words(activation, typed_address=bool(request.POST.get("email"))))
            return redirect(page_of(activation))
        return view(request, activation, **kwargs)

    return with_request


def closed_in_words(activation: Activation, *, typed_address: bool) -> str:
    refusal = REFUSALS[Activation.Status(activation.status)]
    if typed_address:
        return _("%(refusal)s E-postadressen du skrev, er ikke brukt.") % {"refusal": refusal}
    return str(refusal)


@require_POST
@of_pending_request
def activation_resend(request: FirmRequest, activation: Activation) -> HttpResponse:
    try:
        actions.resend_activation(activation=activation, by=request.employee)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("E-posten er sendt på nytt til %s.") % shown_address(activation.contact_email))
    return redirect(page_of(activation))


@of_pending_request
def activation_correct_address(request: FirmRequest, activation: Activation) -> HttpResponse:
    form = CorrectAddressForm(request.POST or None, activation=activation)
    fill_in(form, request)
    if form.is_valid():
        try:
            activation = actions.correct_address(activation=activation, by=request.employee, **form.cleaned_data)
        except actions.PageIsStale as refusal:
            activation.refresh_from_db()
            if not has_corrected(request, activation, form):
                messages.warning(request, refusal.sentence)
                return redirect(page_of(activation))
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        if not form.errors:
            messages.success(request, sent_to(activation))
            return redirect(page_of(activation))
    context = page_context(activation, _("Rett e-postadressen")) | {"form": form}
    return render(request, "collaboration/activation_correct_address.html", context)


def has_corrected(request: FirmRequest, activation: Activation, form: CorrectAddressForm) -> bool:
    """Whether this person has sent it to the same receiver before: a second click is answered like the first."""
    typed = [form.cleaned_data[name] for name in ("name", "email", "phone")]
    deed = Event.objects.about(activation).filter(verb="correct_address", by=request.user).order_by("pk").last()
    return (
        deed is not None
        and deed.after["link_version"] == activation.link_version
        and typed == [activation.contact_name, activation.contact_email, activation.contact_phone]
    )


@of_pending_request
def activation_change(request: FirmRequest, activation: Activation) -> HttpResponse:
    """Endre forespørselen: what is out is never edited; it is withdrawn, and a draft with the same answers opens."""
    if request.method != "POST":
        context = page_context(activation, _("Endre forespørselen"))
        return render(request, "collaboration/activation_change.html", context)
    try:
        actions.change_activation(activation=activation, by=request.employee, form_key=form_key(request))
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(page_of(activation))
    return redirect(page_of(activation, "activation-agreement"))


@require_POST
@of_pending_request
def forward_answer(request: FirmRequest, activation: Activation, answer: str) -> HttpResponse:
    """Ja or Nei to the proposal that the page showed, and to no later one."""
    proposals = ForwardProposal.objects.filter(activation=activation).select_related("activation")
    if answer not in ANSWERS:
        raise Http404
    accept, proposal = ANSWERS[answer], get_object_or_404(proposals, pk=posted_id(request, "proposal"))
    try:
        activation = actions.answer_forward_proposal(
            proposal=proposal,
            by=request.employee,
            accept=accept,
            accepts_own_domain="accepts_own_domain" in request.POST,
        )
    except NotAllowed as refusal:
        activation.refresh_from_db()
        proposal.refresh_from_db()
        if not has_answered(request, proposal, activation, accept=accept):
            messages.error(request, refusal.sentence)
            return redirect(page_of(activation))
    kept = _("Forslaget er avvist. Forespørselen venter fremdeles hos %s.") % activation.contact_name
    messages.success(request, sent_to(activation) if accept else kept)
    return redirect(page_of(activation))


def has_answered(request: FirmRequest, proposal: ForwardProposal, activation: Activation, *, accept: bool) -> bool:
    """Whether this person has given the same answer before: a second click is answered like the first."""
    is_same = proposal.answered_by == request.user and proposal.was_accepted == accept
    return is_same and activation.is_pending and (not accept or activation.contact_email == proposal.email)


def page_of(activation: Activation, name: str = "service-detail") -> str:
    return service_url(activation.client, activation.service, name)


def page_context(activation: Activation, title: str) -> dict:
    return {
        "activation": activation,
        "client": activation.client,
        "service": activation.service,
        "breadcrumbs": service_breadcrumbs(activation.client, activation.service, title),
    }


def sent_to(activation: Activation) -> str:
    return _("Forespørselen er sendt til %(address)s. Kunden kan svare til og med %(day)s.") % {
        "address": shown_address(activation.contact_email),
        "day": date_format(activation.last_day),
    }
