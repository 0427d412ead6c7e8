"""Start: a draft, or the one that a colleague has begun."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.rights import check_sees
from collaboration import preflight, workflow
from collaboration.actions.draft import default_answers, write_draft
from collaboration.actions.expire_activations import expire_activation
from collaboration.actions.locks import lock_activation, lock_active_subscription, lock_client, lock_company_of
from collaboration.actions.readdress import check_time
from collaboration.actions.withdraw_activation import withdraw_activation
from collaboration.models import Activation
from collaboration.offers import make_offer
from collaboration.scenarios import Scenario, find_standing
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.forms.sent import find_done
from organisations.models import Employee
from subscriptions.models import Service, Variant


@transaction.atomic
def start_activation(
    *, client: Client, service: Service, by: Employee, variant: Variant | None = None, clock: Clock = database_clock
) -> Activation:
    """Open the draft of a request, or take up the one that is there with the variant chosen now.

    `variant` is asked for where the service has several and the customer has no subscription. Raises NotAllowed with
    the first obstacle (no task, no organisation number, a request or collaboration already), and for who does not see
    the client.
    """
    client = lock_client(client)
    check_sees(by, client.pk)
    draft = Activation.objects.drafts().filter(client=client, service=service).first()
    standing = find_standing(client, service)
    obstacles = preflight.find_obstacles(client, service, standing, draft)
    if obstacles:
        raise NotAllowed(obstacles[0].text)
    if standing.subscription:
        variant = standing.subscription.variant
    elif not service.has_variants:
        variant = service.variants.get()
    if variant is None or variant.service_id != service.pk or not (standing.subscription or variant.is_for_sale):
        raise NotAllowed(_("Velg en variant."))
    if draft is None:
        draft = open_draft(client=client, service=service, by=by, scenario=standing.scenario, clock=clock)
    write_draft(draft, {"variant": variant})
    return draft


def open_draft(*, client: Client, service: Service, by: Employee, scenario: str, clock: Clock) -> Activation:
    """A new draft with the defaults of its scenario. The caller holds the client's lock: there is one at a time."""
    draft = Activation(
        firm=by.firm, client=client, service=service, scenario=scenario, started_by=by, started_at=clock()
    )
    open_tasks = list(client.tasks.open()[:2])
    draft.task = open_tasks[0] if len(open_tasks) == 1 else None
    for name, value in default_answers(client=client, service=service, scenario=scenario).items():
        setattr(draft, name, value)
    draft.save()
    return draft


@transaction.atomic
def restart_activation(*, activation: Activation, by: Employee, clock: Clock = database_clock) -> Activation:
    """Begin anew with the answers of a request that is closed, or that nobody can say yes to any more.

    Raises NotAllowed beside another live request, and while this one waits for an answer: a stale button must not take
    back what a colleague has sent (see change_activation). A draft is taken up as it is; so is one's own that
    an earlier click has begun.
    """
    activation = lock_for_restart(activation)
    check_sees(by, activation.client_id)
    if activation.is_draft:
        return activation
    others = Activation.objects.live().filter(client=activation.client_id, service=activation.service_id)
    other = others.exclude(pk=activation.pk).first()
    if other is not None and other.is_draft and other.started_by_id == by.pk:
        return other
    if other is not None:
        raise NotAllowed(
            _("Det ligger allerede et utkast til en ny forespørsel. Fortsett på det.")
            if other.is_draft
            else workflow.REFUSALS[workflow.Status.PENDING]
        )
    if activation.is_pending and can_be_approved(activation, at=clock()):
        raise NotAllowed(workflow.REFUSALS[workflow.Status.PENDING])
    return begin_anew(activation, by=by, clock=clock)


@transaction.atomic
def change_activation(
    *, activation: Activation, by: Employee, form_key: UUID | None = None, clock: Clock = database_clock
) -> Activation:
    """Endre forespørselen: what waits is withdrawn, and a draft with its answers opens. Raises NotAllowed otherwise.

    The form of `form_key` sent twice opens one, and finds it as long as it is a draft.
    """
    activation = lock_for_restart(activation)
    check_sees(by, activation.client_id)
    drafts = Activation.objects.drafts().filter(client=activation.client_id, service=activation.service_id)
    if find_done(form_key):
        if draft := drafts.first():
            return draft
        raise NotAllowed(_("Skjemaet er sendt før. Åpne siden på nytt."))
    activation.find_move("withdraw", by=by)
    check_time(activation, clock())
    return begin_anew(activation, by=by, form_key=form_key, clock=clock)


def lock_for_restart(activation: Activation) -> Activation:
    company = lock_company_of(activation.pk)
    if company is not None:
        lock_active_subscription(company, activation.service)
    return lock_activation(activation.pk)


def can_be_approved(activation: Activation, *, at: datetime) -> bool:
    return activation.is_answerable(at) and not make_offer(activation, today=oslo_date(at)).is_impossible


def begin_anew(activation: Activation, *, by: Employee, form_key: UUID | None = None, clock: Clock) -> Activation:
    """A draft with the same answers, as far as they are asked now; a pending request is closed first."""
    if activation.is_pending and not expire_activation(activation_id=activation.pk, clock=clock):
        withdraw_activation(activation=activation, by=by, form_key=form_key, clock=clock)
    draft = start_activation(
        client=activation.client, service=activation.service, by=by, variant=activation.variant, clock=clock
    )
    write_draft(draft, answers_kept(activation, draft))
    draft.refresh_from_db()
    return draft


def answers_kept(activation: Activation, draft: Activation) -> dict[str, Any]:
    """Of an earlier request's answers those that the draft's scenario and service ask too."""
    answers: dict[str, Any] = {"task": activation.task if activation.task and activation.task.is_open else draft.task}
    if draft.scenario != Scenario.SUBSCRIBED:
        if draft.service.has_payer and activation.payer:
            answers["payer"] = activation.payer
        if draft.service.has_period and activation.period_months:
            answers["period_months"] = activation.period_months
    if draft.scenario == Scenario.NEW:
        answers |= {name: getattr(activation, name) for name in ("contact_name", "contact_email", "contact_phone")}
    elif activation.contact:
        answers["contact"] = activation.contact
    return answers
