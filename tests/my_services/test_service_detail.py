"""The company's page of one service: the agreement, who gets in, what waits, what comes, what has been."""

from datetime import date

import pytest

from collaboration import actions
from collaboration.models import Collaboration, Receipt
from collaboration.plans import plan_payer, plan_variant
from ground.clock import oslo_date
from organisations.models import CompanyUser
from organisations.places.current import Place
from subscriptions.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/mine-tjenester/tjenester/eaccounting/"


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def together(subscribed, kari, sent, approve):
    """Fjord and Ærlig Bakeri work together in the bakery's own agreement."""
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    return subscribed


@pytest.fixture
def line(subscribed, sign_in):
    return sign_in(subscribed.administrator)


def ask(subscription, kari, clock, *, code="pro"):
    """Fjord asks for a greater variant, which the company pays."""
    variant = subscription.service.variants.get(code=code)
    shown = plan_variant(subscription, variant, asking=kari.firm_id, day=oslo_date(clock())).fingerprint
    return actions.change_variant(subscription=subscription, variant=variant, by=kari, shown=shown, clock=clock)


def test_it_says_variant_payer_price_period_and_renewal(subscribed, line):
    page = line.get(PAGE)

    assert page.context["rows"] == [
        ("Variant", "Smart"),
        ("Fakturamottaker", "Ærlig Bakeri AS"),
        ("Pris", "349,00 kr per måned, 4\xa0188,00 kr for 12 måneder, eks. mva."),
        ("Avtaleperiode", "12 måneder"),
        ("Neste fornyelse", "1. januar 2027"),
    ]


def test_the_company_reads_which_firm_pays(together, kari, line):
    Subscription.objects.update(paying_firm=kari.firm)

    assert dict(line.get(PAGE).context["rows"])["Fakturamottaker"] == "Fjord Regnskap AS"


def test_who_has_access_since_when_by_whose_yes_under_which_terms(together, line):
    page = text_of(line.get(PAGE))

    receipt = Receipt.objects.get()
    for words in ("Hvem har tilgang", "Fjord Regnskap AS", "Kari Nordmann", "Bokføring", "Versjon 1"):
        assert words in page
    assert f'href="/mine-tjenester/bevis/{receipt.number}/"' in page
    assert "<p>Line Berg</p>" in page


def test_an_agreement_from_outside_has_no_terms_and_its_pages_say_so(subscribed, kari, sent, approve, line):
    Subscription.objects.update(terms=None)
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)

    for address in (PAGE, "/mine-tjenester/"):
        assert "Ingen: avtalen er inngått utenfor portalen" in text_of(line.get(address))


def test_an_administrator_may_change_and_end_what_the_rights_say(together, line):
    page = line.get(PAGE)

    labels = [label for label, _ in page.context["change_links"]] + [link.label for link in page.context["end_links"]]
    assert labels == ["Bytt fakturamottaker", "Endre avtaleperiode", "Si opp avtalen"]


def test_alone_it_changes_the_variant_too(subscribed, line):
    assert [label for label, _ in line.get(PAGE).context["change_links"]] == ["Bytt variant", "Endre avtaleperiode"]


@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_others_read_and_change_nothing(role, together, sign_in):
    page = sign_in(factories.CompanyUserFactory(company=together.company, role=role)).get(PAGE)

    assert (page.context["change_links"], page.context["end_links"]) == ([], [])
    assert "Avslutt samarbeid<" not in text_of(page)
    assert "Fjord Regnskap AS" in text_of(page)


def test_a_cancelled_one_can_be_resumed_and_nothing_else(subscribed, line, clock):
    actions.cancel_subscription(subscription=subscribed.subscription, by=subscribed.administrator, clock=clock)

    page = line.get(PAGE)

    assert [link.label for link in page.context["end_links"]] == ["Gjenoppta avtalen"]
    assert page.context["change_links"] == []
    assert ("Sagt opp, siste dag", "31. desember 2026") in page.context["rows"]


def test_a_change_that_waits_is_marked_here_and_on_the_overview(together, kari, line, clock):
    change = ask(together.subscription, kari, clock)

    page, overview = text_of(line.get(PAGE)), text_of(line.get("/mine-tjenester/"))

    assert "Variant: fra Smart til Pro" in page
    assert "Venter på dere" in page
    assert f'href="{PAGE}endringer/{change.pk}/"' in page
    assert "Endring venter på svar" in overview


def test_what_waits_for_somebody_else_is_not_marked_on_the_overview(together, kari, line, clock):
    day = oslo_date(clock())
    shown = plan_payer(together.subscription, kari.firm, asking=None, day=day).fingerprint
    actions.change_payer(
        subscription=together.subscription, firm=kari.firm, by=together.administrator, shown=shown, clock=clock
    )

    assert "Endring venter på svar" not in text_of(line.get("/mine-tjenester/"))
    assert "Venter på svar" in text_of(line.get(PAGE))


def test_what_has_happened_is_told_newest_first(together, kari, line, clock):
    change = ask(together.subscription, kari, clock)
    together.subscription.refresh_from_db()
    actions.answer_change(change=change, accepts=False, by=together.administrator, shown="", clock=clock)

    titles = [item["title"] for item in line.get(PAGE).context["history"]]
    texts = [item["text"] for item in line.get(PAGE).context["history"]]

    assert titles == ["Endring avslått", "Endring foreslått", "Samarbeidet med Fjord Regnskap AS ble godkjent"]
    assert texts == [
        "Variant: fra Smart til Pro. Av Line Berg.",
        "Variant: fra Smart til Pro. Av Kari Nordmann i Fjord Regnskap AS.",
        "Av Line Berg.",
    ]


def test_what_comes_is_told(subscribed, line):
    page = text_of(line.get(PAGE))

    assert "Hva som skjer framover" in page
    assert "Avtalen fornyes for 12 måneder." in page


def end(subscription, on):
    Subscription.objects.filter(pk=subscription.pk).update(ended_on=on)


def test_an_ended_one_says_until_when_its_data_are_read(subscribed, line):
    factories.ServiceAccessFactory(company_user=subscribed.administrator, subscription=subscribed.subscription)
    end(subscribed.subscription, date(2026, 6, 1))

    page, overview = text_of(line.get(PAGE)), text_of(line.get("/mine-tjenester/"))

    for text in (page, overview):
        assert (
            "Abonnementet er avsluttet. Siste dag var 31. mai 2026. Dataene kan leses til og med 31. mai 2031." in text
        )
        assert "Åpne for lesing" in text
    assert "Bestill Visma eAccounting" in page
    assert "Hva som skjer framover" not in page


def test_what_can_be_read_no_longer_is_not_on_the_overview(subscribed, line):
    Subscription.objects.update(started_on=date(2015, 1, 1), ended_on=date(2016, 1, 1))

    assert "Avsluttede tjenester" not in text_of(line.get("/mine-tjenester/"))
    assert "Åpne for lesing" not in text_of(line.get(PAGE))


def test_who_had_no_access_is_shown_no_door(subscribed, line):
    end(subscribed.subscription, date(2026, 6, 1))

    assert "Åpne for lesing" not in text_of(line.get(PAGE))


def test_the_newest_subscription_is_the_one_shown(subscribed, line, eaccounting):
    end(subscribed.subscription, date(2026, 6, 1))
    newest = factories.SubscriptionFactory(company=subscribed.company, service=eaccounting)

    assert line.get(PAGE).context["subscription"] == newest
    assert "Avsluttede tjenester" not in text_of(line.get("/mine-tjenester/"))


def test_an_ended_collaboration_is_listed_below(together, line, clock):
    actions.end_collaboration(collaboration=Collaboration.objects.get(), by=together.administrator, clock=clock)

    page = line.get(PAGE)

    assert page.context["collaborations"] == []
    assert [one.firm.name for one in page.context["ended"]] == ["Fjord Regnskap AS"]
    assert page.context["history"][0]["title"] == "Samarbeidet med Fjord Regnskap AS ble avsluttet"


def test_without_the_service_there_is_no_page(known, subscribed, sign_in):
    assert sign_in(known.administrator).get(PAGE).status_code == 404
    assert sign_in(subscribed.administrator).get("/mine-tjenester/tjenester/scanner/").status_code == 404


def test_a_link_for_another_of_ones_companies_offers_the_switch(subscribed, known, sign_in):
    factories.CompanyUserFactory(company=known.company, user=subscribed.administrator.user)
    browser = sign_in(subscribed.administrator)
    browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: known.company.pk})

    page = browser.get(PAGE, {"selskap": subscribed.company.pk})

    assert "Dette gjelder Ærlig Bakeri AS" in text_of(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_database_the_same_however_much_there_is(
    rows, subscribed, sent, approve, line, clock, django_assert_num_queries
):
    for number in range(rows):
        firm = factories.FirmFactory()
        client = factories.ClientFactory(
            firm=firm, org_number=subscribed.company.org_number, name=subscribed.company.name, number=1
        )
        factories.ContactFactory(client=client, email=f"kontakt{number}@kunde.example")
        owner = factories.EmployeeFactory(firm=firm, client_access="all", role="administrator")
        factories.TaskFactory(client=client, owner=owner, participants=[factories.EmployeeFactory(firm=firm)])
        approve(sent(client, by=owner), by=subscribed.administrator)
        change = ask(Subscription.objects.get(), owner, clock)
        actions.take_back_change(change=change, by=owner, clock=clock)
    line.get(PAGE)

    # session, user, places, the hour, subscription · collaborations, participants, users · price · own people
    # rights (2) · agreement: subscription, collaborations, variants, changes, prices, charges, notices
    # history: events, openings, changes
    # who gets in: events (2), task, participants, people · the door: subscription, hour, access · receipts
    # header: what waits
    with django_assert_num_queries(32):
        line.get(PAGE)
