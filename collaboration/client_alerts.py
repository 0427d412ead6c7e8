"""Who of a firm is told what Enhetsregisteret says of a client. Called last in a deed, in its transaction."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import lazystr

from agreements.telling.alerts import find_people
from clients.models import Client
from collaboration.client_words import ClientChange
from collaboration.register_changes import Change
from ground.unlinked import without_links
from notifications.alerts import post_alert
from notifications.models import Alert
from organisations.models import Employee
from organisations.places.links import firm_url

OF_CLIENT = Client._meta.label_lower


def client_changed(client: Client, change: Change, *, at: datetime) -> list[Alert]:
    """Tell the account manager, or whoever stands in: each person once of each change."""
    path = reverse("office:client-register", args=[client.number])
    words = {"client": client.name, "service": "", "what": change.code, "now": without_links(change.now)}
    posted = [
        post_alert(
            key=f"{change.kind}:{client.pk}:{change.code}:{change.mark}",
            kind=change.kind,
            user=person.user,
            firm=client.firm,
            about=client,
            words=words,
            path=path,
            at=at,
            at_once=person.alert_emails == Employee.AlertEmails.AT_ONCE,
            email_context={
                "client": client,
                "what": lazystr(ClientChange(words)),
                "page_url": firm_url(path, client.firm),
            },
        )
        for person in find_client_people(client)
    ]
    return [alert for alert in posted if alert]


def find_client_people(client: Client) -> list[Employee]:
    nearest: Any = Q(pk=client.account_manager_id) if client.account_manager_id else Q(pk__in=[])
    return find_people(client, nearest)


def pass_on_of_clients(alerts: list[Alert]) -> list[Alert]:
    """What somebody can be told no more of a client, to those who are to have it now, in their digests."""
    of_clients = [alert for alert in alerts if alert.subject_type == OF_CLIENT]
    clients = Client.objects.select_related("firm").in_bulk({alert.subject_id for alert in of_clients})
    posted = [
        post_alert(
            key=alert.key.removesuffix(f":{alert.user_id}"),
            kind=alert.kind,
            user=person.user,
            firm=person.firm,
            about=clients[alert.subject_id],
            words=alert.words,
            path=alert.path,
            at=alert.created_at,
            at_once=False,
            email_context={},
        )
        for alert in of_clients
        if alert.subject_id in clients
        for person in find_client_people(clients[alert.subject_id])
    ]
    return [alert for alert in posted if alert]
