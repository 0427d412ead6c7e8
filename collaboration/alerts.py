"""Who of a firm is told what became of a request, in the app and by e-mail. Called last in a deed, in its transaction.

Told are the one who asked and the client's account manager, each as they want their e-mails (Employee.alert_emails).
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from clients.models import Client
from collaboration import emails
from collaboration.alert_words import describe, group_by_kind
from collaboration.models import Activation, Collaboration, ForwardProposal
from ground.clock import database_clock, oslo_date
from notifications import outbox
from notifications.alerts import post_alert
from notifications.models import Alert, AlertQuerySet, Email
from organisations.models import Employee, User
from organisations.places.links import firm_url
from subscriptions.models import Subscription

OF_REQUEST, OF_AGREEMENT = Activation._meta.label_lower, Subscription._meta.label_lower
LONGEST_REASON = 200  # of what a mail server answers
MOST_IN_A_DIGEST = 100  # the rest of a day is in the app


def activation_approved(activation: Activation) -> list[Alert]:
    """Yes, and whether it met a subscription that the customer had got."""
    words = {"attached": activation.was_attached}
    return tell("activation_approved", activation, at=activation.decided_at, words=words)


def activation_declined(activation: Activation) -> list[Alert]:
    """No, with the reason."""
    words = {"reason": activation.decline_reason, "comment": activation.decline_comment}
    return tell("activation_declined", activation, at=activation.decided_at, words=words)


def activation_expired(activation: Activation) -> list[Alert]:
    """Nobody answered."""
    return tell("activation_expired", activation, at=activation.decided_at)


def activation_expiring(activation: Activation, *, at: datetime) -> list[Alert]:
    """The hour of the last warning, and nobody has answered yet."""
    assert activation.expires_at
    last_day = oslo_date(activation.expires_at) - timedelta(days=1)
    return tell(
        "activation_expiring",
        activation,
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
    return tell(
        "activation_disowned",
        activation,
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
    return tell(
        kind,
        activation,
        at=at or database_clock(),
        key_end=f":{mail.pk if mail else activation.link_version}",
        words={"to": activation.contact_email, "reason": reason},
        email_context={"reason": reason},
    )


def forward_proposed(activation: Activation) -> list[Alert]:
    """The receiver names somebody else, and it takes a yes to send the request there."""
    proposal = ForwardProposal.objects.get(activation=activation, answered_at=None)
    return tell(
        "forward_proposed",
        activation,
        at=proposal.proposed_at,
        key_end=f":{proposal.pk}",
        words={"proposed": proposal.name},
        email_context={"proposal": proposal},
    )


def collaboration_ended(collaboration: Collaboration) -> list[Alert]:
    """The customer has stopped it; nobody of the firm gets in any more."""
    paid_until = collaboration.subscription.renews_on
    return tell(
        "collaboration_ended",
        collaboration.activation,
        about=collaboration.subscription,
        at=collaboration.ended_at,
        email_context={
            "collaboration": collaboration,
            "subscription": collaboration.subscription,
            "paid_to": paid_until - timedelta(days=1) if paid_until else None,
        },
    )


def tell(
    kind: str,
    activation: Activation,
    *,
    at: datetime | None,
    key_end: str = "",
    words: dict[str, Any] | None = None,
    email_context: dict[str, Any] | None = None,
    about: Subscription | None = None,
    path: str = "",
    to_leads: bool = False,
    but: User | None = None,
) -> list[Alert]:
    """Post the alert to everybody who is to have it; returns the new ones. `at` is the deed's own hour.

    It is about the request, or about the agreement that the firm has come into by it; it leads to `path`, else to the
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
            about=about or activation,
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
    return [alert for alert in posted if alert]


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


def find_receivers(activation: Activation, *, to_leads: bool = False) -> list[Employee]:
    """The one who asked and the account manager, as far as they still work here and see the client.

    If neither does, the firm's administrators, and at last whoever sees the client: nothing happens in silence.
    `to_leads`: of the two only who may answer for the firm (workflow.Role.FIRM_LEAD).
    """
    asked_it, manages = activation.requested_by_id, activation.client.account_manager_id
    nearest = Q(pk__in=[pk for pk in (asked_it, manages) if pk])
    if to_leads:
        nearest &= Q(role=Employee.Role.ADMINISTRATOR) | Q(pk=manages)
    colleagues = (
        Employee.objects.active().filter(firm_id=activation.firm_id).select_related("user", "firm").order_by("pk")
    )
    for who in (nearest, Q(role=Employee.Role.ADMINISTRATOR), Q()):
        if people := [person for person in colleagues.filter(who) if may_be_told(person, activation.client)]:
            return people
    return []


def may_be_told(person: Employee, client: Client) -> bool:
    """Whether a colleague, who works here, sees the client as his place stands loaded."""
    return person.sees_all_clients or Client.objects.visible_to(person).filter(pk=client.pk).exists()


def alerts_of(employee: Employee) -> AlertQuerySet:
    """A person's alerts in the firm, the newest first; none of a client that the person sees no more."""
    alerts = Alert.objects.of(employee)
    if employee.sees_all_clients:
        return alerts
    requests = Activation.objects.visible_to(employee).values("pk")
    agreements = Collaboration.objects.visible_to(employee).values("subscription")
    return alerts.filter(
        Q(subject_type=OF_REQUEST, subject_id__in=requests) | Q(subject_type=OF_AGREEMENT, subject_id__in=agreements)
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
