"""The e-mailed link: a pointer that signs nobody in, and the page where one asks for it again."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters

from collaboration import actions, jobs, links
from collaboration.models import Activation
from ground.clock import database_clock
from ground.refusals import NotAllowed, show_refusal
from my_services.forms import NewLinkForm
from my_services.remembered_link import remember_link, remembered_link, remembered_token
from organisations.invitations.forms import PasswordForm
from organisations.invitations.links import LINK_HOURS
from organisations.models import CompanyUser, User
from organisations.places.redirects import with_next
from organisations.places.requests import SignedInRequest
from organisations.places.switching import enter
from organisations.signing_in.proofs import sign_in_with_new_password


@login_not_required
@cache_control(no_store=True)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead whoever holds the link to where he belongs; an unknown link and a stranger's get the same answer.

    Nothing stays at the address with the token: a page that asks for something has one without it.
    """
    activation = links.find_by_token(token)
    if activation is None:
        response = lead_from_replaced(request, token)
    else:
        response = lead_elsewhere(request, activation) or redirect("links:link-password")
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@cache_control(no_store=True)
@sensitive_post_parameters("password")
def link_password(request: HttpRequest) -> HttpResponse:
    """Scenario 3: who came by the link becomes a user. It works once, and leads on signed in.

    The site's own Referrer-Policy stays: under no-referrer a form is posted with Origin: null and refused.
    """
    activation = remembered_link(request)
    if activation is None:
        return not_held(request)
    elsewhere, place = lead_elsewhere(request, activation), links.offered_place(activation)
    if elsewhere or place is None:
        return elsewhere or lead_to_sign_in(activation)
    form = PasswordForm(place, request.POST or None)
    if form.is_valid():
        try:
            user = actions.accept_place_by_link(
                activation=activation, language=request.LANGUAGE_CODE, **form.cleaned_data
            )
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            return lead_in(request, activation, user)
    context = {"activation": activation, "place": place, "form": form}
    return render(request, "my_services/link_password.html", context)


@cache_control(no_store=True)
def link_follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where signing in leads from a link: now it is known who asks, and a stranger gets the answer of a wrong link."""
    activation = Activation.objects.with_names().filter(pk=pk).first()
    response = lead_person(request, activation, request.user) if activation else unknown(request)
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@cache_control(no_store=True)
def link_request(request: HttpRequest) -> HttpResponse:
    """Be om ny lenke: the answer is the same whoever asks, and for whatever address, and takes as long."""
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        if ratelimit.consume(request, action="request_new_link"):
            jobs.ask_for_new_link(form.cleaned_data["address"])
            return render(request, "my_services/link_requested.html")
        form.add_error(None, _("Du har bedt om mange lenker. Vent en time, og prøv igjen."))
    return render(request, "my_services/link_request.html", {"form": form})


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "my_services/link_unknown.html", status=404)


def not_held(request: HttpRequest) -> HttpResponse:
    """To a browser that holds no live link: whether it held one that is replaced."""
    return lead_from_replaced(request, remembered_token(request))


def lead_from_replaced(request: HttpRequest, token: str) -> HttpResponse:
    """From a link that another one has taken the place of: to the request those who may answer or read it.

    Anybody else gets a sentence without a name. A token that is no replaced link's is unknown.
    """
    activation = links.find_replaced(token)
    if activation is None:
        return unknown(request)
    if request.user.is_authenticated:
        response = lead_insider(request, activation, request.user)
    else:
        response = lead_holder(request, links.mailbox_of_replaced(token), activation)
    if response:
        return response
    return render(request, "my_services/link_replaced.html", {"sign_in_url": sign_in_url(activation)})


def disowned(request: HttpRequest) -> HttpResponse:
    """To whoever holds the link of a receiver who has said to be somebody else: no name, and the way back."""
    return render(request, "my_services/link_disowned.html")


def lead_elsewhere(request: HttpRequest, activation: Activation) -> HttpResponse | None:
    """Where the link's holder belongs; None for the one who may choose a password now."""
    at = database_clock()
    if not activation.is_answerable(at):
        return lead_from_closed(request, activation)
    if request.user.is_authenticated:
        return lead_person(request, activation, request.user)
    remember_link(request, activation)
    if activation.is_disowned:
        return disowned(request)
    if links.leaves_receiver_outside(activation):
        return outside(request, activation)
    if not links.waits_for_a_new_user(activation):
        return lead_to_sign_in(activation)
    if not links.lets_set_password(activation, at):
        return render(request, "my_services/link_too_old.html", {"hours": LINK_HOURS})
    return None


def lead_person(request: HttpRequest, activation: Activation, person: User) -> HttpResponse:
    """Those of the company to the request, who is offered a place there to the offer, anybody else nowhere."""
    if response := lead_insider(request, activation, person):
        return response
    if person.email == activation.contact_email and not activation.is_answerable(database_clock()):
        return closed(request, activation)
    return unknown(request)


def lead_from_closed(request: HttpRequest, activation: Activation) -> HttpResponse:
    """The outcome to the company's own people, or what is asked since; to anybody else the state alone."""
    if request.user.is_authenticated:
        response = lead_insider(request, activation, request.user)
    else:
        response = lead_holder(request, activation.contact_email, activation)
    return response or closed(request, activation)


def lead_holder(request: HttpRequest, mailbox: str, activation: Activation) -> HttpResponse | None:
    """Who holds an earlier link comes where the link of today would lead, if that one went to the same mailbox.

    None where nothing of a new company waits for it.
    """
    waiting = links.find_waiting_for(mailbox, activation, database_clock())
    if waiting is None:
        return None
    return lead_elsewhere(request, waiting) or redirect("links:link-password")


def closed(request: HttpRequest, activation: Activation) -> HttpResponse:
    """The state without a name: the same whether the firm has asked somebody else since or not."""
    context = {"activation": activation, "sign_in_url": sign_in_url(activation)}
    return render(request, "my_services/link_closed.html", context)


def lead_insider(request: HttpRequest, activation: Activation, person: User) -> HttpResponse | None:
    """Where the request's own people belong: its company's and its receiver. None for anybody else.

    From a closed request to the one that the firm has sent since, for those whom that one waits for.
    """
    at = database_clock()
    if not activation.is_answerable(at):
        newer = Activation.objects.sent_after(activation).answerable(at).with_names().first()
        if newer and (response := lead_insider(request, newer, person)):
            return response
    if is_of_company(person, activation):
        return redirect("my_services:activation-detail", activation.pk)
    if activation.company is None or not activation.is_answerable(at):
        return None
    if CompanyUser.objects.of(activation.company).offered_to(person).exists():
        return redirect("links:offer-list")
    if person.email == activation.contact_email and links.leaves_receiver_outside(activation):
        return outside(request, activation)
    return None


def is_of_company(person: User, activation: Activation) -> bool:
    if activation.company is None:
        return False
    return CompanyUser.objects.of(activation.company).active().filter(user=person).exists()


def outside(request: HttpRequest, activation: Activation) -> HttpResponse:
    """To the receiver whom somebody else of the company came before: the request waits with that person."""
    return render(request, "my_services/link_outside.html", {"sign_in_url": sign_in_url(activation)})


def lead_to_sign_in(activation: Activation) -> HttpResponse:
    return redirect(sign_in_url(activation))


def sign_in_url(activation: Activation) -> str:
    """Signing in leads back to what decides by who it is."""
    page = reverse("links:link-follow", args=[activation.pk])
    return with_next(reverse("account_login"), page)


def lead_in(request: HttpRequest, activation: Activation, user: User) -> HttpResponse:
    """The new user is signed in and reads the request."""
    assert activation.company  # it has just taken its administrator
    sign_in_with_new_password(request, user)
    messages.success(request, _("Du er nå administrator for %(company)s.") % {"company": activation.company})
    assert activation.company is not None  # whoever accepts a place accepts one in it
    place = CompanyUser.objects.of(activation.company).get(user=user)
    return enter(request, place, "my_services:activation-detail", activation.pk)
