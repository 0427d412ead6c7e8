"""Who pays the next period as it is known today is asked; what binds a payer who leaves binds nobody after him."""

from datetime import date
from decimal import Decimal

import pytest

from agreements.rules import days, plans, verbs
from agreements.rules.aims import NewLength, NewPayer, NewVariant
from agreements.rules.facts import fingerprint
from agreements.rules.refusals import Reason, Refused
from agreements.rules.values import COMPANY, Agreement, Seat
from tests.agreements.rules.lives import FJORD, PRO, SMART, START, VIDDA, a_price_list, an_agreement

TODAY, RENEWAL = date(2026, 11, 30), date(2027, 2, 28)


@pytest.fixture
def agreement() -> Agreement:
    """Fjord pays Start, 3 months at a time, from 30 November 2026; 12 months of Pro cost 549 a month."""
    prices = a_price_list(start=219, smart=349, pro=599)
    prices.set(PRO, 12, Decimal(549), date(2020, 1, 1))
    return an_agreement(prices, START, payer=FJORD, firms=(FJORD,))


@pytest.fixture
def ending(agreement) -> Agreement:
    """And the company has chosen the renewal for Fjord's last day: it pays 657,00 then, says the page."""
    return verbs.plan_end(agreement, 1, RENEWAL, day=TODAY).agreement


def bill(agreement: Agreement, day: date = RENEWAL) -> tuple:
    """Who is charged how much on the day, by the days themselves."""
    for outcome in days.catch_up(agreement, day):
        agreement = outcome.agreement
    charge = agreement.charges[-1]
    return charge.payer, charge.amount


def test_a_company_that_plans_the_payers_end_pays_what_its_page_said(ending):
    renewal = days.next_renewal(ending)

    assert (renewal.period.payer, renewal.period.amount) == (COMPANY, 657)
    assert bill(ending) == (COMPANY, 657)


@pytest.mark.parametrize(("to", "costs"), [(NewVariant(PRO), 1797), (NewLength(12), 2628)])
def test_a_firm_that_leaves_decides_nothing_for_who_pays_after_it(to, costs, ending):
    """It is asked of the company; as long as that has said nothing, everything stays."""
    asked = verbs.change(ending, to, asking=FJORD, day=TODAY).agreement
    (change,) = asked.changes
    plan = verbs.plan_to_answer(asked, change.key, day=TODAY)
    yes = verbs.answer(asked, change.key, accepts=True, by=COMPANY, day=TODAY).agreement

    assert change.answering == COMPANY
    assert (plan.renewals[0].period.payer, plan.renewals[0].period.amount) == (COMPANY, costs)
    assert bill(yes) == (COMPANY, costs)
    assert bill(asked) == (COMPANY, 657)


def test_in_a_later_period_too(agreement):
    """Fjord goes in the middle of the next period: it pays that one, and the company the one after."""
    later = verbs.plan_end(agreement, 1, date(2027, 4, 1), day=TODAY).agreement

    plan = plans.plan(later, NewVariant(PRO), asking=FJORD, day=TODAY)

    assert [renewal.period.payer for renewal in plan.renewals] == [FJORD, COMPANY]
    assert plan.answering == COMPANY


def test_what_only_a_leaving_payer_has_agreed_to_falls_with_him(agreement):
    """The firm sets 12 months and the company ends at once: it pays its quarter, not the year."""
    year = verbs.change(agreement, NewLength(12), asking=FJORD, day=TODAY).agreement
    assert bill(year) == (FJORD, 2628)

    for by in (COMPANY, FJORD):
        ended = verbs.end(year, 1, by=by, day=TODAY).agreement
        if by == FJORD:
            (question,) = ended.changes
            ended = verbs.answer(ended, question.key, accepts=True, by=COMPANY, day=TODAY).agreement

        assert bill(ended) == (COMPANY, 657)


def test_it_falls_with_a_hand_over_too(agreement):
    year = verbs.change(agreement, NewLength(12), asking=FJORD, day=TODAY).agreement
    both = verbs.join(year, Seat(2, VIDDA))

    assert bill(verbs.hand_over(both, 1, RENEWAL, payer=COMPANY, day=TODAY).agreement) == (COMPANY, 657)
    assert bill(verbs.hand_over(both, 1, RENEWAL, payer=VIDDA, day=TODAY).agreement) == (COMPANY, 657)


def test_a_smaller_variant_that_costs_nobody_more_stays(agreement):
    smart = verbs.change(agreement, NewVariant(SMART), asking=FJORD, day=TODAY).agreement
    smaller = verbs.change(smart, NewVariant(START), asking=FJORD, day=TODAY).agreement

    assert bill(verbs.end(smaller, 1, by=COMPANY, day=TODAY).agreement) == (COMPANY, 657)


def test_a_resumed_agreement_binds_the_company_to_no_length_that_the_firm_chose(agreement):
    year = verbs.change(agreement, NewLength(12), asking=FJORD, day=TODAY).agreement
    cancelled = verbs.cancel(year, by=FJORD, day=TODAY).agreement

    assert bill(verbs.resume(cancelled, by=COMPANY, day=TODAY).agreement) == (COMPANY, 657)


def test_a_last_day_that_is_taken_back_binds_the_firm_to_nothing_that_the_company_chose(ending):
    """The company, which was to pay, has chosen 12 months; then Fjord stays, and pays on."""
    year = verbs.change(ending, NewLength(12), asking=COMPANY, day=TODAY).agreement
    assert bill(year) == (COMPANY, 2628)

    assert bill(verbs.plan_end(year, 1, None, day=TODAY).agreement) == (FJORD, 657)


def test_who_leaves_before_he_would_pay_cannot_be_named(agreement):
    both = verbs.join(agreement, Seat(2, VIDDA, date(2027, 1, 1)))

    with pytest.raises(Refused) as refused:
        verbs.change(both, NewPayer(VIDDA), asking=VIDDA, day=TODAY)

    assert refused.value.reason == Reason.NOT_INSIDE


def test_a_yes_that_another_one_would_have_to_say_does_not_count(agreement):
    """Vidda has asked the paying firm for 12 months; meanwhile the company plans that firm's end."""
    both = verbs.join(agreement, Seat(2, VIDDA))
    asked = verbs.change(both, NewLength(12), asking=VIDDA, day=TODAY).agreement
    (change,) = asked.changes
    assert change.answering == FJORD
    ending = verbs.plan_end(asked, 1, RENEWAL, day=TODAY).agreement

    with pytest.raises(Refused) as refused:
        verbs.answer(ending, change.key, accepts=True, by=FJORD, day=TODAY)

    assert refused.value.reason == Reason.PAYER_IS_CHANGING


def test_the_fingerprint_is_of_facts(agreement):
    foretold = days.foretell(verbs.cancel(agreement, by=COMPANY, day=TODAY), TODAY)
    again = days.foretell(verbs.cancel(agreement, by=COMPANY, day=TODAY), TODAY)
    other = days.foretell(verbs.end(agreement, 1, by=COMPANY, day=TODAY), TODAY)

    assert fingerprint(foretold) == fingerprint(again) != fingerprint(other)


def test_one_price_written_twice_is_one_price(agreement):
    plan = plans.plan(agreement, NewVariant(PRO), asking=FJORD, day=TODAY)
    agreement.prices.set(PRO, 3, Decimal("599.00"), date(2020, 1, 1))

    assert fingerprint([plan]) == fingerprint([plans.plan(agreement, NewVariant(PRO), asking=FJORD, day=TODAY)])
