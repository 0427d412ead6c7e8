"""By deeds, pages and days: who will pay is asked, told and charged; tests/agreements has the same in memory."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from agreements.rules import money
from collaboration import actions
from collaboration.agreement_rows import load
from collaboration.models import Collaboration
from collaboration.outlook import fingerprint
from collaboration.plans import period_now, plan_variant
from notifications.models import Email
from organisations.places.current import Place
from subscriptions.models import Charge, Price, SubscriptionChange
from tests.collaboration.conftest import answer, change, noon, renew
from tests.collaboration.outlooks import outlook_of_cancelling, outlook_of_end
from tests.conftest import NOON
from tests.machine.world import make_clock_movable, set_clock

pytestmark = pytest.mark.django_db

RENEWAL = date(2026, 6, 10)


def text(page) -> str:
    return " ".join(page.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def paid_by_firm(agreement):
    """Fjord pays Start for Ørsta Rør, 3 months at 219,00 from 10 March 2026."""
    return agreement(payer="firm", months=3, variant="start")


@pytest.fixture
def ending(paid_by_firm):
    """And the company has chosen the renewal for Fjord's last day."""
    actions.plan_end(
        collaboration=paid_by_firm.collaboration, by=paid_by_firm.per, on=RENEWAL, clock=lambda: NOON
    )  # fmt: skip
    return paid_by_firm


def last_charge() -> tuple:
    charge = Charge.objects.latest("pk")
    return charge.paying_firm, charge.period.lower, charge.amount


def pro(case):
    return case.subscription.service.variants.get(code="pro")


# --- The one who will pay is asked


def test_a_greater_variant_waits_for_the_company_that_will_pay_it(ending, kari):
    made = change(ending.subscription, kari, variant=pro(ending))

    assert (made.status, made.needs_yes, made.answering_firm) == ("proposed", True, None)
    renew(RENEWAL)
    assert last_charge() == (None, RENEWAL, Decimal("657.00"))


def test_with_the_companys_yes_both_pay_what_they_have_said_yes_to(ending, kari):
    made = answer(change(ending.subscription, kari, variant=pro(ending)), ending.per)

    assert made.status == "in_force"
    assert Charge.objects.get(kind="upgrade").paying_firm == kari.firm
    renew(RENEWAL)
    assert last_charge() == (None, RENEWAL, Decimal("1797.00"))


def test_another_length_waits_for_the_company_that_will_pay_it(ending, kari):
    made = change(ending.subscription, kari, months=12)

    assert (made.status, made.answering_firm) == ("proposed", None)
    renew(RENEWAL)
    assert last_charge() == (None, RENEWAL, Decimal("657.00"))


def test_the_pages_say_the_same(ending, kari, sign_in):
    make_clock_movable()
    set_clock(NOON)
    office, per = sign_in(kari), sign_in(ending.per)
    address = reverse("collaboration:subscription-change-variant", args=[ending.client.number, "eaccounting"])

    page = office.get(address, {"valg": "pro"})
    assert "Må godkjennes av" in text(page)
    assert "Kunden, innen utgangen av 9. juni 2026" in text(page)
    plan = page.context["told"].plan
    office.post(
        address, {Place.FIRM_FIELD: kari.firm_id, "valg": "pro", "shown": plan.fingerprint}
    )  # fmt: skip
    (made,) = SubscriptionChange.objects.proposed()
    asked = per.get(reverse("my_services:change-answer", args=["eaccounting", made.pk]))

    assert "10. juni 2026: 1 797,00 kr eks. mva. for 3 måneder" in text(asked)
    service = text(per.get("/mine-tjenester/tjenester/eaccounting/"))
    assert "Dere betaler 219,00 kr per måned, 657,00 kr for perioden, eks. mva." in service


# --- The notice goes to who will pay


def test_the_notice_goes_to_the_company_and_not_to_the_firm_that_leaves(agreement, kari):
    case = agreement(payer="firm", months=3, variant="start")
    actions.plan_end(collaboration=case.collaboration, by=case.per, on=RENEWAL, clock=lambda: NOON)
    Email.objects.all().delete()

    assert actions.send_renewal_notices(clock=noon(date(2026, 5, 12))) == 1

    mail = Email.objects.get(kind="renewal_notice")
    assert mail.to == case.per.user.email
    assert "657,00" in bytes(mail.message).decode()
    assert actions.send_renewal_notices(clock=noon(date(2026, 5, 13))) == 0


# --- Two upgrades cost what one does


def test_an_upgrade_that_charged_nothing_lowers_nothing(subscribed, kari, sent, approve, eaccounting):
    subscription = subscribed.subscription
    start, smart, pro = (eaccounting.variants.get(code=code) for code in ("start", "smart", "pro"))
    type(subscription).objects.filter(pk=subscription.pk).update(variant=start)
    subscription.charges.update(variant=start, monthly_price=199)
    for variant, price in ((smart, 150), (pro, 250)):
        Price.objects.create(variant=variant, months=12, per_month=price, valid_from=date(2026, 6, 1))
    day = noon(date(2026, 7, 1))

    for variant in (smart, pro):
        change(subscription, subscribed.administrator, variant=variant, at=day)

    amounts = list(Charge.objects.filter(kind="upgrade").order_by("pk").values_list("amount", flat=True))
    assert amounts == [Decimal("0.00"), Decimal("308.52")]


def test_the_pages_of_the_two_upgrades_say_what_is_charged(subscribed, eaccounting, sign_in):
    start, smart, pro = (eaccounting.variants.get(code=code) for code in ("start", "smart", "pro"))
    type(subscribed.subscription).objects.update(variant=start)
    subscribed.subscription.charges.update(variant=start, monthly_price=199)
    for variant, price in ((smart, 150), (pro, 250)):
        Price.objects.create(variant=variant, months=12, per_month=price, valid_from=date(2026, 6, 1))
    make_clock_movable()
    set_clock(noon(date(2026, 7, 1))())
    browser = sign_in(subscribed.administrator)
    address = reverse("my_services:subscription-change-variant", args=["eaccounting"])
    company = {Place.COMPANY_FIELD: subscribed.company.pk}

    direct = text(browser.get(address, {"valg": "pro"}))
    for code in ("smart", "pro"):
        page = browser.get(address, {"valg": code})
        shown = page.context["told"].plan.fingerprint
        browser.post(address, {**company, "valg": code, "shown": shown})

    amount = "308,52 kr eks. mva. for resten av perioden, til og med 31. desember 2026"
    assert amount in direct
    assert amount in text(page)
    assert sum(Charge.objects.filter(kind="upgrade").values_list("amount", flat=True)) == Decimal("308.52")


def test_what_is_paid_a_month_is_what_was_charged(subscribed, eaccounting):
    subscription = subscribed.subscription
    smart, pro = (eaccounting.variants.get(code=code) for code in ("smart", "pro"))
    Price.objects.create(variant=pro, months=12, per_month=250, valid_from=date(2026, 6, 1))
    plan = plan_variant(subscription, pro, asking=None, day=date(2026, 7, 1))

    change(subscription, subscribed.administrator, variant=pro, at=noon(date(2026, 7, 1)))

    assert (plan.charge_now, plan.before.per_month, plan.after.per_month) == (0, 349, 349)
    assert plan.renewal.per_month == 250
    subscription.refresh_from_db()
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1)):
        loaded = load(subscription, day=date(2026, 7, 1))
        assert period_now(subscription, day=day) == loaded.names.period(money.period_now(loaded.value, day))
    assert smart.price_on(date(2026, 7, 1), 12) == 349


# --- What only a leaving payer has agreed to


@pytest.mark.parametrize("at_once", [True, False])
def test_a_length_that_only_the_leaving_payer_chose_falls_with_it(at_once, agreement, kari):
    case = agreement(payer="firm", months=3, variant="pro")
    made = change(case.subscription, kari, months=12)
    assert made.status == "agreed"
    ending = {"by": None, "outcome": "continues", "reader": None, "day": NOON.date()}
    foretold = " ".join(row.sentence for row in outlook_of_end(case.collaboration, **ending))
    assert "1 797,00 kr for perioden" in foretold.replace("\xa0", " ")

    if at_once:
        actions.end_collaboration(collaboration=case.collaboration, by=case.per, clock=lambda: NOON)
    else:
        actions.plan_end(collaboration=case.collaboration, by=case.per, on=date(2026, 4, 1), clock=lambda: NOON)
    renew(RENEWAL)

    made.refresh_from_db()
    assert made.status == "taken_back"
    assert last_charge() == (None, RENEWAL, Decimal("1797.00"))


def test_the_company_that_is_asked_afterwards_is_asked_for_what_holds(agreement, kari):
    case = agreement(payer="firm", months=3, variant="pro")
    change(case.subscription, kari, months=12)

    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=lambda: NOON)
    answer(SubscriptionChange.objects.proposed().get(), case.per)
    renew(RENEWAL)

    assert last_charge() == (None, RENEWAL, Decimal("1797.00"))


# --- What a page foretold is facts


def test_a_page_in_another_language_foretells_the_same(paid_by_firm, kari):
    day = NOON.date()
    shown = {}
    for language in ("nb", "en"):
        with translation.override(language):
            rows = outlook_of_end(
                paid_by_firm.collaboration, by=None, outcome="service_ends", reader=None, day=day
            )  # fmt: skip
            shown[language] = (rows[0].sentence, fingerprint(rows))

    assert shown["nb"][0] != shown["en"][0]
    assert shown["nb"][1] == shown["en"][1]


def test_a_changed_language_does_not_make_a_page_stale(paid_by_firm):
    with translation.override("nb"):
        shown = fingerprint(
            outlook_of_cancelling(paid_by_firm.subscription, by=None, reader=None, day=NOON.date())
        )  # fmt: skip

    with translation.override("en"):
        actions.cancel_subscription(
            subscription=paid_by_firm.subscription, by=paid_by_firm.per, shown=shown, clock=lambda: NOON
        )

    paid_by_firm.subscription.refresh_from_db()
    assert paid_by_firm.subscription.is_cancelled


def test_a_price_that_has_changed_does(paid_by_firm, kari):
    shown = fingerprint(
        outlook_of_end(paid_by_firm.collaboration, by=None, outcome="continues", reader=None, day=NOON.date())
    )
    Price.objects.create(
        variant=paid_by_firm.subscription.variant, months=3, per_month=999, valid_from=date(2026, 4, 1)
    )

    with pytest.raises(actions.PageIsStale):
        actions.end_collaboration(
            collaboration=paid_by_firm.collaboration, by=paid_by_firm.per, shown=shown, clock=lambda: NOON
        )

    assert Collaboration.objects.get().is_active
