"""What every page of a service starts from: the client as the employee sees it, and the service."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from organisations.requests import FirmRequest
from subscriptions.models import Service


def get_client_and_service(request: FirmRequest, number: int, code: str) -> tuple[Client, Service]:
    """404 without a hint for an unknown number, another firm's, and one that the employee does not see."""
    client = get_object_or_404(Client.objects.visible_to(request.employee).select_related("firm"), number=number)
    return client, get_object_or_404(Service, code=code)


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
