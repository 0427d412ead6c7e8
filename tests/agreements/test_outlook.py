"""The outlook: what it foretells is what the database holds afterwards, and nobody reads what is another's."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from agreements import actions
from agreements.models import Collaboration
from agreements.plans import plan_payer, plan_period, plan_variant
from agreements.words.outlook import outlook
from ground.refusals import NotAllowed
from subscriptions.models import Subscription
from tests.agreements.outlooks import outlook_of_cancelling, outlook_of_end, outlook_of_planned_end, outlook_of_resuming
from tests.conftest import NOON, make_client
from tests.pairs import every_pair

pytestmark = pytest.mark.django_db

TODAY, LAST_DAY, RENEWAL = date(2026, 3, 10), date(2026, 12, 31), date(2027, 1, 1)


def noon(day: date):
    return lambda: datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def shared(subscribed, kari, nils, sent, approve):
    """Fjord and Vidda collaborate in Ærlig Bakeri's Smart, 12 months to 1 January 2027. pays(firm) sets the payer."""
    theirs = make_client(
        nils,
        name="Ærlig Bakeri AS",
        org_number=subscribed.client.org_number,
        contact_name="Line Berg",
        contact_email="line@aerligbakeri.example",
    )
    fjords = approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    viddas = approve(sent(theirs, by=nils), by=subscribed.administrator)
    return SimpleNamespace(
        client=subscribed.client, company=subscribed.company, line=subscribed.administrator,
        subscription=subscribed.subscription, theirs=theirs, fjords=fjords.collaboration, viddas=viddas.collaboration,
    )  # fmt: skip


def pays(shared, firm):
    Subscription.objects.update(paying_firm=firm)
    shared.subscription.charges.update(paying_firm=firm)
    shared.subscription.refresh_from_db()


def rows(subscription, reader=None, day=TODAY):
    return [(row.day, row.sentence) for row in outlook(subscription, reader=reader, day=day)]


def later(rows):
    """Without what the deed itself does on its day."""
    return [row for row in rows if row.day != TODAY]


def test_a_renewal_with_payer_and_price_for_who_pays_it(shared, kari):
    cost = "349,00 kr per måned, 4\xa0188,00 kr for perioden, eks. mva."
    assert rows(shared.subscription) == [(RENEWAL, f"Avtalen fornyes for 12 måneder. Dere betaler {cost}")]
    assert rows(shared.subscription, kari.firm_id) == [(RENEWAL, "Avtalen fornyes for 12 måneder. Kunden betaler.")]


def test_no_firm_reads_another_firms_name_or_price(shared, kari, nils, vidda):
    pays(shared, vidda)
    actions.plan_end(collaboration=shared.viddas, by=shared.line, on=date(2026, 5, 1), clock=lambda: NOON)

    told = rows(shared.subscription, kari.firm_id)

    assert told == [
        (date(2026, 4, 30), "Siste dag et annet byrå har tilgang til tjenesten."),
        (RENEWAL, "Kunden blir fakturamottaker."),
        (RENEWAL, "Avtalen fornyes for 12 måneder. Kunden betaler."),
    ]
    for reader in (None, nils.firm_id):
        assert [day for day, _ in rows(shared.subscription, reader)] == [day for day, _ in told]
    assert rows(shared.subscription)[0][1] == "Siste dag Vidda Økonomi AS har tilgang til tjenesten."


def test_a_cancelled_agreement_ends_and_can_be_read_for_five_years(shared):
    actions.cancel_subscription(subscription=shared.subscription, by=shared.line, clock=lambda: NOON)

    assert rows(shared.subscription) == [
        (LAST_DAY, "Siste dag med tjenesten for alle. Etter det kan dataene bare leses."),
        (date(2031, 12, 31), "Siste dag dere kan lese dataene."),
    ]


def test_a_payer_that_has_left_ends_the_service_unless_the_company_says_yes(shared, kari, fjord):
    pays(shared, fjord)
    actions.end_collaboration(collaboration=shared.fjords, by=kari, clock=lambda: NOON)

    assert rows(shared.subscription)[0] == (
        LAST_DAY, "Siste dag med tjenesten for alle, hvis ikke dere har sagt ja til å betale innen da.",
    )  # fmt: skip
    assert rows(shared.subscription, shared.viddas.firm_id)[0] == (
        LAST_DAY, "Siste dag med tjenesten for alle, hvis ikke kunden har sagt ja til å betale innen da.",
    )  # fmt: skip


def test_an_agreed_and_a_proposed_change_with_their_days(shared, kari):
    subscription = shared.subscription
    start = subscription.service.variants.get(code="start")
    plan = plan_variant(subscription, start, asking=kari.firm_id, day=TODAY)
    actions.change_variant(
        subscription=subscription, variant=start, by=kari, shown=plan.fingerprint, clock=lambda: NOON
    )
    subscription.refresh_from_db()
    plan = plan_period(subscription, 3, asking=kari.firm_id, day=TODAY)
    actions.change_period(subscription=subscription, months=3, by=kari, shown=plan.fingerprint, clock=lambda: NOON)

    assert [sentence for _, sentence in rows(subscription)] == [
        "Siste dag dere kan svare. Uten et ja bortfaller forslaget om avtaleperiode på 3 måneder.",
        "Varianten endres fra Smart til Start.",
        "Avtalen fornyes for 12 måneder. Dere betaler 199,00 kr per måned, 2\xa0388,00 kr for perioden, eks. mva.",
    ]


# --- What is foretold of a deed is what the database holds after it


def propose_payer(shared, firm, by):
    plan = plan_payer(shared.subscription, firm, asking=getattr(by, "firm_id", None), day=TODAY)
    actions.change_payer(subscription=shared.subscription, firm=firm, by=by, shown=plan.fingerprint, clock=lambda: NOON)
    shared.subscription.refresh_from_db()


def propose_period(shared, by):
    plan = plan_period(shared.subscription, 3, asking=getattr(by, "firm_id", None), day=TODAY)
    actions.change_period(subscription=shared.subscription, months=3, by=by, shown=plan.fingerprint, clock=lambda: NOON)
    shared.subscription.refresh_from_db()


def propose_variant(shared, by):
    pro = shared.subscription.service.variants.get(code="pro")
    plan = plan_variant(shared.subscription, pro, asking=getattr(by, "firm_id", None), day=TODAY)
    actions.change_variant(
        subscription=shared.subscription, variant=pro, by=by, shown=plan.fingerprint, clock=lambda: NOON
    )
    shared.subscription.refresh_from_db()


def plan_the_other_end(shared):
    actions.plan_end(collaboration=shared.viddas, by=shared.line, on=date(2026, 6, 1), clock=lambda: NOON)


SITUATIONS = {
    "plain": lambda shared, people: None,
    "the firm pays": lambda shared, people: pays(shared, shared.fjords.firm),
    "the other firm pays": lambda shared, people: pays(shared, shared.viddas.firm),
    "the firm will pay": lambda shared, people: propose_payer(shared, shared.fjords.firm, people["kari"]),
    "the firm is asked to pay": lambda shared, people: propose_payer(shared, shared.fjords.firm, shared.line),
    "the firm pays and asks the company to": lambda shared, people: (
        pays(shared, shared.fjords.firm), propose_payer(shared, None, people["kari"]),
    ),
    "the firm pays and the company will": lambda shared, people: (
        pays(shared, shared.fjords.firm), propose_payer(shared, None, shared.line),
    ),
    "the firm pays and the company asks for another period": lambda shared, people: (
        pays(shared, shared.fjords.firm), propose_period(shared, shared.line),
    ),
    "the firm will pay for another period": lambda shared, people: (
        propose_payer(shared, shared.fjords.firm, people["kari"]), propose_period(shared, people["kari"]),
    ),
    "the firm will pay and asks for a greater variant": lambda shared, people: (
        propose_payer(shared, shared.fjords.firm, people["kari"]), propose_variant(shared, people["kari"]),
    ),
    "another will leave": lambda shared, people: plan_the_other_end(shared),
    "the other firm pays and will leave": lambda shared, people: (
        pays(shared, shared.viddas.firm), plan_the_other_end(shared),
    ),
    "cancelled by the company": lambda shared, people: actions.cancel_subscription(
        subscription=shared.subscription, by=shared.line, clock=lambda: NOON
    ),
}  # fmt: skip


@pytest.fixture(params=SITUATIONS)
def situation(request, shared, kari, nils):
    SITUATIONS[request.param](shared, {"kari": kari, "nils": nils})
    shared.subscription.refresh_from_db()
    return shared


def all_readers(situation, foretell):
    return {reader: foretell(reader) for reader in (None, situation.fjords.firm_id, situation.viddas.firm_id)}


@pytest.mark.parametrize(
    ("situation", "side", "outcome"),
    every_pair(list(SITUATIONS), ["company", "firm"], Collaboration.Outcome.values),
    indirect=["situation"],
)
def test_an_end(situation, side, outcome, kari):
    by = situation.line if side == "company" else kari
    party = None if side == "company" else kari.firm_id
    if outcome == "service_ends" and side == "firm" and not situation.subscription.is_cancelled:
        Collaboration.objects.filter(pk=situation.viddas.pk).update(
            ended_at=NOON, outcome="continues", ended_by=situation.line.user
        )
        if situation.subscription.paying_firm_id != kari.firm_id:
            with pytest.raises(NotAllowed, match="Bare kunden kan avslutte tjenesten"):
                actions.end_collaboration(collaboration=situation.fjords, by=kari, outcome=outcome, clock=lambda: NOON)
            return
    foretold = all_readers(
        situation,
        lambda reader: outlook_of_end(situation.fjords, by=party, outcome=outcome, reader=reader, day=TODAY),
    )

    actions.end_collaboration(collaboration=situation.fjords, by=by, outcome=outcome, clock=lambda: NOON)

    for reader, told in foretold.items():
        assert later(told) == outlook(situation.subscription, reader=reader, day=TODAY)


def test_a_planned_end(situation):
    on = date(2026, 9, 1)
    foretold = all_readers(
        situation, lambda reader: outlook_of_planned_end(situation.fjords, on=on, reader=reader, day=TODAY)
    )

    actions.plan_end(collaboration=situation.fjords, by=situation.line, on=on, clock=lambda: NOON)

    for reader, told in foretold.items():
        assert told == outlook(situation.subscription, reader=reader, day=TODAY)


def test_cancelling_and_resuming(situation):
    if not situation.subscription.is_cancelled:
        cancelled = outlook_of_cancelling(situation.subscription, by=None, reader=None, day=TODAY)
        actions.cancel_subscription(subscription=situation.subscription, by=situation.line, clock=lambda: NOON)
        assert cancelled == outlook(situation.subscription, reader=None, day=TODAY)
    situation.subscription.refresh_from_db()
    resumed = outlook_of_resuming(situation.subscription, by=None, reader=None, day=TODAY)

    actions.resume_subscription(subscription=situation.subscription, by=situation.line, clock=lambda: NOON)

    assert later(resumed) == outlook(situation.subscription, reader=None, day=TODAY)


def test_the_days_bring_what_was_foretold(situation):
    """Lived through day by day: after each, what is left of the list is the list of that day."""
    actions.plan_end(collaboration=situation.fjords, by=situation.line, on=date(2026, 9, 1), clock=lambda: NOON)
    foretold = outlook(situation.subscription, reader=None, day=TODAY)

    for day in sorted({row.day + timedelta("Siste dag" in row.sentence) for row in foretold if row.day}):
        actions.renew_subscriptions(clock=noon(day))
        left = [row for row in foretold if row.day > day]
        now = outlook(situation.subscription, reader=None, day=day)
        assert now[: len(left)] == left
    last = foretold[-1].day
    subscription = Subscription.objects.get()
    if subscription.is_active:
        charge = subscription.charges.order_by("pk").last()
        assert charge.period.lower == last
        who = f"{charge.paying_firm.name} betaler." if charge.paying_firm else "Dere betaler"
        assert who in foretold[-1].sentence
