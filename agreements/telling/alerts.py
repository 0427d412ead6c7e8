"""Whom of a firm an alert goes to, and how it is posted. Called last in a deed, inside its transaction."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.asking import Asking
from agreements.models import Collaboration
from clients.models import Client
from notifications.alerts import post_alert
from notifications.models import Alert
from organisations.models import Employee, User
from organisations.places.links import firm_url


def collaboration_ended(collaboration: Collaboration) -> list[Alert]:
    """The customer has stopped it; nobody of the firm gets in any more."""
    return alert_firm(
        "collaboration_ended",
        collaboration.activation,
        about=collaboration.subscription,
        at=collaboration.ended_at,
        email_context={
            "collaboration": collaboration,
            "subscription": collaboration.subscription,
            "paid_to": collaboration.subscription.paid_to,
        },
    )


def alert_firm(
    kind: str,
    activation: Asking,
    *,
    about: models.Model,
    at: datetime | None,
    key_end: str = "",
    words: dict[str, Any] | None = None,
    email_context: dict[str, Any] | None = None,
    path: str = "",
    to_leads: bool = False,
    but: User | None = None,
) -> list[Alert]:
    """Post the alert to everybody who is to have it; returns the new ones. `at` is the deed's own hour.

    `about` is the request, or the agreement that the firm has come into by it. The alert leads to `path`, else to the
    page of the service; `but` is who did it himself, and needs not be told.
    """
    assert at
    path = path or reverse("collaboration:service-detail", args=[activation.client.number, activation.service.code])
    posted = [
        post_alert(
            key=f"{kind}:{activation.pk}{key_end}",
            kind=kind,
            user=person.user,
            firm=activation.firm,
            about=about,
            words={"client": activation.client.name, "service": activation.service.name, **(words or {})},
            path=path,
            at=at,
            at_once=person.alert_emails == Employee.AlertEmails.AT_ONCE,
            email_context={
                "activation": activation,
                "asked_it": person.pk == activation.requested_by_id,
                "page_url": firm_url(path, activation.firm),
                **(email_context or {}),
            },
        )
        for person in find_receivers(activation, to_leads=to_leads)
        if but is None or person.user_id != but.pk
    ]
    return [alert for alert in posted if alert]


def find_receivers(activation: Asking, *, to_leads: bool = False) -> list[Employee]:
    """The one who asked and the account manager, as far as they still work here and see the client.

    If neither does, the firm's administrators, and at last whoever sees the client: nothing happens in silence.
    `to_leads`: of the two only who may answer for the firm (workflow.Role.FIRM_LEAD).
    """
    asked_it, manages = activation.requested_by_id, activation.client.account_manager_id
    nearest = Q(pk__in=[pk for pk in (asked_it, manages) if pk])
    if to_leads:
        nearest &= Q(role=Employee.Role.ADMINISTRATOR) | Q(pk=manages)
    return find_people(activation.client, nearest)


def find_people(client: Client, nearest: Q) -> list[Employee]:
    """Of those who work in the client's firm and see it: the `nearest`, else its administrators, else everybody."""
    colleagues = Employee.objects.active().filter(firm_id=client.firm_id).select_related("user", "firm").order_by("pk")
    for who in (nearest, Q(role=Employee.Role.ADMINISTRATOR), Q()):
        if people := [person for person in colleagues.filter(who) if may_be_told(person, client)]:
            return people
    return []


def may_be_told(person: Employee, client: Client) -> bool:
    """Whether the colleague, who works in the firm, sees the client."""
    return person.sees_all_clients or Client.objects.visible_to(person).filter(pk=client.pk).exists()
