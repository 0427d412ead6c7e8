"""change_variant: a greater one at once, a smaller one from the next period, without ending anything."""

from datetime import date
from decimal import Decimal

import pytest

from collaboration import actions, doors
from collaboration.models import Collaboration
from collaboration.plans import plan_variant
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import Employee
from subscriptions.models import Charge, Price, SubscriptionChange, Variant
from tests import factories
from tests.collaboration.conftest import answer, change, noon, renew
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

RENEWAL = date(2027, 3, 10)


@pytest.fixture
def pro(eaccounting) -> Variant:
    return eaccounting.variants.get(code="pro")


@pytest.fixture
def start(eaccounting) -> Variant:
    return eaccounting.variants.get(code="start")


def test_the_payer_itself_has_the_greater_one_at_once_and_pays_the_rest(agreement, kari, pro):
    case = agreement(payer="firm")

    made = change(case.subscription, kari, variant=pro, at=noon(date(2026, 9, 10)))

    case.subscription.refresh_from_db()
    assert (made.status, made.effective_on, case.subscription.variant) == ("in_force", date(2026, 9, 10), pro)
    charge = Charge.objects.get(kind="upgrade")
    assert (charge.amount, charge.paying_firm) == (Decimal("1190.14"), kari.firm)  # 200 x 12 x 181/365
    assert Event.objects.about(case.subscription).filter(verb="agree_variant").count() == 1


def test_where_the_company_pays_it_waits_for_the_company(agreement, kari, pro):
    case = agreement()

    made = change(case.subscription, kari, variant=pro)

    case.subscription.refresh_from_db()
    assert (made.status, made.effective_on, made.answering_firm, made.lapses_on) == ("proposed", None, None, RENEWAL)
    assert case.subscription.variant.code == "smart"
    assert not Charge.objects.filter(kind="upgrade").exists()


def test_the_days_that_pass_before_the_yes_are_not_charged(agreement, kari, pro):
    case = agreement()
    made = change(case.subscription, kari, variant=pro)

    made = answer(made, case.per, at=noon(date(2026, 9, 10)))

    assert (made.status, made.effective_on) == ("in_force", date(2026, 9, 10))
    assert Charge.objects.get(kind="upgrade").amount == Decimal("1190.14")


def test_the_smaller_one_comes_with_the_next_period_and_what_is_lost_is_listed(agreement, kari, start, eaccounting):
    case = agreement()
    feature = eaccounting.features.create(name="Lager", position=2)
    feature.variants.set(eaccounting.variants.filter(code__in=("smart", "pro")))
    plan = plan_variant(case.subscription, start, asking=kari.firm_id, day=NOON.date())

    made = change(case.subscription, kari, variant=start)

    assert (made.status, made.effective_on) == ("agreed", RENEWAL)
    assert [one.name for one in plan.lost] == ["Lager"]
    renew(RENEWAL)
    made.refresh_from_db()
    case.subscription.refresh_from_db()
    assert (made.status, case.subscription.variant) == ("in_force", start)
    assert Charge.objects.latest("pk").monthly_price == plan.after.per_month == Decimal(199)


def test_nobodys_access_is_touched(agreement, kari, pro, eaccounting):
    case = agreement(payer="firm")

    change(case.subscription, kari, variant=pro)

    assert doors.may_open(kari.user, case.company, eaccounting, as_firm=kari.firm_id)
    assert doors.may_open(case.per.user, case.company, eaccounting)


def test_every_other_state_refuses(agreement, kari, pro, start, eaccounting):
    case = agreement(payer="firm")
    with pytest.raises(NotAllowed, match="har denne varianten"):
        change(case.subscription, kari, variant=eaccounting.variants.get(code="smart"), shown="")
    change(case.subscription, kari, variant=start)
    with pytest.raises(NotAllowed, match="allerede en endring"):
        change(case.subscription, kari, variant=pro, shown="")
    actions.take_back_change(change=SubscriptionChange.objects.get(), by=kari, clock=lambda: NOON)
    actions.cancel_subscription(subscription=case.subscription, by=kari, clock=lambda: NOON)
    with pytest.raises(NotAllowed, match="sagt opp"):
        change(case.subscription, kari, variant=pro, shown="")
    renew(RENEWAL)
    with pytest.raises(NotAllowed):
        change(case.subscription, case.per, variant=pro, shown="", at=noon(RENEWAL))


def test_another_services_variant_is_none_of_it(agreement, kari):
    case = agreement()

    with pytest.raises(NotAllowed, match="ikke til salgs"):
        change(case.subscription, kari, variant=factories.scanner().variants.get(), shown="")


def test_others_may_not(agreement, kari, ola, nils, pro):
    case = agreement(payer="firm")
    people = [
        ola, nils, case.per,  # the company decides its variant when no firm collaborates
        factories.CompanyUserFactory(), factories.CompanyUserFactory(company=case.company, role="user"),
        factories.EmployeeFactory(firm=kari.firm, role=Employee.Role.ADMINISTRATOR, deactivated_at=NOON),
    ]  # fmt: skip

    for person in people:
        with pytest.raises(NotAllowed):
            change(case.subscription, person, variant=pro)

    assert not SubscriptionChange.objects.exists()


def test_the_account_manager_and_the_company_that_is_alone_may(agreement, kari, ola, pro, start):
    case = agreement()
    case.client.account_manager = ola
    case.client.save()
    made = change(case.subscription, ola, variant=start)
    actions.take_back_change(change=made, by=ola, clock=lambda: NOON)
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)

    assert change(case.subscription, case.per, variant=pro).status == "in_force"


def test_rights_that_go_between_page_and_click_are_gone(agreement, kari, pro):
    case = agreement(payer="firm")
    shown = plan_variant(case.subscription, pro, asking=kari.firm_id, day=NOON.date()).fingerprint
    Employee.objects.filter(pk=kari.pk).update(role=Employee.Role.EMPLOYEE)
    kari.role = Employee.Role.ADMINISTRATOR  # as the page knew it

    with pytest.raises(NotAllowed):
        change(case.subscription, kari, variant=pro, shown=shown)


def test_a_page_that_shows_another_price_does_not_count(agreement, kari, pro):
    case = agreement(payer="firm")
    shown = plan_variant(case.subscription, pro, asking=kari.firm_id, day=NOON.date()).fingerprint
    Price.objects.create(variant=pro, months=12, per_month=599, valid_from=date(2026, 3, 10))

    with pytest.raises(actions.PageIsStale):
        change(case.subscription, kari, variant=pro, shown=shown)


def test_what_is_withdrawn_from_sale_can_neither_be_asked_for_nor_said_yes_to(agreement, kari, pro):
    case = agreement()
    made = change(case.subscription, kari, variant=pro)
    Variant.objects.filter(pk=pro.pk).update(is_for_sale=False)

    with pytest.raises(NotAllowed, match="ikke til salgs"):
        answer(made, case.per, shown="")
    answer(made, case.per, accepts=False)
    with pytest.raises(NotAllowed, match="ikke til salgs"):
        change(case.subscription, kari, variant=Variant.objects.get(pk=pro.pk), shown="")


def test_what_has_no_price_is_refused_with_a_sentence(agreement, kari, pro):
    case = agreement(payer="firm")
    Price.objects.filter(variant=pro).delete()

    with pytest.raises(NotAllowed, match="pris"):
        change(case.subscription, kari, variant=pro)


def test_a_payer_who_has_left_is_not_asked(agreement, join, kari, nils, pro):
    """Fjord has paid the period and is gone: nobody could say yes."""
    case = agreement(payer="firm")
    join(case, nils)
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)

    with pytest.raises(NotAllowed, match="samarbeider ikke lenger"):
        change(case.subscription, nils, variant=pro)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_change_and_one_charge(agreement, kari, pro):
    case = agreement(payer="firm")
    shown = plan_variant(case.subscription, pro, asking=kari.firm_id, day=NOON.date()).fingerprint

    def click():
        return actions.change_variant(
            subscription=case.subscription, variant=pro, by=kari, shown=shown, clock=lambda: NOON
        )

    results = race(click, click)

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "SubscriptionChange"]
    assert (SubscriptionChange.objects.count(), Charge.objects.filter(kind="upgrade").count()) == (1, 1)
    assert Collaboration.objects.get().is_active
