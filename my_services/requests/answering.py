"""The request: read it, approve it, decline it."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.access import doors
from agreements.hand_over import HandOver, find_chosen_end
from agreements.models import Collaboration
from agreements.telling.reach import reach_of
from agreements.words.outlook import Coming, fingerprint, outlook_of_hand_over
from agreements.words.sentences import last_day
from collaboration import actions
from collaboration.models import Activation
from collaboration.offer.answers import Answer, answer_questions
from collaboration.offer.commitment import commitment_of_offer
from collaboration.offer.offers import Offer, make_offer
from collaboration.offer.rows import offered_rows
from commitments.commitment import commitment_in
from commitments.words import who_pays_later
from ground.clock import database_clock, oslo_date
from ground.names import NorwegianOrder
from ground.refusals import NotAllowed
from my_services.requests.forms import ApprovalForm, DeclineForm
from my_services.requests.hand_over_form import HandOverForm
from my_services.switch import offer_switch_to_the_one_of
from organisations.forms.kept import fill_in, typed_before
from organisations.models import Company, CompanyUser
from organisations.places.requests import CompanyRequest
from organisations.reach import help_desk
from organisations.signing_in.proofs import signed_in_by


class Foretold(NamedTuple):
    """What the page shows of the choice, and its fingerprint; empty while there is nothing to compare."""

    rows: list[Coming]
    shown: str


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
            hand_over=chosen_hand_over(request, activation),
        )
    except HasToBeRead:
        return redirect(f"{page_with_choices(request, pk)}#{OUTLOOK}")
    except (actions.TermsNotAccepted, ChoiceIsIncomplete):
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
    form = DeclineForm(request.POST or None)
    fill_in(form, request)
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
    return Activation.objects.of(request.company_user.company).with_names()


def activation_page(
    request: CompanyRequest, activation: Activation, *, posted: QueryDict | None = None
) -> HttpResponse:
    """The request as it stands now; `posted` is an answer that lacks something."""
    at = database_clock()
    if not activation.is_answerable(at):
        entry = doors.may_open(request.user, request.company_user.company, activation.service)
        newer = requests_of(request).sent_after(activation).first()
        is_approved = activation.status == Activation.Status.APPROVED
        offered = [] if is_approved else offered_rows(activation, for_firm=False)
        context = {"activation": activation, "at": at, "entry": entry, "newer": newer, "offered": offered}
        context["reach"] = reach_of(activation)
        context["chosen_end"] = find_chosen_end(activation) if is_approved else None
        context["new_payer"] = who_was_to_pay(activation) if is_approved else []
        return render(request, "my_services/activation_outcome.html", context)
    assert activation.company  # of what is sent
    offer = make_offer(activation, today=oslo_date(at))
    form = approval_form(offer, posted or choices_before(request, offer))
    context = {
        "activation": activation,
        "offer": offer,
        "outlook": foretell(form, offer) if isinstance(form, HandOverForm) else None,
        "answers": [*answer_questions(offer, commitment_of_offer(offer, chosen_in(form))), *mention_others(offer)],
        "obstacle": obstacle(request, activation, at),
        "unsettled": unsettled(activation),
        "form": form,
        "reach": reach_of(activation),
        "administrators": [] if request.company_user.is_administrator else administrators_of(activation.company),
        "help_desk": help_desk(),
    }
    return render(request, "my_services/activation_detail.html", context)


def who_was_to_pay(activation: Activation) -> list[str]:
    """As the receipt keeps it, where the approval foretold that somebody else pays from a day on."""
    receipt = getattr(activation, "receipt", None)
    commitment = commitment_in(receipt.record, activation.service) if receipt else None
    return who_pays_later(commitment) if commitment else []


def administrators_of(company: Company) -> QuerySet[CompanyUser]:
    places = CompanyUser.objects.of(company).active().administrators()
    return places.select_related("user").order_by(NorwegianOrder("user__name"), "pk")


def mention_others(offer: Offer) -> list[Answer]:
    """One more line where another firm collaborates already; with its last day, where one is agreed."""
    if not offer.other_firms:
        return []
    others = collaborations_of_others(offer) if offer.subscription else []
    leaving = [one for one in others if one.ends_on]
    stay = [firm.name for firm in offer.other_firms if firm.pk not in {one.firm_id for one in leaving}]
    together = _("%(firms)s samarbeider allerede med dere i tjenesten") % {"firms": ", ".join(stay)}
    until = [
        _("%(firm)s samarbeider med dere i tjenesten til og med %(day)s")
        % {"firm": one.firm.name, "day": last_day(one.ends_on)}
        for one in leaving
        if one.ends_on
    ]
    return [Answer(_("Andre byråer"), "; ".join([together, *until] if stay else until))]


def obstacle(request: CompanyRequest, activation: Activation, at) -> str:
    """Why this person cannot answer the request, as the deed itself would say it; empty when nothing hinders."""
    try:
        actions.check_decider(activation, request.company_user, at)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def unsettled(activation: Activation) -> str:
    """Why nobody can approve it yet, though it can be declined; empty when nothing hinders."""
    try:
        actions.check_settled(activation)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def has_answered(request: CompanyRequest, pk: int, status: str) -> bool:
    """Whether this person has given the same answer before: a second click is answered like the first."""
    return requests_of(request).filter(pk=pk, status=status, decided_by=request.user).exists()


def refuse(request: CompanyRequest, pk: int, refusal: NotAllowed) -> HttpResponse:
    """Back to the page as it is now, with the sentence, and with what was chosen in the address."""
    messages.warning(request, refusal.sentence)
    return redirect(page_with_choices(request, pk))


def page_with_choices(request: CompanyRequest, pk: int) -> str:
    chosen = {name: request.POST[name] for name in HandOverForm.CHOICES if request.POST.get(name)}
    address = reverse("my_services:activation-detail", args=[pk])
    return f"{address}?{urlencode(chosen)}" if chosen else address


# --- Another firm collaborates already


OUTLOOK = "outlook-heading"  # where _hand_over.html tells what happens when


class ChoiceIsIncomplete(Exception):
    """The page says what is missing."""


class HasToBeRead(Exception):
    """What the choice brings has not been shown yet. The page leads to it, and says that nothing is decided."""


def approval_form(offer: Offer, data: QueryDict | dict | None) -> ApprovalForm:
    """With the question what becomes of the firms that there are, if there are any."""
    others = collaborations_of_others(offer) if offer.other_firms and not offer.is_impossible else []
    return HandOverForm(offer, others, data) if others else ApprovalForm(offer, data)


def collaborations_of_others(offer: Offer) -> list[Collaboration]:
    assert offer.subscription  # other firms collaborate in it
    collaborations = Collaboration.objects.on(offer.subscription).running(offer.today).select_related("firm")
    return list(collaborations.filter(firm__in=offer.other_firms).order_by(NorwegianOrder("firm__name"), "pk"))


def choices_before(request: CompanyRequest, offer: Offer) -> dict | None:
    """What was chosen before the page came back, or before the person proved himself."""
    asked = typed_before(request) or request.GET
    chosen = {name: asked[name] for name in HandOverForm.CHOICES if name in asked}
    return {"shown": offer.fingerprint, **chosen} if "hand_over" in chosen and offer.other_firms else None


def chosen_hand_over(request: CompanyRequest, activation: Activation) -> HandOver | None:
    """The typed choice; the deed compares what was foretold of it. Raises ChoiceIsIncomplete or HasToBeRead."""
    if request.POST.get("hand_over", "keep") == "keep" or not activation.is_pending:
        return None
    form = approval_form(make_offer(activation, today=oslo_date(database_clock())), request.POST)
    if not isinstance(form, HandOverForm):
        raise actions.PageIsStale(
            _("Forespørselen har endret seg siden du åpnet siden. Les den på nytt før du svarer.")
        )
    if not form.is_valid():
        raise ChoiceIsIncomplete
    hand_over = form.chosen(shown=request.POST.get("foretold", ""))
    if hand_over and not hand_over.shown:
        raise HasToBeRead
    return hand_over


def chosen_in(form: ApprovalForm) -> HandOver | None:
    """The hand-over that the form shows as chosen; None: all are kept, or the choice is not whole yet."""
    return form.chosen() if isinstance(form, HandOverForm) and form.is_bound and form.is_valid() else None


def foretell(form: HandOverForm, offer: Offer) -> Foretold:
    """What comes when, with what is chosen; as long as nothing is, with all kept."""
    hand_over = chosen_in(form)
    assert offer.subscription  # other firms collaborate in it
    rows = outlook_of_hand_over(offer.subscription, hand_over, reader=None, day=offer.today)
    return Foretold(rows, fingerprint(rows) if hand_over else "")
