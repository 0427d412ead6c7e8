"""A deed about a client is for who sees it, whatever page it came from: each is asked directly by those who do not."""

import inspect
from collections.abc import Callable
from typing import get_args, get_type_hints

import pytest
from django.db import transaction

from agreements import actions as agreement_actions
from agreements.plans import plan_payer
from clients import actions as client_actions
from collaboration import actions
from collaboration.models import ForwardProposal
from commitments import actions as commitment_actions
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import Employee
from tests import factories
from tests.walls.rights import Case, build_case

pytestmark = pytest.mark.django_db

STRANGERS = ("employee_own", "other_firm", "left")

NOT_FOR_YOU = {
    "Du har ikke tilgang til kunden.",
    "Du kan ikke gjøre dette med forespørselen.",
    "Du kan ikke gjøre dette med avtalen. Spør en administrator.",
    "Bare en administrator i byrået eller kundeansvarlig kan avslutte samarbeidet.",
    "Endringen venter på en annen part.",
    "Bare de som har avtalt endringen, kan ta den tilbake.",
}

# About oneself, or about the firm's own people and lists: their rules stand in rights.yaml and in the settings' tests.
ABOUT_NO_CLIENT = {
    "choose_alert_emails", "create_client", "create_task_type", "deactivate_employee", "delete_task_type",
    "read_alert", "read_all_alerts", "rename_task_type", "restore_task_type", "retire_task_type",
}  # fmt: skip


def deeds_of_employees() -> dict[str, Callable]:
    """The deeds that an employee may do, found by themselves."""
    transactions = {name: deed for name, deed in vars(client_actions).items() if hasattr(deed, "__wrapped__")}
    found = transactions | {
        name: getattr(room, name) for room in (actions, agreement_actions, commitment_actions) for name in room.__all__
    }
    return {name: deed for name, deed in found.items() if inspect.isfunction(deed) and takes_an_employee(deed)}


def takes_an_employee(deed: Callable) -> bool:
    by = get_type_hints(inspect.unwrap(deed)).get("by")
    return by is Employee or Employee in get_args(by)


def arguments(case: Case) -> dict[str, dict]:
    """What each deed takes besides `by`, so that it would succeed by somebody who sees the client."""
    task, contact = case.bosss_task, case.client.contacts.get(is_main=False)
    asked, agreement = {"activation": case.request}, {"subscription": case.subscription, "shown": ""}
    people = {"type": task.type, "owner": task.owner, "participants": []}
    boss, day = case.people["company_administrator"].place, oslo_date(database_clock())
    change = agreement_actions.change_payer(
        subscription=case.subscription, firm=case.firm, by=boss,
        shown=plan_payer(case.subscription, case.firm, asking=None, day=day).fingerprint,
    )  # fmt: skip
    proposal = ForwardProposal.objects.create(
        firm=case.firm, activation=case.request, name="Eva Ås", email="eva@aasblomster.example",
        proposed_at=database_clock(),
    )  # fmt: skip
    return {
        "activate_client": {"client": case.client},
        "answer_change": {"change": change, "accepts": False, "shown": ""},
        "answer_forward_proposal": {"proposal": proposal, "accept": False},
        "cancel_subscription": {"subscription": case.subscription},
        "change_activation": asked,
        "change_payer": agreement | {"firm": case.firm},
        "change_period": agreement | {"months": 3},
        "change_task": {"collaboration": case.collaboration, "task": task},
        "change_variant": agreement | {"variant": case.subscription.variant},
        "close_task": {"task": task},
        "correct_address": asked | {"name": "Eva Ås", "email": "eva@aasblomster.example", "link_version": 1},
        "create_task": {"client": case.client, **people},
        "deactivate_client": {"client": case.client},
        "delete_contact": {"client": case.client, "contact": contact},
        "discard_draft": {"activation": case.draft},
        "edit_client": {"client": case.client, "fields": {"city": "Volda"}},
        "edit_task": {"task": task, **people},
        "end_collaboration": {"collaboration": case.collaboration},
        "reopen_task": {"task": case.closed_task},
        "resend_activation": asked,
        "restart_activation": asked,
        "resume_subscription": {"subscription": case.subscription},
        "save_answers": {"activation": case.draft, "answers": {"payer": "firm"}},
        "save_contact": {"client": case.client, "contact": contact, "fields": {"name": "Anne Vik"}},
        "send_activation": {"activation": case.draft},
        "start_activation": {"client": case.client, "service": factories.ServiceFactory(code="new")},
        "take_over_from_register": {"client": case.client, "shown": ""},
        "take_back_change": {"change": change},
        "withdraw_activation": asked,
    }


def test_no_deed_about_a_client_is_for_who_does_not_see_it():
    case = build_case()
    deeds, kept, said = deeds_of_employees(), arguments(case), {}
    events = Event.objects.count()
    for name in kept:
        for kind in STRANGERS:
            try:
                with transaction.atomic():
                    deeds[name](by=case.people[kind].place, **kept[name])
                said[name, kind] = "done"
            except NotAllowed as refusal:
                said[name, kind] = str(refusal.sentence)

    assert {deed: words for deed, words in said.items() if words not in NOT_FOR_YOU} == {}
    assert Event.objects.count() == events


def test_every_deed_of_an_employee_is_tried():
    assert set(deeds_of_employees()) == set(arguments(build_case())) | ABOUT_NO_CLIENT
