"""A mail that comes back: shown, told once, and nothing more goes to that address."""

import time
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.urls import reverse

from collaboration import actions
from collaboration.models import Reminder
from ground.clock import database_clock
from history.models import Event
from notifications import delivery
from notifications.actions import record_delivery, retry_email
from notifications.models import Alert, Email

pytestmark = pytest.mark.django_db

SWEEPS = ("relay-mails", "react-to-bounces")


@pytest.fixture
def clock():
    """This moment, as the mails' own hours are the database's."""
    return database_clock


@pytest.fixture
def waiting(known, kari, sent):
    return sent(known.client, by=kari)


def bounce(*, kind: str = "activation_sent") -> Email:
    mail = Email.objects.filter(kind=kind).latest("pk")
    Email.objects.filter(pk=mail.pk).update(status="sent", sent_at=mail.posted_at)
    return record_delivery(
        email_id=mail.pk,
        event_id=f"bounced:{mail.pk}",
        type="bounced",
        at=database_clock(),
        reason="550 Ukjent mottaker",
    )


def marks() -> list[int]:
    return [event.after["email"] for event in Event.objects.filter(verb="bounce").order_by("pk")]


def test_the_reminders_stop(waiting):
    bounce()

    actions.react_to_bounces()

    assert Reminder.objects.count() > 0
    assert not Reminder.objects.waiting().exists()


def test_each_mail_counts_once_however_often_the_sweep_runs(waiting):
    mail = bounce()

    counts = [actions.react_to_bounces() for _ in range(3)]

    assert counts == [1, 0, 0]
    assert marks() == [mail.pk]


def test_a_later_mail_that_bounces_too_counts_again(waiting, kari):
    first = bounce()
    actions.react_to_bounces()
    later = database_clock() + timedelta(minutes=11)
    actions.resend_activation(activation=waiting, by=kari, clock=lambda: later)
    second = bounce()

    assert actions.react_to_bounces() == 1
    assert marks() == [first.pk, second.pk]


def test_the_bounce_of_an_address_that_is_corrected_already_changes_nothing(waiting, kari):
    first = Email.objects.get(kind="activation_sent")
    Email.objects.update(status="sent", sent_at=first.posted_at)
    actions.correct_address(
        activation=waiting, by=kari, name="Per Rør", email="rett@orstaror.example", link_version=waiting.link_version
    )
    record_delivery(email_id=first.pk, event_id="1", type="bounced", at=database_clock(), reason="550 nei")

    assert actions.react_to_bounces() == 0
    assert Reminder.objects.waiting().exists()


def give_up(reason: str = "451 4.3.0 senere") -> Email:
    """As after MAX_ATTEMPTS."""
    mail = Email.objects.filter(kind="activation_sent").latest("pk")
    Email.objects.filter(pk=mail.pk).update(status="sending", lease_until=mail.posted_at, attempts=8)
    mail.refresh_from_db()
    delivery.give_up(mail, reason)
    return mail


def test_a_mail_that_was_given_up_without_a_final_no_is_told_once_and_the_reminders_go_on(waiting):
    mail = give_up()

    counts = [actions.react_to_bounces() for _ in range(3)]

    alert = Alert.objects.get()
    assert counts == [1, 0, 0]
    assert (alert.kind, alert.words["reason"]) == ("activation_undelivered", "451 4.3.0 senere")
    assert [event.after["email"] for event in Event.objects.filter(verb="give_up")] == [mail.pk]
    assert Reminder.objects.waiting().exists()


def test_a_note_of_our_own_is_not_told_as_the_other_sides_words(waiting):
    give_up("every attempt ended with the worker")

    actions.react_to_bounces()

    assert Alert.objects.get().words["reason"] == ""


def test_one_that_was_given_up_can_be_tried_again_after_it_was_told(waiting):
    mail = give_up()
    actions.react_to_bounces()

    retry_email(email=mail)
    delivery.deliver_due_emails()

    mail.refresh_from_db()
    assert (mail.status, actions.react_to_bounces()) == ("sent", 0)


def test_a_mail_that_was_given_up_and_is_said_to_have_bounced_is_a_bounce(waiting):
    mail = give_up()
    actions.react_to_bounces()
    record_delivery(email_id=mail.pk, event_id="late", type="bounced", at=database_clock(), reason="550 nei")

    assert actions.react_to_bounces() == 1
    assert marks() == [mail.pk]
    assert not Reminder.objects.waiting().exists()


def test_one_that_was_given_up_before_the_latest_is_old_news(waiting, kari):
    give_up()
    later = database_clock() + timedelta(minutes=11)
    actions.resend_activation(activation=waiting, by=kari, clock=lambda: later)

    assert actions.react_to_bounces() == 0


@pytest.mark.parametrize("close", ["withdraw", "decline"])
def test_a_request_that_is_closed_is_left_alone(close, waiting, known, kari):
    bounce()
    if close == "withdraw":
        actions.withdraw_activation(activation=waiting, by=kari)
    else:
        actions.decline_activation(activation=waiting, by=known.administrator, reason="other")

    assert actions.react_to_bounces() == 0


def test_a_mail_to_somebody_else_about_the_request_is_none_of_it(waiting, known):
    Email.objects.create(
        key="en-annen", kind="activation_expiring", to="kari@fjordregnskap.example", subject="Hei", message=b"x",
        message_id="<annen@byra.example>", subject_type="collaboration.activation", subject_id=waiting.pk,
        posted_at=database_clock(), next_attempt_at=database_clock(), bounced_at=database_clock(),
    )  # fmt: skip

    assert actions.react_to_bounces() == 0


def test_the_catchers_550_is_on_the_accountants_page_within_a_minute(known, kari, draft, sign_in, settings):
    """Over real SMTP to the mail catcher of bin/test."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    known.client.contacts.update(email="avvist@orstaror.example")
    activation = actions.send_activation(activation=draft(known.client, by=kari), by=kari)
    began = time.monotonic()
    delivery.provider.close()
    delivery.deliver_due_emails()
    delivery.provider.close()
    actions.react_to_bounces()

    page = reverse("collaboration:service-detail", args=[known.client.number, "eaccounting"])
    text = sign_in(kari).get(page).content.decode()

    assert time.monotonic() - began < 30
    assert "E-posten kom i retur" in text
    assert "550 5.1.1 Ukjent mottaker" in text
    assert reverse("collaboration:activation-correct-address", args=[known.client.number, "eaccounting"]) in text
    assert not Reminder.objects.waiting().filter(activation=activation).exists()
    assert sum(project.CELERY_BEAT_SCHEDULE[name]["schedule"] for name in SWEEPS) < 60


def test_the_catchers_451_is_put_in_its_own_words(known, kari, draft, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    known.client.contacts.update(email="senere@orstaror.example")
    actions.send_activation(activation=draft(known.client, by=kari), by=kari)
    delivery.provider.close()
    delivery.deliver_due_emails()
    delivery.provider.close()

    mail = Email.objects.get(kind="activation_sent")
    assert (mail.status, mail.bounced_at, mail.last_error) == ("queued", None, "451 4.3.0 Prøv igjen senere")
