"""start: a draft, or the one that is there."""

from uuid import uuid4

import pytest

from clients.models import Client
from collaboration import actions
from collaboration.models import Activation
from ground.refusals import NotAllowed
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(kari):
    """Sees all clients."""
    return factories.EmployeeFactory(firm=kari.firm)


def start(client, service, kari, variant="smart"):
    return actions.start_activation(
        client=client, service=service, by=kari, variant=service.variants.filter(code=variant).first()
    )


def test_scenario_1_begins_with_the_customers_own_variant_whatever_was_asked_for(subscribed, eaccounting, kari):
    activation = start(subscribed.client, eaccounting, kari, variant="pro")

    assert activation.scenario == Activation.Scenario.SUBSCRIBED
    assert activation.variant == subscribed.subscription.variant
    assert activation.contact.email == "line@aerligbakeri.example"


def test_a_single_open_task_is_chosen_beforehand(known, eaccounting, kari):
    activation = start(known.client, eaccounting, kari)

    assert activation.task == known.client.tasks.get()


def test_among_several_open_tasks_none_is_chosen_beforehand(known, eaccounting, kari):
    factories.TaskFactory(client=known.client, owner=kari)

    activation = start(known.client, eaccounting, kari)

    assert activation.task is None


def test_scenario_3_is_filled_from_the_main_contact(new, eaccounting, kari):
    activation = start(new.client, eaccounting, kari)

    assert activation.scenario == Activation.Scenario.NEW
    assert (activation.contact_name, activation.contact_email) == ("Eva Ås", "eva@aasblomster.example")


def test_a_company_that_is_not_confirmed_is_unknown_to_firms(new, eaccounting, kari):
    factories.CompanyFactory(org_number=new.client.org_number, confirmed_at=None)

    activation = start(new.client, eaccounting, kari)

    assert activation.scenario == Activation.Scenario.NEW


def test_a_colleague_takes_the_same_draft_up(known, eaccounting, kari, colleague):
    first = start(known.client, eaccounting, kari)

    second = start(known.client, eaccounting, colleague, variant="pro")

    assert second.pk == first.pk
    assert (second.started_by, second.variant.code) == (kari, "pro")


def test_without_an_open_task_nothing_begins(known, eaccounting, kari, clock):
    known.client.tasks.update(closed_at=clock())

    with pytest.raises(NotAllowed, match="ingen åpen oppgave"):
        start(known.client, eaccounting, kari)
    assert not Activation.objects.exists()


def test_without_an_organisation_number_nothing_begins(known, eaccounting, kari):
    known.client.org_number = None
    known.client.save()

    with pytest.raises(NotAllowed, match="mangler organisasjonsnummer"):
        start(known.client, eaccounting, kari)


def test_with_a_wrong_check_digit_nothing_begins(known, eaccounting, kari):
    known.client.org_number = "310000001"
    known.client.save()

    with pytest.raises(NotAllowed, match="ikke gyldig"):
        start(known.client, eaccounting, kari)


def test_beside_a_request_that_waits_nothing_begins(known, eaccounting, kari, sent):
    sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="åpen forespørsel"):
        start(known.client, eaccounting, kari)


def test_beside_an_active_collaboration_nothing_begins(known, eaccounting, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)

    with pytest.raises(NotAllowed, match="samarbeider allerede"):
        start(known.client, eaccounting, kari)


def test_a_variant_must_be_chosen_where_there_are_several(known, eaccounting, kari):
    with pytest.raises(NotAllowed, match="Velg en variant"):
        start(known.client, eaccounting, kari, variant="finnes-ikke")


def test_a_variant_that_is_not_sold_cannot_be_chosen(known, eaccounting, kari):
    eaccounting.variants.filter(code="start").update(is_for_sale=False)

    with pytest.raises(NotAllowed, match="Velg en variant"):
        start(known.client, eaccounting, kari, variant="start")


def test_a_service_that_asks_for_nothing_has_its_answers_from_the_start(known, kari):
    service = factories.scanner()

    activation = start(known.client, service, kari)

    assert (activation.payer, activation.period_months, activation.variant.code) == ("company", 1, "standard")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_open_one_draft(known, eaccounting, kari):
    results = race(*[lambda: start(known.client, eaccounting, kari)] * 4)

    assert {type(result) for result in results} == {Activation}
    assert Activation.objects.count() == 1


def test_starting_anew_keeps_the_answers_of_a_declined_request(known, kari, sent, clock):
    activation = sent(known.client, by=kari, payer="firm", months=3, variant="start")
    actions.decline_activation(activation=activation, by=known.administrator, reason="too_expensive", clock=clock)
    activation.refresh_from_db()

    draft = actions.restart_activation(activation=activation, by=kari)

    assert (draft.status, draft.payer, draft.period_months, draft.variant.code) == ("draft", "firm", 3, "start")
    assert draft.pk != activation.pk


def test_changing_a_request_that_waits_withdraws_it_first(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    draft = actions.change_activation(activation=activation, by=kari, clock=clock)

    activation.refresh_from_db()
    assert (activation.status, draft.status) == ("withdrawn", "draft")


def test_the_form_of_a_change_that_has_been_sent_since_takes_nothing_back(known, kari, sent, clock):
    activation, key = sent(known.client, by=kari), uuid4()
    draft = actions.change_activation(activation=activation, by=kari, form_key=key, clock=clock)
    again = actions.change_activation(activation=activation, by=kari, form_key=key, clock=clock)
    actions.send_activation(activation=draft, by=kari, clock=clock)

    with pytest.raises(NotAllowed, match="sendt før"):
        actions.change_activation(activation=draft, by=kari, form_key=key, clock=clock)
    draft.refresh_from_db()
    assert (again, draft.status) == (draft, "pending")


def test_only_what_waits_can_be_changed(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    actions.withdraw_activation(activation=activation, by=kari, clock=clock)

    with pytest.raises(NotAllowed, match="trukket tilbake"):
        actions.change_activation(activation=activation, by=kari, clock=clock)


def test_starting_anew_never_takes_back_what_waits_for_an_answer(known, kari, colleague, sent, clock):
    declined = sent(known.client, by=kari)
    actions.decline_activation(activation=declined, by=known.administrator, reason="other", clock=clock)
    colleagues = sent(known.client, by=colleague)

    for stale in (declined, colleagues):
        with pytest.raises(NotAllowed, match="allerede sendt"):
            actions.restart_activation(activation=stale, by=kari, clock=clock)

    assert Activation.objects.get(pk=colleagues.pk).is_pending
    assert Activation.objects.count() == 2


def test_a_second_click_on_start_anew_leads_to_the_draft_of_the_first(known, kari, sent, clock):
    declined = sent(known.client, by=kari)
    actions.decline_activation(activation=declined, by=known.administrator, reason="other", clock=clock)

    first, second = (actions.restart_activation(activation=declined, by=kari, clock=clock) for _click in range(2))

    assert first == second
    assert Activation.objects.drafts().count() == 1


def test_starting_anew_leaves_a_colleagues_draft_as_it_is(known, kari, colleague, sent, draft, clock):
    declined = sent(known.client, by=kari, payer="firm")
    actions.decline_activation(activation=declined, by=known.administrator, reason="other", clock=clock)
    begun = draft(known.client, by=colleague, payer="company")

    with pytest.raises(NotAllowed, match="utkast"):
        actions.restart_activation(activation=declined, by=kari, clock=clock)

    begun.refresh_from_db()
    assert begun.payer == "company"
    assert actions.restart_activation(activation=begun, by=kari, clock=clock) == begun


@pytest.mark.parametrize(("reason", "closed"), [("over", "expired"), ("lost", "withdrawn")])
def test_what_nobody_can_say_yes_to_is_closed_and_begun_anew(reason, closed, subscribed, kari, sent, clock):
    activation = sent(subscribed.client, by=kari)
    at = clock()
    if reason == "over":
        at = activation.expires_at
    else:
        subscribed.subscription.ended_on = at.date()
        subscribed.subscription.save()

    draft = actions.restart_activation(activation=activation, by=kari, clock=lambda: at)

    activation.refresh_from_db()
    assert (activation.status, draft.status) == (closed, "draft")


def test_what_is_over_is_neither_withdrawn_nor_changed(known, kari, sent):
    activation = sent(known.client, by=kari)

    for deed in (actions.withdraw_activation, actions.change_activation):
        with pytest.raises(NotAllowed, match="utløpt"):
            deed(activation=activation, by=kari, clock=lambda: activation.expires_at)

    activation.refresh_from_db()
    assert activation.is_pending


def test_an_employee_of_another_firm_takes_nothing_back(known, kari, nils, sent, clock):
    activation = sent(known.client, by=kari)

    for deed in (actions.withdraw_activation, actions.change_activation):
        with pytest.raises(NotAllowed, match="Du har ikke tilgang til kunden"):
            deed(activation=activation, by=nils, clock=clock)

    activation.refresh_from_db()
    assert activation.is_pending


@pytest.mark.django_db(transaction=True)
def test_a_client_that_is_put_aside_meanwhile_gets_no_draft(known, eaccounting, kari):
    results = race(
        lambda: start(known.client, eaccounting, kari),
        lambda: actions.deactivate_client(client=known.client, by=kari),
    )

    known.client.refresh_from_db()
    assert sorted(type(result).__name__ for result in results)[1] == "NotAllowed"
    assert known.client.is_active == Activation.objects.exists()


def test_a_client_read_before_it_was_put_aside_gets_no_draft(known, eaccounting, kari):
    Client.objects.filter(pk=known.client.pk).update(is_active=False)

    with pytest.raises(NotAllowed, match="deaktivert"):
        start(known.client, eaccounting, kari)


def test_a_task_of_a_client_put_aside_meanwhile_stays_closed(known, kari, clock):
    task = known.client.tasks.select_related("client").get()
    actions.close_task(task=task, by=kari, clock=clock)
    task.refresh_from_db()
    Client.objects.filter(pk=known.client.pk).update(is_active=False)

    with pytest.raises(NotAllowed, match="deaktivert"):
        actions.reopen_task(task=task, by=kari, clock=clock)
