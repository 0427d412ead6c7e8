"""cancel, resume: no further period, and undone until the last day is over; and the firm's pages of it."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from agreements import actions
from agreements.models import Collaboration
from agreements.plans import plan_payer
from ground.refusals import NotAllowed
from history.models import Event
from subscriptions.models import Charge, Subscription
from tests import factories
from tests.conftest import NOON, make_client
from tests.races import race

pytestmark = pytest.mark.django_db

LAST, RENEWAL = date(2027, 3, 9), date(2027, 3, 10)


def noon(day: date):
    return lambda: datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def subscription(known, kari, sent, approve) -> Subscription:
    """Ørsta Rør's Smart with Fjord, paid by Fjord until 10 March 2027."""
    return approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).subscription


@pytest.fixture
def other(subscription, known, nils, sent, approve) -> Collaboration:
    """Vidda collaborates in it too."""
    theirs = make_client(
        nils,
        name="Ørsta Rør AS",
        org_number=known.company.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    return approve(sent(theirs, by=nils), by=known.administrator).collaboration


def cancel(subscription, by, clock=lambda: NOON):
    return actions.cancel_subscription(subscription=subscription, by=by, clock=clock)


def resume(subscription, by, clock=lambda: NOON):
    return actions.resume_subscription(subscription=subscription, by=by, clock=clock)


@pytest.mark.parametrize("side", ["company", "firm"])
def test_it_runs_until_the_period_is_over_and_then_ends_for_all(side, subscription, known, kari):
    cancelled = cancel(subscription, known.administrator if side == "company" else kari)

    assert (cancelled.is_cancelled, cancelled.cancelling_firm) == (True, None if side == "company" else kari.firm)
    assert Event.objects.about(subscription).filter(verb="cancel").exists()
    actions.renew_subscriptions(clock=noon(LAST))
    assert Subscription.objects.get().is_active
    actions.renew_subscriptions(clock=noon(RENEWAL))
    ended = Subscription.objects.get()
    assert (ended.ended_on, ended.read_until) == (RENEWAL, date(2032, 3, 10))
    assert not Collaboration.objects.active().exists()
    assert Charge.objects.count() == 1


def test_it_is_undone_until_the_last_day_is_over(subscription, known):
    cancel(subscription, known.administrator)

    resumed = resume(subscription, known.administrator, clock=noon(LAST))

    assert (resumed.is_renewing, resumed.cancelled_on, resumed.version) == (True, None, 3)


def test_after_the_last_day_it_is_too_late_also_before_the_sweep(subscription, known):
    cancel(subscription, known.administrator)

    with pytest.raises(NotAllowed):
        resume(subscription, known.administrator, clock=noon(RENEWAL))


def test_it_is_cancelled_once_and_resumed_once(subscription, known):
    with pytest.raises(NotAllowed, match="ikke sagt opp"):
        resume(subscription, known.administrator)
    cancel(subscription, known.administrator)

    with pytest.raises(NotAllowed, match="allerede sagt opp"):
        cancel(subscription, known.administrator)


def test_a_firm_does_not_undo_what_the_company_did(subscription, known, kari):
    cancel(subscription, known.administrator)

    with pytest.raises(NotAllowed, match="Bare kunden kan gjenoppta den"):
        resume(subscription, kari)


def test_a_company_that_undoes_the_firms_pays_from_the_next_period(subscription, known, kari):
    cancel(subscription, kari)

    resume(subscription, known.administrator)

    change = subscription.changes.get()
    assert (change.kind, change.status, change.to_firm, change.effective_on) == ("payer", "agreed", None, RENEWAL)


def test_a_question_about_the_payer_that_waits_does_not_hinder_it(subscription, known, kari):
    shown = plan_payer(subscription, None, asking=kari.firm_id, day=NOON.date()).fingerprint
    actions.change_payer(subscription=subscription, firm=None, by=kari, shown=shown, clock=lambda: NOON)
    cancel(subscription, kari)

    resume(subscription, known.administrator)

    assert sorted(subscription.changes.values_list("status", flat=True)) == ["agreed", "lapsed"]


def test_others_may_not(subscription, known, kari, ola, nils):
    user = factories.CompanyUserFactory(company=known.company, role="user")

    for person in (user, factories.CompanyUserFactory(), ola, nils):
        with pytest.raises(NotAllowed):
            cancel(subscription, person)

    assert not Subscription.objects.get().is_cancelled


def test_the_paying_firm_may_not_where_another_collaborates(subscription, other, known, kari):
    with pytest.raises(NotAllowed):
        cancel(subscription, kari)

    assert cancel(subscription, known.administrator).is_cancelled


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_once_cancel_it_once(subscription, known, kari):
    results = race(lambda: cancel(subscription, known.administrator), lambda: cancel(subscription, kari))

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "Subscription"]


# --- The firm's pages


def url(client, deed):
    return reverse(f"collaboration:subscription-{deed}", args=[client.number, "eaccounting"])


def press(browser, client, deed):
    shown = browser.get(url(client, deed)).context["ending"].shown
    return browser.post(url(client, deed), {"_firm": client.firm_id, "shown": shown})


def test_the_paying_firm_reads_what_it_does_cancels_and_resumes(subscription, known, kari, sign_in):
    browser = sign_in(kari)
    page = browser.get(url(known.client, "cancel")).content.decode()

    press(browser, known.client, "cancel")

    assert "Siste dag med tjenesten for alle." in page
    assert "kan dataene bare leses, i 5 år" in page
    assert Subscription.objects.get().cancelling_firm == kari.firm
    press(browser, known.client, "resume")
    assert Subscription.objects.get().is_renewing


def test_what_was_not_shown_is_not_done(subscription, known, kari, sign_in):
    answer = sign_in(kari).post(url(known.client, "cancel"), {"_firm": kari.firm_id})

    assert answer.url == url(known.client, "cancel")
    assert not Subscription.objects.get().is_cancelled


def test_a_firm_is_not_offered_to_undo_the_companys(subscription, known, kari, sign_in):
    cancel(subscription, known.administrator)

    assert sign_in(kari).get(url(known.client, "resume")).status_code == 302


@pytest.mark.parametrize("deed", ["cancel", "resume"])
def test_who_may_not_gets_404(deed, subscription, other, known, kari, ola, nils, sign_in):
    for person in (kari, ola, nils):
        assert sign_in(person).get(url(known.client, deed)).status_code == 404
        answer = sign_in(person).post(url(known.client, deed), {"_firm": person.firm_id})
        assert answer.status_code == 404
