"""What every page of a service starts from: the client as the employee sees it, and the service."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from organisations.places.requests import FirmRequest
from subscriptions.models import Service

LONGEST_ID = 18  # digits; one more may be too much for PostgreSQL


def get_client_and_service(request: FirmRequest, number: int, code: str) -> tuple[Client, Service]:
    """404 without a hint for an unknown number, another firm's, and one that the employee does not see."""
    client = get_object_or_404(Client.objects.visible_to(request.employee).select_related("firm"), number=number)
    return client, get_object_or_404(Service, code=code)


def posted_id(request: FirmRequest, name: str) -> int:
    """The row that the posted form names; 404 for what is no number of a row."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > LONGEST_ID:
        raise Http404
    return int(text)


def service_url(client: Client, service: Service, name: str = "service-detail") -> str:
    return reverse(f"collaboration:{name}", args=[client.number, service.code])


def service_breadcrumbs(client: Client, service: Service, *last: str) -> list[tuple[str, str]]:
    return [
        (_("Kunder"), reverse("office:client-list")),
        (client.name, reverse("office:client-detail", args=[client.number])),
        (_("Samarbeid"), reverse("office:client-collaboration", args=[client.number])),
        (service.name, service_url(client, service)),
        *((label, "") for label in last),
    ]
