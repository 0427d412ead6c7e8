"""The e-mailed link: a pointer that signs nobody in, and the page where one asks for it again."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from collaboration import actions, links
from collaboration.models import Activation
from history.clock import database_clock
from my_services.forms import NewLinkForm, PasswordForm
from my_services.login_context import remember_link
from organisations.models import CompanyUser
from organisations.places import Place
from organisations.refusals import NotAllowed
from organisations.sign_in import sign_in_with_new_password


@login_not_required
@sensitive_post_parameters("password")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead whoever holds the link to where he belongs; an unknown link and a stranger's get the same answer."""
    activation, at = links.find_by_token(token), database_clock()
    if activation is None:
        response = unknown(request)
    elif not activation.is_answerable(at):
        response = render(request, "my_services/link_closed.html", {"activation": activation, "at": at})
    elif request.user.is_authenticated:
        response = lead_person(request, activation)
    elif not links.waits_for_a_new_user(activation):
        response = lead_to_sign_in(request, activation)
    elif not links.lets_set_password(activation, at):
        response = render(request, "my_services/link_too_old.html", {"hours": links.PASSWORD_HOURS})
    else:
        response = choose_password(request, activation, token)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
def link_request(request: HttpRequest) -> HttpResponse:
    """Be om ny lenke: the answer is the same whoever asks, and for whatever address."""
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        if ratelimit.consume(request, action="request_new_link"):
            actions.request_new_link(address=form.cleaned_data["address"])
            return render(request, "my_services/link_requested.html")
        form.add_error(None, _("Du har bedt om mange lenker. Vent en time, og prøv igjen."))
    return render(request, "my_services/link_request.html", {"form": form}, status=422 if form.errors else 200)


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "my_services/link_unknown.html", status=404)


def lead_person(request: HttpRequest, activation: Activation) -> HttpResponse:
    """Those of the company to the request, who is offered a place there to the offer, anybody else nowhere."""
    people = CompanyUser.objects.of(activation.company)
    if people.active().filter(user=request.user).exists():
        return redirect("my_services:activation-detail", activation.pk)
    if people.offered().filter(email=request.user.email).exists():
        return redirect("links:offer-list")
    return unknown(request)


def lead_to_sign_in(request: HttpRequest, activation: Activation) -> HttpResponse:
    remember_link(request, activation)
    if links.offered_place(activation):
        page = reverse("links:offer-list")
    else:
        page = reverse("my_services:activation-detail", args=[activation.pk])
    return redirect(f"{reverse('account_login')}?{urlencode({'next': page})}")


def choose_password(request: HttpRequest, activation: Activation, token: str) -> HttpResponse:
    """Scenario 3: the receiver becomes a user. It works once, and leads on signed in."""
    place = links.offered_place(activation)
    form = PasswordForm(place, request.POST or None)
    if form.is_valid():
        try:
            accepted = actions.accept_place_by_link(activation=activation, token=token, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            sign_in_with_new_password(request, accepted.user)
            request.session[Place.COMPANY_FIELD] = accepted.company_id
            messages.success(request, _("Du er nå administrator for %(name)s.") % {"name": accepted.company.name})
            return redirect("my_services:activation-detail", activation.pk)
    context = {"activation": activation, "place": place, "form": form}
    return render(request, "my_services/link_password.html", context, status=422 if form.errors else 200)
