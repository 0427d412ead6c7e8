"""A service that a platform administrator has just made works from wizard to receipt, without a line of code."""

import email
from decimal import Decimal
from email.policy import default

import pytest
from django.urls import reverse

from collaboration.models import Activation
from commitments.models import Receipt
from ground.clock import database_clock, oslo_date
from ground.periods import add_months
from notifications.models import Email
from organisations.places.current import Place
from subscriptions.models import Charge, Service, Subscription, Variant
from tests import factories
from tests.pairs import every_pair

pytestmark = pytest.mark.django_db

CODE = "lonn"
COMBINATIONS = every_pair((True, False), (True, False), (True, False), (0, 120))


def inline(prefix: str, *rows: dict) -> dict:
    """The hidden form of an inline of the admin, with its new rows."""
    answers = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        answers |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return answers


@pytest.fixture
def make_service(sign_in):
    """In the admin: the service with its variants, then each variant's prices, then the terms."""

    def make(*, variants: bool, payer: bool, period: bool, price: int) -> Service:
        admin = sign_in(factories.UserFactory(email="admin@byra.example", is_staff=True, is_superuser=True))
        asks = {"has_variants": variants, "has_payer": payer, "has_period": period}
        names = ["liten", "stor"] if variants else ["standard"]
        rows = [
            {"code": name, "name": name.capitalize(), "rank": rank, "is_for_sale": "on"}
            for rank, name in enumerate(names, start=1)
        ]
        about = {"code": CODE, "name": "Lønn", "summary": "Lønn og reise.", "position": 4, "retention_years": 5}
        answers = (
            about | {"url": "https://tjeneste.example/inn/"} | {name: "on" for name, asked in asks.items() if asked}
        )
        assert (
            admin.post(reverse("admin:subscriptions_service_add"), answers | inline("variants", *rows)).status_code
            == 302
        )
        service = Service.objects.get(code=CODE)
        for variant in service.variants.all():
            prices = [
                {"months": months, "per_month": price * variant.rank, "valid_from": "2026-01-01", "variant": variant.pk}
                for months in (1, 3, 12)
            ]
            fields = {"name": variant.name, "summary": "", "rank": variant.rank, "is_for_sale": "on"}
            address = reverse("admin:subscriptions_variant_change", args=[variant.pk])
            assert admin.post(address, fields | inline("prices", *prices)).status_code == 302
        terms = {"service": service.pk, "version": 1, "text": "Vilkår for Lønn."}
        assert admin.post(reverse("admin:subscriptions_terms_add"), terms).status_code == 302
        return service

    return make


class Office:
    """Kari's browser at one client's service."""

    def __init__(self, browser, client, firm) -> None:
        self.browser, self.client, self.firm = browser, client, firm

    def url(self, name: str = "service-detail") -> str:
        return reverse(f"collaboration:{name}", args=[self.client.number, CODE])

    def get(self, name: str = "service-detail"):
        response = self.browser.get(self.url(name))
        assert response.status_code == 200
        return response

    def post(self, name: str, **fields):
        response = self.browser.post(self.url(name), {Place.FIRM_FIELD: self.firm.pk, **fields})
        assert response.status_code == 302, response.content.decode()
        return response


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def activate(office: Office, service: Service) -> Activation:
    """The wizard, as far as it asks."""
    office.get()
    office.post("activation-start", variant=service.variants.first().code)
    asked = office.get("activation-agreement").context["form"].fields
    answers = {"payer": "firm", "period_months": "3"}
    answers = {name: value for name, value in answers.items() if name in asked}
    answers |= {"task": office.client.tasks.get().pk, "contact": office.client.contacts.get().pk}
    office.post("activation-agreement", **answers)
    office.get("activation-check")
    office.post("activation-check")
    return Activation.objects.get(service=service, status="pending")


def mail_text(kind: str) -> str:
    message = email.message_from_bytes(bytes(Email.objects.get(kind=kind).message), policy=default)
    return message.get_body(("plain",)).get_content().replace("\xa0", " ")


def assert_price_in(mail: str, *, period: bool, price: int) -> None:
    if not price:
        assert "Pris: Gratis" in mail
    else:
        cost = "120,00 kr per måned, 360,00 kr for 3 måneder, eks. mva." if period else "120,00 kr per måned eks. mva."
        assert f"Pris: {cost}\r\n" in mail


def approve(browser, company, activation: Activation):
    page = browser.get(reverse("my_services:activation-detail", args=[activation.pk]))
    fields = {"shown": page.context["form"].initial["shown"], "accepts_terms": "on", Place.COMPANY_FIELD: company.pk}
    browser.post(reverse("my_services:activation-approve", args=[activation.pk]), fields)
    return page


def order(browser, company, service: Service):
    """The order's pages, as far as they ask."""
    address = reverse("my_services:order-create", args=[service.code])
    page = browser.get(address)
    if service.has_variants:
        page = browser.get(page.context["variants"][0]["url"])
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields if name.startswith("shown_")}
    asked = {"months": 3} if "months" in form.fields else {}
    fields = shown | asked | {"variant": form["variant"].value(), "accepts_terms": "on"}
    answer = browser.post(address, fields | {Place.COMPANY_FIELD: company.pk})
    assert answer.url == reverse("my_services:service-detail", args=[service.code])
    return page


def expected_agreement(variant: Variant, *, period: bool, price: int) -> tuple:
    """Variant, months, and the day it renews: never, where nothing is asked for and nothing charged."""
    months = 3 if period else 1
    renews_on = add_months(oslo_date(database_clock()), months) if period or price else None
    return variant, months, renews_on


def agreement_of(subscription: Subscription) -> tuple:
    return subscription.variant, subscription.period_months, subscription.renews_on


def charges_of(subscription: Subscription) -> list[tuple]:
    return list(Charge.objects.filter(subscription=subscription).values_list("kind", "paying_firm", "amount"))


@pytest.mark.parametrize(("variants", "payer", "period", "price"), COMBINATIONS)
def test_it_is_activated_approved_and_read_on_both_sides(
    variants, payer, period, price, make_service, known, kari, sign_in
):
    service = make_service(variants=variants, payer=payer, period=period, price=price)
    office, per = Office(sign_in(kari), known.client, kari.firm), sign_in(known.administrator)
    name = "Lønn Liten" if variants else "Lønn"

    question = approve(per, known.company, activate(office, service))

    subscription = Subscription.objects.get(service=service)
    paying_firm = kari.firm if payer else None
    assert agreement_of(subscription) == expected_agreement(service.variants.first(), period=period, price=price)
    assert subscription.paying_firm == paying_firm
    due = [("period", paying_firm.pk if paying_firm else None, Decimal(price * (3 if period else 1)))]
    assert charges_of(subscription) == (due if period or price else [])

    rows = dict(office.get().context["rows"])
    assert ("Variant" in rows, "Avtaleperiode" in rows, "Pris" in rows) == (variants, period, bool(price))
    overview, page = text_of(per.get("/mine-tjenester/")), text_of(per.get(f"/mine-tjenester/tjenester/{CODE}/"))
    told = "120,00 kr per måned" if price else "Ingen, tjenesten er gratis"
    for text in (overview, page):
        assert "Lønn" in text
        assert told in text
    assert name in text_of(question)
    assert office.browser.get(office.url("service-open")).url.startswith("https://tjeneste.example/inn/?orgnr=")
    mail = mail_text("approval_receipt")
    assert all(word in mail for word in name.split())
    assert_price_in(mail, period=period, price=price)
    assert Receipt.objects.get().record["price_per_month"] == f"{Decimal(price):.2f}"


@pytest.mark.parametrize(("variants", "payer", "period", "price"), COMBINATIONS)
def test_it_is_ordered_by_a_company_itself(variants, payer, period, price, make_service, known, sign_in):
    service = make_service(variants=variants, payer=payer, period=period, price=price)
    per = sign_in(known.administrator)
    offered = text_of(per.get("/mine-tjenester/bestill/"))

    page = text_of(order(per, known.company, service))

    subscription = Subscription.objects.get(service=service)
    assert agreement_of(subscription) == expected_agreement(service.variants.first(), period=period, price=price)
    due = [("period", None, Decimal(price * (3 if period else 1)))]
    assert charges_of(subscription) == (due if period or price else [])
    assert "Lønn" in offered
    assert ("120,00 kr per måned" in page) is bool(price)
    assert ("ratis" in page) is not bool(price)
    assert_price_in(mail_text("order_receipt"), period=period, price=price)
    assert per.get(f"/mine-tjenester/tjenester/{CODE}/").status_code == 200
    assert per.get(f"/mine-tjenester/tjenester/{CODE}/apne/").url.startswith("https://tjeneste.example/inn/?orgnr=")
