"""The other ways a request can go, and the links that lead nowhere."""

import pytest

from collaboration.models import Activation
from organisations.models import Employee
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SERVICE = "/kunder/{}/samarbeid/eaccounting/"


def send_request(office, client):
    """Scenario 1, in two clicks."""
    office.goto(SERVICE.format(client.number))
    office.click("Aktiver Smart")
    office.click("Aktiver")


def test_the_asker_reads_why_the_customer_said_no(at_work, visit, site, subscribed):
    send_request(at_work, subscribed.client)
    line = visit()
    line.sign_in("line@aerligbakeri.example")
    line.follow("Se og svar på forespørselen fra Fjord Regnskap AS")
    line.follow("Avslå")
    line.click("Avslå")
    assert line.page.title().startswith("Feil: ")
    line.page.get_by_label("Prisen er for høy").check()
    line.page.get_by_label("Kommentar til byrået").fill("Ring meg <først>.")
    line.click("Avslå")
    assert "Du har avslått samarbeidet med Fjord Regnskap AS." in line.text

    mail = site.wait_for_mail("kari@fjordregnskap.example", "Ærlig Bakeri AS")
    assert "Prisen er for høy" in mail.text
    assert "Ring meg <først>." in mail.text
    assert "Ring meg &lt;først&gt;." in mail.html
    at_work.goto(SERVICE.format(1001))
    assert "Begrunnelse: Prisen er for høy: «Ring meg <først>.»" in at_work.text
    at_work.click("Start på nytt")
    assert at_work.path == SERVICE.format(1001) + "aktiver/kontroller/"


@pytest.mark.long  # the pages are asked for without a browser in the short run
def test_a_request_is_withdrawn_and_its_link_says_so(at_work, visit, site, subscribed):
    send_request(at_work, subscribed.client)
    mail = site.wait_for_mail("line@aerligbakeri.example", "Fjord Regnskap AS")
    at_work.follow("Trekk tilbake")
    at_work.click("Trekk tilbake")
    assert "Forespørselen er trukket tilbake." in at_work.text

    anybody = visit()
    anybody.goto(mail.link)
    assert "Forespørselen er trukket tilbake" in anybody.text
    line = visit()
    line.sign_in("line@aerligbakeri.example")
    assert "Venter på svar" not in line.text


def test_without_a_task_the_way_leads_over_a_new_one_and_back(at_work, subscribed):
    subscribed.client.tasks.all().delete()
    at_work.goto(SERVICE.format(1001))
    assert at_work.button("Aktiver Smart").count() == 0
    at_work.follow("Ny oppgave")
    at_work.page.get_by_label("Type").select_option("Bokføring")
    at_work.click("Opprett oppgave")
    assert at_work.path == SERVICE.format(1001)
    assert "Oppgaven er opprettet." in at_work.text

    at_work.click("Aktiver Smart")

    assert at_work.path == SERVICE.format(1001) + "aktiver/kontroller/"


@pytest.mark.long  # the pages are asked for without a browser in the short run
def test_a_form_for_another_firm_is_refused_and_shows_what_was_typed(at_work, kari, vidda, known):
    factories.EmployeeFactory(firm=vidda, user=kari.user, role=Employee.Role.ADMINISTRATOR)
    at_work.goto("/kunder/1002/rediger/")
    at_work.page.get_by_label("Poststed").fill("Ørsta sentrum")
    other_tab = at_work.another_tab()
    other_tab.goto("/kunder/")
    other_tab.page.get_by_role("button", name="Fjord Regnskap AS").click()
    other_tab.click("Vidda Økonomi AS")
    assert "Ingen kunder" in other_tab.text

    at_work.expect(409)
    at_work.click("Lagre")

    assert "Du har byttet byrå i en annen fane" in at_work.text
    assert "Ørsta sentrum" in at_work.text
    known.client.refresh_from_db()
    assert known.client.city == "Oslo"
    at_work.click("Bytt til Fjord Regnskap AS")
    assert at_work.path == "/kunder/1002/rediger/?byra=fjord"


def test_a_stale_tab_sends_nothing_twice(at_work, site, subscribed):
    at_work.goto(SERVICE.format(1001))
    at_work.click("Aktiver Smart")
    stale = at_work.another_tab()
    stale.goto(at_work.path)
    at_work.click("Aktiver")

    stale.click("Aktiver")

    assert "Forespørselen er allerede sendt." in stale.text
    assert Activation.objects.count() == 1
    site.wait_for_mail("line@aerligbakeri.example", "Fjord Regnskap AS")
    assert len(site.mailbox()) == 1


def test_a_stranger_s_link_looks_like_a_wrong_one_and_a_new_link_can_be_asked_for(at_work, visit, site, subscribed):
    send_request(at_work, subscribed.client)
    mail = site.wait_for_mail("line@aerligbakeri.example", "Fjord Regnskap AS")
    at_work.expect(404)
    at_work.goto(mail.link)
    of_a_stranger = at_work.text
    at_work.goto(mail.link[:-2] + "x/")
    assert at_work.text == of_a_stranger

    anybody = visit()
    anybody.expect(404)
    anybody.goto("/i/feil/")
    assert "Lenken gjelder ikke" in anybody.text
    anybody.follow("Be om ny lenke")
    anybody.page.get_by_label("E-postadressen forespørselen ble sendt til").fill("ingen@eksempel.example")
    anybody.click("Send lenken")
    assert "Hvis en forespørsel venter på adressen" in anybody.text
    assert site.mailbox() == [mail]
