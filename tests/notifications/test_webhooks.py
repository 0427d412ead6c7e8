"""Postmark's calls, as recorded, through the address that it calls; addresses and ids are synthetic."""

import base64
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from itertools import permutations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from byra.settings import BASE_DIR as ROOT
from ground.clock import database_clock
from notifications import outbox
from notifications.models import Email, EmailEvent
from tests.addresses import FORM, NO_ADDRESSES, SHOWN, STRANGE_ADDRESSES

pytestmark = pytest.mark.django_db

URL = "/anymail/postmark/tracking/"
SECRETS = ["postmark:den-nye", "postmark:den-gamle"]
POSTED_AT = datetime(2026, 3, 10, 10, 59, tzinfo=UTC)
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
def known_secrets(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRETS}


@pytest.fixture
def email() -> Email:
    row = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=["per@orstaror.example"]), kind="hei")
    Email.objects.update(status="sent", posted_at=POSTED_AT, sent_at=POSTED_AT, provider_id=PROVIDER_ID)
    return row


def call(payload, *, secret=SECRETS[0], **headers):
    return call_with_body(json.dumps(payload), secret=secret, **headers)


def call_with_body(body, *, secret=SECRETS[0], **headers):
    if secret:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    browser = Client(enforce_csrf_checks=True)
    return browser.post(URL, body, content_type="application/json", headers=headers)


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


@pytest.mark.parametrize("hour", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-03-10T10:58:59Z"])
def test_an_hour_before_the_mail_counts_as_the_mails(hour, email):
    answer = call(BOUNCE | {"BouncedAt": hour})

    email.refresh_from_db()
    assert answer.status_code == 200
    assert email.bounced_at == POSTED_AT


@pytest.mark.parametrize("hour", ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_an_hour_that_is_still_to_come_counts_as_now(hour, email):
    before = database_clock()

    answer = call(BOUNCE | {"BouncedAt": hour})

    email.refresh_from_db()
    assert answer.status_code == 200
    assert before <= email.bounced_at <= database_clock()


@pytest.mark.parametrize("body", ["", "[]", "null", "5", '"x"', "{", b"\xff\xfe", "[" * 100_000, "[{}]"])
def test_a_body_that_is_no_object_is_refused(body, email):
    answer = call_with_body(body)

    assert answer.status_code == 400
    assert not EmailEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"RecordType": []},
        {"Type": {}},
        {"Email": 5},
        {"Email": ["per@orstaror.example"]},
        {"BouncedAt": 5},
        {"BouncedAt": None},
        {"BouncedAt": "2026-13-45T99:00:00Z"},
        {"Metadata": None},
        {"Metadata": []},
        {"Metadata": "email"},
        {"Metadata": 5},
    ],
)
def test_a_call_with_something_else_in_a_field_is_refused(changes, email):
    answer = call(BOUNCE | changes)

    assert answer.status_code == 400
    assert not EmailEvent.objects.exists()


@pytest.mark.parametrize("odd", ["550 \ud800 nei", "550 \x00 nei", {"a": 1}, ["x"], 5, None])
def test_odd_words_cost_no_event(odd, email):
    answer = call(BOUNCE | {"Details": odd, "Description": odd, "ID": odd})

    assert answer.status_code == 200
    assert state_of(email) == ["bounced"]


def test_an_error_of_ours_stays_one_so_that_the_provider_calls_again(monkeypatch, email):
    def broken(**event):
        raise ValueError("ours")

    monkeypatch.setattr("notifications.webhooks.record_delivery", broken)

    with pytest.raises(ValueError, match="ours"):
        call(BOUNCE)


@pytest.mark.parametrize(
    ("secret", "body", "reason"),
    [
        ("postmark:gjettet", "{}", "Missing or invalid basic auth in Anymail Postmark webhook"),
        (SECRETS[0], "null", "malformed body: TypeError"),
    ],
)
def test_a_refused_call_is_one_line_of_the_log(secret, body, reason, caplog):
    with caplog.at_level(logging.WARNING):
        call_with_body(body, secret=secret)

    assert [(line.getMessage(), line.exc_info) for line in caplog.records] == [(f"Refused at {URL}: {reason}", None)]


@pytest.mark.parametrize(
    "spelling", [FORM, SHOWN, "Nina@ÅS.example", "nina@XN--S-1FA.EXAMPLE", "nina@a\u030as.example"]
)
@pytest.mark.parametrize(("payload", "state"), [(DELIVERY, "delivered"), (DELAY, "delayed"), (BOUNCE, "bounced")])
def test_a_domain_with_other_letters_is_known_however_the_provider_spells_it(payload, state, spelling):
    row = outbox.post_message(EmailMultiAlternatives("Hei", "Tekst", to=[SHOWN]), kind="hei")
    Email.objects.update(status="sent", posted_at=POSTED_AT, sent_at=POSTED_AT, provider_id=PROVIDER_ID)
    named = "Recipient" if payload is DELIVERY else "Email"

    answer = call(payload | {named: spelling})

    assert answer.status_code == 200
    assert state_of(row) == [state]


@pytest.mark.parametrize("odd", [*NO_ADDRESSES, *STRANGE_ADDRESSES], ids=lambda odd: ascii(odd)[:40])
def test_an_odd_recipient_is_somebody_elses(odd, email):
    answer = call(BOUNCE | {"Email": odd})

    assert answer.status_code == 200
    assert state_of(email) == ([] if odd else ["bounced"])  # a provider that names nobody means the mail's own
