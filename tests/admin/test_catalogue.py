"""The catalogue's forms: sets are checked as sets, prices in force stay, amounts are read as they are typed."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from ground.amounts import read_amount
from ground.clock import database_clock, oslo_date
from ground.phone import is_phone
from ground.refusals import NotAllowed
from history.models import Event
from organisations.models import User
from subscriptions.actions.catalogue import check_door, keep_row, remove_row
from subscriptions.models import Price, Service, Variant
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user():
    return factories.UserFactory(email="admin@byra.example", is_staff=True, is_superuser=True)


@pytest.fixture
def browser(sign_in, admin_user):
    return sign_in(admin_user)


def inline(prefix: str, rows: list[dict], initial: int) -> dict:
    answers = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return answers | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def service_form(service: Service, **changes) -> dict:
    about = {"name": service.name, "summary": "Regnskap", "position": 1, "has_variants": "on", "has_payer": "on",
             "has_period": "on", "retention_years": 5, "url": service.url} | changes  # fmt: skip
    about = {name: value for name, value in about.items() if value is not None}
    features = list(service.features.all())
    return about | inline("features", [
        {"id": one.pk, "service": service.pk, "position": 1, "name": one.name} for one in features
    ], len(features)) | inline("terms", [], 0)  # fmt: skip


def variant_rows(service: Service, **changes: dict) -> dict:
    rows = [
        {"id": one.pk, "service": service.pk, "name": one.name, "rank": one.rank, "is_for_sale": "on"}
        | ({"is_firms_own": "on"} if one.is_firms_own else {}) | changes.get(one.code, {})
        for one in service.variants.all()
    ]  # fmt: skip
    return inline("variants", [{k: v for k, v in row.items() if v is not None} for row in rows], len(rows))


def save(browser, service, *, variants: dict | None = None, **changes):
    page = reverse("admin:subscriptions_service_change", args=[service.pk])
    return browser.post(page, service_form(service, **changes) | variant_rows(service, **(variants or {})))


def test_two_ranks_are_swapped_and_the_firms_own_is_moved(browser, eaccounting):
    swapped = {"start": {"rank": 3, "is_firms_own": "on"}, "smart": {"rank": 2}, "pro": {"is_firms_own": None}}

    assert save(browser, eaccounting, variants=swapped).status_code == 302

    ranks = dict(eaccounting.variants.values_list("code", "rank"))
    assert (ranks["start"], ranks["smart"]) == (3, 2)
    assert eaccounting.variants.get(is_firms_own=True).code == "start"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    event = Event.objects.about(eaccounting.variants.get(code="start")).get()
    assert (event.before["rank"], event.after["rank"]) == (2, 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"variants": {"start": {"rank": 3}}}, "samme størrelse"),
        ({"variants": {"start": {"rank": 0}}}, "begynner på 1"),
        ({"variants": {"start": {"is_firms_own": "on"}}}, "Bare én variant"),
        ({"has_variants": None}, "kan bare ha én"),
        ({"url": "javascript:alert(1)"}, "https://"),
    ],
)
def test_a_set_that_cannot_be_is_told_on_the_page(changes, said, browser, eaccounting):
    answer = save(browser, eaccounting, **changes)

    assert answer.status_code == 200
    assert said in answer.content.decode(), [one.formset.errors for one in answer.context["inline_admin_formsets"]]
    assert Service.objects.get(pk=eaccounting.pk).has_variants


@pytest.mark.parametrize("many", ["on", None])
def test_a_service_has_a_variant(many, browser):
    about = {"code": "lonn", "name": "Lønn", "summary": "Lønn", "position": 4, "retention_years": 5, "url": "/lonn/"}
    about |= {"has_variants": many} if many else {}

    answer = browser.post(reverse("admin:subscriptions_service_add"), about | inline("variants", [], 0))

    assert "Legg til en variant" in answer.content.decode()
    assert not Service.objects.filter(code="lonn").exists()


def test_the_database_refuses_a_second_variant_where_none_are_promised():
    service = factories.ServiceFactory()

    with pytest.raises(IntegrityError, match="has one"), transaction.atomic():
        add_another(service)


def add_another(service) -> None:
    Variant.objects.create(service=service, code="to", name="To", rank=2)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def price_page(browser, variant, rows: list[dict], initial: int, **more):
    answers = {"name": variant.name, "rank": variant.rank, "is_for_sale": "on", "is_firms_own": ""} | more
    return browser.post(
        reverse("admin:subscriptions_variant_change", args=[variant.pk]), answers | inline("prices", rows, initial)
    )


def test_a_price_is_shown_as_it_was_read_before_it_is_saved(browser):
    variant = factories.ServiceFactory().variants.get()
    tomorrow = oslo_date(database_clock()) + timedelta(days=1)
    new = [{"variant": variant.pk, "months": 12, "per_month": "149,50", "valid_from": tomorrow.isoformat()}]

    looked = price_page(browser, variant, new, 0, _look="1")

    assert "149,50 kr per måned" in looked.content.decode()
    assert not Price.objects.filter(valid_from=tomorrow).exists()
    assert price_page(browser, variant, new, 0).status_code == 302
    assert Price.objects.get(valid_from=tomorrow).per_month == Decimal("149.50")


def test_what_was_looked_at_is_saved_in_another_language_too(browser, admin_user):
    variant = factories.ServiceFactory().variants.get()
    tomorrow = oslo_date(database_clock()) + timedelta(days=1)
    new = [{"variant": variant.pk, "months": 12, "per_month": "149.50", "valid_from": tomorrow.isoformat()}]
    page = price_page(browser, variant, new, 0, _look="1").content.decode()
    (shown,) = re.findall(r'name="prices-shown" value="(\w+)"', page)
    User.objects.update(language="en")

    other = [new[0] | {"per_month": "150.50"}]
    assert price_page(browser, variant, other, 0, **{"prices-shown": shown}).status_code == 200
    assert price_page(browser, variant, new, 0, **{"prices-shown": shown}).status_code == 302


@pytest.mark.parametrize("changes", [{"per_month": "1"}, {"DELETE": "on"}, {"valid_from": "2030-01-01"}])
def test_a_price_in_force_is_neither_changed_nor_removed(changes, browser):
    variant = factories.ServiceFactory().variants.get()
    price = variant.prices.get(months=12)
    row = {"id": price.pk, "variant": variant.pk, "months": 12, "per_month": "79", "valid_from": "2020-01-01"}

    price_page(browser, variant, [row | changes], 1)

    price.refresh_from_db()
    assert (price.per_month, price.valid_from.year) == (79, 2020)


def test_nor_by_the_deeds_and_a_new_one_changes_no_past_day(admin_user, clock):
    variant = factories.ServiceFactory().variants.get()
    price = variant.prices.get(months=12)
    price.per_month = 1
    past = Price(variant=variant, months=12, per_month=1, valid_from=oslo_date(clock()) - timedelta(days=1))

    for deed, row in ((keep_row, price), (remove_row, price), (keep_row, past)):
        with pytest.raises(NotAllowed):
            deed(row=row, by=admin_user, clock=clock)


def test_nobody_but_a_platform_administrator_keeps_the_catalogue(kari, clock):
    with pytest.raises(NotAllowed, match="plattformadministrator"):
        keep_row(row=factories.ServiceFactory(), by=kari.user, clock=clock)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://x.example/", "//x.example/", "/\\x", "https://", "x", "https://a@b.example/"],
)
def test_the_door_leads_to_a_secure_address(url):
    with pytest.raises(NotAllowed):
        check_door(url)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("149,50", "149.50"), ("149.50", "149.50"), ("1 209,86", "1209.86"), ("1.209,86", "1209.86"),
     ("14\u00a0950 kr", "14950"), ("120", "120"), ("1.500", None), ("1,500", None),
     ("1,2,3", None), ("abc", None), ("-5", None), ("1e3", None)],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written_or_not_at_all(typed, meant):
    assert read_amount(typed) == (Decimal(meant) if meant else None)


def test_a_telephone_number_has_digits():
    assert [is_phone(text) for text in ("22 00 00 00", "+47 22000000", "abc", "12", "22 x 00 00 00")] == [
        True, True, False, False, False
    ]  # fmt: skip


@pytest.mark.parametrize(("field", "typed"), [("phone", "abc"), ("reminder_days", "14,3,3,99")])
def test_a_firm_has_the_offices_rules(field, typed, browser):
    firm = {"name": "Nordlys AS", "slug": "n", "org_number": factories.org_number(900), "first_client_number": 1001}

    answer = browser.post(reverse("admin:organisations_firm_add"), firm | {field: typed})

    assert list(answer.context["adminform"].form.errors) == [field]
