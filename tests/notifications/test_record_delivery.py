"""What is told of a mail's way: once, in any order, and only of ours."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.core.mail import EmailMultiAlternatives

from notifications import outbox
from notifications.actions import record_delivery
from notifications.models import Email, EmailEvent

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
DELAYED = {"event_id": "1", "type": "delayed", "at": NOON, "reason": "451 senere"}
DELIVERED = {"event_id": "2", "type": "delivered", "at": NOON + timedelta(minutes=1)}
BOUNCED = {"event_id": "3", "type": "bounced", "at": NOON + timedelta(minutes=2), "reason": "550 nei"}


@pytest.fixture
def email() -> Email:
    message = EmailMultiAlternatives("Hei", "Tekst", to=["per@orstaror.example"])
    row = outbox.post_message(message, kind="hei")
    row.provider_id, row.posted_at = "fra-leverandoren", NOON - timedelta(minutes=1)
    row.save()
    return row


def state_of(email) -> dict:
    email.refresh_from_db()
    hours = {name: getattr(email, f"{name}_at") for name in ("delayed", "delivered", "bounced")}
    return {name: at for name, at in hours.items() if at}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([DELAYED], {"delayed": DELAYED["at"]}),
        ([DELAYED, DELIVERED], {"delivered": DELIVERED["at"]}),
        ([DELAYED, DELIVERED, BOUNCED], {"bounced": BOUNCED["at"]}),
    ],
)
def test_the_state_is_the_same_in_whatever_order_and_however_often_the_events_come(events, state, email):
    for order in permutations(events):
        EmailEvent.objects.all().delete()
        Email.objects.update(delayed_at=None, delivered_at=None, bounced_at=None)

        for event in [*order, *order]:
            record_delivery(email_id=email.pk, **event)

        assert state_of(email) == state
        assert EmailEvent.objects.count() == len(events)


def test_the_reason_of_a_bounce_is_kept(email):
    record_delivery(email_id=email.pk, **BOUNCED)

    email.refresh_from_db()
    assert email.last_error == "550 nei"


@pytest.mark.parametrize("named_by", ["email_id", "provider_id", "message_id", "bare_message_id"])
def test_a_mail_is_found_by_its_id_the_providers_and_its_message_id(named_by, email):
    names = {
        "email_id": {"email_id": email.pk},
        "provider_id": {"provider_id": "fra-leverandoren"},
        "message_id": {"provider_id": email.message_id, "message_id": email.message_id},
        "bare_message_id": {"message_id": email.message_id.strip("<>")},
    }

    found = record_delivery(**names[named_by], **DELIVERED)

    assert found == email


def test_a_mail_that_went_to_somebody_else_is_not_ours(email):
    found = record_delivery(email_id=email.pk, recipient="eva@aasblomster.example", **BOUNCED)

    assert found is None
    assert not EmailEvent.objects.exists()


def test_a_mail_that_nobody_knows_is_passed_over():
    assert record_delivery(message_id="<ukjent@byra.example>", **BOUNCED) is None


def test_an_event_that_comes_before_the_mail_is_marked_as_sent_counts(email):
    Email.objects.update(status="sending", lease_until=NOON)

    record_delivery(email_id=email.pk, **DELIVERED)

    assert state_of(email) == {"delivered": DELIVERED["at"]}
