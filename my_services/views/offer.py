"""Places that wait for the signed-in person's own address."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from collaboration.models import Activation
from history.clock import database_clock
from organisations.actions import accept_place
from organisations.models import Company, CompanyUser, Invitation
from organisations.places import Place
from organisations.refusals import NotAllowed
from organisations.requests import SignedInRequest


def offer_list(request: SignedInRequest) -> HttpResponse:
    at = database_clock()
    context = {
        "places": offers_with_requests(request, at),
        "invitations": invitations_to(request, at),
    }
    return render(request, "my_services/offer_list.html", context)


def offer_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(offered_to(request) | taken_by(request), pk=pk)
    if request.method != "POST":
        return redirect("links:offer-list")
    try:
        place = accept_place(place=place, user=request.user)
    except NotAllowed as refusal:
        if not taken_by(request).filter(pk=pk).exists():
            messages.warning(request, refusal.sentence)
            return redirect("links:offer-list")
        messages.info(request, _("Du har allerede tatt imot."))
    else:
        names = {"role": place.get_role_display(), "company": place.company.name}
        messages.success(request, _("Du er nå %(role)s for %(company)s.") % names)
    request.session[Place.COMPANY_FIELD] = place.company_id
    return to_waiting_request(place.company)


def offers_with_requests(request: SignedInRequest, at: datetime):
    """The offered places, each company with the requests `waiting` for the person's address: two queries."""
    sent_here = Activation.objects.answerable(at).filter(contact_email=request.user.email)
    waiting = sent_here.select_related("firm", "service").order_by("expires_at", "pk")
    return offered_to(request).prefetch_related(Prefetch("company__activations", waiting, to_attr="waiting"))


def invitations_to(request: SignedInRequest, at: datetime):
    return Invitation.objects.offered_to(request.user).open(at).with_everything().order_by("pk")


def offered_to(request: SignedInRequest):
    return CompanyUser.objects.offered_to(request.user).select_related("company").order_by("company__name")


def taken_by(request: SignedInRequest):
    """The places that the person has: a second click on an offer."""
    return CompanyUser.objects.active().filter(user=request.user).select_related("company")


def waiting_for(company: Company):
    return Activation.objects.of(company).answerable(database_clock())


def to_waiting_request(company: Company) -> HttpResponse:
    """The one request that waits for the company; the overview when there are several, or none."""
    waiting = waiting_for(company).values_list("pk", flat=True)[:2]
    if len(waiting) == 1:
        return redirect("my_services:activation-detail", waiting[0])
    return redirect("my_services:overview")
