"""Start: a draft, or the one that a colleague has begun."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import Client
from collaboration import preflight, workflow
from collaboration.actions.draft import contact_answers
from collaboration.actions.withdraw_activation import withdraw_activation
from collaboration.models import Activation
from collaboration.scenarios import Scenario, find_standing
from history.clock import Clock, database_clock
from organisations.models import Employee
from organisations.refusals import NotAllowed
from subscriptions.models import Service, Variant


@transaction.atomic
def start_activation(
    *, client: Client, service: Service, by: Employee, variant: Variant | None = None, clock: Clock = database_clock
) -> Activation:
    """Open the draft of a request, or take up the one that is there with the variant chosen now.

    `variant` is asked for where the service has several and the customer has no subscription. Raises NotAllowed with
    the first obstacle (no task, no organisation number, a request or collaboration already).
    """
    draft = Activation.objects.drafts().filter(client=client, service=service).first()
    obstacles = preflight.find_obstacles(client, service, draft)
    if obstacles:
        raise NotAllowed(obstacles[0].text)
    standing = find_standing(client, service)
    if standing.subscription:
        variant = standing.subscription.variant
    elif not service.has_variants:
        variant = service.variants.get()
    if variant is None or variant.service_id != service.pk or not (standing.subscription or variant.is_for_sale):
        raise NotAllowed(_("Velg en variant."))
    if draft is None:
        draft = open_draft(client=client, service=service, by=by, scenario=standing.scenario, clock=clock)
    Activation.objects.drafts().filter(pk=draft.pk).update(variant=variant)
    draft.variant = variant
    return draft


def open_draft(*, client: Client, service: Service, by: Employee, scenario: str, clock: Clock) -> Activation:
    """A new draft with the defaults of its scenario; if another tab was quicker, that tab's draft."""
    draft = Activation(
        firm=by.firm, client=client, service=service, scenario=scenario, started_by=by, started_at=clock()
    )
    open_tasks = list(client.tasks.open()[:2])
    draft.task = open_tasks[0] if len(open_tasks) == 1 else None
    if not service.has_payer:
        draft.payer = Activation.Payer.COMPANY
    if not service.has_period:
        draft.period_months = 1
    if scenario == Scenario.NEW:
        for name, value in contact_answers(draft).items():
            setattr(draft, name, value)
    else:
        draft.contact = client.contacts.filter(is_main=True).first()
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        live = Activation.objects.live().get(client=client, service=service)
        if not live.is_draft:
            raise NotAllowed(workflow.REFUSALS[workflow.Status.PENDING]) from None
        return live
    return draft


@transaction.atomic
def restart_activation(*, activation: Activation, by: Employee, clock: Clock = database_clock) -> Activation:
    """Begin anew with the same answers: a pending request is withdrawn first, a closed one stays as it is."""
    if activation.is_pending:
        withdraw_activation(activation=activation, by=by, clock=clock)
    draft = start_activation(
        client=activation.client, service=activation.service, by=by, variant=activation.variant, clock=clock
    )
    answers: dict[str, Any] = {"task": activation.task if activation.task and activation.task.is_open else draft.task}
    if draft.scenario != Scenario.SUBSCRIBED:
        answers |= {"payer": activation.payer or draft.payer}
        answers |= {"period_months": activation.period_months or draft.period_months}
    if draft.scenario == Scenario.NEW:
        for name in ("contact_name", "contact_email", "contact_phone"):
            answers[name] = getattr(activation, name)
    elif activation.contact:
        answers["contact"] = activation.contact
    Activation.objects.drafts().filter(pk=draft.pk).update(**answers)
    draft.refresh_from_db()
    return draft
