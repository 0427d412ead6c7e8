"""change_task: another open task of the same client; access follows at once."""

import pytest

from collaboration import actions, doors
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import Employee
from tests import factories
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(agreement):
    return agreement()


@pytest.fixture
def olas_task(case, ola):
    return factories.TaskFactory(client=case.client, owner=ola)


def change_task(case, task, by):
    return actions.change_task(collaboration=case.collaboration, task=task, by=by, clock=lambda: NOON)


def test_the_people_of_the_new_task_come_in_and_those_of_the_old_one_do_not(case, kari, ola, olas_task, eaccounting):
    before = case.collaboration.task_id

    change_task(case, olas_task, kari)

    assert doors.may_open(ola.user, case.company, eaccounting, as_firm=kari.firm_id)
    assert doors.may_open(kari.user, case.company, eaccounting, as_firm=kari.firm_id) is None
    event = Event.objects.about(case.collaboration).latest("pk")
    assert (event.verb, event.before, event.after) == ("change_task", {"task": before}, {"task": olas_task.pk})


def test_any_employee_who_sees_the_client_may(case, ola, olas_task):
    assert change_task(case, olas_task, ola).task == olas_task


def test_others_may_not(case, join, kari, ola, nils):
    """Vidda collaborates too, and has its own task to change."""
    join(case, nils)
    task = factories.TaskFactory(client=case.client, owner=kari)
    gone = factories.EmployeeFactory(firm=kari.firm, role=Employee.Role.ADMINISTRATOR, deactivated_at=NOON)

    for person in (nils, gone, ola):  # ola sees his own clients only
        with pytest.raises(NotAllowed):
            change_task(case, task, person)

    case.collaboration.refresh_from_db()
    assert case.collaboration.task != task


def test_only_an_open_task_of_the_same_client_with_somebody_active_on_it(case, kari):
    gone = factories.EmployeeFactory(firm=kari.firm, deactivated_at=NOON)
    closed = factories.TaskFactory(client=case.client, owner=kari, closed_at=NOON)
    elsewhere = factories.TaskFactory(client=factories.ClientFactory(firm=kari.firm), owner=kari)
    empty = factories.TaskFactory(client=case.client, owner=gone)

    for task in (closed, elsewhere, empty):
        with pytest.raises(NotAllowed, match="Velg en annen"):
            change_task(case, task, kari)


def test_when_it_has_ended_it_is_refused(case, kari, olas_task):
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)

    with pytest.raises(NotAllowed, match="allerede avsluttet"):
        change_task(case, olas_task, kari)


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_closed_at_the_same_moment_is_not_left_with_a_collaboration(case, kari, olas_task):
    results = race(
        lambda: change_task(case, olas_task, kari),
        lambda: actions.close_task(task=olas_task, by=kari, clock=lambda: NOON),
    )

    assert len([result for result in results if isinstance(result, NotAllowed)]) == 1
    olas_task.refresh_from_db()
    case.collaboration.refresh_from_db()
    assert olas_task.is_open == (case.collaboration.task == olas_task)
