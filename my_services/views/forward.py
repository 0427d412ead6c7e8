"""Send videre til rett person: by somebody signed in for the company, or by who holds the recorded address."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from collaboration import actions
from collaboration.models import Activation, ForwardProposal
from collaboration.workflow import REFUSALS
from ground.clock import database_clock
from ground.refusals import NotAllowed, show_refusal
from my_services.forms import ForwardByCodeForm, ForwardForm
from my_services.remembered_link import remembered_link
from my_services.views.activation import refuse, requests_of
from my_services.views.link import disowned, lead_from_closed, lead_person, not_held, unknown
from my_services.views.switch import offer_switch_to_the_one_of
from organisations.forms.kept import fill_in
from organisations.forms.sent import find_done, form_key
from organisations.places.requests import CompanyRequest
from organisations.signing_in.mailed_code import MailedCode, WrongCode

SESSION_KEY = "forwarded"
CODE = MailedCode("forward_code")


def activation_forward(request: CompanyRequest, pk: int) -> HttpResponse:
    activation = requests_of(request).filter(pk=pk).first()
    if activation is None:
        return offer_switch_to_the_one_of(request, Activation, pk)
    if not request.company_user.may_forward:
        raise Http404
    if not activation.is_answerable(database_clock()):
        return lead_to_outcome(request, activation)
    form = ForwardForm(request.POST or None, activation=activation)
    fill_in(form, request)
    if form.is_valid():
        try:
            check_pace(request, "forward_activation", activation)
            proposal = actions.forward_activation(
                activation=activation, by=request.company_user, form_key=form_key(request), **form.cleaned_data
            )
        except actions.PageIsStale as refusal:
            return refuse(request, pk, refusal)
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, in_words(proposal, form.cleaned_data["name"]))
            return redirect("my_services:activation-detail", pk)
    return render(request, "my_services/activation_forward.html", {"activation": activation, "form": form})


def lead_to_outcome(request: CompanyRequest, activation: Activation) -> HttpResponse:
    """To how the request ended, with a sentence for who has filled in the form too late."""
    if request.method == "POST":
        status = Activation.Status.EXPIRED if activation.is_pending else Activation.Status(activation.status)
        messages.warning(request, REFUSALS[status])
    return redirect("my_services:activation-detail", activation.pk)


@login_not_required
@cache_control(no_store=True)
@sensitive_post_parameters("code")
def link_forward(request: HttpRequest) -> HttpResponse:
    """For who came by the link and is nobody's user: a code to the recorded address proves the right to it."""
    key = form_key(request)
    if done := find_done(key):
        return tell_of_forwarding(request, is_proposed="proposal" in done.after)
    activation = remembered_link(request)
    if activation is None:
        return not_held(request)
    elsewhere = lead_away(request, activation)
    if elsewhere:
        return elsewhere
    form = ForwardByCodeForm(request.POST or None, activation=activation)
    if form.is_valid():
        receiver = form.cleaned_data
        try:
            check_pace(request, "forward_activation", activation)  # the session's tries count for one browser alone
            CODE.check(request, receiver.pop("code"), about=link_of(activation), at=database_clock())
            proposal = actions.forward_activation(activation=activation, by=None, form_key=key, **receiver)
        except WrongCode as refusal:
            form.add_error("code", refusal.sentence)
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            CODE.forget(request)
            return tell_of_forwarding(request, is_proposed=proposal is not None)
    context = {"activation": activation, "form": form, "has_code": CODE.is_out(request, database_clock())}
    return render(request, "my_services/link_forward.html", context)


def tell_of_forwarding(request: HttpRequest, *, is_proposed: bool) -> HttpResponse:
    request.session[SESSION_KEY] = "proposed" if is_proposed else "sent"
    return redirect("links:link-forwarded")


@login_not_required
@cache_control(no_store=True)
def link_forward_code(request: HttpRequest) -> HttpResponse:
    """Mail a code to the recorded address; an earlier one of this browser's counts no more."""
    if request.method != "POST":
        return redirect("links:link-forward")
    activation = remembered_link(request)
    if activation is None:
        return not_held(request)
    elsewhere = lead_away(request, activation)
    if elsewhere:
        return elsewhere
    try:
        check_pace(request, "forward_code", activation)
        code = actions.issue_forward_code(activation=activation)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        CODE.remember(request, code, about=link_of(activation), at=database_clock())
    return redirect("links:link-forward")


@login_not_required
@cache_control(no_store=True)
@require_safe
def link_forwarded(request: HttpRequest) -> HttpResponse:
    if SESSION_KEY not in request.session:
        return unknown(request)
    return render(request, "my_services/link_forwarded.html", {"how": request.session[SESSION_KEY]})


def lead_away(request: HttpRequest, activation: Activation) -> HttpResponse | None:
    """Where the link's holder belongs who may not forward it by code; None for the one who may."""
    if not activation.is_answerable(database_clock()):
        return lead_from_closed(request, activation)
    if request.user.is_authenticated:
        return lead_person(request, activation, request.user)
    return disowned(request) if activation.is_disowned else None


def link_of(activation: Activation) -> str:
    """What a code is about: the request in its present version."""
    return f"{activation.pk}:{activation.link_version}"


def check_pace(request: HttpRequest, action: str, activation: Activation) -> None:
    """Raises NotAllowed for who asks without end."""
    if not ratelimit.consume(request, action=action, key=str(activation.pk)):
        raise NotAllowed(_("Du har prøvd mange ganger. Vent en time, og prøv igjen."))


def in_words(proposal: ForwardProposal | None, name: str) -> str:
    if proposal:
        return _("Byrået har fått forslaget om %s, og sender forespørselen dit hvis de er enige.") % name
    return _("Forespørselen er sendt videre til %s.") % name
