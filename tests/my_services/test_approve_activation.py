"""The approval page and its yes."""

from datetime import date, timedelta

import pytest

from agreements.models import Collaboration
from collaboration import actions
from collaboration.models import Activation
from commitments.models import Receipt
from notifications.models import Email
from organisations.models import CompanyUser, Employee
from organisations.places.current import Place
from subscriptions.models import Charge, ServiceAccess, Subscription, Terms
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def answer(sign_in, page_of, post):
    """Read the page and press Godkjenn: answer(activation, person, accepts_terms="on")."""

    def say_yes(activation, person, **fields):
        browser = sign_in(person)
        page = browser.get(page_of(activation))
        fields = {"shown": page.context["offer"].fingerprint, **fields}
        return post(browser, page_of(activation) + "godkjenn/", activation.company, **fields)

    return say_yes


@pytest.fixture
def per_sees(sign_in, known, page_of):
    """The request's page as the administrator sees it now."""
    return lambda activation: text(sign_in(known.administrator).get(page_of(activation)))


def test_a_known_customer_gets_the_subscription_and_the_collaboration(known, kari, sent, answer, per_sees, page_of):
    activation = sent(known.client, by=kari)

    response = answer(activation, known.administrator, accepts_terms="on")

    assert (response.status_code, response.url) == (302, page_of(activation))
    activation.refresh_from_db()
    subscription = Subscription.objects.get(company=known.company)
    assert (activation.status, activation.subscription) == ("approved", subscription)
    assert Collaboration.objects.get().subscription == subscription
    assert Charge.objects.get().amount == 349 * 12
    assert ServiceAccess.objects.get().company_user == known.administrator
    page = per_sees(activation)
    assert "Per Rør godkjente på vegne av Ørsta Rør AS" in page
    assert f"Godkjenningsbevis nr. {activation.receipt.number}</a>." in page


def test_the_approver_and_the_one_who_asked_are_told(known, kari, sent, answer):
    activation = sent(known.client, by=kari)

    answer(activation, known.administrator, accepts_terms="on")

    told = Email.objects.exclude(kind="activation_sent").order_by("kind").values_list("kind", "to")
    assert list(told) == [
        ("activation_approved", "kari@fjordregnskap.example"),
        ("approval_receipt", "per@orstaror.example"),
    ]


def test_a_subscriber_ticks_nothing_and_is_charged_nothing(subscribed, kari, sent, answer, sign_in, page_of):
    activation = sent(subscribed.client, by=kari)
    page = text(sign_in(subscribed.administrator).get(page_of(activation)))

    answer(activation, subscribed.administrator)

    assert "accepts_terms" not in page
    assert "vilkårenes versjon 1, som dere har godkjent før" in page
    activation.refresh_from_db()
    assert (activation.status, activation.subscription) == ("approved", subscribed.subscription)
    assert not Charge.objects.exclude(kind="opening").exists()
    assert activation.receipt.record["terms_version"] == 1


def test_without_the_tick_nothing_is_decided(known, kari, sent, answer):
    activation = sent(known.client, by=kari)

    page = answer(activation, known.administrator)

    assert page.status_code == 200
    assert "<title>Feil:" in text(page)
    assert "Du må godkjenne vilkårene for tjenesten." in text(page)
    activation.refresh_from_db()
    assert activation.is_pending


def test_the_terms_stand_on_the_page_in_full(known, kari, sent, per_sees):
    page = per_sees(sent(known.client, by=kari))

    assert "Vilkår for Visma eAccounting, versjon 1." in page
    assert "Les vilkårene for Visma eAccounting, versjon 1" in page


def test_new_terms_since_the_page_was_shown_decide_nothing(known, kari, sent, sign_in, page_of, post):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)
    shown = browser.get(page_of(activation)).context["offer"].fingerprint
    Terms.objects.create(service=activation.service, version=2, text="Strengere vilkår.")

    fields = {"shown": shown, "accepts_terms": "on"}
    response = post(browser, page_of(activation) + "godkjenn/", known.company, **fields)
    page = text(browser.get(response.url))

    activation.refresh_from_db()
    assert activation.is_pending
    assert "har endret seg siden du åpnet siden" in page
    assert "Strengere vilkår." in page


@pytest.mark.parametrize("shown", ["", "1:-:", "x"])
def test_a_form_without_what_was_shown_decides_nothing(shown, known, kari, sent, answer):
    activation = sent(known.client, by=kari)

    answer(activation, known.administrator, accepts_terms="on", shown=shown)

    activation.refresh_from_db()
    assert activation.is_pending


def test_a_subscription_of_ones_own_is_attached_after_the_page_is_read_again(known, kari, sent, answer, per_sees):
    activation = sent(known.client, by=kari)
    own = factories.SubscriptionFactory(company=known.company, variant=activation.service.variants.get(code="pro"))

    page = per_sees(activation)
    answer(activation, known.administrator)

    assert "Dere har i mellomtiden fått Visma eAccounting Pro" in page
    assert "accepts_terms" not in page
    activation.refresh_from_db()
    assert (activation.status, activation.subscription, activation.was_attached) == ("approved", own, True)
    assert Subscription.objects.count() == 1
    assert not Charge.objects.exclude(kind="opening").exists()
    assert "Dere hadde i mellomtiden fått Visma eAccounting Pro" in per_sees(activation)
    told = Email.objects.filter(kind__in=["activation_approved", "approval_receipt"])
    assert {mail.to for mail in told} == {"kari@fjordregnskap.example", "per@orstaror.example"}


def test_a_page_from_before_the_own_subscription_is_stale(known, kari, sent, sign_in, page_of, post):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)
    shown = browser.get(page_of(activation)).context["offer"].fingerprint
    factories.SubscriptionFactory(company=known.company)

    post(browser, page_of(activation) + "godkjenn/", known.company, shown=shown, accepts_terms="on")

    activation.refresh_from_db()
    assert activation.is_pending


def test_a_subscriber_whose_subscription_has_ended_cannot_approve(subscribed, kari, sent, sign_in, page_of, post):
    activation = sent(subscribed.client, by=kari)
    Subscription.objects.update(ended_on=date(2026, 3, 1))
    browser = sign_in(subscribed.administrator)

    page = browser.get(page_of(activation))
    fields = {"shown": page.context["offer"].fingerprint}
    response = post(browser, page_of(activation) + "godkjenn/", subscribed.company, **fields)

    assert "Abonnementet er avsluttet, så det er ikke noe å samarbeide i. Be Fjord Regnskap AS" in text(page)
    assert ">Godkjenn<" not in text(page)
    assert ">Avslå<" in text(page)
    for promise in ("accepts_terms", "Hvordan angrer jeg?", "Du avslutter samarbeidet", "Hvem får tilgang?"):
        assert promise not in text(page)
    assert "Abonnementet er avsluttet" in text(browser.get(response.url))
    activation.refresh_from_db()
    assert activation.is_pending


def test_the_same_answer_twice_is_answered_like_the_first(known, kari, sent, sign_in, page_of, post):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)
    fields = {"shown": browser.get(page_of(activation)).context["offer"].fingerprint, "accepts_terms": "on"}

    answers = [post(browser, page_of(activation) + "godkjenn/", known.company, **fields) for _ in range(2)]
    page = text(browser.get(page_of(activation)))

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, page_of(activation))] * 2
    assert page.count("Du har godkjent samarbeidet med Fjord Regnskap AS") == 2
    assert Collaboration.objects.count() == 1
    assert Email.objects.filter(kind="approval_receipt").count() == 1


def test_somebody_elses_answer_stands(known, kari, sent, answer, approve, sign_in, page_of, post):
    activation = sent(known.client, by=kari)
    other = factories.CompanyUserFactory(company=known.company)
    browser = sign_in(other)
    fields = {"shown": browser.get(page_of(activation)).context["offer"].fingerprint, "accepts_terms": "on"}
    approve(activation, by=known.administrator)

    post(browser, page_of(activation) + "godkjenn/", known.company, **fields)
    page = text(browser.get(page_of(activation)))

    assert "Forespørselen er allerede godkjent." in page
    assert "Du har godkjent" not in page
    assert "Per Rør godkjente" in page


@pytest.mark.parametrize(
    ("close", "sentence"),
    [
        ("decline", "Per Rør avslo på vegne av Ørsta Rør AS"),
        ("withdraw", "Fjord Regnskap AS trakk denne forespørselen tilbake"),
        ("expire", "Siste dag å svare var"),
        ("not swept", "Siste dag å svare var"),
    ],
)
def test_a_closed_request_refuses_and_states_its_outcome(
    close, sentence, known, kari, sent, sign_in, page_of, post, clock
):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)
    fields = {"shown": browser.get(page_of(activation)).context["offer"].fingerprint, "accepts_terms": "on"}
    if close == "decline":
        actions.decline_activation(activation=activation, by=known.administrator, reason="other")
    elif close == "withdraw":
        actions.withdraw_activation(activation=activation, by=kari)
    else:
        Activation.objects.update(expires_at=clock() - timedelta(minutes=1))
    if close == "expire":
        actions.expire_activations()
    status = Activation.objects.get().status

    response = post(browser, page_of(activation) + "godkjenn/", known.company, **fields)
    page = text(browser.get(response.url))

    activation.refresh_from_db()
    assert activation.status == status
    assert not Collaboration.objects.exists()
    assert sentence in page
    assert ">Godkjenn<" not in page


def test_reading_changes_nothing(known, kari, sent, sign_in, page_of):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)

    for address in (page_of(activation), page_of(activation) + "godkjenn/", page_of(activation) + "avsla/"):
        browser.get(address, {"shown": "x", "accepts_terms": "on", "reason": "other"})

    activation.refresh_from_db()
    assert activation.is_pending
    assert Email.objects.count() == 1


# --- Who


@pytest.mark.parametrize("path", ["", "godkjenn/", "avsla/"])
def test_a_stranger_gets_404(path, known, kari, nils, sent, sign_in, page_of, post):
    activation = sent(known.client, by=kari)
    other = factories.CompanyUserFactory()

    for person in (other, kari, nils, factories.UserFactory()):
        browser = sign_in(person)
        assert browser.get(page_of(activation) + path).status_code == 404
        fields = {"shown": "x", "reason": "other"}
        assert post(browser, page_of(activation) + path, other.company, **fields).status_code == 404
    activation.refresh_from_db()
    assert activation.is_pending


def test_a_draft_is_nobodys_but_the_firms(known, kari, draft, sign_in, page_of):
    assert sign_in(known.administrator).get(page_of(draft(known.client, by=kari))).status_code == 404


def test_who_is_no_administrator_reads_but_does_not_answer(known, kari, sent, answer, sign_in, page_of):
    activation = sent(known.client, by=kari)
    person = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)

    page = text(sign_in(person).get(page_of(activation)))
    response = answer(activation, person, accepts_terms="on")

    assert "En administrator må godkjenne" in page
    assert "349,00 kr per måned" in page
    assert 'name="shown"' not in page
    assert response.status_code == 302
    activation.refresh_from_db()
    assert activation.is_pending


def test_an_employee_of_the_asking_firm_cannot_answer_for_the_company(known, kari, sent, answer, sign_in, page_of):
    activation = sent(known.client, by=kari)
    factories.EmployeeFactory(firm=kari.firm, user=known.administrator.user, role=Employee.Role.EMPLOYEE)

    page = text(sign_in(known.administrator).get(page_of(activation)))
    answer(activation, known.administrator, accepts_terms="on")

    assert "Du arbeider i byrået som spør" in page
    assert ">Godkjenn<" not in page
    activation.refresh_from_db()
    assert activation.is_pending


def test_a_request_to_another_of_ones_companies_offers_the_switch_and_nothing_else(
    known, subscribed, kari, sent, sign_in, page_of
):
    activation = sent(known.client, by=kari)
    factories.CompanyUserFactory(company=known.company, user=subscribed.administrator.user)
    browser = sign_in(subscribed.administrator)
    browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: subscribed.company.pk})

    pages = [browser.get(page_of(activation) + deed) for deed in ("", "godkjenn/", "avsla/", "videresend/")]
    switched = browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: known.company.pk, "next": page_of(activation)})

    for page in pages:
        assert page.status_code == 200
        assert "Dette gjelder Ørsta Rør AS" in text(page)
        for secret in ("Fjord", "349", "eAccounting", "Kari"):
            assert secret not in text(page)
    assert switched.url == page_of(activation)
    assert "Fjord Regnskap AS ber om samarbeid" in text(browser.get(switched.url))


def test_a_form_written_for_another_company_is_refused(known, subscribed, kari, sent, sign_in, page_of, post):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)

    response = post(browser, page_of(activation) + "godkjenn/", subscribed.company, shown="x", accepts_terms="on")

    assert response.status_code == 409
    activation.refresh_from_db()
    assert activation.is_pending


def test_the_page_says_that_another_firm_collaborates_already(known, kari, nils, sent, approve, per_sees):
    theirs = make_client(
        nils, number=2001, name="Ørsta Rør AS", org_number=known.client.org_number, contact_email="per@orstaror.example"
    )
    approve(sent(theirs, by=nils), by=known.administrator)

    page = per_sees(sent(known.client, by=kari))

    assert "Vidda Økonomi AS samarbeider allerede med dere i tjenesten" in page


@pytest.mark.parametrize("may_open", [True, False])
def test_after_the_yes_the_page_leads_on(may_open, known, kari, sent, approve, sign_in, page_of):
    activation = sent(known.client, by=kari)
    approve(activation, by=known.administrator)
    if not may_open:
        ServiceAccess.objects.all().delete()

    page = sign_in(known.administrator).get(page_of(activation)).content.decode()

    receipt = Receipt.objects.get()
    own_services = f'href="/mine-tjenester/brukere/{known.administrator.pk}/tjenester/"'
    assert f'href="/mine-tjenester/bevis/{receipt.number}/"' in page
    assert 'href="/mine-tjenester/tjenester/eaccounting/"' in page
    assert ('href="/mine-tjenester/tjenester/eaccounting/apne/' in page, own_services in page) == (
        may_open, not may_open,
    )  # fmt: skip


def test_the_mail_of_the_receipt_leads_to_it(known, kari, sent, approve):
    approve(sent(known.client, by=kari), by=known.administrator)

    message = bytes(Email.objects.get(kind="approval_receipt").message).decode()
    assert message.count(f"/mine-tjenester/bevis/{Receipt.objects.get().number}/") == 2
