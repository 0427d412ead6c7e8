"""The request: read it, approve it, decline it."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.answers import Answer, answer_questions
from collaboration.models import Activation
from collaboration.offers import Offer, make_offer
from history.clock import database_clock, oslo_date
from my_services.forms import ApprovalForm, DeclineForm
from my_services.views.switch import offer_switch_to_the_one_of
from organisations.fresh_sign_in import typed_before
from organisations.refusals import NotAllowed
from organisations.requests import CompanyRequest
from organisations.sign_in import signed_in_by


def activation_detail(request: CompanyRequest, pk: int) -> HttpResponse:
    """The approval page; of a closed request, how it ended."""
    activation = requests_of(request).filter(pk=pk).first()
    if activation is None:
        return offer_switch_to_the_one_of(request, Activation, pk)
    actions.see_activation(activation=activation, by=request.company_user)
    return activation_page(request, activation)


def activation_approve(request: CompanyRequest, pk: int) -> HttpResponse:
    activation = requests_of(request).filter(pk=pk).first()
    if activation is None:
        return offer_switch_to_the_one_of(request, Activation, pk)
    if request.method != "POST":
        return redirect("my_services:activation-detail", pk)
    try:
        actions.approve_activation(
            activation=activation,
            by=request.company_user,
            shown=request.POST.get("shown", ""),
            accepts_terms="accepts_terms" in request.POST,
            signed_in_by=signed_in_by(request),
        )
    except actions.TermsNotAccepted:
        return activation_page(request, activation, posted=request.POST)
    except NotAllowed as refusal:
        if not has_answered(request, pk, Activation.Status.APPROVED):
            return refuse(request, pk, refusal)
    names = {"firm": activation.firm.name, "service": activation.service.name}
    messages.success(request, _("Du har godkjent samarbeidet med %(firm)s i %(service)s.") % names)
    return redirect("my_services:activation-detail", pk)


def activation_decline(request: CompanyRequest, pk: int) -> HttpResponse:
    activation = requests_of(request).filter(pk=pk).first()
    if activation is None:
        return offer_switch_to_the_one_of(request, Activation, pk)
    at = database_clock()
    if request.method != "POST" and (not activation.is_answerable(at) or obstacle(request, activation, at)):
        return redirect("my_services:activation-detail", pk)
    form = DeclineForm(request.POST or None, initial=typed_before(request))
    if not form.is_valid():
        context = {"activation": activation, "form": form}
        return render(request, "my_services/activation_decline.html", context)
    try:
        actions.decline_activation(activation=activation, by=request.company_user, **form.cleaned_data)
    except NotAllowed as refusal:
        if not has_answered(request, pk, Activation.Status.DECLINED):
            return refuse(request, pk, refusal)
    messages.success(request, _("Du har avslått samarbeidet med %(firm)s.") % {"firm": activation.firm.name})
    return redirect("my_services:activation-detail", pk)


def requests_of(request: CompanyRequest):
    return Activation.objects.of(request.company_user.company).with_everything()


def activation_page(
    request: CompanyRequest, activation: Activation, *, posted: QueryDict | None = None
) -> HttpResponse:
    """The request as it stands now; `posted` is an answer that lacks something."""
    at = database_clock()
    if not activation.is_answerable(at):
        return render(request, "my_services/activation_outcome.html", {"activation": activation, "at": at})
    offer = make_offer(activation, today=oslo_date(at))
    form = ApprovalForm(offer, posted)
    context = {
        "activation": activation,
        "offer": offer,
        "answers": [*answer_questions(offer), *mention_others(offer)],
        "obstacle": obstacle(request, activation, at),
        "form": form,
    }
    return render(request, "my_services/activation_detail.html", context)


def mention_others(offer: Offer) -> list[Answer]:
    """One more line where another firm collaborates already."""
    if not offer.other_firms:
        return []
    names = ", ".join(firm.name for firm in offer.other_firms)
    return [Answer(_("Andre byråer"), _("%(firms)s samarbeider allerede med dere i tjenesten") % {"firms": names})]


def obstacle(request: CompanyRequest, activation: Activation, at) -> str:
    """Why this person cannot answer the request, as the deed itself would say it; empty when nothing hinders."""
    try:
        actions.check_decider(activation, request.company_user, at)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def has_answered(request: CompanyRequest, pk: int, status: str) -> bool:
    """Whether this person has given the same answer before: a second click is answered like the first."""
    return requests_of(request).filter(pk=pk, status=status, decided_by=request.user).exists()


def refuse(request: CompanyRequest, pk: int, refusal: NotAllowed) -> HttpResponse:
    """Back to the page as it is now, with the sentence."""
    messages.warning(request, refusal.sentence)
    return redirect("my_services:activation-detail", pk)
