"""plan_end, take_back_end: the company chooses a firm's last day; and what must wait while a collaboration lives."""

from datetime import UTC, date, datetime

import pytest

from collaboration import actions, doors
from collaboration.models import Collaboration
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import CompanyUser, Employee
from subscriptions.models import Subscription
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

ON = date(2026, 4, 1)


def noon(day: date):
    return lambda: datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def collaboration(known, kari, sent, approve) -> Collaboration:
    """Fjord and Ørsta Rør in eAccounting, paid by Fjord until 10 March 2027."""
    return approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).collaboration


def plan(collaboration, by, on=ON, clock=lambda: NOON):
    return actions.plan_end(collaboration=collaboration, by=by, on=on, clock=clock)


def test_the_firm_stays_until_the_day_and_goes_on_it(collaboration, known, kari, eaccounting):
    plan(collaboration, known.administrator)

    collaboration.refresh_from_db()
    assert (collaboration.ends_on, collaboration.end_planned_by, collaboration.is_active) == (
        ON, known.administrator.user, True,
    )  # fmt: skip
    assert Event.objects.about(collaboration).filter(verb="plan_end").get().after["ends_on"] == "2026-04-01"
    actions.renew_subscriptions(clock=noon(date(2026, 3, 31)))
    assert Collaboration.objects.get().is_active
    actions.renew_subscriptions(clock=noon(ON))
    ended = Collaboration.objects.get()
    assert (ended.is_active, ended.ended_by, ended.outcome) == (False, None, "continues")
    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    change = Subscription.objects.get().changes.get()
    assert (change.kind, change.status, change.to_firm, change.effective_on) == (
        "payer", "agreed", None, date(2027, 3, 10),
    )  # fmt: skip


def test_it_is_taken_back_until_the_day(collaboration, known):
    plan(collaboration, known.administrator)

    actions.take_back_end(collaboration=collaboration, by=known.administrator, clock=noon(date(2026, 3, 31)))

    collaboration.refresh_from_db()
    assert (collaboration.ends_on, collaboration.end_planned_by) == (None, None)


def test_on_the_day_it_is_too_late_also_before_the_sweep(collaboration, known):
    plan(collaboration, known.administrator)

    with pytest.raises(NotAllowed, match="allerede avsluttet"):
        actions.take_back_end(collaboration=collaboration, by=known.administrator, clock=noon(ON))


def test_what_is_not_planned_cannot_be_taken_back(collaboration, known):
    with pytest.raises(NotAllowed, match="ikke avtalt avsluttet"):
        actions.take_back_end(collaboration=collaboration, by=known.administrator, clock=lambda: NOON)


@pytest.mark.parametrize("on", [date(2026, 3, 9), date(2026, 3, 10), date(2029, 3, 12), date.max])
def test_a_day_that_cannot_be(on, collaboration, known):
    with pytest.raises(NotAllowed, match="Velg en dag"):
        plan(collaboration, known.administrator, on=on)

    assert Collaboration.objects.get().ends_on is None


@pytest.mark.parametrize("on", [date(2026, 3, 11), date(2029, 3, 11)])
def test_the_last_day_is_today_or_within_three_years(on, collaboration, known):
    assert plan(collaboration, known.administrator, on=on).ends_on == on


def test_who_is_no_administrator_any_more_may_not(collaboration, known):
    CompanyUser.objects.update(role=CompanyUser.Role.USER, is_main_contact=False)

    for deed in (plan, lambda one, by: actions.take_back_end(collaboration=one, by=by, clock=lambda: NOON)):
        with pytest.raises(NotAllowed, match="Bare en administrator"):
            deed(collaboration, known.administrator)


def test_the_firm_may_still_end_it_before(collaboration, known, kari):
    plan(collaboration, known.administrator)

    actions.end_collaboration(collaboration=collaboration, by=kari, clock=lambda: NOON)

    assert Subscription.objects.get().payer_has_left


@pytest.mark.django_db(transaction=True)
def test_two_days_at_once_leave_one(collaboration, known):
    days = [date(2026, 4, 1), date(2026, 5, 1)]

    results = race(*(lambda day=day: plan(collaboration, known.administrator, on=day) for day in days))

    assert sorted(result.ends_on for result in results) == days
    assert Collaboration.objects.get().ends_on in days


# --- While it lives


def test_task_and_client_stay_and_the_reason_is_told(collaboration, known, kari):
    for deed in (
        lambda: actions.close_task(task=collaboration.task, by=kari),
        lambda: actions.deactivate_client(client=known.client, by=kari),
    ):
        with pytest.raises(NotAllowed, match="Samarbeidet i Visma eAccounting er aktivt, og må avsluttes først"):
            deed()


def test_with_a_chosen_last_day_the_reason_names_it(collaboration, known, kari):
    plan(collaboration, known.administrator)

    with pytest.raises(NotAllowed, match=r"Samarbeidet i Visma eAccounting er aktivt til og med 31\. mars 2026"):
        actions.close_task(task=collaboration.task, by=kari)


def test_after_the_day_both_can_go(collaboration, known, kari):
    plan(collaboration, known.administrator)
    actions.renew_subscriptions(clock=noon(ON))

    actions.close_task(task=collaboration.task, by=kari)

    assert not actions.deactivate_client(client=known.client, by=kari).is_active


@pytest.mark.parametrize("loss", [{"role": Employee.Role.EMPLOYEE}, {"deactivated_at": NOON}])
def test_a_firms_person_who_has_lost_the_right_may_not(loss, collaboration, kari):
    Employee.objects.filter(pk=kari.pk).update(**loss)
    kari.refresh_from_db()

    for deed in (
        lambda: actions.end_collaboration(collaboration=collaboration, by=kari, clock=lambda: NOON),
        lambda: actions.cancel_subscription(
            subscription=collaboration.subscription, by=kari, clock=lambda: NOON
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            deed()

    assert Collaboration.objects.get().is_active
    assert not Subscription.objects.get().is_cancelled
