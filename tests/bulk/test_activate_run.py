"""A run that activates: the preview says what a single click would say, and each row is a single click."""

import pytest

from bulk import actions
from bulk.actions import work
from bulk.models import BulkRun
from clients.models import Client
from collaboration import actions as requests
from collaboration import preflight
from collaboration.facts import ASKED, GatheredFacts
from collaboration.models import Activation
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Alert, Email
from organisations.models import CompanyUser, Employee
from tests import factories
from tests.bulk.conftest import CHOICES, make_clients, row_of, states
from tests.races import race

pytestmark = pytest.mark.django_db


def plant_faults(clients: list[Client], kari, service) -> dict[int, str]:
    """Thirteen clients with one fault each: its code by the client's id."""
    lead = kari
    known = [factories.CompanyFactory(name=client.name, org_number=client.org_number) for client in clients[8:11]]
    for company in known[:2]:
        factories.CompanyUserFactory(company=company)
    for client, changes in zip(clients[:3], ({"is_active": False}, {"org_number": None}, {"city": ""}), strict=True):
        Client.objects.filter(pk=client.pk).update(**changes)
    clients[3].tasks.update(closed_at=database_clock())
    left = factories.EmployeeFactory(firm=lead.firm)
    clients[4].tasks.update(owner=left)
    Employee.objects.filter(pk=left.pk).update(deactivated_at=database_clock())
    factories.TaskFactory(client=clients[5], owner=lead)
    clients[6].contacts.update(email="")
    clients[7].contacts.update(email=lead.user.email)
    factories.SubscriptionFactory(company=known[0], service=service, cancelled_on=database_clock().date())
    Client.objects.filter(pk=clients[9].pk).update(name="Et annet navn AS")
    requests.send_activation(activation=filled(clients[11], lead, service), by=lead)
    requests.start_activation(client=clients[12], service=service, by=lead, variant=service.variants.get(code="pro"))
    codes = [
        "client_inactive", "org_number_missing", "address_incomplete", "no_task", "task_nobody", "several_tasks",
        "receiver_missing", "receiver_is_employee", "subscription_cancelled", "name_differs",
        "company_without_administrator", "request_open", "draft_there",
    ]  # fmt: skip
    return {client.pk: code for client, code in zip(clients, codes, strict=True)}


def filled(client, by, service) -> Activation:
    variant = service.variants.get(code="smart")
    draft = requests.start_activation(client=client, service=service, by=by, variant=variant)
    requests.save_answers(activation=draft, by=by, answers={"payer": "company", "period_months": 12})
    return draft


def test_of_sixty_clients_exactly_the_thirteen_with_a_fault_are_named(kari, eaccounting, preview):
    clients = make_clients(kari, 60)
    faults = plant_faults(clients[:13], kari, eaccounting)
    events, mails = Event.objects.count(), Email.objects.count()

    run = preview(clients, by=kari)

    named = {row.client_id: [*row.red, *row.yellow] for row in run.rows.all() if row.red or row.yellow}
    assert named == {client: [code] for client, code in faults.items()}
    assert states(run) == {"ready": 60 - 9, "skipped": 9}
    assert (Event.objects.count() - events, Email.objects.count() - mails) == (1, 0)  # that the run was begun


def test_what_is_gathered_of_many_is_what_is_asked_of_each(kari, eaccounting):
    clients = make_clients(kari, 15)
    plant_faults(clients[:13], kari, eaccounting)
    today = oslo_date(database_clock())
    clients = list(Client.objects.filter(pk__in=[client.pk for client in clients]).order_by("pk"))
    facts = GatheredFacts(kari.firm, clients, [eaccounting], today=today)

    def codes(client, found):
        standing = found.find_standing(client, eaccounting)
        task, contact = client.tasks.first(), client.contacts.first()
        asked = Activation(
            firm=kari.firm, client=client, service=eaccounting, scenario=standing.scenario, task=task, contact=contact,
            contact_name=contact.name, contact_email=contact.email, payer="company", period_months=12,
            variant=eaccounting.variants.get(code="smart"),
        )  # fmt: skip
        return [one.code for one in preflight.check(asked, standing, today=today, facts=found)]

    assert [codes(client, facts) for client in clients] == [codes(client, ASKED) for client in clients]


def test_a_run_asks_each_customer_once_and_tells_its_person_once(kari, plain, start):
    run = start(plain.clients, by=kari)

    done = work.work_on(run.pk)

    run.refresh_from_db()
    assert (done, run.state, states(run)) == (3, "done", {"done": 3})
    assert sorted(Activation.objects.values_list("client", "status")) == [(one.pk, "pending") for one in plain.clients]
    assert [event.verb for event in Event.objects.about(Activation.objects.first())] == ["send"]
    assert list(Alert.objects.values_list("kind", "user")) == [("bulk_run_finished", kari.user_id)]
    assert Email.objects.filter(kind="activation_sent").count() == 3


def test_yellow_rows_go_only_with_a_tick_of_their_own_or_of_all(kari, plain, preview):
    Client.objects.filter(pk__in=[client.pk for client in plain.clients]).update(city="")
    run = preview(plain.clients, by=kari)
    first, second, _third = run.rows.all()
    actions.save_ticks(run=run, by=kari, shown=[first.pk, second.pk], ticked=[first.pk], codes=[])

    actions.start_run(run=run, by=kari)
    work.work_on(run.pk)

    assert states(run) == {"done": 1, "skipped": 2}
    assert row_of(run, plain.clients[1]).reason == {"codes": ["not_ticked", "address_incomplete"]}


def test_all_of_a_kind_are_ticked_at_once(kari, plain, preview):
    Client.objects.filter(pk__in=[client.pk for client in plain.clients]).update(city="")
    run = preview(plain.clients, by=kari)

    actions.save_ticks(run=run, by=kari, shown=[], ticked=[], codes=["address_incomplete"])

    assert run.rows.filter(is_ticked=True).count() == 3


def test_a_row_that_is_not_as_shown_any_more_is_not_done_and_says_so(kari, plain, start):
    run = start(plain.clients, by=kari)
    changed, stopped, _fine = plain.clients
    company = factories.CompanyFactory(name=changed.name, org_number=changed.org_number)
    factories.CompanyUserFactory(company=company)
    stopped.tasks.update(closed_at=database_clock())

    work.work_on(run.pk)

    assert states(run) == {"done": 1, "failed": 2}
    assert row_of(run, changed).reason == {"codes": ["changed"]}
    assert row_of(run, stopped).reason == {"codes": ["no_task"]}
    assert not Activation.objects.filter(client__in=[changed, stopped]).exists()


def test_a_row_that_breaks_holds_no_other(kari, plain, start, monkeypatch):
    run = start(plain.clients, by=kari)
    send, broken = requests.send_activation, plain.clients[0].pk

    def break_one(**what):
        if what["activation"].client_id == broken:
            raise ZeroDivisionError
        return send(**what)

    monkeypatch.setattr("collaboration.actions.send_activation", break_one)
    work.work_on(run.pk)

    assert states(run) == {"done": 2, "failed": 1}
    assert row_of(run, plain.clients[0]).reason == {"codes": ["gave_up"]}
    assert not Activation.objects.filter(client=broken).exists()


def test_a_worker_killed_half_way_leaves_each_client_with_one_request(kari, plain, start, woken, monkeypatch):
    run = start(plain.clients, by=kari)
    settle, calls = work.settle_row, []

    def killed(row_id):
        calls.append(row_id)
        if len(calls) == 2:
            raise SystemExit
        return settle(row_id)

    monkeypatch.setattr(work, "settle_row", killed)
    with pytest.raises(SystemExit):
        work.work_on(run.pk)
    before = states(run)
    BulkRun.objects.update(worked_at=None)
    woken.clear()
    actions.continue_runs()
    work.work_on(run.pk)

    assert before == {"done": 1, "ready": 2}
    assert set(woken) == {run.pk}
    assert states(run) == {"done": 3}
    assert Activation.objects.count() == 3


def test_a_row_that_ends_its_worker_each_time_is_given_up(kari, plain, start):
    run = start(plain.clients, by=kari)
    run.rows.filter(position=0).update(attempts=work.MOST_ATTEMPTS)

    work.work_on(run.pk)

    assert states(run) == {"done": 2, "failed": 1}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_each_customer_once(kari, eaccounting, start):
    clients = make_clients(kari, 6)
    run = start(clients, by=kari)

    race(*[lambda: work.work_on(run.pk)] * 3)
    work.work_on(run.pk)

    assert states(run) == {"done": 6}
    assert sorted(Activation.objects.values_list("client", flat=True)) == [client.pk for client in clients]
    assert Alert.objects.filter(kind="bulk_run_finished").count() == 1


def test_started_twice_it_runs_once(kari, plain, start):
    run = start(plain.clients, by=kari)

    actions.start_run(run=run, by=kari)

    assert Event.objects.about(run).filter(verb="start").count() == 1


def test_what_has_started_is_neither_chosen_anew_nor_discarded(kari, plain, start):
    run = start(plain.clients, by=kari)

    for deed in (
        lambda: actions.choose(run=run, by=kari, choices=CHOICES),
        lambda: actions.discard_run(run=run, by=kari),
        lambda: actions.save_ticks(run=run, by=kari, shown=[], ticked=[], codes=[]),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_colleagues_run_is_not_mine(kari, ola, plain, preview):
    run = preview(plain.clients, by=kari)

    for deed in (actions.start_run, actions.discard_run, actions.undo_run, actions.send_now, actions.retry_failed):
        with pytest.raises(NotAllowed):
            deed(run=run, by=ola)


def test_clients_out_of_sight_are_not_chosen(ola, plain):
    with pytest.raises(NotAllowed):
        actions.begin_run(deed="activate", chosen=[client.pk for client in plain.clients], by=ola)


def test_several_services_are_a_row_each(kari, plain, start):
    factories.scanner()
    chosen = CHOICES | {"services": {"eaccounting": "start", "scanner": ""}}

    run = start(plain.clients[:1], by=kari, choices=chosen)
    work.work_on(run.pk)

    assert states(run) == {"done": 2}
    assert sorted(Activation.objects.values_list("service__code", "variant__code", "period_months")) == [
        ("eaccounting", "start", 12), ("scanner", "standard", 1),
    ]  # fmt: skip


def test_what_failed_is_tried_again_in_a_new_run_with_its_preview(kari, plain, start):
    plain.clients[0].contacts.update(email="")
    run = start(plain.clients, by=kari)
    work.work_on(run.pk)
    plain.clients[0].contacts.update(email="line@kunde.example")
    run.refresh_from_db()

    again = actions.retry_failed(run=run, by=kari)

    assert (again.pk != run.pk, again.state, states(again)) == (True, "draft", {"ready": 1})


def test_old_previews_are_thrown_away(kari, plain, preview, clock):
    run = preview(plain.clients, by=kari)
    BulkRun.objects.filter(pk=run.pk).update(created_at=clock())

    assert actions.discard_old_runs() == 1 + len(plain.clients)  # the run and its rows
    assert not CompanyUser.objects.exists()
