"""What the company has, who gets in, and what waits for an answer; and the door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from collaboration import actions
from collaboration.models import Activation, Collaboration, Receipt
from history.clock import database_clock, oslo_date
from organisations.models import CompanyUser
from subscriptions.models import ServiceAccess, Subscription

RECEIPTS = 10  # the latest ones


def overview(request: HttpRequest) -> HttpResponse:
    company, at = request.company_user.company, database_clock()
    subscriptions = Subscription.objects.of(company).active().with_service().with_price(oslo_date(at))
    collaborations = Collaboration.objects.of(company).active().with_everything().select_related("activation__receipt")
    accesses = ServiceAccess.objects.filter(company_user=request.company_user)
    return render(
        request,
        "my_services/overview.html",
        {
            "company": company,
            "waiting": Activation.objects.of(company).answerable(at).with_everything().order_by("expires_at", "pk"),
            "offered": CompanyUser.objects.offered().filter(email=request.user.email).select_related("company"),
            "subscriptions": subscriptions.order_by("service__position", "service__name"),
            "may_open": set(accesses.values_list("subscription_id", flat=True)),
            "collaborations": collaborations.order_by("firm__name", "service__position"),
            "receipts": Receipt.objects.of(company)
            .select_related("firm", "activation__service")
            .order_by("-number")[:RECEIPTS],
        },
    )


def service_open(request: HttpRequest, code: str) -> HttpResponse:
    """The door, for the company's own people."""
    company = request.company_user.company
    subscription = get_object_or_404(
        Subscription.objects.of(company).active().select_related("service"), service__code=code
    )
    if request.method != "POST":
        return redirect("my_services:overview")
    address = actions.open_service(subject=subscription, by=request.user, company=company, service=subscription.service)
    if address is None:
        raise Http404
    return redirect(address)
