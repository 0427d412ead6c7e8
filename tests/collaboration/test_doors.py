"""The door: open to those on the task and to the company's people with access, and to nobody before approval."""

import pytest

from collaboration import actions, doors
from history.models import Event
from subscriptions.models import Subscription
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
    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id).code == "pro"
    assert doors.may_open(known.administrator.user, known.company, eaccounting).code == "start"


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


def test_it_shuts_when_the_subscription_ends(approved, known, eaccounting, kari, clock):
    Subscription.objects.update(ended_on=clock().date())

    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    assert doors.may_open(known.administrator.user, known.company, eaccounting) is None


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
