"""Drafts: saved page by page, taken up by a colleague, left behind."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import workflow
from collaboration.models import Activation
from collaboration.scenarios import Scenario, Standing, find_standing
from history.clock import Clock, database_clock
from organisations.refusals import NotAllowed

KEEP_DRAFTS = timedelta(days=30)
ANSWERS = frozenset(
    {"variant", "task", "payer", "period_months", "contact", "contact_name", "contact_email", "contact_phone"}
)


def save_answers(*, activation: Activation, answers: dict[str, Any]) -> None:
    """Write one page's answers, and only these, if the request is still a draft.

    A stale tab must not reopen what was sent: the status is part of the update itself. Raises NotAllowed then.
    """
    unknown = set(answers) - ANSWERS
    if unknown:
        raise ValueError(f"not answers: {sorted(unknown)}")
    if not Activation.objects.drafts().filter(pk=activation.pk).update(**answers):
        current = Activation.objects.filter(pk=activation.pk).values_list("status", flat=True).first()
        raise NotAllowed(workflow.REFUSALS[workflow.Status(current)] if current else _("Utkastet er forkastet."))
    for name, value in answers.items():
        setattr(activation, name, value)


@transaction.atomic
def refresh_scenario(*, activation: Activation) -> Standing:
    """Bring a draft up to where the customer stands now; what the new scenario does not ask is dropped."""
    standing = find_standing(activation.client, activation.service)
    if standing.scenario == activation.scenario:
        return standing
    changes: dict[str, Any] = {"scenario": standing.scenario}
    if standing.scenario == Scenario.SUBSCRIBED and standing.subscription:
        changes |= {"variant": standing.subscription.variant, "payer": "", "period_months": None}
    if standing.scenario == Scenario.NEW:
        changes |= contact_answers(activation)
    else:
        changes |= {"contact": activation.client.contacts.filter(is_main=True).first()}
    Activation.objects.drafts().filter(pk=activation.pk).update(**changes)
    for name, value in changes.items():
        setattr(activation, name, value)
    return standing


def contact_answers(activation: Activation) -> dict[str, str]:
    """The mandatory contact details, filled from the client's main contact."""
    contact = activation.client.contacts.filter(is_main=True).first()
    if contact is None:
        return {}
    return {"contact_name": contact.name, "contact_email": contact.email, "contact_phone": contact.phone}


def discard_draft(*, activation: Activation) -> None:
    """Throw a draft away; nothing was promised to anybody. What has been sent stays."""
    Activation.objects.drafts().filter(pk=activation.pk).delete()


def discard_old_drafts(*, clock: Clock = database_clock) -> int:
    """Throw away the drafts that nobody came back to within KEEP_DRAFTS."""
    deleted, _by_model = Activation.objects.drafts().filter(started_at__lt=clock() - KEEP_DRAFTS).delete()
    return deleted
