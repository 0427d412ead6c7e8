"""Drafts: saved page by page, taken up by a colleague, left behind."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.rights import check_sees
from collaboration import workflow
from collaboration.models import Activation
from collaboration.scenarios import Scenario, Standing, find_standing
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from organisations.models import Employee
from subscriptions.models import Service
from sweeps.batches import delete_some
from sweeps.sweep import Done

KEEP_DRAFTS = timedelta(days=30)
ANSWERS = frozenset(
    {"variant", "task", "payer", "period_months", "contact", "contact_name", "contact_email", "contact_phone"}
)
OF_THE_CLIENT = ("task", "contact")  # the answers that are rows: each gives somebody a way in, or a mail


def save_answers(*, activation: Activation, by: Employee, answers: dict[str, Any]) -> None:
    """Write one page's answers, and only these, if the request is still a draft.

    A stale tab must not reopen what was sent: the status is part of the update itself. Raises NotAllowed then, for who
    does not see the client, and for another client's task or contact.
    """
    unknown = set(answers) - ANSWERS
    if unknown:
        raise ValueError(f"not answers: {sorted(unknown)}")
    check_sees(by, activation.client_id)
    if any(answers[name].client_id != activation.client_id for name in OF_THE_CLIENT if answers.get(name)):
        raise NotAllowed(_("Velg blant kundens egne oppgaver og kontakter."))
    write_draft(activation, answers)


def write_draft(activation: Activation, changes: dict[str, Any]) -> None:
    """Write the columns, on the row and on the object; raises NotAllowed when it is no draft any more."""
    if not Activation.objects.drafts().filter(pk=activation.pk).update(**changes):
        raise NotAllowed(why_no_draft(activation))
    for name, value in changes.items():
        setattr(activation, name, value)


def why_no_draft(activation: Activation) -> str:
    current = Activation.objects.filter(pk=activation.pk).values_list("status", flat=True).first()
    return str(workflow.REFUSALS[workflow.Status(current)]) if current else _("Utkastet er forkastet.")


@transaction.atomic
def refresh_scenario(*, activation: Activation) -> Standing:
    """Bring a draft up to where the customer stands now; what the new scenario does not ask is dropped.

    Raises NotAllowed when it is no draft any more.
    """
    standing = find_standing(activation.client, activation.service)
    if standing.scenario == activation.scenario:
        return standing
    changes = {"scenario": standing.scenario} | default_answers(
        client=activation.client, service=activation.service, scenario=standing.scenario
    )
    if standing.subscription:
        changes["variant"] = standing.subscription.variant
    write_draft(activation, changes)
    return standing


def default_answers(*, client: Client, service: Service, scenario: str) -> dict[str, Any]:
    """What nobody has to choose in this scenario: what it does not ask, and the client's main contact."""
    answers: dict[str, Any] = {}
    if scenario == Scenario.SUBSCRIBED:
        answers |= {"payer": "", "period_months": None}
    else:
        if not service.has_payer:
            answers["payer"] = Activation.Payer.COMPANY
        if not service.has_period:
            answers["period_months"] = 1
    contact = next((contact for contact in client.contacts.all() if contact.is_main), None)
    if scenario != Scenario.NEW:
        return answers | {"contact": contact}
    if contact is None:
        return answers
    return answers | {
        "contact_name": contact.name, "contact_email": contact.email, "contact_phone": contact.phone,
    }  # fmt: skip


def discard_draft(*, activation: Activation, by: Employee) -> None:
    """Throw a draft away; nothing was promised to anybody.

    Raises NotAllowed when it is no draft any more, and for who does not see the client.
    """
    check_sees(by, activation.client_id)
    deleted, _by_model = Activation.objects.drafts().filter(pk=activation.pk).delete()
    if not deleted:
        raise NotAllowed(why_no_draft(activation))


def discard_old_drafts(*, clock: Clock = database_clock) -> Done:
    """Throw away the drafts that nobody came back to within KEEP_DRAFTS; returns how many rows went."""
    return delete_some(Activation.objects.drafts().filter(started_at__lt=clock() - KEEP_DRAFTS))
