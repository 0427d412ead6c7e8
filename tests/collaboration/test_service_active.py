"""The firm's page of an active collaboration: the agreement as it may know it, its rights, what has happened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from agreements import actions
from agreements.models import Collaboration
from agreements.plans import plan_payer, plan_period, plan_variant
from commitments.models import Receipt
from ground.clock import oslo_date
from organisations.models import Employee
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def page_of(sign_in):
    def get(employee, client):
        return sign_in(employee).get(reverse("collaboration:service-detail", args=[client.number, "eaccounting"]))

    return get


@pytest.fixture
def together(subscribed, kari, sent, approve):
    """Fjord and Ærlig Bakeri work together in the bakery's own agreement."""
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    return subscribed


@pytest.fixture
def vidda_too(together, nils, sent, approve):
    """Vidda collaborates in the same agreement. Its client."""
    client = make_client(
        nils,
        number=1,
        name=together.company.name,
        org_number=together.company.org_number,
        contact_email="post@aerligbakeri.example",
    )
    approve(sent(client, by=nils), by=together.administrator)
    return client


def labels_of(page) -> list[str]:
    return [label for label, _ in page.context["change_links"]] + [link.label for link in page.context["end_links"]]


def ask_for_pro(subscription, by, clock):
    pro = subscription.service.variants.get(code="pro")
    shown = plan_variant(subscription, pro, asking=by.firm_id, day=oslo_date(clock())).fingerprint
    return actions.change_variant(subscription=subscription, variant=pro, by=by, shown=shown, clock=clock)


def test_it_says_since_when_who_comes_in_the_agreement_and_the_yes(together, kari, page_of):
    page = page_of(kari, together.client)

    rows, receipt = dict(page.context["rows"]), Receipt.objects.get()
    assert rows.pop("Godkjent av").startswith("Line Berg, 10. mars 2026 kl. ")
    assert rows == {
        "Samarbeid siden": "10. mars 2026",
        "Oppgave": "Bokføring",
        "Tilgang hos dere": "Kari Nordmann",
        "Variant": "Smart",
        "Fakturamottaker": "Kunden",
        "Pris": "349,00 kr per måned, 4\xa0188,00 kr for 12 måneder, eks. mva.",
        "Avtaleperiode": "12 måneder",
        "Neste fornyelse": "1. januar 2027",
        "Godkjente vilkår": "Versjon 1",
    }
    address = reverse("collaboration:receipt-detail", args=[together.client.number, "eaccounting", receipt.number])
    assert f'href="{address}"' in page.content.decode()


def test_what_the_firm_itself_pays_is_told(known, kari, sent, approve, page_of):
    approve(sent(known.client, by=kari, payer="firm", months=3), by=known.administrator)

    rows = dict(page_of(kari, known.client).context["rows"])

    assert (rows["Fakturamottaker"], rows["Pris"]) == (
        "Fjord Regnskap AS",
        "389,00 kr per måned, 1\xa0167,00 kr for 3 måneder, eks. mva.",
    )


def test_another_firm_that_pays_is_not_named_nor_its_price(together, vidda_too, nils, kari, page_of):
    Subscription.objects.update(paying_firm=nils.firm)

    page = page_of(kari, together.client)

    rows = dict(page.context["rows"])
    assert rows["Fakturamottaker"] == "Et annet byrå"
    assert "Pris" not in rows
    for secret in (nils.firm.name, nils.user.name, "349,00", "4 188,00"):
        assert secret not in text_of(page)


def test_what_another_firm_does_is_told_without_its_name(together, vidda_too, nils, kari, page_of, clock):
    change = ask_for_pro(together.subscription, nils, clock)
    actions.take_back_change(change=change, by=nils, clock=clock)

    page = page_of(kari, together.client)

    texts = [item["text"] for item in page.context["history"]]
    assert texts == ["Variant: fra Smart til Pro. Av et annet byrå."] * 2 + ["Av Line Berg."]
    assert nils.firm.name not in text_of(page)
    assert nils.user.name not in text_of(page)


def test_what_came_before_the_customers_yes_is_not_the_firms(subscribed, kari, sent, approve, page_of, clock):
    day = oslo_date(clock())
    shown = plan_period(subscribed.subscription, 3, asking=None, day=day).fingerprint
    early = datetime(2026, 3, 1, 12, tzinfo=UTC)
    actions.change_period(
        subscription=subscribed.subscription, months=3, by=subscribed.administrator, shown=shown, clock=lambda: early
    )
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)

    titles = [item["title"] for item in page_of(kari, subscribed.client).context["history"]]

    assert titles == ["Samarbeidet ble godkjent"]


def test_its_administrator_may_change_everything_and_end_it(together, kari, page_of):
    assert labels_of(page_of(kari, together.client)) == [
        "Bytt oppgave", "Bytt variant", "Bytt fakturamottaker", "Endre avtaleperiode", "Avslutt samarbeidet"
    ]  # fmt: skip


def test_who_pays_may_cancel_too(together, kari, page_of):
    Subscription.objects.update(paying_firm=kari.firm)

    assert labels_of(page_of(kari, together.client))[-2:] == ["Avslutt samarbeidet", "Si opp avtalen"]


def test_an_employee_changes_the_task_alone(together, page_of):
    user = factories.UserFactory()
    colleague = factories.EmployeeFactory(firm=together.client.firm, user=user, client_access=Employee.ClientAccess.ALL)

    assert labels_of(page_of(colleague, together.client)) == ["Bytt oppgave"]


def test_what_the_customer_has_cancelled_is_not_the_firms_to_resume(together, kari, page_of, clock):
    Subscription.objects.update(paying_firm=kari.firm)
    actions.cancel_subscription(subscription=together.subscription, by=together.administrator, clock=clock)
    by_customer = labels_of(page_of(kari, together.client))
    actions.resume_subscription(subscription=together.subscription, by=together.administrator, clock=clock)
    actions.cancel_subscription(subscription=together.subscription, by=kari, clock=clock)
    by_firm = labels_of(page_of(kari, together.client))

    assert by_customer == ["Bytt oppgave", "Avslutt samarbeidet"]
    assert by_firm == ["Bytt oppgave", "Gjenoppta avtalen", "Avslutt samarbeidet"]


def test_a_change_on_its_way_stands_on_top(together, kari, page_of, clock):
    ask_for_pro(together.subscription, kari, clock)

    page = text_of(page_of(kari, together.client))

    assert "Variant: fra Smart til Pro" in page
    assert page.index("Endringer på vei") < page.index("Samarbeid med Ærlig Bakeri AS")


def test_a_planned_end_is_told(together, kari, page_of, clock):
    actions.plan_end(
        collaboration=Collaboration.objects.get(), by=together.administrator, on=date(2027, 4, 1), clock=clock
    )

    page = page_of(kari, together.client)

    assert ("Siste dag", "31. mars 2027") in page.context["rows"]
    assert page.context["history"][0]["text"] == "Siste dag er 31. mars 2027. Av kunden."
    assert "Skal avsluttes" in text_of(page)


def test_the_history_is_in_words(together, kari, page_of, clock):
    """Every deed of an agreement's life that leaves an event, as the firm reads it."""
    subscription, line = together.subscription, together.administrator
    lonn = factories.TaskFactory(
        client=together.client, owner=kari, type=factories.TaskTypeFactory(firm=kari.firm, name="Lønn")
    )
    collaboration = Collaboration.objects.get()
    actions.change_task(collaboration=collaboration, task=lonn, by=kari, clock=clock)
    actions.plan_end(collaboration=collaboration, by=line, on=date(2027, 4, 1), clock=clock)
    actions.take_back_end(collaboration=collaboration, by=line, clock=clock)
    actions.cancel_subscription(subscription=subscription, by=line, clock=clock)
    actions.resume_subscription(subscription=subscription, by=line, clock=clock)
    subscription.refresh_from_db()
    shown = plan_payer(subscription, kari.firm, asking=kari.firm_id, day=oslo_date(clock())).fingerprint
    actions.change_payer(subscription=subscription, firm=kari.firm, by=kari, shown=shown, clock=clock)
    new_year = datetime(2027, 1, 1, 6, tzinfo=UTC)
    actions.renew_subscriptions(clock=lambda: new_year)

    history = page_of(kari, together.client).context["history"]

    told = [(item["title"], item["text"]) for item in history]
    assert told[0] == ("Avtalen ble fornyet", "Ny periode fra 1. januar 2027. Fakturamottaker: fra kunden til dere.")
    assert sorted(told[1:]) == sorted(
        [
            ("Endring avtalt", "Fakturamottaker: fra kunden til dere. Av Kari Nordmann. Gjelder fra 1. januar 2027."),
            ("Avtalen ble gjenopptatt", "Av kunden."),
            ("Avtalen ble sagt opp", "Av kunden."),
            ("Samarbeidet fortsetter likevel", "Av kunden."),
            ("Samarbeidet skal avsluttes", "Siste dag er 31. mars 2027. Av kunden."),
            ("Oppgaven ble byttet", "Fra Bokføring til Lønn. De som står på oppgaven, har tilgang. Av Kari Nordmann."),
            ("Samarbeidet ble godkjent", "Av Line Berg."),
        ]
    )


def test_the_first_time_somebody_comes_in_is_told_once(together, kari, sign_in, page_of):
    door = reverse("collaboration:service-open", args=[together.client.number, "eaccounting"])
    browser = sign_in(kari)
    for _ in range(3):
        browser.get(door)

    titles = [item["title"] for item in page_of(kari, together.client).context["history"]]

    assert titles.count("Tjenesten ble åpnet første gang") == 1


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("continues", "Kunden fortsetter alene. Dere har ikke tilgang lenger."),
        (
            "service_ends",
            "Tjenesten avsluttes også. Dere har ikke tilgang lenger. "
            "Kunden kan lese dataene i 5 år etter at tjenesten er slutt.",
        ),
    ],
)
def test_an_ended_collaboration_is_told_with_its_outcome(outcome, sentence, together, kari, page_of, clock):
    Subscription.objects.update(paying_firm=kari.firm)
    actions.end_collaboration(collaboration=Collaboration.objects.get(), by=kari, outcome=outcome, clock=clock)

    page = page_of(kari, together.client)

    assert page.templates[0].name == "collaboration/service_offer.html"
    assert [row.title for row in page.context["ended"]] == ["10. mars 2026 til 10. mars 2026"]
    assert " ".join(page.context["ended"][0].sentences) == f"Avsluttet av Kari Nordmann. {sentence}"


def test_who_of_the_customers_ended_it_is_theirs(together, kari, page_of, clock):
    actions.end_collaboration(collaboration=Collaboration.objects.get(), by=together.administrator, clock=clock)

    assert page_of(kari, together.client).context["ended"][0].sentences[0] == "Avsluttet av kunden."


def test_what_the_clock_ends_tells_why_and_the_last_day_however_late_it_comes(together, kari, page_of, clock):
    collaboration = Collaboration.objects.get()
    actions.plan_end(collaboration=collaboration, by=together.administrator, on=date(2026, 4, 1), clock=clock)
    actions.renew_subscriptions(clock=lambda: datetime(2026, 4, 9, 11, tzinfo=UTC))

    [row] = page_of(kari, together.client).context["ended"]

    assert row.title == "10. mars 2026 til 31. mars 2026"
    assert row.sentences[0] == "Avsluttet slik kunden hadde valgt. Siste dag var 31. mars 2026."


def test_what_ends_with_its_subscription_says_so(together, kari, page_of, clock):
    actions.cancel_subscription(subscription=together.subscription, by=together.administrator, clock=clock)
    last = Subscription.objects.get().renews_on - timedelta(days=1)
    actions.renew_subscriptions(clock=lambda: datetime(last.year + 1, 1, 9, 11, tzinfo=UTC))

    [row] = page_of(kari, together.client).context["ended"]

    assert row.sentences[0] == (
        f"Avsluttet fordi abonnementet tok slutt. Siste dag var {date_format(last, 'DATE_FORMAT')}."
    )
