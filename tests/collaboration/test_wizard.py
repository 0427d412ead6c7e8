"""The service's page and the wizard, in each of the three scenarios, as the browser posts them."""

import pytest
from django.urls import reverse

from collaboration import actions
from collaboration.models import Activation
from notifications.models import Email
from subscriptions.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(sign_in, kari):
    """Kari's browser: office.get(client), office.post(client, "activation-start", variant="smart")."""

    class Office:
        browser = sign_in(kari)

        def url(self, client, name="service-detail", code="eaccounting"):
            return reverse(f"collaboration:{name}", args=[client.number, code])

        def get(self, client, name="service-detail", **kwargs):
            return self.browser.get(self.url(client, name, **kwargs))

        def post(self, client, name, code="eaccounting", **fields):
            return self.browser.post(self.url(client, name, code), {"_firm": kari.firm_id, **fields})

    return Office()


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_scenario_1_is_one_page_and_locks_what_the_customer_has(office, subscribed, kari):
    start = office.post(subscribed.client, "activation-start", variant="pro")
    page = office.get(subscribed.client, "activation-check")
    fields = page.context["form"].fields

    sent = office.post(
        subscribed.client,
        "activation-check",
        task=subscribed.client.tasks.get().pk,
        contact=subscribed.client.contacts.get().pk,
    )

    activation = Activation.objects.get()
    assert start.url == office.url(subscribed.client, "activation-check")
    assert list(fields) == ["task", "contact"]
    assert sent.url == office.url(subscribed.client)
    assert (activation.status, activation.variant, activation.requested_by) == (
        "pending",
        subscribed.subscription.variant,
        kari,
    )


def test_scenario_2_asks_for_task_invoice_recipient_and_period(office, known):
    start = office.post(known.client, "activation-start", variant="smart")
    page = office.get(known.client, "activation-agreement")
    answers = {"task": known.client.tasks.get().pk, "contact": known.client.contacts.get().pk}

    agreed = office.post(known.client, "activation-agreement", payer="firm", period_months="3", **answers)
    check = office.get(known.client, "activation-check")
    sent = office.post(known.client, "activation-check")

    activation = Activation.objects.get()
    assert start.url == office.url(known.client, "activation-agreement")
    assert list(page.context["form"].fields) == ["task", "payer", "period_months", "contact"]
    assert agreed.url == office.url(known.client, "activation-check")
    assert "389,00 kr per måned, 1 167,00 kr for 3 måneder, eks. mva." in text_of(check)
    assert sent.url == office.url(known.client)
    assert (activation.status, activation.payer, activation.period_months) == ("pending", "firm", 3)


def test_scenario_3_asks_for_the_mandatory_contact_details_filled_from_the_main_contact(office, new):
    office.post(new.client, "activation-start", variant="start")
    page = office.get(new.client, "activation-agreement")
    form = page.context["form"]

    office.post(
        new.client,
        "activation-agreement",
        task=new.client.tasks.get().pk,
        payer="company",
        period_months="12",
        contact_name="Eva Ås",
        contact_email="EVA@aasblomster.example",
        contact_phone="90 00 00 00",
    )
    office.post(new.client, "activation-check")

    activation = Activation.objects.get()
    assert "Obligatoriske kontaktopplysninger for Ås Blomster" in text_of(page)
    assert "Denne brukeren vil være administrator for vismaonline.com." in text_of(page)
    assert (form["contact_name"].value(), form["contact_email"].value()) == ("Eva Ås", "eva@aasblomster.example")
    assert (activation.status, activation.contact_email) == ("pending", "eva@aasblomster.example")
    assert Email.objects.get().to == "eva@aasblomster.example"


def test_every_field_that_stays_is_required_and_what_was_typed_is_kept(office, new):
    office.post(new.client, "activation-start", variant="start")

    page = office.post(new.client, "activation-agreement", contact_name="Eva", contact_email="ikke en adresse")

    assert set(page.context["form"].errors) == {"task", "payer", "period_months", "contact_email", "contact_phone"}
    assert page.context["form"]["contact_name"].value() == "Eva"
    assert "<title> Feil:" in text_of(page) or "<title>Feil:" in text_of(page)


def test_an_address_of_the_firms_own_employee_is_refused_in_the_form(office, new, ola):
    office.post(new.client, "activation-start", variant="start")

    page = office.post(
        new.client,
        "activation-agreement",
        task=new.client.tasks.get().pk,
        payer="firm",
        period_months="3",
        contact_name="Ola",
        contact_email="OLA@fjordregnskap.example",
        contact_phone="1",
    )

    assert list(page.context["form"].errors) == ["contact_email"]
    assert "medarbeider i byrået" in page.context["form"].errors["contact_email"][0]


def test_a_closed_task_or_another_clients_cannot_be_chosen(office, known, subscribed, clock):
    closed = factories.TaskFactory(client=known.client, owner=known.client.tasks.get().owner, closed_at=clock())
    office.post(known.client, "activation-start", variant="smart")

    for task in (closed, subscribed.client.tasks.get()):
        page = office.post(known.client, "activation-agreement", task=task.pk, payer="firm", period_months="3")
        assert "task" in page.context["form"].errors


def test_without_a_task_the_page_says_so_and_comes_back(office, known, clock):
    known.client.tasks.update(closed_at=clock())

    page = office.get(known.client)

    back = office.url(known.client)
    assert "Kunden har ingen åpen oppgave" in text_of(page)
    assert f'href="/kunder/{known.client.number}/oppgaver/ny/?next={back}"' in text_of(page)


def test_the_subscription_stands_first_and_its_variant_is_recommended(office, subscribed):
    page = office.get(subscribed.client)

    recommended = [variant["name"] for variant in page.context["variants"] if variant["recommended"]]
    others = {variant["note"] for variant in page.context["variants"] if not variant["recommended"]}
    assert recommended == ["Smart"]
    assert others == {"Kan byttes når samarbeidet er aktivt"}
    assert text_of(page).index("Kundens abonnement") < text_of(page).index("Variantene")
    assert "ikke noe gebyr før avtalen fornyes" in text_of(page)


def test_a_yellow_finding_asks_for_its_tick_before_anything_is_sent(office, known, draft, kari):
    known.client.city = ""
    known.client.save()
    draft(known.client, by=kari)

    page = office.post(known.client, "activation-check")
    sent = office.post(known.client, "activation-check", acknowledge="address_incomplete")

    assert "Kryss av for det som er merket gult" in text_of(page)
    assert sent.url == office.url(known.client)
    assert Activation.objects.get().status == "pending"


def test_a_red_finding_takes_the_button_away(office, known, draft, kari, clock):
    draft(known.client, by=kari)
    known.administrator.deactivated_at = clock()
    known.administrator.save()

    page = office.get(known.client, "activation-check")

    assert "Selskapet har ingen administrator" in text_of(page)
    assert page.context["is_stopped"]
    assert Activation.objects.get().is_draft


def test_a_changed_scenario_is_told_and_the_new_fields_are_asked(office, known, eaccounting, draft, kari):
    draft(known.client, by=kari)
    factories.SubscriptionFactory(company=known.company, service=eaccounting)

    answer = office.post(known.client, "activation-check")
    page = office.browser.get(answer.url)

    assert answer.url == office.url(known.client, "activation-check")
    assert "har endret seg" in text_of(page)
    assert list(page.context["form"].fields) == ["task", "contact"]


def test_a_stale_tab_after_sending_is_told_and_writes_nothing(office, known, draft, kari, clock):
    activation = draft(known.client, by=kari, payer="company")
    actions.send_activation(activation=activation, by=kari, clock=clock)

    answer = office.post(known.client, "activation-agreement", payer="firm", period_months="3")
    page = office.browser.get(answer.url)

    activation.refresh_from_db()
    assert "Forespørselen er allerede sendt." in text_of(page)
    assert (activation.status, activation.payer) == ("pending", "company")


def test_the_payer_of_another_firm_is_unchanged_and_not_named(office, subscribed, nils, kari):
    Subscription.objects.update(paying_firm=nils.firm)
    office.post(subscribed.client, "activation-start")

    page = office.get(subscribed.client, "activation-check")

    assert ("Fakturamottaker", "Uendret") in page.context["summary"]
    assert nils.firm.name not in page.content.decode()


def test_a_subscription_that_is_cancelled_but_runs_is_still_scenario_1_in_yellow(office, subscribed, clock):
    Subscription.objects.update(cancelled_on=clock().date())
    office.post(subscribed.client, "activation-start")

    page = office.get(subscribed.client, "activation-check")

    assert "Kundens abonnement er sagt opp, siste dag er 31.12.2026." in text_of(page)


def test_a_service_without_variants_payer_and_period_asks_for_the_task_and_the_receiver(office, known):
    scanner = factories.scanner()
    office.post(known.client, "activation-start", code="scanner")

    page = office.browser.get(office.url(known.client, "activation-agreement", "scanner"))
    office.post(
        known.client,
        "activation-agreement",
        code="scanner",
        task=known.client.tasks.get().pk,
        contact=known.client.contacts.get().pk,
    )
    office.post(known.client, "activation-check", code="scanner")

    activation = Activation.objects.get()
    assert list(page.context["form"].fields) == ["task", "contact"]
    assert (activation.service, activation.status, activation.price_per_month) == (scanner, "pending", 0)


def test_the_page_of_what_is_over_tells_what_happened_and_that_it_cannot_be_withdrawn(office, known, sent, kari):
    sent(known.client, by=kari)

    page = office.get(known.client)
    asks = office.get(known.client, "activation-withdraw")
    done = office.post(known.client, "activation-withdraw")
    told = office.get(known.client)

    assert [item["title"] for item in page.context["timeline"]] == [
        "Utkastet ble påbegynt",
        "Forespørselen ble sendt",
        "E-posten er i kø",
        "Fristen er ute",
    ]
    assert [asks.url, done.url] == [office.url(known.client)] * 2
    assert "Forespørselen er utløpt." in text_of(told)
    assert office.url(known.client, "activation-withdraw") not in page.content.decode()
    assert Activation.objects.get().status == "pending"


def test_scenario_1_that_lost_its_subscription_offers_to_start_anew(office, subscribed, sent, kari, clock):
    sent(subscribed.client, by=kari)
    Subscription.objects.update(ended_on=clock().date())

    page = office.get(subscribed.client)
    named = f'name="activation" value="{Activation.objects.get().pk}"'
    answers = [
        office.post(subscribed.client, "activation-restart", activation=asked).status_code
        for asked in ("", "ni", "9" * 19, 0, Activation.objects.get().pk)
    ]

    assert "abonnementet er avsluttet siden forespørselen ble sendt" in text_of(page)
    assert named in page.content.decode()
    assert answers == [404, 404, 404, 404, 302]
    assert sorted(Activation.objects.values_list("status", "scenario")) == [
        ("draft", "known"),
        ("expired", "subscribed"),
    ]


def test_scenario_1_that_has_got_another_subscription_waits_for_the_customer(office, subscribed, sent, kari, clock):
    sent(subscribed.client, by=kari)
    Subscription.objects.update(ended_on=clock().date())
    factories.SubscriptionFactory(company=subscribed.company, service=subscribed.subscription.service)

    page = office.get(subscribed.client)

    assert page.context["lost_subscription"] is False
    assert "abonnementet er avsluttet" not in text_of(page)


def test_the_active_page_opens_the_door_for_those_on_the_task(office, known, sent, approve, kari):
    approve(sent(known.client, by=kari), by=known.administrator)

    page = office.get(known.client)
    door = office.get(known.client, "service-open")

    assert page.context["entry"].variant.code == "pro"
    assert door.url.startswith("https://tjeneste.example/inn/?orgnr=")


def test_the_door_is_not_there_before_approval(office, known, sent, kari):
    sent(known.client, by=kari)

    assert office.get(known.client, "service-open").status_code == 404


def test_a_form_for_another_firm_writes_nothing(office, known):
    answer = office.browser.post(office.url(known.client, "activation-start"), {"_firm": "0", "variant": "smart"})

    assert answer.status_code == 409
    assert not Activation.objects.exists()


def test_a_link_for_another_firm_offers_the_switch(office, known, vidda, kari):
    factories.EmployeeFactory(firm=vidda, user=kari.user)

    offered = office.browser.get(office.url(known.client) + "?byra=vidda")
    own = office.browser.get(office.url(known.client) + "?byra=fjord")
    strange = office.browser.get(office.url(known.client) + "?byra=ukjent")

    assert "Dette gjelder Vidda Økonomi AS" in text_of(offered)
    assert (own.status_code, strange.status_code) == (200, 404)
