"""Hand-over: approving a new firm while another is there, and ending the old one from a day."""

from datetime import date

import pytest

from agreements import actions as agreement_actions
from agreements.hand_over import HandOver
from agreements.models import Collaboration
from agreements.words.outlook import fingerprint, outlook, outlook_of_hand_over
from collaboration import actions
from collaboration.offer.offers import make_offer
from ground.refusals import NotAllowed
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import NOON, make_client

pytestmark = pytest.mark.django_db

TODAY, ON, RENEWAL = date(2026, 3, 10), date(2026, 6, 1), date(2027, 1, 1)


@pytest.fixture
def old(subscribed, kari, sent, approve) -> Collaboration:
    """Fjord works with Ærlig Bakeri, and pays."""
    Subscription.objects.update(paying_firm=kari.firm)
    return approve(sent(subscribed.client, by=kari), by=subscribed.administrator).collaboration


@pytest.fixture
def asked(old, subscribed, nils, sent):
    """Vidda asks for the same."""
    theirs = make_client(
        nils,
        name="Ærlig Bakeri AS",
        org_number=subscribed.client.org_number,
        contact_name="Line Berg",
        contact_email="line@aerligbakeri.example",
    )
    return sent(theirs, by=nils)


@pytest.fixture
def say_yes(asked, subscribed):
    def approve(hand_over):
        shown = make_offer(asked, today=TODAY).fingerprint
        return actions.approve_activation(
            activation=asked, by=subscribed.administrator, shown=shown, accepts_terms=False, hand_over=hand_over,
            clock=lambda: NOON,
        )  # fmt: skip

    return approve


def foretell(subscription, hand_over, reader=None):
    return outlook_of_hand_over(subscription, hand_over, reader=reader, day=TODAY)


def test_all_are_kept_where_nothing_is_chosen(old, say_yes):
    say_yes(None)

    assert Collaboration.objects.active().count() == 2
    assert not Collaboration.objects.exclude(ends_on=None).exists()
    assert not Subscription.objects.get().changes.exists()


def test_the_old_firm_ends_from_the_day_and_the_company_pays(old, say_yes, subscribed, nils):
    foretold = {reader: foretell(old.subscription, HandOver(old, ON), reader) for reader in (None, old.firm_id)}

    new = say_yes(HandOver(old, ON, shown=fingerprint(foretold[None]))).collaboration

    old.refresh_from_db()
    assert (old.ends_on, old.end_planned_by, old.is_active) == (ON, subscribed.administrator.user, True)
    change = Subscription.objects.get().changes.get()
    assert (change.kind, change.status, change.to_firm, change.effective_on) == ("payer", "agreed", None, RENEWAL)
    for reader, rows in foretold.items():
        assert rows == outlook(old.subscription, reader=reader, day=TODAY)
    days = [[row.day for row in outlook(old.subscription, reader=reader, day=TODAY)]
            for reader in (None, old.firm_id, new.firm_id)]  # fmt: skip
    assert days[0] == days[1] == days[2]


def test_the_new_firm_is_asked_to_pay_and_says_yes_itself(old, say_yes, nils):
    hand_over = HandOver(old, ON, payer=nils.firm)
    foretold = foretell(old.subscription, hand_over)

    say_yes(hand_over)

    change = Subscription.objects.get().changes.get()
    assert (change.status, change.to_firm, change.answering_firm, change.asking_firm) == (
        "proposed", nils.firm, nils.firm, None,
    )  # fmt: skip
    assert foretold == outlook(old.subscription, reader=None, day=TODAY)


def test_where_the_company_pays_itself_nobody_else_is_asked(old, say_yes):
    Subscription.objects.update(paying_firm=None)

    say_yes(HandOver(old, ON))

    assert not Subscription.objects.get().changes.exists()
    assert Collaboration.objects.exclude(ends_on=None).get() == old


@pytest.mark.parametrize("on", [date(2026, 3, 9), TODAY, date(2029, 3, 12)])
def test_a_day_that_cannot_be_decides_nothing(on, old, asked, say_yes):
    with pytest.raises(NotAllowed, match="Velg en dag"):
        say_yes(HandOver(old, on))


def test_a_payer_who_is_no_party_decides_nothing(old, asked, say_yes):
    with pytest.raises(NotAllowed, match="Fakturamottakeren må være"):
        say_yes(HandOver(old, ON, payer=factories.FirmFactory()))


def test_a_firm_that_has_left_meanwhile_decides_nothing(old, asked, subscribed, say_yes):
    agreement_actions.end_collaboration(collaboration=old, by=subscribed.administrator, clock=lambda: NOON)

    with pytest.raises(NotAllowed, match="allerede avsluttet"):
        say_yes(HandOver(old, ON))


def test_what_was_foretold_and_is_no_longer_true_decides_nothing(old, asked, say_yes):
    shown = fingerprint(foretell(old.subscription, HandOver(old, ON)))
    Subscription.objects.update(paying_firm=None)

    with pytest.raises(actions.PageIsStale):
        say_yes(HandOver(old, ON, shown=shown))

    asked.refresh_from_db()
    assert asked.is_pending
