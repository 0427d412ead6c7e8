"""A draft is saved page by page; a stale tab never reopens what was sent."""

from datetime import date

import pytest

from collaboration import actions
from collaboration.models import Activation
from ground.refusals import NotAllowed
from subscriptions.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_writes_its_own_answers_only(known, kari, draft):
    activation = draft(known.client, by=kari, payer="company", months=12)

    actions.save_answers(activation=activation, by=kari, answers={"payer": "firm"})

    activation.refresh_from_db()
    assert (activation.payer, activation.period_months) == ("firm", 12)


def test_a_stale_tab_changes_nothing_in_what_was_sent(known, kari, draft, clock):
    stale = draft(known.client, by=kari, payer="company")
    actions.send_activation(activation=stale, by=kari, clock=clock)

    with pytest.raises(NotAllowed, match="allerede sendt"):
        actions.save_answers(activation=stale, by=kari, answers={"payer": "firm"})

    stale.refresh_from_db()
    assert (stale.status, stale.payer) == ("pending", "company")


def test_a_draft_that_was_thrown_away_says_so(known, kari, draft):
    activation = draft(known.client, by=kari)
    actions.discard_draft(activation=activation, by=kari)

    with pytest.raises(NotAllowed, match="forkastet"):
        actions.save_answers(activation=activation, by=kari, answers={"payer": "firm"})


def test_only_answers_can_be_saved(known, kari, draft):
    activation = draft(known.client, by=kari)

    with pytest.raises(ValueError, match="status"):
        actions.save_answers(activation=activation, by=kari, answers={"status": "approved"})


def test_what_was_sent_cannot_be_thrown_away(known, kari, sent):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="allerede sendt"):
        actions.discard_draft(activation=activation, by=kari)

    activation.refresh_from_db()
    assert activation.status == "pending"


def test_what_is_thrown_away_already_says_so(known, kari, draft):
    activation = draft(known.client, by=kari)
    stale = Activation.objects.get()
    actions.discard_draft(activation=activation, by=kari)

    with pytest.raises(NotAllowed, match="forkastet"):
        actions.discard_draft(activation=stale, by=kari)


def test_a_scenario_that_comes_and_goes_leaves_nothing_blank_that_is_not_asked(known, kari):
    service = factories.scanner()
    activation = actions.start_activation(client=known.client, service=service, by=kari)
    subscription = factories.SubscriptionFactory(
        company=known.company, service=service, variant=service.variants.get(), renews_on=None
    )
    actions.refresh_scenario(activation=activation)
    between = (activation.scenario, activation.payer, activation.period_months)
    Subscription.objects.filter(pk=subscription.pk).update(ended_on=date(2026, 3, 1))

    actions.refresh_scenario(activation=activation)

    activation.refresh_from_db()
    assert between == ("subscribed", "", None)
    assert (activation.scenario, activation.payer, activation.period_months) == ("known", "company", 1)


def test_a_scenario_is_refreshed_of_a_draft_only(known, kari, draft, clock):
    activation = draft(known.client, by=kari)
    stale = Activation.objects.select_related("client", "service").get()
    actions.send_activation(activation=activation, by=kari, clock=clock)
    factories.SubscriptionFactory(company=known.company, service=stale.service)

    with pytest.raises(NotAllowed, match="allerede sendt"):
        actions.refresh_scenario(activation=stale)
