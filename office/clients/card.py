"""What all pages of a client's card begin with: the client, the breadcrumbs, the tabs."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Collaboration
from clients.models import Client, Task
from collaboration.models import Activation
from organisations.places.requests import FirmRequest


def get_client(request: FirmRequest, number: int) -> Client:
    """The client with its tabs' counts. 404 for an unknown number, another firm's, and one that the employee does
    not see.
    """
    clients = Client.objects.visible_to(request.employee).select_related("firm", "account_manager__user")
    return get_object_or_404(
        clients.annotate(
            open_tasks=count_of(Task.objects.visible_to(request.employee).open()),
            active_collaborations=count_of(Collaboration.objects.visible_to(request.employee).active()),
            waiting_requests=count_of(Activation.objects.visible_to(request.employee).answerable(Now())),
        ),
        number=number,
    )


def count_of(rows) -> Coalesce:
    """Subquery: the number of these rows that the client has."""
    counted = rows.filter(client=OuterRef("pk")).order_by().values("client").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def card_context(client: Any, current: str) -> dict:
    """Client (from get_client), breadcrumbs and tabs for the template; `current` is the page's url name."""
    pages = (
        ("client-detail", _("Oversikt"), None),
        ("client-tasks", _("Oppgaver"), client.open_tasks),
        ("client-collaboration", _("Samarbeid"), client.active_collaborations + client.waiting_requests),
    )
    tabs = [
        {
            "label": label,
            "url": reverse(f"office:{name}", args=[client.number]),
            "count": count,
            "current": name == current,
        }
        for name, label, count in pages
    ]
    last = [(label, "") for name, label, _count in pages if name == current and name != "client-detail"]
    return {"client": client, "tabs": tabs, "breadcrumbs": breadcrumbs(client, *last)}


def breadcrumbs(client: Client, *last: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Kunder"), reverse("office:client-list")),
        (client.name, reverse("office:client-detail", args=[client.number])),
        *last,
    ]
