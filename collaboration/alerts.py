"""Who of a firm is told what became of a request, in the app and by e-mail. Called last in a deed, in its transaction.

Told are the one who asked and the client's account manager, each as they want their e-mails (Employee.alert_emails).
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from agreements.models import Collaboration
from agreements.telling.alerts import alert_firm, find_receivers
from clients.models import Client
from collaboration import emails
from collaboration.alert_words import describe, group_by_kind
from collaboration.client_alerts import OF_CLIENT, pass_on_of_clients
from collaboration.models import Activation, ForwardProposal
from ground.clock import database_clock, oslo_date
from notifications import outbox
from notifications.alerts import post_alert
from notifications.models import Alert, AlertQuerySet, Email
from organisations.models import Employee
from organisations.places.links import firm_url
from subscriptions.models import Subscription

OF_REQUEST, OF_AGREEMENT = Activation._meta.label_lower, Subscription._meta.label_lower
OF_RUN = "bulk.bulkrun"  # of the room above
LONGEST_REASON = 200  # of what a mail server answers
MOST_IN_A_DIGEST = 100  # the rest of a day is in the app


def activation_approved(activation: Activation) -> list[Alert]:
    """Yes, and whether it met a subscription that the customer had got."""
    words = {"attached": activation.was_attached}
    return alert_firm("activation_approved", activation, about=activation, at=activation.decided_at, words=words)


def activation_declined(activation: Activation) -> list[Alert]:
    """No, with the reason."""
    words = {"reason": activation.decline_reason, "comment": activation.decline_comment}
    return alert_firm("activation_declined", activation, about=activation, at=activation.decided_at, words=words)


def activation_expired(activation: Activation) -> list[Alert]:
    """Nobody answered."""
    return alert_firm("activation_expired", activation, about=activation, at=activation.decided_at)


def activation_expiring(activation: Activation, *, at: datetime) -> list[Alert]:
    """The hour of the last warning, and nobody has answered yet."""
    assert activation.expires_at
    last_day = oslo_date(activation.expires_at) - timedelta(days=1)
    return alert_firm(
        "activation_expiring",
        activation,
        about=activation,
        at=at,
        key_end=f":{oslo_date(activation.expires_at)}",
        words={"last_day": last_day.isoformat()},
        email_context={"last_day": last_day},
    )


def activation_bounced(activation: Activation, reason: str, *, at: datetime | None = None) -> list[Alert]:
    """The mail with the link came back; `reason` is what the receiving server said. Once for each mail."""
    return tell_of_mail("activation_bounced", activation, reason, at=at)


def activation_disowned(activation: Activation) -> list[Alert]:
    """Whoever has the address is not the right person."""
    return alert_firm(
        "activation_disowned",
        activation,
        about=activation,
        at=activation.disowned_at,
        key_end=f":{activation.link_version}",
        words={"to": activation.contact_email, "reason": ""},
    )


def activation_undelivered(activation: Activation, reason: str, *, at: datetime | None = None) -> list[Alert]:
    """The mail with the link was given up without a final no. Once for each mail."""
    return tell_of_mail("activation_undelivered", activation, reason, at=at)


def tell_of_mail(kind: str, activation: Activation, reason: str, *, at: datetime | None) -> list[Alert]:
    mail = emails.latest_with_the_link(activation)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    return alert_firm(
        kind,
        activation,
        about=activation,
        at=at or database_clock(),
        key_end=f":{mail.pk if mail else activation.link_version}",
        words={"to": activation.contact_email, "reason": reason},
        email_context={"reason": reason},
    )


def forward_proposed(activation: Activation) -> list[Alert]:
    """The receiver names somebody else, and it takes a yes to send the request there."""
    proposal = ForwardProposal.objects.get(activation=activation, answered_at=None)
    return alert_firm(
        "forward_proposed",
        activation,
        about=activation,
        at=proposal.proposed_at,
        key_end=f":{proposal.pk}",
        words={"proposed": proposal.name},
        email_context={"proposal": proposal},
    )


def pass_on(alerts: list[Alert]) -> list[Alert]:
    """What somebody can be told no more, to those who are to have it now, in their digests; returns the new ones."""
    posted = [
        post_alert(
            key=alert.key.removesuffix(f":{alert.user_id}"),
            kind=alert.kind,
            user=person.user,
            firm=person.firm,
            about=matter.about,
            words=alert.words,
            path=alert.path,
            at=alert.created_at,
            at_once=False,
            email_context={},
        )
        for alert, matter in find_matters(alerts).items()
        for person in find_receivers(matter.request)
    ]
    return [alert for alert in posted if alert] + pass_on_of_clients(alerts)


class Matter(NamedTuple):
    """What an alert is about, and the request by which the firm came to it."""

    about: Activation | Subscription
    request: Activation


def find_matters(alerts: list[Alert]) -> dict[Alert, Matter]:
    """Those of the alerts that are about a request or an agreement; of a firm that came twice its last request."""
    of_requests = {alert.subject_id for alert in alerts if alert.subject_type == OF_REQUEST}
    of_agreements = {alert.subject_id for alert in alerts if alert.subject_type == OF_AGREEMENT}
    requests = Activation.objects.select_related("firm", "client").in_bulk(of_requests)
    joined = Collaboration.objects.filter(subscription__in=of_agreements).order_by("pk")
    joined = joined.select_related("subscription", "activation__firm", "activation__client")
    places = {(one.subscription_id, one.firm_id): Matter(one.subscription, one.activation) for one in joined}
    matters = {}
    for alert in alerts:
        if alert.subject_type == OF_REQUEST and (request := requests.get(alert.subject_id)):
            matters[alert] = Matter(request, request)
        if alert.subject_type == OF_AGREEMENT and (place := places.get((alert.subject_id, alert.firm_id))):
            matters[alert] = place
    return matters


def alerts_of(employee: Employee) -> AlertQuerySet:
    """A person's alerts in the firm, the newest first; none of a client that the person sees no more."""
    alerts = Alert.objects.of(employee)
    if employee.sees_all_clients:
        return alerts
    clients = Client.objects.visible_to(employee).values("pk")
    requests = Activation.objects.visible_to(employee).values("pk")
    agreements = Collaboration.objects.visible_to(employee).values("subscription")
    return alerts.filter(
        Q(subject_type=OF_REQUEST, subject_id__in=requests)
        | Q(subject_type=OF_AGREEMENT, subject_id__in=agreements)
        | Q(subject_type=OF_CLIENT, subject_id__in=clients)
        | Q(subject_type=OF_RUN)  # one's own, and it names no client
    )


def post_digest(employee: Employee, alerts: list[Alert], *, on: date) -> Email | None:
    """All that the alerts say, in one mail. Once for a person, firm and day: None when that day's has gone."""
    firm, user = employee.firm, employee.user
    with translation.override(user.language):
        lines = [describe(alert) for alert in alerts[:MOST_IN_A_DIGEST]]
        groups = [
            (label, [(line, firm_url(line.alert.path, firm)) for line in own]) for label, own in group_by_kind(lines)
        ]
    return outbox.post_email(
        key=f"alert_digest:{firm.pk}:{user.pk}:{on}",
        kind="alert_digest",
        to=user.email,
        language=user.language,
        firm=firm,
        context={
            "person": user,
            "firm": firm,
            "groups": groups,
            "count": len(alerts),
            "more": len(alerts) - len(lines),
            "list_url": firm_url(reverse("office:alert-list"), firm),
            "preference_url": firm_url(reverse("office:alert-preference-edit"), firm),
        },
    )
