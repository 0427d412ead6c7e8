"""Postmark's calls, as recorded, through the address that it calls; addresses and ids are synthetic."""

import base64
import json
import os
import subprocess
import sys
from itertools import permutations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from byra.settings import BASE_DIR as ROOT
from notifications import outbox
from notifications.models import Email, EmailEvent

pytestmark = pytest.mark.django_db

URL = "/anymail/postmark/tracking/"
SECRETS = ["postmark:den-nye", "postmark:den-gamle"]
PROVIDER_ID = "883953f4-6105-42a2-a16a-77a8eac79483"
DELIVERY = {
    "RecordType": "Delivery",
    "ServerID": 23,
    "MessageStream": "outbound",
    "MessageID": PROVIDER_ID,
    "Recipient": "per@orstaror.example",
    "Tag": "hei",
    "DeliveredAt": "2026-03-10T11:00:09Z",
    "Details": "smtp;250 2.0.0 OK 1773140409",
    "Metadata": {},
}
BOUNCE = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Tag": "hei",
    "MessageID": PROVIDER_ID,
    "ServerID": 23,
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 <per@orstaror.example>: Recipient address rejected",
    "Email": "per@orstaror.example",
    "From": "ikke-svar@byra.example",
    "BouncedAt": "2026-03-10T11:02:00Z",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Hei",
    "Metadata": {},
}
DELAY = BOUNCE | {
    "ID": 4323372036854775808,
    "Type": "Transient",
    "TypeCode": 2,
    "Details": "smtp;451 4.3.0 Try again later",
    "BouncedAt": "2026-03-10T11:00:00Z",
}
OPEN = {
    "RecordType": "Open",
    "MessageID": PROVIDER_ID,
    "Recipient": "per@orstaror.example",
    "ReceivedAt": "2026-03-10T11:05:00Z",
    "Metadata": {},
}


@pytest.fixture(autouse=True)
def secret(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRETS}


@pytest.fixture
def email() -> Email:
    row = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=["per@orstaror.example"]), kind="hei")
    Email.objects.update(status="sent", sent_at=row.posted_at, provider_id=PROVIDER_ID)
    return row


def call(payload, *, secret=SECRETS[0], **headers):
    if secret:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    browser = Client(enforce_csrf_checks=True)
    return browser.post(URL, json.dumps(payload), content_type="application/json", headers=headers)


def state_of(email) -> list[str]:
    email.refresh_from_db()
    return [name for name in ("delayed", "delivered", "bounced") if getattr(email, f"{name}_at")]


@pytest.mark.parametrize(("payload", "state"), [(DELIVERY, "delivered"), (DELAY, "delayed"), (BOUNCE, "bounced")])
def test_a_recorded_call_settles_the_mail(payload, state, email):
    answer = call(payload)

    assert answer.status_code == 200
    assert state_of(email) == [state]


def test_the_receiving_servers_own_words_are_the_reason(email):
    call(BOUNCE)

    assert EmailEvent.objects.get().reason == "550 5.1.1 <per@orstaror.example>: Recipient address rejected"


def test_the_id_that_went_out_with_the_mail_counts_before_the_providers(email):
    answer = call(DELIVERY | {"MessageID": "en-annen", "Metadata": {"email": str(email.pk)}})

    assert answer.status_code == 200
    assert state_of(email) == ["delivered"]


def test_a_mail_sent_by_smtp_is_known_by_its_message_id(email):
    call(DELIVERY | {"MessageID": email.message_id.strip("<>")})

    assert state_of(email) == ["delivered"]


@pytest.mark.parametrize("secret", ["", "postmark:gjettet", "postmark:"])
@pytest.mark.parametrize("payload", [BOUNCE, DELIVERY])
def test_a_forged_call_is_refused_and_writes_nothing(payload, secret, email):
    answer = call(payload, secret=secret)

    assert answer.status_code == 400
    assert state_of(email) == []
    assert not EmailEvent.objects.exists()


def test_while_the_secret_is_changed_both_are_taken(email):
    answers = [call(DELIVERY, secret=secret).status_code for secret in SECRETS]

    assert answers == [200, 200]


def test_without_a_secret_in_the_environment_one_is_made_that_nobody_knows():
    show = "from byra.settings import ANYMAIL; print(*ANYMAIL['WEBHOOK_SECRET'])"
    env = os.environ | {"ANYMAIL_WEBHOOK_SECRET": "", "ANYMAIL": "{}"}

    shown = [subprocess.check_output([sys.executable, "-c", show], env=env, cwd=ROOT, text=True) for _ in range(2)]

    assert shown[0] != shown[1]
    assert min(len(secret) for secret in shown) > 40


def test_replayed_and_out_of_order_calls_leave_the_same_state(email):
    for order in permutations([DELAY, DELIVERY, BOUNCE]):
        for payload in [*order, *order]:
            assert call(payload).status_code == 200

        assert state_of(email) == ["bounced"]
        assert EmailEvent.objects.count() == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageID": "ukjent"},
        {"MessageID": "ukjent", "Metadata": {"email": "999999999"}},
        {"MessageID": "ukjent", "Metadata": {"email": "1; drop"}},
        {"Recipient": "eva@aasblomster.example"},
    ],
)
def test_a_mail_that_is_not_ours_is_passed_over(changes, email):
    answer = call(DELIVERY | changes)

    assert answer.status_code == 200
    assert not EmailEvent.objects.exists()


def test_opens_are_not_noted(email):
    assert call(OPEN).status_code == 200
    assert not EmailEvent.objects.exists()


def test_a_call_without_an_hour_counts_from_now(email):
    answer = call({name: value for name, value in DELIVERY.items() if name != "DeliveredAt"})

    assert answer.status_code == 200
    assert state_of(email) == ["delivered"]
