"""Mine tjenester: what waits, what the company has, who gets in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from collaboration.models import Activation
from commitments.models import Receipt
from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/mine-tjenester/"


def text(browser) -> str:
    response = browser.get(PAGE)
    assert response.status_code == 200
    return response.content.decode()


def test_a_waiting_request_is_marked(known, kari, sent, sign_in, page_of):
    activation = sent(known.client, by=kari)

    page = text(sign_in(known.administrator))

    assert "Fjord Regnskap AS ber om samarbeid i Visma eAccounting" in page
    assert page_of(activation) in page
    assert 'Venter på svar <span class="count">1</span>' in page


def test_a_request_whose_time_is_over_does_not_wait_though_no_sweep_has_run(known, kari, sent, sign_in, clock):
    sent(known.client, by=kari)
    Activation.objects.update(expires_at=clock() - timedelta(minutes=1))

    page = text(sign_in(known.administrator))

    assert "Venter på svar" not in page
    assert "Fjord" not in page


def test_a_new_service_is_promised_where_one_is_asked_for(known, kari, sent, sign_in):
    sent(known.client, by=kari)

    assert "Svar på forespørselen over, så kommer tjenesten hit." in text(sign_in(known.administrator))


def test_without_anything_it_says_what_will_come(known, sign_in):
    page = text(sign_in(known.administrator))

    assert "Ingen tjenester ennå" in page
    assert "forespørselen venter her" in page


def test_a_service_shows_variant_payer_price_period_and_renewal(subscribed, sign_in):
    factories.ServiceAccessFactory(company_user=subscribed.administrator, subscription=subscribed.subscription)

    page = text(sign_in(subscribed.administrator))

    for words in ("Smart", "Ærlig Bakeri AS", "349,00 kr per måned eks. mva.", "12 måneder", "1. januar 2027", "Åpne"):
        assert words in page


@pytest.mark.parametrize("is_administrator", [True, False])
def test_without_access_an_administrator_is_led_to_where_one_gives_it(is_administrator, subscribed, sign_in):
    role = CompanyUser.Role.ADMINISTRATOR if is_administrator else CompanyUser.Role.USER
    place = factories.CompanyUserFactory(company=subscribed.company, role=role)
    browser = sign_in(place)

    pages = [text(browser), browser.get(f"{PAGE}tjenester/eaccounting/").content.decode()]

    for page in pages:
        assert "Du har ikke tilgang til å åpne tjenesten." in page
        assert (f'href="{PAGE}brukere/{place.pk}/tjenester/"' in page) == is_administrator
        assert ("En administrator i selskapet kan gi deg den." in page) != is_administrator


def test_a_cancelled_service_says_when_it_ends(subscribed, sign_in):
    subscribed.subscription.cancelled_on = date(2026, 5, 1)
    subscribed.subscription.save()

    page = text(sign_in(subscribed.administrator))

    assert "Sagt opp" in page
    assert "Siste dag</dt> <dd>31. desember 2026" in " ".join(page.split())
    assert "Neste fornyelse" not in page


def test_a_service_paid_by_a_firm_names_it(subscribed, kari, sign_in):
    subscribed.subscription.paying_firm = kari.firm
    subscribed.subscription.save()

    assert "Fjord Regnskap AS" in text(sign_in(subscribed.administrator))


def test_who_has_no_access_finds_no_door(subscribed, sign_in):
    page = text(sign_in(subscribed.administrator))

    assert "Du har ikke tilgang til å åpne tjenesten" in page
    assert "/apne/" not in page


def test_an_active_collaboration_says_who_since_when_and_by_whose_yes(known, kari, sent, approve, sign_in, clock):
    approve(sent(known.client, by=kari), by=known.administrator)

    page = text(sign_in(known.administrator))

    receipt = f"Nr. {Receipt.objects.get().number}"
    for words in ("Hvem har tilgang", "Fjord Regnskap AS", "Kari Nordmann", "Per Rør", "Versjon 1", receipt):
        assert words in page


def test_an_ended_collaboration_is_listed_shortly_and_lets_nobody_in(known, kari, sent, approve, sign_in):
    activation = approve(sent(known.client, by=kari), by=known.administrator)
    collaboration = activation.collaboration
    collaboration.ended_at, collaboration.ended_by = datetime(2026, 5, 4, 12, tzinfo=UTC), kari.user
    collaboration.outcome = "continues"
    collaboration.save()

    page = text(sign_in(known.administrator))

    assert "Hvem har tilgang" not in page
    assert "Avslutt samarbeid<" not in page
    assert "<li>Fjord Regnskap AS, Visma eAccounting. Siste dag var 4. mai 2026</li>" in page


def test_no_service_is_promised_for_a_request_about_an_ended_subscription(subscribed, kari, sent, sign_in):
    sent(subscribed.client, by=kari)
    subscribed.subscription.ended_on = date(2026, 5, 1)
    subscribed.subscription.save()

    page = text(sign_in(subscribed.administrator))

    assert "Venter på svar" in page
    assert "Ingen tjenester nå" in page
    assert "Ingen tjenester ennå" not in page
    assert "så kommer tjenesten hit" not in page


def test_nothing_of_another_company_is_shown(known, subscribed, kari, sent, approve, sign_in):
    approve(sent(known.client, by=kari), by=known.administrator)

    page = text(sign_in(subscribed.administrator))

    for secret in ("Ørsta", "Per Rør", "Fjord", "Kari"):
        assert secret not in page


def test_an_offered_place_for_this_address_is_shown_with_ta_imot(known, sign_in):
    other = factories.CompanyFactory(name="Ås Blomster", confirmed_at=None)
    place = factories.CompanyUserFactory(company=other, offered=True, email=known.administrator.user.email)

    page = text(sign_in(known.administrator))

    assert "Ås Blomster" in page
    assert f"/tilbud/{place.pk}/ta-imot/" in page


@pytest.mark.parametrize("role", ["administrator", "user", "auditor"])
def test_it_leads_to_the_users_and_to_the_way_out(role, known, sign_in):
    place = factories.CompanyUserFactory(company=known.company, user=factories.UserFactory(), role=role)

    page = text(sign_in(place))

    assert ('href="/mine-tjenester/brukere/"' in page) == (role == "administrator")
    assert 'href="/mine-tjenester/forlat/"' in page


def test_the_main_contact_is_replaced_before_leaving(known, sign_in):
    assert 'href="/mine-tjenester/forlat/"' not in text(sign_in(known.administrator))


def test_who_has_an_offer_and_no_company_comes_to_the_offer(sign_in):
    eva = factories.UserFactory(email="eva@aasblomster.example")
    factories.CompanyUserFactory(company=factories.CompanyFactory(confirmed_at=None), offered=True)

    response = sign_in(eva).get(PAGE)

    assert (response.status_code, response.url) == (302, "/tilbud/")


def test_who_has_neither_gets_404(kari, sign_in):
    assert sign_in(kari).get(PAGE).status_code == 404
    assert sign_in(factories.UserFactory()).get(PAGE).status_code == 404


def fill(company, kari, sent, approve, administrator, count):
    """So many services, collaborations, receipts and waiting requests."""
    for number in range(count):
        client = factories.ClientFactory(
            firm=factories.FirmFactory(), org_number=company.org_number, name=company.name, number=1
        )
        factories.ContactFactory(client=client, email=f"kontakt{number}@kunde.example")
        owner = factories.EmployeeFactory(firm=client.firm, client_access="all")
        factories.TaskFactory(client=client, owner=owner, participants=[factories.EmployeeFactory(firm=client.firm)])
        done, waiting = factories.ServiceFactory(), factories.ServiceFactory()
        approve(sent(client, by=owner, service=done, variant="standard"), by=administrator)
        sent(client, by=owner, service=waiting, variant="standard")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_the_same_however_much_there_is(
    rows, known, kari, sent, approve, sign_in, django_assert_num_queries
):
    fill(known.company, kari, sent, approve, known.administrator, rows)
    browser = sign_in(known.administrator)
    browser.get(PAGE)

    # session, user, places, the hour, what may be opened, requests, subscriptions, collaborations with the
    # participants of their tasks (2), ended ones, services that the company has had, receipts · header: what waits
    # who gets in: events (2), tasks, participants, people
    with django_assert_num_queries(19):
        browser.get(PAGE)
