"""Requests in any state, made without the deeds: so many days old, so many left, and how the mail fared."""

import uuid
from datetime import date, datetime, timedelta

from agreements.models import Collaboration
from clients.models import Client
from collaboration.models import Activation
from collaboration.workflow import Status
from notifications.models import Email
from organisations.models import Company
from subscriptions.models import Service, Subscription
from tests import factories

DAY = timedelta(days=1)


def make_request(
    client: Client,
    service: Service,
    *,
    by,
    at: datetime,
    status: str = Status.PENDING,
    age: int = 1,
    left: int = 30,
    has_ended: bool = False,
    scenario: str = "known",
    lost: bool = False,
) -> Activation:
    """`age` and `left` in days, seen from `at`; an approved one has its collaboration, and `has_ended` ends it."""
    task = client.tasks.first() or factories.TaskFactory(client=client, owner=by)
    activation = Activation(
        firm=client.firm, client=client, service=service, scenario=scenario, status=status, started_by=by,
        started_at=at - age * DAY, task=task, variant=service.variants.first(), payer="company", period_months=12,
        price_per_month=349,
    )  # fmt: skip
    if status != Status.DRAFT:
        activation.company = company_of(client)
        activation.contact_name, activation.contact_email = "Line Berg", "line@aerligbakeri.example"
        activation.requested_by, activation.requested_at = by, activation.started_at
        activation.link_mailed_at = activation.first_requested_at = activation.requested_at
        activation.expires_at, activation.token_hash = at + left * DAY, uuid.uuid4().hex
    if status not in (Status.DRAFT, Status.PENDING):
        activation.decided_at = at
        activation.decided_by = None if status == Status.EXPIRED else by.user
    if status == Status.DECLINED:
        activation.decline_reason = "not_needed"
    if status == Status.APPROVED or (scenario == "subscribed" and status != Status.DRAFT):
        activation.subscription = subscription_of(activation, lost=lost)
    activation.save()
    if status == Status.APPROVED:
        Collaboration.objects.create(
            firm=client.firm, client=client, company=activation.company, subscription=activation.subscription,
            service=service, task=task, activation=activation, started_on=at.date(),
            ended_at=at if has_ended else None, ended_by=by.user if has_ended else None,
            outcome=Collaboration.Outcome.CONTINUES if has_ended else "",
        )  # fmt: skip
    return activation


def company_of(client: Client) -> Company:
    company = Company.objects.filter(org_number=client.org_number).first()
    return company or factories.CompanyFactory(name=client.name, org_number=client.org_number)


def subscription_of(activation: Activation, *, lost: bool) -> Subscription:
    found = Subscription.objects.filter(company=activation.company, service=activation.service)
    return found.filter(ended_on__isnull=not lost).first() or factories.SubscriptionFactory(
        company=activation.company, service=activation.service, variant=activation.service.variants.first(),
        ended_on=date(2026, 2, 1) if lost else None,
    )  # fmt: skip


def make_mail(activation: Activation, *, at: datetime, to: str = "", **columns) -> Email:
    """A mail with the link: make_mail(activation, at=…, bounced_at=…)."""
    return Email.objects.create(
        **{
            "key": uuid.uuid4().hex, "message_id": uuid.uuid4().hex, "kind": "activation_sent", "message": b"",
            "to": to or activation.contact_email, "subject": "", "firm": activation.firm,
            "subject_type": activation._meta.label_lower, "subject_id": activation.pk, "status": Email.Status.SENT,
            "posted_at": at, "next_attempt_at": at, "sent_at": at,
        } | columns
    )  # fmt: skip
