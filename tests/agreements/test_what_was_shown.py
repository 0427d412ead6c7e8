"""What a page showed is what counts: every deed that takes it refuses when it would do something else."""

import inspect
from datetime import date

import pytest

import agreements.actions
import collaboration.actions
import commitments.actions
from agreements.actions import PageIsStale
from history.models import Event
from tests import factories
from tests.agreements.conftest import change
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

STALE = "0" * 32
NOON_CLOCK = lambda: NOON  # noqa: E731 (handed on by name)


def cancelled(case):
    agreements.actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=NOON_CLOCK)
    return {"subscription": case.subscription, "by": case.per}


def planned(case):
    planned_end = {"collaboration": case.collaboration, "by": case.per}
    agreements.actions.plan_end(**planned_end, on=date(2026, 5, 1), clock=NOON_CLOCK)
    return planned_end


def proposed(case):
    return {"change": change(case.subscription, case.kari, months=3), "accepts": True, "by": case.per}


def ordered(case):
    variant = factories.ServiceFactory(code="fjerde").variants.get()
    return {"variant": variant, "months": 12, "by": case.per, "accepts_terms": True}


def asked(case):
    service = factories.ServiceFactory(code="fjerde")
    return {"activation": case.sent(case.client, by=case.kari, service=service), "by": case.per, "accepts_terms": True}


ATTEMPTS = {
    "answer_change": proposed,
    "approve_activation": asked,
    "cancel_subscription": lambda case: {"subscription": case.subscription, "by": case.per},
    "change_payer": lambda case: {"subscription": case.subscription, "firm": case.kari.firm, "by": case.kari},
    "change_period": lambda case: {"subscription": case.subscription, "months": 3, "by": case.kari},
    "change_variant": lambda case: {
        "subscription": case.subscription,
        "variant": case.subscription.service.variants.get(code="pro"),
        "by": case.kari,
    },
    "end_collaboration": lambda case: {"collaboration": case.collaboration, "by": case.per},
    "order_subscription": ordered,
    "plan_end": lambda case: {"collaboration": case.collaboration, "by": case.per, "on": date(2026, 5, 1)},
    "resume_subscription": cancelled,
    "take_back_end": planned,
}
# Tried where they live: tests/collaboration/test_settle_company.py, test_take_over_from_register.py
ELSEWHERE = {"settle_company", "take_over_from_register"}


def deeds_that_were_shown() -> dict:
    return {
        name: deed
        for room in (agreements.actions, commitments.actions, collaboration.actions)
        for name in room.__all__
        if inspect.isfunction(deed := getattr(room, name)) and "shown" in inspect.signature(deed).parameters
    }


def test_every_deed_that_takes_what_was_shown_is_tried():
    assert set(deeds_that_were_shown()) == set(ATTEMPTS) | ELSEWHERE


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_the_page_did_not_show_is_not_done(name, agreement, kari, sent):
    case = agreement()
    case.kari, case.sent = kari, sent
    arguments = ATTEMPTS[name](case)
    events = Event.objects.count()

    with pytest.raises(PageIsStale):
        deeds_that_were_shown()[name](**arguments, shown=STALE, clock=NOON_CLOCK)

    assert Event.objects.count() == events
