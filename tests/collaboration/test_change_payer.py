"""change_payer: another party pays from the next period, once it has said yes; access is never touched."""

from datetime import date
from decimal import Decimal

import pytest

from collaboration import actions, doors
from collaboration.plans import plan_payer
from ground.refusals import NotAllowed
from organisations.models import Employee
from subscriptions.models import Charge, SubscriptionChange
from tests import factories
from tests.collaboration.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)
LAST_DAY = date(2027, 3, 9)


def payers():
    return list(Charge.objects.order_by("pk").values_list("paying_firm", flat=True))


def test_who_takes_the_bill_itself_pays_from_the_next_period(agreement, kari):
    case = agreement()

    made = change(case.subscription, kari, payer=kari.firm)

    case.subscription.refresh_from_db()
    assert (made.status, made.effective_on, case.subscription.paying_firm) == ("agreed", RENEWAL, None)
    renew(RENEWAL)
    case.subscription.refresh_from_db()
    made.refresh_from_db()
    assert (made.status, case.subscription.paying_firm, payers()) == ("in_force", kari.firm, [None, kari.firm_id])


@pytest.mark.parametrize("by_firm", [True, False])
def test_who_is_to_pay_says_yes_first(by_firm, agreement, kari):
    case = agreement(payer="firm" if by_firm else "company")
    asks, answers = (kari, case.per) if by_firm else (case.per, kari)

    made = change(case.subscription, asks, payer=None if by_firm else kari.firm)

    assert (made.status, made.lapses_on) == ("proposed", RENEWAL)
    assert made.answering_firm == (None if by_firm else kari.firm)
    assert answer(made, answers).status == "agreed"
    renew(RENEWAL)
    assert payers() == ([kari.firm_id, None] if by_firm else [None, kari.firm_id])


def test_both_see_what_it_costs_themselves_before_and_after(agreement, kari):
    case = agreement(payer="firm")

    plan = plan_payer(case.subscription, None, asking=kari.firm_id, day=NOON.date())

    assert (plan.before.costs(kari.firm_id), plan.after.costs(kari.firm_id)) == (Decimal(349), Decimal(0))
    assert (plan.before.costs(None), plan.after.costs(None)) == (Decimal(0), Decimal(349))


def test_access_is_the_same_before_during_and_after(agreement, kari, eaccounting):
    case = agreement(payer="firm")

    def access():
        return (
            doors.may_open(kari.user, case.company, eaccounting, as_firm=kari.firm_id),
            doors.may_open(case.per.user, case.company, eaccounting),
        )

    before = access()
    made = change(case.subscription, kari, payer=None)
    during = access()
    answer(made, case.per)
    agreed = access()
    renew(RENEWAL)

    assert all(before)
    assert before == during == agreed == access()


def test_on_the_last_day_it_can_be_asked_and_answered(agreement, kari):
    case = agreement(payer="firm")

    made = change(case.subscription, kari, payer=None, at=noon(LAST_DAY))
    made = answer(made, case.per, at=noon(LAST_DAY))

    assert (made.status, made.effective_on) == ("agreed", RENEWAL)
    renew(RENEWAL)
    assert payers() == [kari.firm_id, None]


def test_a_day_later_it_is_the_period_after_that(agreement, kari):
    """Though no sweep has run: the page of yesterday does not count."""
    case = agreement(payer="firm")
    shown = plan_payer(case.subscription, None, asking=kari.firm_id, day=LAST_DAY).fingerprint

    with pytest.raises(actions.PageIsStale):
        change(case.subscription, kari, payer=None, shown=shown, at=noon(RENEWAL))
    renew(RENEWAL)
    made = change(case.subscription, kari, payer=None, at=noon(RENEWAL))

    assert (made.lapses_on, payers()) == (date(2028, 3, 10), [kari.firm_id, kari.firm_id])


def test_unanswered_on_the_last_day_it_lapses_and_everything_stays(agreement, kari):
    case = agreement(payer="firm")
    made = change(case.subscription, kari, payer=None)

    with pytest.raises(NotAllowed, match="bortfalt"):
        answer(made, case.per, shown="", at=noon(RENEWAL))  # no sweep is needed for it
    renew(RENEWAL)

    made.refresh_from_db()
    assert (made.status, payers()) == ("lapsed", [kari.firm_id, kari.firm_id])


def test_two_changes_at_once_the_other_question_falls_with_the_payer(agreement, kari):
    """The period waits for the company as payer; then the firm becomes payer, and was never asked."""
    case = agreement()
    period = change(case.subscription, kari, months=3)
    payer = change(case.subscription, kari, payer=kari.firm)

    period.refresh_from_db()
    assert (period.status, payer.status) == ("lapsed", "agreed")


def test_a_greater_variant_asks_both_who_pay_and_is_refused(agreement, join, kari, nils, eaccounting):
    case = agreement(payer="firm")
    join(case, nils)
    change(case.subscription, case.per, payer=None)

    with pytest.raises(NotAllowed, match="i ferd med å byttes"):
        change(case.subscription, nils, variant=eaccounting.variants.get(code="pro"))


def test_every_other_state_refuses(agreement, join, kari, nils):
    case = agreement(payer="firm")
    join(case, nils)
    with pytest.raises(NotAllowed, match="betaler i dag"):
        change(case.subscription, kari, payer=kari.firm)
    change(case.subscription, kari, payer=None)
    with pytest.raises(NotAllowed, match="allerede en endring"):
        change(case.subscription, nils, payer=nils.firm)
    actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=lambda: NOON)
    with pytest.raises(NotAllowed, match="sagt opp"):
        change(case.subscription, nils, payer=nils.firm)


def test_a_service_that_asks_for_no_payer_has_none_to_change(known, kari, sent, approve):
    service = factories.scanner()
    approve(sent(known.client, by=kari, service=service), by=known.administrator)
    subscription = known.company.subscriptions.get()

    with pytest.raises(NotAllowed, match="alltid selv"):
        change(subscription, kari, payer=kari.firm)


def test_a_firm_names_itself_or_the_company_and_nobody_who_does_not_collaborate(agreement, join, kari, nils):
    case = agreement(payer="firm")
    stranger = factories.FirmFactory()
    join(case, nils)

    for by, firm in ((nils, kari.firm), (kari, nils.firm), (case.per, stranger)):
        with pytest.raises(NotAllowed):
            change(case.subscription, by, payer=firm, shown="")
    assert change(case.subscription, case.per, payer=nils.firm).answering_firm == nils.firm


def test_others_may_not(agreement, kari, ola, nils):
    case = agreement(payer="firm")
    people = [
        ola, nils, factories.CompanyUserFactory(), factories.CompanyUserFactory(company=case.company, role="auditor"),
        factories.EmployeeFactory(firm=kari.firm, role=Employee.Role.ADMINISTRATOR, deactivated_at=NOON),
    ]  # fmt: skip

    for person in people:
        with pytest.raises(NotAllowed):
            change(case.subscription, person, payer=None)

    assert not SubscriptionChange.objects.exists()


def test_who_was_to_pay_next_leaves_and_the_company_is_asked(agreement, join, kari, nils):
    """Fjord has left, Vidda has said yes, and then Vidda leaves too."""
    case = agreement(payer="firm")
    beside = join(case, nils)
    change(case.subscription, nils, payer=nils.firm)
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)

    actions.end_collaboration(collaboration=beside, by=nils, clock=lambda: NOON)

    waiting = SubscriptionChange.objects.proposed().get()
    assert (waiting.kind, waiting.to_firm, waiting.answering_firm) == ("payer", None, None)
    renew(RENEWAL)
    case.subscription.refresh_from_db()
    assert case.subscription.ended_on == RENEWAL


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_change(agreement, join, kari, nils):
    case = agreement()
    join(case, nils)
    case.subscription.refresh_from_db()
    shown = {
        by: plan_payer(case.subscription, by.firm, asking=by.firm_id, day=NOON.date()).fingerprint
        for by in (kari, nils)
    }

    results = race(
        lambda: change_payer(case, kari, shown[kari]),
        lambda: change_payer(case, nils, shown[nils]),
    )

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "SubscriptionChange"]
    assert SubscriptionChange.objects.count() == 1


def change_payer(case, by, shown):
    return actions.change_payer(subscription=case.subscription, firm=by.firm, by=by, shown=shown, clock=lambda: NOON)
