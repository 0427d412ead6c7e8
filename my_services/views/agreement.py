"""Change the agreement, on the customer's side: variant, payer, period; answer and take back."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from collaboration.change_pages import Seat
from collaboration.models import Collaboration
from collaboration.plans import Kind
from collaboration.views.changing import Frame, answer_page, change_page, take_back_page
from ground.clock import database_clock, oslo_date
from my_services.views.switch import offer_switch
from organisations.places.requests import CompanyRequest
from subscriptions.models import Subscription, SubscriptionChange


def subscription_change_variant(request: CompanyRequest, code: str) -> HttpResponse:
    return change_page(request, Kind.VARIANT, *get_seat(request, code))


def subscription_change_payer(request: CompanyRequest, code: str) -> HttpResponse:
    return change_page(request, Kind.PAYER, *get_seat(request, code))


def subscription_change_period(request: CompanyRequest, code: str) -> HttpResponse:
    return change_page(request, Kind.PERIOD, *get_seat(request, code))


def change_answer(request: CompanyRequest, code: str, pk: int) -> HttpResponse:
    change = find_change(request, code, pk)
    if change is None:
        return offer_switch_to_the_one_of_change(request, code, pk)
    seat, frame = get_seat(request, code)
    return answer_page(request, change, seat, frame)


def change_take_back(request: CompanyRequest, code: str, pk: int) -> HttpResponse:
    change = find_change(request, code, pk)
    if change is None:
        return offer_switch_to_the_one_of_change(request, code, pk)
    seat, frame = get_seat(request, code)
    return take_back_page(request, change, seat, frame)


def get_seat(request: CompanyRequest, code: str) -> tuple[Seat, Frame]:
    """The company's running agreement about the service; 404 where it has none."""
    company, day = request.company_user.company, oslo_date(database_clock())
    running = Subscription.objects.of(company).running(day).with_service()
    subscription = get_object_or_404(running, service__code=code)
    active = Collaboration.objects.on(subscription).active().select_related("firm", "client")
    back_url = reverse("my_services:service-detail", args=[code])
    breadcrumbs = [(_("Mine tjenester"), reverse("my_services:overview")), (subscription.service.name, back_url)]
    seat = Seat(subscription, list(active), request.company_user, day)
    return seat, Frame(breadcrumbs, f"{subscription.service.name}, {company.name}", back_url)


def find_change(request: CompanyRequest, code: str, pk: int) -> SubscriptionChange | None:
    changes = SubscriptionChange.objects.filter(
        subscription__company=request.company_user.company, subscription__service__code=code
    )
    return changes.with_names().select_related("answering_firm").filter(pk=pk).first()


def offer_switch_to_the_one_of_change(request: CompanyRequest, code: str, pk: int) -> HttpResponse:
    """The mail led here, but this person is in another of its companies; 404 if the change is none's."""
    company_id = (
        SubscriptionChange.objects.filter(pk=pk, subscription__service__code=code)
        .values_list("subscription__company_id", flat=True)
        .first()
    )
    if company_id is None:
        raise Http404
    return offer_switch(request, company_id=company_id)
