"""An agreement from outside the portal: what may be written down, what is shown before, and the way back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from agreements.actions import correct_agreement, record_agreement, renew_subscriptions, take_back_agreement
from ground.clock import database_clock, oslo_date
from ground.periods import add_months
from ground.refusals import NotAllowed
from history.models import Event
from subscriptions.models import Charge, ServiceAccess, Subscription
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

DEEDS = (correct_agreement, take_back_agreement)


@pytest.fixture
def admin_user():
    return factories.UserFactory(email="admin@byra.example", is_staff=True, is_superuser=True)


@pytest.fixture
def smart(eaccounting):
    return eaccounting.variants.get(code="smart")


def facts(variant, **changes) -> dict:
    """An agreement of 2026, as it may be on 10 March."""
    year = {"first_day": date(2026, 1, 1), "renews_on": date(2027, 1, 1)}
    return {"variant": variant, "paying_firm": None, "months": 12} | year | changes


@pytest.fixture
def recorded(smart, clock):
    return record_agreement(company=factories.CompanyUserFactory().company, clock=clock, **facts(smart))


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"first_day": date(2020, 6, 1), "renews_on": date(2021, 6, 1)}, "renews_on", "senere enn i dag"),
        ({"first_day": date(2026, 1, 10), "renews_on": date(2026, 3, 10)}, "renews_on", "senere enn i dag"),
        ({"renews_on": date(2028, 1, 1)}, "renews_on", "mer enn én avtaleperiode"),
        ({"renews_on": None}, "renews_on", "Skriv dagen"),
        ({"first_day": date(2026, 3, 11), "renews_on": date(2027, 3, 11)}, "started_on", "ikke være senere enn i dag"),
        ({"months": 1}, "period_months", "kan ikke være 1 måneder"),
        ({"first_day": date(2019, 1, 1)}, "period_months", "ingen pris"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes, field, said, smart, clock):
    with pytest.raises(NotAllowed, match=said) as refused:
        record_agreement(company=factories.CompanyFactory(), clock=clock, **facts(smart, **changes))

    assert refused.value.field == field
    assert not Subscription.objects.exists()


def test_a_service_that_asks_for_no_payer_and_never_renews_has_neither(fjord, clock):
    service = factories.ServiceFactory(has_payer=False, has_period=False, variants={"standard": (1, 0, 0)})
    year = facts(service.variants.get(), months=1)
    for wrong, field in (({"paying_firm": fjord}, "paying_firm"), ({}, "renews_on")):
        with pytest.raises(NotAllowed) as refused:
            record_agreement(company=factories.CompanyFactory(), clock=clock, **year | wrong)
        assert refused.value.field == field

    made = record_agreement(company=factories.CompanyFactory(), clock=clock, **year | {"renews_on": None})

    assert (made.renews_on, made.charges.count()) == (None, 0)


def test_it_is_written_down_anew_with_what_was_paid_and_leaves_what_it_was(recorded, smart, fjord, admin_user, clock):
    pro = smart.service.variants.get(code="pro")
    correct_agreement(
        subscription=recorded, by=admin_user, clock=clock,
        **facts(pro, paying_firm=fjord, months=3, renews_on=date(2026, 4, 1)),
    )  # fmt: skip

    recorded.refresh_from_db()
    opening = recorded.charges.get()
    event = Event.objects.about(recorded).get(verb="correct")
    assert (recorded.variant, recorded.paying_firm, recorded.renews_on) == (pro, fjord, date(2026, 4, 1))
    assert (opening.kind, opening.amount, opening.period.upper) == ("opening", Decimal(0), date(2026, 4, 1))
    assert (event.before["renews_on"], event.after["renews_on"], event.by) == ("2027-01-01", "2026-04-01", admin_user)


def test_it_is_taken_back_with_the_access_that_it_gave(recorded, admin_user, clock):
    assert ServiceAccess.objects.exists()

    take_back_agreement(subscription=recorded, by=admin_user, clock=clock)

    assert not Subscription.objects.exists()
    assert not ServiceAccess.objects.exists()
    assert not Charge.objects.exists()
    assert Event.objects.get(verb="take_back_record").before["service_id"] == recorded.service_id
    with pytest.raises(NotAllowed, match="allerede tatt tilbake"):
        take_back_agreement(subscription=recorded, by=admin_user, clock=clock)


def charged(subscription):
    renew_subscriptions(clock=lambda: datetime(2027, 1, 1, 11, tzinfo=UTC))


def cancelled(subscription):
    Subscription.objects.update(cancelled_on=date(2026, 2, 1))


def made_in_the_portal(subscription):
    Subscription.objects.update(terms=subscription.service.terms.get())


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("now", [charged, cancelled, made_in_the_portal])
def test_in_every_other_state_it_stays(deed, now, recorded, smart, admin_user, clock):
    now(recorded)

    with pytest.raises(NotAllowed):
        deed(subscription=recorded, by=admin_user, clock=clock, **(facts(smart) if deed is correct_agreement else {}))

    assert Subscription.objects.exists()


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_but_a_platform_administrator_does_it(deed, recorded, smart, kari, clock):
    with pytest.raises(NotAllowed, match="plattformadministrator"):
        deed(subscription=recorded, by=kari.user, clock=clock, **(facts(smart) if deed is correct_agreement else {}))


@pytest.mark.django_db(transaction=True)
def test_two_who_take_it_back_at_once_do_it_once(recorded, admin_user, clock):
    done = race(*[lambda: take_back_agreement(subscription=recorded, by=admin_user, clock=clock)] * 2)

    assert sum(isinstance(one, NotAllowed) for one in done) == 1
    assert not Subscription.objects.exists()


# --- In the admin


@pytest.fixture
def typed(smart):
    """What the form is told: an agreement that is half a year old today."""
    today = oslo_date(database_clock())
    begun = add_months(today.replace(day=1), -6)
    return {
        "company": factories.CompanyFactory().pk, "variant": smart.pk, "paying_firm": "", "period_months": 12,
        "started_on": begun.isoformat(), "renews_on": add_months(begun, 12).isoformat(),
    }  # fmt: skip


def test_what_will_be_charged_is_shown_before_it_is_saved(typed, admin_user, sign_in):
    browser, address = sign_in(admin_user), reverse("admin:subscriptions_subscription_add")

    page = browser.get(address).content.decode()
    looked = browser.post(address, typed | {"_look": "1"})

    assert ('name="_look"' in page, 'name="_save"' in page) == (True, False)
    shown = looked.content.decode().replace("\u00a0", " ")
    assert "Avtalen fornyes for 12 måneder. Dere betaler 349,00 kr per måned, 4 188,00 kr for perioden" in shown
    assert 'name="_save"' in shown
    assert not Subscription.objects.exists()
    form = looked.context["adminform"].form
    changed = browser.post(address, typed | {"_save": "1", "shown": form.fingerprint, "period_months": 3})
    assert not Subscription.objects.exists(), "what was changed since the look is shown again"
    assert changed.status_code == 200
    browser.post(address, typed | {"_save": "1", "shown": form.fingerprint})
    assert Subscription.objects.get().period_months == 12


def test_it_is_corrected_and_taken_back_on_its_page(typed, fjord, admin_user, sign_in):
    browser = sign_in(admin_user)
    browser.post(reverse("admin:subscriptions_subscription_add"), typed)
    made = Subscription.objects.get()
    page = reverse("admin:subscriptions_subscription_change", args=[made.pk])
    back = reverse("admin:subscriptions_subscription_delete", args=[made.pk])

    inlines = {f"{name}-{part}_FORMS": 0 for name in ("charges", "accesses") for part in ("TOTAL", "INITIAL")}
    saved = browser.post(page, typed | inlines | {"paying_firm": fjord.pk})
    made.refresh_from_db()
    asked = browser.get(back)

    assert (saved.status_code, made.paying_firm) == (302, fjord)
    assert "Ta avtalen tilbake" in asked.content.decode()
    assert Subscription.objects.exists()
    assert browser.post(back).status_code == 302
    assert not Subscription.objects.exists()


def test_a_charged_one_is_only_shown(recorded, admin_user, sign_in):
    charged(recorded)
    browser = sign_in(admin_user)

    page = browser.get(reverse("admin:subscriptions_subscription_change", args=[recorded.pk]))

    assert 'name="_look"' not in page.content.decode()
    assert browser.post(reverse("admin:subscriptions_subscription_delete", args=[recorded.pk])).status_code == 403


# --- A month that is over


def test_what_is_charged_late_stands_in_the_month_in_which_it_is_written(recorded):
    january = date(2027, 1, 1)
    renew_subscriptions(clock=lambda: datetime(2027, 3, 2, 11, tzinfo=UTC))

    late = Charge.objects.get(kind="period")

    assert late.period == DateRange(january, date(2028, 1, 1))
    assert not Charge.objects.in_month(january).exists()
    assert Charge.objects.in_month(date(2027, 3, 1)).get() == late


def test_what_is_charged_on_its_day_stands_in_its_own_month(recorded):
    charged(recorded)

    assert Charge.objects.in_month(date(2027, 1, 1)).get().late_in is None
