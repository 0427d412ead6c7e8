"""approve: the company's administrator says yes, and the collaboration begins."""

from datetime import date
from decimal import Decimal

from collaboration.models import Collaboration, Receipt
from notifications.models import Email
from subscriptions.models import Charge, ServiceAccess, Subscription


def test_approving_scenario_1_starts_the_collaboration_and_changes_nothing_in_the_agreement(
    subscribed, kari, sent, approve
):
    activation = sent(subscribed.client, by=kari)

    approve(activation, by=subscribed.administrator)

    collaboration = Collaboration.objects.get()
    assert collaboration.subscription == subscribed.subscription
    assert Subscription.objects.get().version == 1
    assert not Charge.objects.exists()
    assert Receipt.objects.get().is_genuine
    assert ServiceAccess.objects.get().company_user == subscribed.administrator


def test_approving_scenario_2_starts_a_subscription_charged_from_that_day(known, kari, sent, approve):
    activation = sent(known.client, by=kari, payer="firm", months=3)

    approve(activation, by=known.administrator)

    subscription = Subscription.objects.get()
    charge = Charge.objects.get()
    assert (subscription.paying_firm, subscription.started_on) == (kari.firm, date(2026, 3, 10))
    assert subscription.renews_on == date(2026, 6, 10)
    assert (charge.monthly_price, charge.amount) == (Decimal("389.00"), Decimal("1167.00"))
    assert sorted(Email.objects.values_list("kind", "to")) == [
        ("activation_approved", "kari@fjordregnskap.example"),
        ("activation_sent", "per@orstaror.example"),
        ("approval_receipt", "per@orstaror.example"),
    ]
