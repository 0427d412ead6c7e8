"""An address at the firm's own domain is hardly the customer's: it is ticked, and the receipt names it."""

import pytest
from django.urls import reverse

from collaboration import actions
from collaboration.models import Activation, ForwardProposal, Receipt
from collaboration.preflight import check
from collaboration.receipt_pages import receipt_rows
from collaboration.scenarios import find_standing
from ground.clock import database_clock
from ground.refusals import NotAllowed
from organisations.own_domains import find_own_domain
from organisations.places.current import Place
from tests import factories

pytestmark = pytest.mark.django_db

AT_THE_FIRM = "eva@fjordregnskap.example"
SENTENCE = "E-postadressen er på byråets eget domene, fjordregnskap.example."
NAMED = "Forespørselen gikk til en e-postadresse på byråets eget domene, fjordregnskap.example."
SERVICE = "/kunder/1002/samarbeid/eaccounting/"


@pytest.fixture
def clock():
    """This moment, as the pages' own."""
    return database_clock


@pytest.fixture
def at_the_firm(known, kari):
    """The client's main contact has an address at Fjord."""
    known.client.contacts.update(email=AT_THE_FIRM)
    return known


def with_tick(activation, kari, clock) -> Activation:
    ticked = ["receiver_own_domain"]
    return actions.send_activation(activation=activation, by=kari, acknowledged=ticked, clock=clock)


def receive(activation, address: str, **columns):
    return {"activation": activation, "name": "Eva Ås", "email": address, **columns}


# --- Which domains are a firm's own ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("eva@fjordregnskap.example", "fjordregnskap.example"),
        ("Eva@FjordRegnskap.Example", "fjordregnskap.example"),
        ("eva@post.fjordregnskap.example", "fjordregnskap.example"),
        ("eva@notfjordregnskap.example", ""),
        ("eva@fjordregnskap.example.no", ""),
        ("eva@example", ""),
        ("eva@bærum.example", "xn--brum-voa.example"),
        ("eva@xn--brum-voa.example", "xn--brum-voa.example"),
        ("eva@BÆRUM.example", "xn--brum-voa.example"),
        ("eva@oslo.vik.example", "oslo.vik.example"),
        ("eva@vik.example", "oslo.vik.example"),
        ("eva@bergen.vik.example", ""),
        ("eva@gmail.com", ""),
        ("eva@kunde.online.no", ""),
        ("eva@nilsens.example", ""),
        ("", ""),
    ],
)
def test_the_domains_of_the_firm_and_its_people_but_no_providers(address, found, fjord, kari):
    fjord.email = "post@xn--brum-voa.example"
    fjord.save()
    for other in ("ola@gmail.com", "per@regnskap.online.no", "liv@oslo.vik.example"):
        factories.EmployeeFactory(firm=fjord, user=factories.UserFactory(email=other))
    left = factories.UserFactory(email="nils@nilsens.example")
    factories.EmployeeFactory(firm=fjord, user=left, deactivated_at=factories.LONG_AGO)

    assert find_own_domain(fjord, address) == found


def test_nothing_tells_where_another_firms_people_have_their_addresses(fjord, kari, nils):
    assert find_own_domain(fjord, "eva@vidda.example") == ""


# --- Before it is sent -------------------------------------------------------------------------------------------


def test_it_is_yellow_and_stops_without_its_tick(at_the_firm, kari, draft, clock):
    activation = draft(at_the_firm.client, by=kari)
    standing = find_standing(activation.client, activation.service)

    finding = next(one for one in check(activation, standing, today=clock().date()) if "own_domain" in one.code)
    with pytest.raises(actions.Stopped):
        actions.send_activation(activation=activation, by=kari, clock=clock)

    assert (finding.level, SENTENCE in finding.text) == ("yellow", True)
    assert with_tick(activation, kari, clock).own_domain == "fjordregnskap.example"


def test_the_page_has_the_tick(at_the_firm, kari, draft, sign_in, clock):
    draft(at_the_firm.client, by=kari)

    page = sign_in(kari).get(f"{SERVICE}aktiver/kontroller/").content.decode()

    assert SENTENCE in page
    assert 'value="receiver_own_domain"' in page


def test_an_employees_address_stays_red(known, kari, draft, clock):
    known.client.contacts.update(email=kari.user.email)
    activation = draft(known.client, by=kari)

    with pytest.raises(actions.Stopped, match="medarbeider"):
        with_tick(activation, kari, clock)


# --- Afterwards --------------------------------------------------------------------------------------------------


def test_a_corrected_address_needs_the_tick_too(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    corrected = receive(activation, AT_THE_FIRM, link_version=1)

    with pytest.raises(NotAllowed, match="byråets eget domene"):
        actions.correct_address(by=kari, clock=clock, **corrected)
    done = actions.correct_address(by=kari, clock=clock, accepts_own_domain=True, **corrected)

    assert (done.contact_email, done.own_domain) == (AT_THE_FIRM, "fjordregnskap.example")


def test_a_corrected_address_that_is_the_customers_again_is_named_no_more(at_the_firm, kari, draft, clock):
    activation = with_tick(draft(at_the_firm.client, by=kari), kari, clock)

    done = actions.correct_address(by=kari, clock=clock, **receive(activation, "eva@orstaror.example", link_version=1))

    assert done.own_domain == ""


def test_the_form_for_correcting_shows_the_tick_when_it_is_needed(known, kari, sent, sign_in, clock):
    sent(
        known.client,
        by=kari,
    )
    browser, page = sign_in(kari), f"{SERVICE}rett-adressen/"
    typed = {Place.FIRM_FIELD: kari.firm_id, "name": "Eva Ås", "email": AT_THE_FIRM, "link_version": 1}

    before = browser.get(page).content.decode()
    asked = browser.post(page, typed).content.decode()
    unsent = Activation.objects.get().contact_email
    browser.post(page, typed | {"accepts_own_domain": "on"})

    assert "accepts_own_domain" not in before
    assert SENTENCE in asked
    assert 'name="accepts_own_domain"' in asked
    assert unsent == "per@orstaror.example"
    assert Activation.objects.get().contact_email == AT_THE_FIRM


def test_a_proposed_receiver_needs_the_tick_too(new, kari, sent, sign_in, clock):
    activation = sent(new.client, by=kari)
    proposal = ForwardProposal.objects.create(
        firm=kari.firm, activation=activation, name="Anne Vik", email=AT_THE_FIRM, proposed_at=clock()
    )
    browser, page = sign_in(kari), "/kunder/1003/samarbeid/eaccounting/"
    answer = {Place.FIRM_FIELD: kari.firm_id, "proposal": proposal.pk}

    shown = browser.get(page).content.decode()
    refused = browser.post(f"{page}videresend/ja/", answer, follow=True).content.decode()
    unsent = Activation.objects.get().contact_email
    browser.post(f"{page}videresend/ja/", answer | {"accepts_own_domain": "on"})

    assert 'name="accepts_own_domain"' in shown
    assert SENTENCE in refused
    assert unsent == "eva@aasblomster.example"
    assert Activation.objects.get().contact_email == AT_THE_FIRM


def test_who_is_sent_it_by_the_customer_is_named_as_well(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    actions.forward_activation(by=known.administrator, clock=clock, **receive(activation, AT_THE_FIRM, link_version=1))

    assert Activation.objects.get().own_domain == "fjordregnskap.example"


# --- The receipt -------------------------------------------------------------------------------------------------


def test_the_receipt_names_it_on_the_page_in_the_pdf_and_in_the_record(
    at_the_firm, kari, draft, approve, sign_in, clock
):
    approve(with_tick(draft(at_the_firm.client, by=kari), kari, clock), by=at_the_firm.administrator)
    receipt = Receipt.objects.with_names().get()
    page = reverse("my_services:receipt-detail", args=[receipt.number])

    rows = dict(receipt_rows(receipt, reader=None))

    assert receipt.record["receiver_own_domain"] == "fjordregnskap.example"
    assert "approver_own_domain" not in receipt.record
    assert rows["Merk"] == dict(receipt_rows(receipt, reader=kari.firm))["Merk"] == NAMED
    assert NAMED in sign_in(at_the_firm.administrator).get(page).content.decode()
    assert receipt.is_genuine


def test_the_record_cannot_lose_it_unseen(at_the_firm, kari, draft, approve, clock):
    approve(with_tick(draft(at_the_firm.client, by=kari), kari, clock), by=at_the_firm.administrator)
    receipt = Receipt.objects.with_names().get()

    del receipt.record["receiver_own_domain"]

    assert not receipt.is_genuine


def test_who_approved_is_named_when_that_address_is_the_firms(known, kari, sent, approve):
    user = factories.UserFactory(name="Eva Ås", email=AT_THE_FIRM)
    eva = factories.CompanyUserFactory(company=known.company, user=user)
    approve(sent(known.client, by=kari), by=eva)

    receipt = Receipt.objects.with_names().get()

    assert receipt.record["approver_own_domain"] == "fjordregnskap.example"
    assert dict(receipt_rows(receipt, reader=None))["Merk"].startswith("Den som godkjente, har en e-postadresse")


def test_what_was_vouched_for_at_the_sending_is_named_though_the_firm_has_changed_its_addresses(
    at_the_firm, kari, draft, approve, clock
):
    activation = with_tick(draft(at_the_firm.client, by=kari), kari, clock)
    kari.user.email = "kari@nordmann.example"
    kari.user.save()

    approve(activation, by=at_the_firm.administrator)

    assert Receipt.objects.get().record["receiver_own_domain"] == "fjordregnskap.example"


def test_a_receipt_of_the_customers_own_address_says_nothing(known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)
    receipt = Receipt.objects.with_names().get()

    assert "Merk" not in dict(receipt_rows(receipt, reader=None))
