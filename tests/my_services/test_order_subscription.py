"""Bestill: a company gets a service by itself, at the price and under the terms that the page showed."""

from datetime import date
from decimal import Decimal

import pytest

from agreements.rules.periods import add_months
from collaboration.models import Receipt
from ground.clock import database_clock, oslo_date
from history.models import Event
from organisations.models import CompanyUser
from subscriptions.models import Charge, Price, ServiceAccess, Subscription, Terms, Variant
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/mine-tjenester/bestill/"
PAGE = "/mine-tjenester/bestill/eaccounting/"
SMART = f"{PAGE}?variant=smart"
DETAIL = "/mine-tjenester/tjenester/eaccounting/"


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def answers(page, **changes) -> dict:
    """What the form of the page would send with the terms ticked."""
    form = page.context["form"]
    hidden = {name: form[name].value() for name in form.fields if name.startswith("shown_")}
    return hidden | {"variant": form["variant"].value(), "accepts_terms": "on"} | changes


def messages_of(browser, response) -> list[str]:
    return [str(message) for message in browser.get(response.url).context["messages"]]


@pytest.fixture
def per(known, sign_in):
    return sign_in(known.administrator)


def test_the_list_has_what_the_company_has_not_with_prices(per, subscribed, sign_in):
    factories.scanner()

    theirs, others = text_of(per.get(LIST)), text_of(sign_in(subscribed.administrator).get(LIST))

    assert "Fra 149,00 kr per måned eks. mva." in theirs
    assert "Gratis" in theirs
    assert PAGE not in others
    assert "Visma Scanner" in others


def test_what_cannot_be_sold_is_not_listed(per, eaccounting):
    Variant.objects.update(is_for_sale=False)

    page, answer = text_of(per.get(LIST)), per.get(PAGE)

    assert "Dere har alle tjenestene" in page
    assert answer.url == LIST
    assert "kan ikke bestilles nå" in messages_of(per, answer)[0]


def test_a_service_with_variants_compares_them_first(per, eaccounting):
    eaccounting.variants.filter(code="start").update(is_for_sale=False)

    page = per.get(PAGE)

    assert [variant["name"] for variant in page.context["variants"]] == ["Faktura", "Smart", "Pro"]
    assert "Velg Smart" in text_of(page)


def test_the_page_says_price_by_period_first_day_renewal_and_terms(per, known):
    page = text_of(per.get(SMART))

    today = oslo_date(database_clock())
    assert "12 måneder – 349,00 kr per måned, 4 188,00 kr for perioden, eks. mva. Fornyes " in page
    assert "3 måneder – 389,00 kr per måned, 1 167,00 kr for perioden, eks. mva. Fornyes " in page
    assert f"I dag, {today.day}. " in page
    assert "Vilkår for Visma eAccounting, versjon 1." in page
    assert known.company.name in page


def test_an_order_begins_today_and_the_company_pays(per, known, post):
    page = per.get(SMART)

    answer = post(per, PAGE, known.company, **answers(page, months=12))

    subscription, today = Subscription.objects.get(), oslo_date(database_clock())
    assert answer.url == DETAIL
    assert (subscription.company, subscription.variant.code, subscription.paying_firm) == (known.company, "smart", None)
    assert (subscription.started_on, subscription.renews_on) == (today, add_months(today, 12))
    charge = Charge.objects.get()
    assert (charge.kind, charge.amount, charge.paying_firm) == ("period", Decimal(4188), None)
    assert ServiceAccess.objects.get().company_user == known.administrator
    receipt = Receipt.objects.get()
    assert (receipt.firm, receipt.activation, receipt.terms.version) == (None, None, 1)
    assert Event.objects.get(verb="order").by == known.administrator.user
    assert "Dere har bestilt Visma eAccounting Smart." in messages_of(per, answer)[0]


def test_without_the_tick_nothing_is_ordered_and_the_choice_is_kept(per, known, post):
    page = per.get(SMART)

    answer = post(per, PAGE, known.company, **answers(page, months=3, accepts_terms=""))

    assert "Du må godkjenne vilkårene for tjenesten." in text_of(answer)
    assert answer.context["form"]["months"].value() == "3"
    assert not Subscription.objects.exists()


def test_without_a_period_nothing_is_ordered(per, known, post):
    answer = post(per, PAGE, known.company, **answers(per.get(SMART)))

    assert "Velg avtaleperiode." in text_of(answer)
    assert not Subscription.objects.exists()


def raise_the_price(eaccounting):
    smart = eaccounting.variants.get(code="smart")
    Price.objects.create(variant=smart, months=12, per_month=400, valid_from=date(2026, 1, 1))


def change_the_terms(eaccounting):
    Terms.objects.create(service=eaccounting, version=2, text="Nye vilkår.")


@pytest.mark.parametrize("change", [raise_the_price, change_the_terms])
def test_what_has_changed_since_is_read_again_first(change, per, known, post, eaccounting):
    page = per.get(SMART)
    change(eaccounting)

    answer = post(per, PAGE, known.company, **answers(page, months=12))
    told = messages_of(per, answer)
    again = post(per, PAGE, known.company, **answers(per.get(answer.url), months=12))

    assert answer.url == SMART
    assert told == ["Pris eller vilkår har endret seg siden du åpnet siden. Les den på nytt før du bestiller."]
    assert again.url == DETAIL
    assert Subscription.objects.count() == 1


def test_a_price_of_the_other_period_does_not_matter(per, known, post, eaccounting):
    page = per.get(SMART)
    raise_the_price(eaccounting)

    answer = post(per, PAGE, known.company, **answers(page, months=3))

    assert answer.url == DETAIL


def test_a_variant_that_was_withdrawn_meanwhile_leads_to_the_others(per, known, post, eaccounting):
    page = per.get(SMART)
    eaccounting.variants.filter(code="smart").update(is_for_sale=False)

    answer = post(per, PAGE, known.company, **answers(page, months=12))

    assert answer.url == PAGE
    assert "ikke til salgs" in messages_of(per, answer)[0]
    assert not Subscription.objects.exists()


def test_a_second_order_is_told_what_there_is(per, known, post):
    page = per.get(SMART)
    post(per, PAGE, known.company, **answers(page, months=12))

    answer = post(per, PAGE, known.company, **answers(page, months=12))

    assert answer.url == DETAIL
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_only_an_administrator_orders_and_the_others_are_told(role, known, sign_in, post, per):
    person = factories.CompanyUserFactory(company=known.company, role=role)
    browser = sign_in(person)

    page = browser.get(SMART)
    answer = post(browser, PAGE, known.company, **answers(page, months=12))

    assert "En administrator må bestille" in text_of(page)
    assert "12 måneder – 349,00 kr per måned" in text_of(page)
    assert '<button class="ds-button" type="submit">Bestill</button>' not in page.content.decode()
    assert "Spør en administrator" in messages_of(browser, answer)[0]
    assert not Subscription.objects.exists()


def test_an_ended_service_is_ordered_again_as_a_new_one(subscribed, sign_in, post):
    Subscription.objects.update(ended_on=date(2026, 6, 1))
    browser = sign_in(subscribed.administrator)

    answer = post(browser, PAGE, subscribed.company, **answers(browser.get(SMART), months=3))

    assert answer.url == DETAIL
    assert sorted(Subscription.objects.values_list("ended_on", flat=True), key=str) == [date(2026, 6, 1), None]


def test_an_unknown_service_is_not_found(per):
    assert per.get("/mine-tjenester/bestill/finnes-ikke/").status_code == 404


def test_a_get_orders_nothing(per):
    per.get(f"{SMART}&months=12&accepts_terms=on")

    assert not Subscription.objects.exists()


def test_a_form_of_another_company_orders_nothing(per, known, subscribed, post):
    answer = post(per, PAGE, subscribed.company, **answers(per.get(SMART), months=12))

    assert answer.status_code == 409
    assert Subscription.objects.filter(company=known.company).count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_the_same_however_much_there_is(rows, per, django_assert_num_queries):
    for _ in range(rows):
        factories.ServiceFactory()
    per.get(LIST)

    # session, user, places, the hour, services, prices · header: what waits
    with django_assert_num_queries(7):
        per.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_the_same_however_much_there_is(rows, per, django_assert_num_queries):
    sizes = {f"nummer-{rank}": (rank, 99, 79) for rank in range(1, rows + 2)}
    service = factories.ServiceFactory(code="ny", has_variants=True, variants=sizes)
    address = f"/mine-tjenester/bestill/{service.code}/?variant=nummer-1"
    per.get(address)

    # session, user, places, service, the hour, whether a rival or the company has it, terms, prices, and of each of
    # two periods what it renews at · header: what waits
    with django_assert_num_queries(11):
        per.get(address)
