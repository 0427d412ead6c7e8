"""The door: open to those on the task and to the company's people with access, and to nobody before approval."""

from datetime import date, timedelta

import pytest

from agreements.rules.periods import add_months
from collaboration import actions, doors
from ground.clock import database_clock, oslo_date
from history.models import Event
from subscriptions.models import Service, Subscription
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(known, kari, sent, approve):
    return approve(sent(known.client, by=kari, variant="start"), by=known.administrator)


def test_before_approval_it_is_shut_for_both_sides(known, eaccounting, kari, sent):
    sent(known.client, by=kari)

    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    assert doors.may_open(known.administrator.user, known.company, eaccounting) is None


def test_the_firm_comes_in_by_pro_and_the_company_by_its_own_variant(approved, known, eaccounting, kari):
    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id).variant.code == "pro"
    assert doors.may_open(known.administrator.user, known.company, eaccounting).variant.code == "start"


def test_an_employee_who_is_not_on_the_task_stays_outside(approved, known, eaccounting, ola):
    assert doors.may_open(ola.user, known.company, eaccounting, as_firm=ola.firm_id) is None


def test_a_participant_of_the_task_comes_in(approved, known, eaccounting, ola):
    factories.TaskParticipant.objects.create(firm=ola.firm, task=known.client.tasks.get(), employee=ola)

    assert doors.may_open(ola.user, known.company, eaccounting, as_firm=ola.firm_id) is not None


def test_a_deactivated_employee_stays_outside(approved, known, eaccounting, kari, clock):
    kari.deactivated_at = clock()
    kari.save()

    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None


def test_a_user_of_the_company_without_access_stays_outside(approved, known, eaccounting):
    other = factories.CompanyUserFactory(company=known.company)

    assert doors.may_open(other.user, known.company, eaccounting) is None


def test_another_firm_stays_outside(approved, known, eaccounting, nils):
    assert doors.may_open(nils.user, known.company, eaccounting, as_firm=nils.firm_id) is None


def end(*, days_ago: int = 0) -> None:
    Subscription.objects.update(started_on=date(2015, 1, 1), ended_on=today() - timedelta(days=days_ago))


def today() -> date:
    return oslo_date(database_clock())


def test_when_the_subscription_ends_it_shuts_for_the_firm_and_the_company_reads_on(approved, known, eaccounting, kari):
    end()

    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    entry = doors.may_open(known.administrator.user, known.company, eaccounting)
    assert (entry.variant.code, entry.is_read_only) == ("start", True)


def test_while_it_runs_the_company_does_not_only_read(approved, known, eaccounting):
    Subscription.objects.update(cancelled_on=today())  # paid for some months more

    assert not doors.may_open(known.administrator.user, known.company, eaccounting).is_read_only


def test_the_company_reads_for_as_many_years_as_the_service_says(approved, known, eaccounting):
    person, days = known.administrator.user, [today() - timedelta(days=count) for count in range(1835, 1820, -1)]
    earliest = next(day for day in days if add_months(day, 60) > today())

    Subscription.objects.update(started_on=date(2015, 1, 1), ended_on=earliest)
    before = doors.may_open(person, known.company, eaccounting)
    Subscription.objects.update(ended_on=earliest - timedelta(days=1))
    after = doors.may_open(person, known.company, eaccounting)

    assert before is not None
    assert after is None


def test_a_service_that_keeps_nothing_shuts_at_once(approved, known, eaccounting):
    eaccounting.retention_years = 0
    eaccounting.save()
    end()

    assert doors.may_open(known.administrator.user, known.company, eaccounting) is None


def test_over_by_the_calendar_is_over_though_no_sweep_has_run(approved, known, eaccounting, kari):
    yesterday = today() - timedelta(days=1)
    Subscription.objects.update(started_on=date(2015, 1, 1), cancelled_on=yesterday, renews_on=yesterday)

    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    assert doors.may_open(known.administrator.user, known.company, eaccounting).is_read_only


STATES = {  # what the agreement is like on 1 March 2026, and whether the door opens then; its data are kept for a year
    "runs": ({}, True),
    "has ended": ({"ended_on": date(2026, 2, 1)}, True),
    "is read for the last day": ({"ended_on": date(2025, 3, 2)}, True),
    "is read no more": ({"ended_on": date(2025, 3, 1)}, False),
    "was read up to the end of a shorter February": ({"ended_on": date(2024, 2, 29)}, False),
    "is cancelled, and runs": ({"cancelled_on": date(2026, 2, 1), "renews_on": date(2026, 3, 2)}, True),
    "is over, and not swept": ({"cancelled_on": date(2026, 2, 1), "renews_on": date(2026, 3, 1)}, True),
    "has lost its payer, and is not swept": ({"payer_has_left": True, "renews_on": date(2025, 3, 1)}, False),
}


@pytest.mark.parametrize("keeps", [0, 1])
@pytest.mark.parametrize(("state", "opens"), STATES.values(), ids=STATES)
def test_the_door_opens_what_people_can_be_let_into(
    state, opens, keeps, approved, known, eaccounting, monkeypatch, clock
):
    day = date(2026, 3, 1)
    monkeypatch.setattr(doors, "oslo_date", lambda at: day)
    Service.objects.update(retention_years=keeps)
    Subscription.objects.update(**{"started_on": date(2015, 1, 1), "renews_on": None} | state)
    runs = not state or state.get("renews_on", day) > day
    expected = runs if keeps == 0 else opens

    entry = doors.may_open(known.administrator.user, known.company, eaccounting)

    there = Subscription.objects.of(known.company).openable(day)
    assert ([one.service for one in there], entry is not None) == ([eaccounting] if expected else [], expected)
    assert entry is None or entry.is_read_only is not runs


def test_of_each_service_the_newest_can_be_opened_in_the_services_order(approved, known, eaccounting):
    end()
    new = factories.SubscriptionFactory(company=known.company, service=eaccounting)
    first = factories.ServiceFactory(position=0)
    other = factories.SubscriptionFactory(company=known.company, service=first, variant=first.variants.get())
    factories.SubscriptionFactory(service=eaccounting)

    there = Subscription.objects.of(known.company).openable(today())

    assert list(there) == [other, new]


def test_who_had_no_access_reads_nothing_afterwards(approved, known, eaccounting):
    end()

    assert doors.may_open(factories.CompanyUserFactory(company=known.company).user, known.company, eaccounting) is None


def test_a_new_subscription_is_the_one_that_counts(approved, known, eaccounting):
    end()
    factories.SubscriptionFactory(company=known.company, service=eaccounting)

    assert doors.may_open(known.administrator.user, known.company, eaccounting) is None


def test_reading_is_told_to_the_service_and_written_down(approved, known, eaccounting, clock):
    end()
    subscription, person = Subscription.objects.get(), known.administrator.user

    address = actions.open_service(
        subject=subscription, by=person, company=known.company, service=eaccounting, clock=clock
    )

    assert address.endswith("&variant=start&lesetilgang=1")
    assert Event.objects.about(subscription).get().after == {"variant": "start", "read_only": True}


def test_going_through_writes_an_event_and_tells_the_service_who_arrives(approved, known, eaccounting, kari, clock):
    address = actions.open_service(
        subject=approved.collaboration,
        by=kari.user,
        company=known.company,
        service=eaccounting,
        firm=kari.firm,
        clock=clock,
    )

    assert address == f"https://tjeneste.example/inn/?orgnr={known.company.org_number}&variant=pro"
    assert Event.objects.about(approved.collaboration).get().after == {"variant": "pro"}


def test_a_shut_door_writes_nothing(known, eaccounting, kari, sent, clock):
    activation = sent(known.client, by=kari)

    address = actions.open_service(
        subject=activation, by=kari.user, company=known.company, service=eaccounting, firm=kari.firm, clock=clock
    )

    assert address is None
    assert not Event.objects.filter(verb="open").exists()
