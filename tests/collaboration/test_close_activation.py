"""decline, withdraw, expire: the ways in which a request ends without a collaboration."""

from datetime import timedelta

import pytest

from agreements.models import Collaboration
from collaboration import actions, alerts
from collaboration.models import Activation
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.actions import accept_place_with_password
from organisations.models import Company, CompanyUser
from tests import factories
from tests.conftest import NOON, make_client

pytestmark = pytest.mark.django_db


def later(minutes: int):
    return lambda: NOON + timedelta(minutes=minutes)


def kinds():
    return sorted(Email.objects.exclude(kind="activation_sent").values_list("kind", "to"))


def test_declining_tells_the_one_who_asked_with_the_reason_and_gives_the_decider_a_receipt(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    actions.decline_activation(
        activation=activation,
        by=known.administrator,
        reason="too_expensive",
        comment="Vi venter til høsten.",
        clock=clock,
    )

    activation.refresh_from_db()
    assert (activation.status, activation.decided_by) == ("declined", known.administrator.user)
    assert kinds() == [
        ("activation_declined", "kari@fjordregnskap.example"),
        ("decline_receipt", "per@orstaror.example"),
    ]
    outcome = bytes(Email.objects.get(kind="activation_declined").message).decode()
    assert "Prisen er for høy" in outcome
    assert "Vi venter til høsten." in outcome


def test_declining_takes_a_reason_from_the_list(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="grunn"):
        actions.decline_activation(activation=activation, by=known.administrator, reason="", clock=clock)


def test_an_employee_of_the_asking_firm_cannot_decline_for_the_company(known, kari, sent, clock):
    both = factories.CompanyUserFactory(company=known.company, user=kari.user)
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed):
        actions.decline_activation(activation=activation, by=both, reason="other", clock=clock)


def test_withdrawing_cancels_the_mail_that_has_not_gone_and_tells_nobody(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    actions.withdraw_activation(activation=activation, by=kari, clock=clock)

    activation.refresh_from_db()
    assert (activation.status, activation.decided_by) == ("withdrawn", kari.user)
    assert list(Email.objects.values_list("kind", "status", "secret")) == [("activation_sent", "cancelled", "")]


@pytest.mark.parametrize("close", ["withdraw", "expire"])
def test_a_new_customers_company_and_place_go_when_nobody_answered(close, new, kari, sent, clock):
    activation = sent(new.client, by=kari)

    if close == "withdraw":
        actions.withdraw_activation(activation=activation, by=kari, clock=clock)
    else:
        actions.expire_activations(clock=lambda: activation.expires_at)

    assert (Company.objects.count(), CompanyUser.objects.count()) == (0, 0)
    assert Activation.objects.get().company is None


def test_what_another_firm_still_waits_for_stays(new, kari, nils, sent, clock):
    other = make_client(
        nils,
        name="Aas Blomster",
        org_number=new.client.org_number,
        contact_name="Per Rør",
        contact_email="per@aasblomster.example",
    )
    ours = sent(new.client, by=kari)
    sent(other, by=nils)

    actions.withdraw_activation(activation=ours, by=kari, clock=clock)

    assert Company.objects.count() == 1
    assert [place.email for place in CompanyUser.objects.all()] == ["per@aasblomster.example"]


def test_the_company_stays_when_its_administrator_has_accepted(new, kari, sent, clock):
    activation = sent(new.client, by=kari)
    accept_place_with_password(place=CompanyUser.objects.get(), password="langt-passord-1", clock=clock)

    actions.expire_activations(clock=lambda: activation.expires_at)

    assert Company.objects.get().is_known
    assert CompanyUser.objects.get().is_active


def test_the_clock_closes_what_is_over_and_tells_the_one_who_asked_once(known, kari, sent):
    activation = sent(known.client, by=kari)

    early = actions.expire_activations(clock=lambda: activation.expires_at - timedelta(seconds=1))
    first = actions.expire_activations(clock=lambda: activation.expires_at)
    again = actions.expire_activations(clock=lambda: activation.expires_at)

    activation.refresh_from_db()
    assert (early, first, again) == (0, 1, 0)
    assert (activation.status, activation.decided_by) == ("expired", None)
    assert kinds() == [("activation_expired", "kari@fjordregnskap.example")]
    assert [event.verb for event in Event.objects.about(activation)] == ["send", "expire"]


def test_the_clock_leaves_what_was_decided(known, kari, sent, approve):
    activation = sent(known.client, by=kari)
    approve(activation, by=known.administrator)

    actions.expire_activations(clock=lambda: activation.expires_at)

    assert Activation.objects.get().status == "approved"
    assert Collaboration.objects.get().is_active


def test_a_new_link_goes_only_to_the_requests_own_receiver(known, kari, sent, clock):
    sent(known.client, by=kari)

    posted = [
        actions.request_new_link(address=address, clock=clock)
        for address in ("stranger@ukjent.example", "PER@orstaror.example ", "per@orstaror.example")
    ]

    assert posted == [0, 1, 0]  # the third within the same hour
    assert list(Email.objects.values_list("to", flat=True)) == ["per@orstaror.example"] * 2


def test_a_new_link_is_asked_for_once_an_hour_whatever_the_clock_shows(known, kari, sent, clock):
    sent(known.client, by=kari)

    posted = [
        actions.request_new_link(address="per@orstaror.example", clock=later(minutes)) for minutes in (55, 65, 114, 115)
    ]

    assert posted == [1, 0, 0, 1]


def test_no_new_link_when_the_time_ran_out_while_one_waited_for_the_lock(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    hours = iter([activation.expires_at - timedelta(seconds=1), activation.expires_at])

    assert actions.request_new_link(address="per@orstaror.example", clock=lambda: next(hours)) == 0


def test_one_request_that_cannot_expire_holds_no_other_back(known, subscribed, kari, sent, monkeypatch, caplog):
    poisoned, sound = sent(known.client, by=kari), sent(subscribed.client, by=kari)
    tell = alerts.activation_expired

    def fail_for_one(activation):
        if activation.pk == poisoned.pk:
            raise RuntimeError("poisoned")
        return tell(activation)

    monkeypatch.setattr(alerts, "activation_expired", fail_for_one)

    closed = actions.expire_activations(clock=lambda: sound.expires_at)

    assert closed == 1
    assert dict(Activation.objects.values_list("pk", "status")) == {poisoned.pk: "pending", sound.pk: "expired"}
    assert f"request {poisoned.pk} has not expired" in caplog.text


def test_an_old_draft_is_thrown_away_and_a_request_never(known, subscribed, kari, draft, sent, clock):
    draft(known.client, by=kari)
    sent(subscribed.client, by=kari)

    thrown = actions.discard_old_drafts(clock=lambda: clock() + timedelta(days=31))

    assert thrown == 1
    assert Activation.objects.get().status == "pending"


def test_a_receiver_beside_whom_somebody_else_answers_is_mailed_the_link_again(new, kari, sent, clock, outside):
    activation = sent(new.client, by=kari)
    outside(activation)

    posted = actions.request_new_link(address="eva@aasblomster.example", clock=clock)

    assert posted == 1
