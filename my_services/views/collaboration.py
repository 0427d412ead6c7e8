"""Avslutt samarbeidet: the customer takes a firm's access away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.models import Collaboration
from history.clock import database_clock, oslo_date
from my_services.views.switch import offer_switch_to_the_one_of
from organisations.refusals import NotAllowed
from organisations.requests import CompanyRequest
from subscriptions.models import Subscription


def collaboration_end(request: CompanyRequest, pk: int) -> HttpResponse:
    """Ask, telling what happens; then do it."""
    company = request.company_user.company
    collaboration = Collaboration.objects.of(company).with_everything().filter(pk=pk).first()
    if collaboration is None:
        return offer_switch_to_the_one_of(request, Collaboration, pk)
    if not request.company_user.is_administrator:
        raise Http404
    if request.method != "POST":
        return end_page(request, collaboration) if collaboration.is_active else redirect("my_services:overview")
    try:
        actions.end_collaboration(collaboration=collaboration, by=request.company_user)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        names = {"firm": collaboration.firm.name, "service": collaboration.service.name}
        messages.success(request, _("Samarbeidet med %(firm)s i %(service)s er avsluttet.") % names)
    return redirect("my_services:overview")


def end_page(request: CompanyRequest, collaboration: Collaboration) -> HttpResponse:
    company = request.company_user.company
    others = Collaboration.objects.of(company).active().filter(service=collaboration.service_id)
    context = {
        "collaboration": collaboration,
        "people": [person.user.name for person in collaboration.task.people if person.is_active],
        "subscription": Subscription.objects.of(company)
        .with_service()
        .with_price(oslo_date(database_clock()))
        .get(pk=collaboration.subscription_id),
        "others": others.exclude(pk=collaboration.pk).select_related("firm").order_by("firm__name"),
    }
    return render(request, "my_services/collaboration_end.html", context)
