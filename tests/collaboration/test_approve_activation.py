"""approve: the company's administrator says yes, and the collaboration begins."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from agreements.models import Collaboration
from clients.models import TaskParticipant
from collaboration import actions
from collaboration.models import Activation
from collaboration.offer.offers import make_offer
from commitments.models import Receipt
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.actions import accept_place_with_password
from organisations.models import CompanyUser
from subscriptions.models import Charge, Price, ServiceAccess, Subscription, Terms
from tests import factories
from tests.conftest import NOON, make_client
from tests.races import race

pytestmark = pytest.mark.django_db


def mails():
    return sorted(Email.objects.exclude(kind="activation_sent").values_list("kind", "to"))


def test_scenario_1_starts_the_collaboration_and_changes_nothing_in_the_agreement(subscribed, kari, sent, approve):
    activation = sent(subscribed.client, by=kari)

    approve(activation, by=subscribed.administrator)

    collaboration = Collaboration.objects.get()
    assert collaboration.subscription == subscribed.subscription
    assert Subscription.objects.get().version == 1
    assert not Charge.objects.exclude(kind="opening").exists()
    assert Receipt.objects.get().record["terms_version"] == 1
    assert ServiceAccess.objects.get().company_user == subscribed.administrator


def test_scenario_2_starts_a_subscription_charged_from_that_day(known, kari, sent, approve):
    activation = sent(known.client, by=kari, payer="firm", months=3)

    approve(activation, by=known.administrator)

    subscription = Subscription.objects.get()
    charge = Charge.objects.get()
    assert (subscription.paying_firm, subscription.started_on) == (kari.firm, date(2026, 3, 10))
    assert subscription.renews_on == date(2026, 6, 10)
    assert (charge.paying_firm, charge.monthly_price, charge.amount) == (kari.firm, Decimal("389"), Decimal("1167"))
    assert (charge.period.lower, charge.period.upper) == (date(2026, 3, 10), date(2026, 6, 10))


def test_both_are_told_and_the_event_is_written(known, kari, sent, approve):
    activation = sent(known.client, by=kari)

    approve(activation, by=known.administrator)

    assert mails() == [
        ("activation_approved", "kari@fjordregnskap.example"),
        ("approval_receipt", "per@orstaror.example"),
    ]
    assert [event.verb for event in Event.objects.about(activation)] == ["send", "approve"]


def test_scenario_3_is_approved_by_the_one_who_took_the_place(new, kari, sent, approve, clock):
    activation = sent(new.client, by=kari)
    eva = accept_place_with_password(place=CompanyUser.objects.get(), password="langt-passord-1", clock=clock)

    approve(activation, by=eva)

    activation.refresh_from_db()
    assert (activation.status, activation.company.is_known) == ("approved", True)
    assert Subscription.objects.get().company == activation.company


def test_the_charge_takes_the_price_in_the_request_though_the_list_has_changed(known, kari, sent, approve):
    activation = sent(known.client, by=kari)
    Price.objects.create(variant=activation.variant, months=12, per_month=Decimal("999"), valid_from=date(2026, 3, 10))

    approve(activation, by=known.administrator)

    assert Charge.objects.get().monthly_price == Decimal("349")


def test_a_free_service_is_not_charged_and_does_not_renew(known, kari, sent, approve):
    activation = sent(known.client, by=kari, service=factories.scanner(), variant="standard")

    approve(activation, by=known.administrator)

    assert Subscription.objects.get().renews_on is None
    assert not Charge.objects.exclude(kind="opening").exists()


def test_the_receipt_is_genuine_and_a_changed_character_is_not(known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)

    receipt = Receipt.objects.get()
    assert receipt.is_genuine
    receipt.record["period_months"] = 3
    assert not receipt.is_genuine


def test_the_receipt_still_verifies_when_the_clear_name_is_blanked(known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)
    Receipt.objects.update(approver_name="", approver_email="")

    receipt = Receipt.objects.get()

    assert receipt.is_genuine
    assert receipt.record["person_sha256"] == Receipt.hash_person(receipt.salt, "Per Rør", "per@orstaror.example")


def test_a_subscription_the_customer_got_meanwhile_is_attached_never_doubled(known, eaccounting, kari, sent, approve):
    activation = sent(known.client, by=kari, payer="firm", variant="start")
    own = factories.SubscriptionFactory(company=known.company, service=eaccounting)

    approve(activation, by=known.administrator)

    activation.refresh_from_db()
    assert (activation.was_attached, activation.subscription) == (True, own)
    assert Subscription.objects.get() == own
    assert not Charge.objects.exclude(kind="opening").exists()
    told = b"".join(bytes(row.message) for row in Email.objects.exclude(kind="activation_sent"))
    assert told.count(b"satt til side") >= 2


def test_two_open_requests_give_one_subscription_and_two_collaborations(known, kari, nils, sent, approve):
    other = make_client(
        nils,
        name="Ørsta Rør AS",
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    ours, theirs = sent(known.client, by=kari), sent(other, by=nils)

    approve(ours, by=known.administrator)
    approve(theirs, by=known.administrator)

    assert Subscription.objects.count() == 1
    assert set(Collaboration.objects.values_list("firm__slug", flat=True)) == {"fjord", "vidda"}


def test_scenario_1_whose_subscription_has_ended_cannot_be_approved(subscribed, kari, sent, approve):
    activation = sent(subscribed.client, by=kari)
    Subscription.objects.update(ended_on=date(2026, 3, 9))

    with pytest.raises(NotAllowed, match="avsluttet"):
        approve(activation, by=subscribed.administrator)

    activation.refresh_from_db()
    assert activation.status == "pending"


def test_new_terms_between_page_and_click_stop_the_approval(known, eaccounting, kari, sent, clock):
    activation = sent(known.client, by=kari)
    shown = make_offer(activation, today=NOON.date()).fingerprint
    Terms.objects.create(service=eaccounting, version=2, text="Nye vilkår.")

    with pytest.raises(actions.PageIsStale):
        actions.approve_activation(
            activation=activation, by=known.administrator, shown=shown, accepts_terms=True, clock=clock
        )

    assert not Collaboration.objects.exists()


def somebody_joins_the_task(activation, vidda):
    person = factories.EmployeeFactory(firm=activation.firm)
    TaskParticipant.objects.create(firm=activation.firm, task=activation.task, employee=person)


def somebody_on_the_task_leaves(activation, vidda):
    activation.firm.employees.filter(pk=activation.task.owner_id).update(deactivated_at=NOON)


def another_firm_comes_in(activation, vidda):
    other = factories.ClientFactory(firm=vidda, org_number=activation.client.org_number)
    earlier = Activation.objects.get(pk=activation.pk)
    earlier.pk, earlier.firm, earlier.client, earlier.token_hash = None, vidda, other, "x" * 64
    earlier.task = factories.TaskFactory(client=other)
    earlier.started_by = earlier.requested_by = earlier.task.owner
    earlier.contact = None
    earlier.save()
    Collaboration.objects.create(
        firm=vidda, client=other, company=activation.company, subscription=activation.subscription,
        service=activation.service, task=earlier.task, activation=earlier, started_on=NOON.date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "change", [somebody_joins_the_task, somebody_on_the_task_leaves, another_firm_comes_in], ids=lambda f: f.__name__
)
def test_others_who_would_get_access_than_those_shown_stop_the_approval(change, subscribed, kari, vidda, sent, clock):
    activation = sent(subscribed.client, by=kari)
    shown = make_offer(activation, today=NOON.date()).fingerprint
    change(activation, vidda)

    with pytest.raises(actions.PageIsStale):
        actions.approve_activation(
            activation=activation, by=subscribed.administrator, shown=shown, accepts_terms=True, clock=clock
        )

    assert not Collaboration.objects.filter(firm=kari.firm).exists()


def test_without_the_tick_for_the_terms_nothing_is_approved(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    shown = make_offer(activation, today=NOON.date()).fingerprint

    with pytest.raises(NotAllowed, match="vilkårene"):
        actions.approve_activation(
            activation=activation, by=known.administrator, shown=shown, accepts_terms=False, clock=clock
        )


def test_expiry_holds_at_the_moment_of_the_answer_though_no_sweep_has_run(known, kari, sent, approve):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="utløpt"):
        approve(activation, by=known.administrator, at=lambda: activation.expires_at)
    approve(activation, by=known.administrator, at=lambda: activation.expires_at - timedelta(seconds=1))

    assert Collaboration.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "approved", "declined", "withdrawn", "expired"])
def test_every_other_state_refuses(status, known, kari, sent, draft, approve, clock):
    if status == "draft":
        activation = draft(known.client, by=kari)
        activation.company = known.company
    else:
        activation = sent(known.client, by=kari)
    if status == "approved":
        approve(activation, by=known.administrator)
    elif status == "declined":
        actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)
    elif status == "withdrawn":
        actions.withdraw_activation(activation=activation, by=kari, clock=clock)
    elif status == "expired":
        actions.expire_activations(clock=lambda: activation.expires_at)

    with pytest.raises(NotAllowed):
        approve(activation, by=known.administrator)

    assert Activation.objects.get().status == status


def test_a_plain_user_of_the_company_cannot_approve(known, kari, sent, approve):
    user = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="administrator"):
        approve(activation, by=user)


def test_another_companys_administrator_cannot_approve(known, kari, sent, approve):
    stranger = factories.CompanyUserFactory()
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed):
        approve(activation, by=stranger)


def test_an_administrator_whose_place_ended_between_page_and_click_cannot_approve(known, kari, sent, approve, clock):
    activation = sent(known.client, by=kari)
    CompanyUser.objects.filter(pk=known.administrator.pk).update(deactivated_at=clock())

    with pytest.raises(NotAllowed):
        approve(activation, by=known.administrator)


def test_an_employee_of_the_asking_firm_can_never_approve_for_the_company(known, kari, sent, approve):
    both = factories.CompanyUserFactory(company=known.company, user=kari.user)
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="byrået som spør"):
        approve(activation, by=both)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_give_one_outcome_and_one_clear_message(known, kari, sent, approve):
    second = factories.CompanyUserFactory(company=known.company)
    activation = sent(known.client, by=kari)

    results = race(
        lambda: approve(activation, by=known.administrator),
        lambda: approve(activation, by=second),
    )

    assert sorted(type(result).__name__ for result in results) == ["Activation", "NotAllowed"]
    assert (Subscription.objects.count(), Collaboration.objects.count(), len(mails())) == (1, 1, 2)
    refusal = next(result for result in results if isinstance(result, NotAllowed))
    assert refusal.sentence == "Forespørselen er allerede godkjent."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["decline", "withdraw", "expire"])
def test_an_approval_against_another_deed_gives_one_of_the_two(other, known, kari, sent, approve, clock):
    deeds = {
        "decline": lambda: actions.decline_activation(
            activation=activation, by=known.administrator, reason="other", clock=clock
        ),
        "withdraw": lambda: actions.withdraw_activation(activation=activation, by=kari, clock=clock),
        "expire": lambda: actions.expire_activations(clock=lambda: activation.expires_at),
    }
    activation = sent(known.client, by=kari)

    results = race(lambda: approve(activation, by=known.administrator), deeds[other])

    activation.refresh_from_db()
    assert activation.status in (
        "approved",
        {"decline": "declined", "withdraw": "withdrawn", "expire": "expired"}[other],
    )
    assert Collaboration.objects.count() == (activation.status == "approved")
    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, NotAllowed)]


@pytest.mark.django_db(transaction=True)
def test_two_requests_approved_at_once_give_one_subscription(known, kari, nils, sent, approve):
    other = make_client(
        nils,
        name="Ørsta Rør AS",
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    ours, theirs = sent(known.client, by=kari), sent(other, by=nils)

    results = race(
        lambda: approve(ours, by=known.administrator),
        lambda: approve(theirs, by=known.administrator),
    )

    assert Subscription.objects.count() == 1
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["Activation", "PageIsStale"]  # the later one is shown what it would attach to first


def test_no_approval_waits_for_the_sweep_that_renews(subscribed, kari, sent, approve):
    activation = sent(subscribed.client, by=kari)
    Subscription.objects.update(renews_on=NOON.date())
    Charge.objects.update(period=DateRange(date(2026, 1, 1), NOON.date()))

    approved = approve(activation, by=subscribed.administrator)

    assert approved.status == "approved"
    subscribed.subscription.refresh_from_db()
    assert subscribed.subscription.renews_on > NOON.date()
