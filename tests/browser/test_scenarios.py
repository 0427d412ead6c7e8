"""The main job in the three scenarios, from the list of clients to the open door on both sides."""

import pytest

from agreements.models import Collaboration
from tests.browser.visitor import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTIONS = ["Hvem spør?", "Hva gjelder det?", "Hva koster det meg?", "Hvem får tilgang?", "Hvordan angrer jeg?"]
ASKED = "Fjord Regnskap AS"


def go_to_service(visitor, client):
    visitor.follow("Kunder")
    visitor.follow(client.name)
    visitor.press(visitor.page.get_by_role("navigation", name=client.name).get_by_role("link", name="Samarbeid"))
    visitor.follow("Les mer om Visma eAccounting")


def assert_waits_for_the_customer(visitor, client):
    assert visitor.path == f"/kunder/{client.number}/samarbeid/eaccounting/"
    assert "Samarbeidet er aktivert, og en e-post er på vei til kunden." in visitor.text
    assert "Venter på kunden" in visitor.text


def assert_five_answers_in_the_first_screen(visitor):
    """All five, with their answers, within the 844 px that a telephone shows at once."""
    assert visitor.page.viewport_size == PHONE
    assert visitor.page.evaluate("window.scrollY") == 0
    pairs = visitor.page.locator("dl.answers > div")
    assert pairs.locator("dt").all_inner_texts()[:5] == QUESTIONS
    for pair in pairs.all()[:5]:
        box = pair.bounding_box()
        assert box["y"] >= 0, pair.inner_text()
        assert box["y"] + box["height"] <= PHONE["height"], pair.inner_text()


def assert_both_open_it(office, customer, arrivals, client, variant):
    """Each sees the active collaboration, and comes through the door with the right variant."""
    service_page = f"/kunder/{client.number}/samarbeid/eaccounting/"
    office.goto(service_page)
    assert "Aktivt samarbeid" in office.text
    office.follow("Åpne Visma eAccounting")
    customer.goto("/mine-tjenester/")
    assert f"Hvem har tilgang {ASKED}" in customer.text
    customer.follow("Åpne Visma eAccounting")
    assert arrivals == [
        {"orgnr": client.org_number, "variant": "pro"},
        {"orgnr": client.org_number, "variant": variant},
    ]


def test_a_customer_with_a_subscription_is_invited_and_says_yes(at_work, visit, site, subscribed, arrivals):
    client = subscribed.client
    go_to_service(at_work, client)
    first_card = at_work.page.locator(".column-main section").first
    assert "Kundens abonnement" in first_card.inner_text()
    assert "Smart" in first_card.get_by_role("heading").inner_text()
    at_work.click("Aktiver Smart")
    assert "Bokføring – Kari Nordmann" in at_work.page.get_by_label("Oppgaver").locator("option:checked").inner_text()
    at_work.click("Aktiver")
    assert_waits_for_the_customer(at_work, client)

    mail = site.wait_for_mail("line@aerligbakeri.example", ASKED)
    assert [question for question in QUESTIONS if question in mail.text] == QUESTIONS
    line = visit(PHONE)
    line.goto(mail.link)
    assert "Fjord Regnskap AS" in line.text
    line.sign_in("line@aerligbakeri.example")
    assert_five_answers_in_the_first_screen(line)
    line.click("Godkjenn")
    assert "Du har godkjent samarbeidet med Fjord Regnskap AS i Visma eAccounting." in line.text

    site.wait_for_mail("kari@fjordregnskap.example", "Ærlig Bakeri AS")
    assert_both_open_it(at_work, line, arrivals, client, "smart")
    assert Collaboration.objects.get().subscription == subscribed.subscription


def test_a_known_company_gets_the_variant_chosen_in_the_comparison(at_work, visit, site, known, arrivals):
    client = known.client
    go_to_service(at_work, client)
    at_work.click("Aktiver Start")
    at_work.page.get_by_label("Byrået (Fjord Regnskap AS)").check()
    at_work.page.get_by_label("3 måneder").check()
    at_work.click("Neste")
    assert "219,00 kr per måned, 657,00 kr for 3 måneder, eks. mva." in at_work.text
    at_work.click("Aktiver")
    assert_waits_for_the_customer(at_work, client)

    mail = site.wait_for_mail("per@orstaror.example", ASKED)
    per = visit(PHONE)
    per.goto(mail.link)
    per.sign_in("per@orstaror.example")
    assert_five_answers_in_the_first_screen(per)
    assert "Ingenting, Fjord Regnskap AS betaler" in per.text
    per.click("Godkjenn")
    assert "Du må godkjenne vilkårene for tjenesten." in per.text
    assert per.page.title().startswith("Feil: ")
    per.page.get_by_label("Jeg godkjenner vilkårene for tjenesten").check()
    per.click("Godkjenn")
    assert "Du har godkjent samarbeidet" in per.text

    assert_both_open_it(at_work, per, arrivals, client, "start")
    subscription = Collaboration.objects.get().subscription
    assert (subscription.variant.code, subscription.paying_firm, subscription.period_months) == (
        "start",
        client.firm,
        3,
    )


def test_a_new_company_s_contact_becomes_its_administrator(at_work, visit, site, new, arrivals):
    client = new.client
    go_to_service(at_work, client)
    at_work.click("Aktiver Smart")
    assert "Obligatoriske kontaktopplysninger for Ås Blomster" in at_work.text
    at_work.page.get_by_label("Telefon").fill("")
    at_work.page.get_by_label("Kunden (Ås Blomster)").check()
    at_work.page.get_by_label("12 måneder").check()
    at_work.click("Neste")
    assert "Skriv et telefonnummer." in at_work.text
    at_work.page.get_by_label("Telefon").fill("10 00 10 03")
    at_work.click("Neste")
    at_work.click("Aktiver")
    assert_waits_for_the_customer(at_work, client)

    mail = site.wait_for_mail("eva@aasblomster.example", ASKED)
    eva = visit(PHONE)
    eva.goto(mail.link)
    eva.page.get_by_label("Velg passord").fill("kort")
    eva.click("Lagre passordet og gå videre")
    assert eva.page.title().startswith("Feil: ")
    eva.page.get_by_label("Velg passord").fill("liljer og roser i mai")
    eva.click("Lagre passordet og gå videre")
    assert "Du er nå administrator for Ås Blomster." in eva.text
    assert_five_answers_in_the_first_screen(eva)
    eva.page.get_by_label("Jeg godkjenner vilkårene for tjenesten").check()
    eva.click("Godkjenn")
    assert "Du har godkjent samarbeidet" in eva.text

    assert_both_open_it(at_work, eva, arrivals, client, "smart")
    again = visit()
    again.goto(mail.link)
    assert "Forespørselen er godkjent" in again.text
