"""send: the draft becomes a request that waits for the customer."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from collaboration import actions, links
from collaboration.models import Activation
from ground.clock import OSLO
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.models import Company, CompanyUser, User
from tests import factories
from tests.conftest import make_client
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scenario", ["subscribed", "known", "new"])
def test_a_sent_request_waits_and_its_receiver_is_mailed(scenario, request, kari, sent):
    customer = request.getfixturevalue(scenario)

    activation = sent(customer.client, by=kari)

    activation.refresh_from_db()
    assert (activation.status, activation.scenario, activation.requested_by) == ("pending", scenario, kari)
    assert list(Email.objects.values_list("kind", "to")) == [("activation_sent", activation.contact_email)]
    assert [event.verb for event in Event.objects.about(activation)] == ["send"]


def test_the_request_keeps_the_price_of_the_day_it_was_sent(known, kari, sent):
    activation = sent(known.client, by=kari, variant="start", months=3)

    assert (activation.price_per_month, activation.period_months) == (Decimal("219.00"), 3)


def test_it_expires_at_midnight_in_oslo_on_the_31st_day_also_across_daylight_saving(known, kari, sent):
    activation = sent(known.client, by=kari)  # 10 March; the clocks change on the 29th

    assert activation.expires_at == datetime(2026, 4, 10, 0, 0, tzinfo=OSLO)


def test_scenario_1_asks_for_the_collaboration_alone(subscribed, kari, sent):
    activation = sent(subscribed.client, by=kari)

    assert activation.subscription == subscribed.subscription
    assert (activation.payer, activation.period_months, activation.price_per_month) == ("", None, None)


def test_a_new_customer_gets_an_unconfirmed_company_and_an_offered_place_but_no_user(new, kari, sent):
    activation = sent(new.client, by=kari)

    company = Company.objects.get()
    place = CompanyUser.objects.get()
    assert (company.org_number, company.is_known) == (new.client.org_number, False)
    assert (place.company, place.email, place.user) == (company, "eva@aasblomster.example", None)
    assert activation.company == company
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_two_firms_asking_the_same_new_company_each_ask_it_in_a_row_of_their_own(new, kari, nils, sent):
    first = sent(new.client, by=kari)
    other = make_client(
        nils,
        name="Aas Blomster",
        org_number=new.client.org_number,
        contact_name="Per Rør",
        contact_email="per@aasblomster.example",
    )

    second = sent(other, by=nils)

    assert (second.scenario, second.company.name) == ("new", "Aas Blomster")
    assert (first.company.name, first.company.org_number) == ("Ås Blomster", second.company.org_number)
    assert set(CompanyUser.objects.values_list("email", flat=True)) == {
        "eva@aasblomster.example",
        "per@aasblomster.example",
    }


def test_the_database_holds_only_the_links_hash(known, kari, sent):
    activation = sent(known.client, by=kari)

    token = links.make_token(activation.pk, activation.link_version)

    assert links.find_by_token(token) == activation
    assert activation.token_hash != token
    assert len(token) == 43


def test_sending_twice_is_refused_and_mails_once(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="allerede sendt"):
        actions.send_activation(activation=activation, by=kari, clock=clock)

    assert Email.objects.count() == 1


def test_a_red_finding_stops_and_nothing_is_written(known, kari, draft, clock):
    activation = draft(known.client, by=kari)
    known.administrator.deactivated_at = clock()
    known.administrator.save()

    with pytest.raises(actions.Stopped, match="ingen administrator"):
        actions.send_activation(activation=activation, by=kari, clock=clock)

    activation.refresh_from_db()
    assert (activation.status, Email.objects.count()) == ("draft", 0)


def test_a_yellow_finding_waits_for_its_tick(known, kari, draft, clock):
    known.client.street = ""
    known.client.save()
    activation = draft(known.client, by=kari)

    with pytest.raises(actions.Stopped, match="merket gult"):
        actions.send_activation(activation=activation, by=kari, clock=clock)
    actions.send_activation(activation=activation, by=kari, acknowledged=["address_incomplete"], clock=clock)

    activation.refresh_from_db()
    assert activation.status == "pending"


def test_a_customer_who_has_got_a_subscription_since_is_told_and_asked_anew(known, eaccounting, kari, draft, clock):
    activation = draft(known.client, by=kari, payer="firm")
    factories.SubscriptionFactory(company=known.company, service=eaccounting)

    with pytest.raises(actions.ScenarioChanged):
        actions.send_activation(activation=activation, by=kari, clock=clock)
    actions.refresh_scenario(activation=activation)

    activation.refresh_from_db()
    assert (activation.scenario, activation.status, activation.payer) == ("subscribed", "draft", "")


def test_a_new_customer_who_has_become_known_since_is_told_and_asked_anew(new, kari, draft, clock):
    activation = draft(new.client, by=kari)
    company = factories.CompanyFactory(org_number=new.client.org_number)
    factories.CompanyUserFactory(company=company)

    with pytest.raises(actions.ScenarioChanged):
        actions.send_activation(activation=activation, by=kari, clock=clock)

    actions.refresh_scenario(activation=activation)
    activation.refresh_from_db()
    assert (activation.scenario, activation.contact.name) == ("known", "Eva Ås")


def test_an_employee_of_another_firm_cannot_be_the_one_who_asks(known, nils, kari, draft, clock):
    activation = draft(known.client, by=kari)

    with pytest.raises(NotAllowed):
        actions.send_activation(activation=activation, by=nils, clock=clock)


def test_the_database_refuses_a_sent_request_without_its_answers(known, kari, draft):
    activation = draft(known.client, by=kari)

    with pytest.raises(IntegrityError, match="activation_complete_unless_draft"), transaction.atomic():
        Activation.objects.filter(pk=activation.pk).update(status="pending")


def test_the_database_refuses_a_task_of_another_firm(known, nils, kari, draft):
    activation = draft(known.client, by=kari)
    strangers = factories.TaskFactory(client=factories.ClientFactory(firm=nils.firm), owner=nils)

    @transaction.atomic
    def take_the_strangers_task():
        Activation.objects.filter(pk=activation.pk).update(task=strangers)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="same_firm"):
        take_the_strangers_task()


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one_request(known, kari, draft, clock):
    activation = draft(known.client, by=kari)

    results = race(*[lambda: actions.send_activation(activation=activation, by=kari, clock=clock)] * 3)

    assert sorted(type(result).__name__ for result in results) == ["Activation", "NotAllowed", "NotAllowed"]
    assert Email.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_firms_that_ask_at_once_each_ask_in_a_row_of_their_own(new, kari, nils, draft, clock):
    other = make_client(
        nils,
        name="Aas Blomster",
        org_number=new.client.org_number,
        contact_name="Per Rør",
        contact_email="per@aasblomster.example",
    )
    ours, theirs = draft(new.client, by=kari), draft(other, by=nils)

    results = race(
        lambda: actions.send_activation(activation=ours, by=kari, clock=clock),
        lambda: actions.send_activation(activation=theirs, by=nils, clock=clock),
    )

    assert [type(result).__name__ for result in results] == ["Activation", "Activation"]
    assert (Company.objects.count(), CompanyUser.objects.count()) == (2, 2)
