"""The mails that ask a customer, on a telephone: five answers, button and undo in the first screen, in few words."""

import email
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import Page

from collaboration import actions, emails
from collaboration.models import Activation, Reminder
from ground.clock import database_clock
from notifications.models import Email
from organisations.models import CompanyUser, Employee
from subscriptions.models import Service
from tests import factories
from tests.browser.visitor import PHONE
from tests.conftest import make_client
from tests.walls.crawl import rolled_back

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

MOST_WORDS = 150
SCENARIOS = [
    ("subscribed", "company"), ("known", "company"), ("known", "firm"), ("new", "company"), ("new", "firm"),
    ("attached", "company"),
]  # fmt: skip
KINDS = ("sent", "reminder", "last warning", "forwarded", "forwarded with a message", "corrected", "replacing")
MESSAGE = "Kan du svare på denne?"
SEPARATE = {"nb": "Det sier ikke opp tjenesten.", "en": "That does not cancel the service."}
QUESTIONS = {
    "nb": ["Hvem spør?", "Hva gjelder det?", "Hva koster det meg?", "Hvem får tilgang?", "Hvordan angrer jeg?"],
    "en": ["Who is asking?", "What is it about?", "What does it cost me?", "Who gets access?", "How do I undo it?"],
}


@pytest.fixture
def clock() -> Callable:
    return database_clock


@pytest.fixture(autouse=True)
def fresh_site(db):
    """The mails are read from the outbox: no page is asked for, and nothing has to go out."""


@pytest.fixture
def asked(request, kari, ola, nils, sent, monkeypatch) -> Callable[..., Activation]:
    """A request in that scenario, with two people on the task, to somebody who reads that language."""

    def ask(scenario: str, payer: str, language: str) -> Activation:
        factories.eaccounting()
        Service.objects.update(
            supplier="Visma",
            summary="Fakturering, regnskap og rapporter på nett.",
            summary_en="Invoicing, accounting and reports online.",
        )
        monkeypatch.setattr(emails, "language_of_receiver", lambda address: language)
        customer = request.getfixturevalue("known" if scenario == "attached" else scenario)
        customer.client.tasks.get().participants.add(ola, through_defaults={"firm": kari.firm})
        activation = sent(customer.client, by=kari, payer=payer)
        if scenario == "attached":
            factories.SubscriptionFactory(company=customer.company)
            join_another_firm(activation, nils)
        return activation

    return ask


def join_another_firm(activation: Activation, lead: Employee) -> None:
    """As the customer's own agreement may have one, which the mail mentions without its name."""
    client = make_client(
        lead,
        org_number=activation.company.org_number,
        name="Ørsta Rør AS",
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    theirs = actions.start_activation(client=client, service=activation.service, by=lead)
    theirs = actions.send_activation(activation=theirs, by=lead)
    by = CompanyUser.objects.get(company=activation.company)
    shown = emails.make_offer(theirs, today=database_clock().date()).fingerprint
    actions.approve_activation(activation=theirs, by=by, shown=shown, accepts_terms=True)


def mail_of(kind: str, activation: Activation, kari: Employee) -> Email:
    if kind == "reminder":
        reminder = Reminder.objects.filter(activation=activation, kind="reminder").order_by("due_at").first()
        return emails.activation_reminder(activation, reminder)
    if kind == "last warning":
        reminder = Reminder.objects.get(activation=activation, kind="last_warning")
        return emails.activation_reminder(activation, reminder)
    if kind == "corrected":
        actions.correct_address(
            activation=activation, by=kari, name="Anne Vik", email="anne@ny.example",
            link_version=activation.link_version,
        )  # fmt: skip
    if kind == "replacing":
        actions.withdraw_activation(activation=activation, by=kari)
        return mail_of("sent", ask_again(activation, kari), kari)
    if kind in ("forwarded", "forwarded with a message"):
        proposal = actions.forward_activation(
            activation=activation, by=None, name="Anne Vik", email="anne@ny.example",
            link_version=activation.link_version, message="" if kind == "forwarded" else MESSAGE,
        )  # fmt: skip
        if proposal:
            actions.answer_forward_proposal(proposal=proposal, by=kari, accept=True)
    return Email.objects.filter(kind="activation_sent", subject_id=activation.pk).latest("pk")


def ask_again(activation: Activation, kari: Employee) -> Activation:
    """The same, to the same address."""
    again = actions.start_activation(
        client=activation.client, service=activation.service, by=kari, variant=activation.variant
    )
    if not again.keeps_agreement:
        answers = {"payer": activation.payer, "period_months": activation.period_months}
        actions.save_answers(activation=again, by=kari, answers=answers)
    return actions.send_activation(activation=again, by=kari)


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize(("scenario", "payer"), SCENARIOS)
def test_all_is_in_the_first_screen_in_few_words(scenario, payer, language, asked, kari, browser):
    activation = asked(scenario, payer, language)
    page = browser.new_page(viewport=PHONE)
    for kind in KINDS:
        with rolled_back():
            assert_first_screen(page, kind, read_mail(kind, activation, kari), language)
    page.close()


def read_mail(kind: str, activation: Activation, kari: Employee) -> EmailMessage:
    """Some days after it was asked."""
    activation = Activation.objects.with_everything().get(pk=activation.pk)
    activation.link_mailed_at += timedelta(days=3)
    return email.message_from_bytes(bytes(mail_of(kind, activation, kari).message), policy=default)


def assert_first_screen(page: Page, kind: str, mail: EmailMessage, language: str) -> None:
    text, marked_up = (mail.get_body((part,)).get_content() for part in ("plain", "html"))
    assert [question for question in QUESTIONS[language] if question in text] == QUESTIONS[language], kind
    page.set_content(marked_up)
    assert SEPARATE[language] in text, kind
    assert ("Erstatter" in text or "Replaces" in text) is (kind == "replacing")
    assert (MESSAGE in text) is (kind == "forwarded with a message")
    counts = {"text": len(text.split()), "HTML": len(page.locator("body").inner_text().split())}
    boxes = [page.locator("a.button").bounding_box(), page.locator("dd").last.bounding_box()]
    assert max(counts.values()) <= MOST_WORDS, f"{kind}: {counts}\n{text}"
    assert max(box["y"] + box["height"] for box in boxes) <= PHONE["height"], f"{kind}: {boxes}"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], kind
