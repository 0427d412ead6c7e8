"""Change the agreement, on the firm's side: variant, payer, period; answer and take back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from collaboration.change_pages import Seat
from collaboration.models import Collaboration
from collaboration.plans import Kind
from collaboration.views.changing import Frame, answer_page, change_page, take_back_page
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs, service_url
from ground.clock import database_clock, oslo_date
from organisations.places.requests import FirmRequest
from subscriptions.models import Subscription, SubscriptionChange


def subscription_change_variant(request: FirmRequest, number: int, code: str) -> HttpResponse:
    return change_page(request, Kind.VARIANT, *get_seat(request, number, code))


def subscription_change_payer(request: FirmRequest, number: int, code: str) -> HttpResponse:
    return change_page(request, Kind.PAYER, *get_seat(request, number, code))


def subscription_change_period(request: FirmRequest, number: int, code: str) -> HttpResponse:
    return change_page(request, Kind.PERIOD, *get_seat(request, number, code))


def change_answer(request: FirmRequest, number: int, code: str, pk: int) -> HttpResponse:
    seat, frame = get_seat(request, number, code)
    return answer_page(request, get_change(seat, pk), seat, frame)


def change_take_back(request: FirmRequest, number: int, code: str, pk: int) -> HttpResponse:
    seat, frame = get_seat(request, number, code)
    return take_back_page(request, get_change(seat, pk), seat, frame)


def get_seat(request: FirmRequest, number: int, code: str) -> tuple[Seat, Frame]:
    """The agreement that the firm collaborates in for this client; 404 where it does not."""
    client, service = get_client_and_service(request, number, code)
    day = oslo_date(database_clock())
    own = Collaboration.objects.visible_to(request.employee).running(day).filter(client=client, service=service)
    subscription = get_object_or_404(Subscription.objects.with_service(), pk__in=own.values("subscription_id"))
    active = Collaboration.objects.on(subscription).active().select_related("firm", "client")
    seat = Seat(subscription, list(active), request.employee, day)
    return seat, Frame(
        breadcrumbs=service_breadcrumbs(client, service),
        lead=f"{client.name}, {service.name}",
        back_url=service_url(client, service),
    )


def get_change(seat: Seat, pk: int) -> SubscriptionChange:
    changes = SubscriptionChange.objects.filter(subscription=seat.subscription)
    return get_object_or_404(changes.with_names().select_related("answering_firm"), pk=pk)
