"""The pages that answer an invitation: by its link without an account, or signed in from the list of offers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ground.clock import database_clock
from ground.refusals import NotAllowed, show_refusal
from organisations.actions import invitations
from organisations.invitations import links
from organisations.invitations.forms import PasswordForm
from organisations.models import CompanyUser, Employee, Invitation, User
from organisations.places.requests import SignedInRequest
from organisations.places.switching import enter
from organisations.signing_in.proofs import sign_in_with_new_password

page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@require_safe
@cache_control(no_store=True)
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: note in the session whose it is, and lead on, so that the token leaves the address."""
    return remember_and_go(request, token, "organisations:invitation")


@login_not_required
@require_safe
@cache_control(no_store=True)
def invitation_not_me_link(request: HttpRequest, token: str) -> HttpResponse:
    return remember_and_go(request, token, "organisations:invitation-not-me")


def remember_and_go(request: HttpRequest, token: str, name: str) -> HttpResponse:
    found = links.find_by_token(token)
    if found is None:
        response = unknown(request)
    else:
        request.session[links.SESSION_KEY] = [found.pk, found.link_version]
        response = redirect(name)
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@page
@cache_control(no_store=True)
@sensitive_post_parameters("password")
def invitation(request: HttpRequest) -> HttpResponse:
    """Who asks and why. A person without an account makes one here, one who has an account signs in.

    A stranger gets the page of an unknown link.
    """
    found = remembered(request)
    if found is None or (request.user.is_authenticated and request.user.email != found.email):
        return unknown(request)
    if not found.is_open(database_clock()):
        return render(request, "organisations/invitation_over.html", {"invitation": found})
    if request.user.is_authenticated:
        return redirect("links:offer-list")
    has_account = User.objects.filter(email=found.email).exists()
    form = None if has_account else PasswordForm(found, request.POST or None)
    if form and form.is_valid():
        try:
            place = invitations.accept_invitation_with_password(
                invitation=found, language=request.LANGUAGE_CODE, **form.cleaned_data
            )
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            assert place.user is not None
            sign_in_with_new_password(request, place.user)
            tell_of(request, place)
            return lead_in(request, place)
    return render(request, "organisations/invitation.html", {"invitation": found, "form": form})


@login_not_required
@page
@cache_control(no_store=True)
def invitation_not_me(request: HttpRequest) -> HttpResponse:
    """ "Det er ikke meg": closes the invitation for good, without an account. Opening the page does nothing."""
    found = remembered(request)
    if found is None:
        return unknown(request)
    if not found.is_unanswered:
        return render(request, "organisations/invitation_over.html", {"invitation": found})
    if request.method != "POST":
        return render(request, "organisations/invitation_not_me.html", {"invitation": found})
    try:
        found = invitations.refuse_invitation(invitation=found, by=None)
    except NotAllowed:
        return redirect("organisations:invitation-not-me")
    return render(request, "organisations/invitation_over.html", {"invitation": found})


@require_POST
def invitation_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    try:
        place = invitations.accept_invitation(invitation=found, user=request.user)
    except NotAllowed as refusal:
        return refuse(request, pk, refusal)
    tell_of(request, place)
    return lead_in(request, place)


@require_POST
def invitation_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_own(request, pk)
    try:
        invitations.refuse_invitation(invitation=found, by=request.user)
    except NotAllowed as refusal:
        return refuse(request, pk, refusal)
    messages.success(request, _("Du har takket nei til %(place)s.") % {"place": found.place})
    return redirect("home")


def get_own(request: SignedInRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.addressed_to(request.user).with_everything(), pk=pk)


def refuse(request: SignedInRequest, pk: int, refusal: NotAllowed) -> HttpResponse:
    """Say why, and lead back to the list of offers; from a closed invitation to the place that it gave, or home."""
    found = get_own(request, pk)
    if found.is_unanswered:
        messages.warning(request, refusal.sentence)
        return redirect("links:offer-list")
    place = invitations.place_taken_by(request.user, found)
    if place is not None:
        messages.info(request, _("Du har allerede tatt imot."))
        return lead_in(request, place)
    sentences = {
        Invitation.Outcome.DECLINED: _("Du har takket nei til %(place)s."),
        Invitation.Outcome.WITHDRAWN: _("Invitasjonen til %(place)s er trukket tilbake."),
    }
    sentence = sentences.get(Invitation.Outcome(found.outcome), _("Invitasjonen til %(place)s gjelder ikke lenger."))
    messages.warning(request, sentence % {"place": found.place})
    return redirect("home")


def remembered(request: HttpRequest) -> Invitation | None:
    """The invitation whose link this browser has held; None once it has another link."""
    pk, version = request.session.get(links.SESSION_KEY, (None, None))
    return links.find_by_version(pk, version) if pk else None


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/invitation_unknown.html", status=404)


def tell_of(request: HttpRequest, place: Employee | CompanyUser) -> None:
    if isinstance(place, Employee):
        messages.success(request, _("Du arbeider nå i %(firm)s.") % {"firm": place.firm})
    else:
        names = {"role": place.get_role_display(), "company": place.company}
        messages.success(request, _("Du er nå %(role)s for %(company)s.") % names)


def lead_in(request: HttpRequest, place: Employee | CompanyUser) -> HttpResponse:
    """Lead to the side of the house where the new place is, with that as the current one."""
    return enter(request, place, "office:client-list" if isinstance(place, Employee) else "my_services:overview")
