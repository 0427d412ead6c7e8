"""The demo's mail catcher as the receiving side: it calls the project's own address, and the mail is settled."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail import EmailMultiAlternatives

from devtools import mail_catcher
from devtools.mail_catcher import Teller, Word, words_about
from notifications import outbox
from notifications.models import Email, EmailEvent

SECRET = "catcher:en-nokkel"


@pytest.fixture(autouse=True)
def at_once(monkeypatch, settings):
    """The same words in the same order, without the pauses."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}
    monkeypatch.setattr(
        mail_catcher, "words_about", lambda address: [Word(0, word.payload) for word in words_about(address)]
    )


def run_alone(telling: Coroutine) -> None:
    """In a thread of its own: a browser test of the same worker leaves its loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, telling).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "types", "state"),
    [
        ("per@orstaror.example", ["delivered"], "delivered_at"),
        ("retur@orstaror.example", ["bounced"], "bounced_at"),
        ("forsinket@orstaror.example", ["delayed", "delivered"], "delivered_at"),
    ],
)
def test_what_it_tells_is_taken_at_the_address_of_production(address, types, state, live_server):
    email = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=[address]), kind="hei")
    teller = Teller(f"{live_server.url}/anymail/postmark/tracking/", SECRET)

    run_alone(teller.tell_all(address, email.message_id))

    email.refresh_from_db()
    assert list(EmailEvent.objects.values_list("type", flat=True)) == types
    assert [name for name in ("delayed_at", "delivered_at", "bounced_at") if getattr(email, name)] == [state]


@pytest.mark.django_db(transaction=True)
def test_with_another_secret_it_is_refused_and_gives_up(live_server):
    email = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=["per@orstaror.example"]), kind="hei")
    teller = Teller(f"{live_server.url}/anymail/postmark/tracking/", "catcher:en-annen")

    run_alone(teller.tell_all("per@orstaror.example", email.message_id))

    assert Email.objects.get().delivered_at is None


def test_while_nobody_answers_it_tries_again(monkeypatch):
    monkeypatch.setattr(mail_catcher, "PAUSES", (0, 0))
    teller, tried = Teller("http://127.0.0.1:9/", SECRET), []

    def away(payload):
        tried.append(payload)
        raise ConnectionRefusedError

    monkeypatch.setattr(teller, "post", away)

    run_alone(teller.tell_all("per@orstaror.example", "<1@byra.example>"))

    assert len(tried) == 3
