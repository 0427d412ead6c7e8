"""Places that wait for the signed-in person's own address."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from collaboration.models import Activation
from ground.clock import database_clock
from ground.refusals import NotAllowed
from organisations.actions import accept_place
from organisations.models import Company
from organisations.places.current import company_users, offered_invitations, offered_places
from organisations.places.requests import SignedInRequest
from organisations.places.switching import enter


def offer_list(request: SignedInRequest) -> HttpResponse:
    context = {
        "places": offers_with_requests(request, database_clock()),
        "invitations": offered_invitations(request.user),
    }
    return render(request, "my_services/offer_list.html", context)


def offer_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(offered_places(request.user) | company_users(request.user), pk=pk)
    if request.method != "POST":
        return redirect("links:offer-list")
    try:
        place = accept_place(place=place, user=request.user)
    except NotAllowed as refusal:
        if not company_users(request.user).filter(pk=pk).exists():  # who has the place has clicked twice
            messages.warning(request, refusal.sentence)
            return redirect("links:offer-list")
        messages.info(request, _("Du har allerede tatt imot."))
    else:
        names = {"role": place.get_role_display(), "company": place.company.name}
        messages.success(request, _("Du er nå %(role)s for %(company)s.") % names)
    return enter(request, place, *waiting_request_or_overview(place.company))


def offers_with_requests(request: SignedInRequest, at: datetime):
    """The offered places, each company with the requests `waiting` for the person's address: two queries."""
    sent_here = Activation.objects.answerable(at).filter(contact_email=request.user.email)
    waiting = sent_here.select_related("firm", "service").order_by("expires_at", "pk")
    return offered_places(request.user).prefetch_related(Prefetch("company__activations", waiting, to_attr="waiting"))


def waiting_for(company: Company):
    return Activation.objects.of(company).answerable(database_clock())


def waiting_request_or_overview(company: Company) -> tuple:
    """The name and the values of an address: of the one request that waits for the company; of the overview when there
    are several, or none.
    """
    waiting = waiting_for(company).values_list("pk", flat=True)[:2]
    return ("my_services:activation-detail", waiting[0]) if len(waiting) == 1 else ("my_services:overview",)
