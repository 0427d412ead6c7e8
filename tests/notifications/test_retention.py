"""What is personal in a mail goes when its time is over."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives

from ground.clock import database_clock
from ground.refusals import NotAllowed
from notifications import outbox
from notifications.actions import record_delivery, retry_email
from notifications.alerts import post_alert
from notifications.models import Alert, Email, EmailEvent
from notifications.retention import blank_old_emails, delete_old_alerts
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def days(settings):
    settings.EMAIL_RETENTION_DAYS = 90


def post(*, days_ago: int, status: str = "sent") -> Email:
    message = EmailMultiAlternatives("Hei, Per Rør", "Tekst", to=["per@orstaror.example"])
    row = outbox.post_message(message, kind="hei")
    at = database_clock() - timedelta(days=days_ago)
    Email.objects.filter(pk=row.pk).update(
        posted_at=at, status=status, sent_at=at, last_error="550 per@orstaror.example"
    )
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("status", ["sent", "dead", "cancelled"])
def test_an_old_mail_keeps_its_row_and_its_hours_but_nothing_personal(status):
    email = post(days_ago=91, status=status)
    record_delivery(email_id=email.pk, event_id="1", type="delayed", at=email.posted_at, reason="per@… er full")

    blanked = blank_old_emails()

    email.refresh_from_db()
    assert blanked == 1
    assert (email.to, email.subject, bytes(email.message), email.last_error) == ("", "hei", b"", "")
    assert (email.status, email.sent_at) == (status, email.posted_at)
    assert EmailEvent.objects.get().reason == ""


def test_a_younger_mail_and_one_that_may_still_go_are_left_alone():
    post(days_ago=89)
    post(days_ago=91, status="queued")

    assert blank_old_emails() == 0
    assert not Email.objects.filter(to="").exists()


def test_a_second_run_finds_nothing_to_do(django_assert_num_queries):
    post(days_ago=91)
    blank_old_emails()

    with django_assert_num_queries(2):  # the clock, and no mail
        assert blank_old_emails() == 0


def test_a_blanked_mail_is_not_tried_again():
    email = post(days_ago=91, status="dead")
    blank_old_emails()

    with pytest.raises(NotAllowed, match="slettet"):
        retry_email(email=email)


def alert_of(user, firm, at) -> Alert:
    alert = post_alert(
        key=f"hei:{at}", kind="hei", user=user, firm=firm, about=firm, words={"client": "Per Rør"},
        path="/", at=at, at_once=False, email_context={},
    )  # fmt: skip
    assert alert
    return alert


def test_alerts_are_deleted_after_their_time_read_or_not(settings):
    settings.ALERT_RETENTION_DAYS = 400
    user, firm = factories.UserFactory(), factories.FirmFactory()
    for days_ago, read in ((399, True), (401, True), (402, False)):
        at = database_clock() - timedelta(days=days_ago)
        alert = alert_of(user, firm, at)
        Alert.objects.filter(pk=alert.pk).update(read_at=at if read else None)

    assert (delete_old_alerts(), delete_old_alerts()) == (2, 0)
    assert [(database_clock() - alert.created_at).days for alert in Alert.objects.all()] == [399]


def test_zero_keeps_for_ever(settings, kari):
    settings.EMAIL_RETENTION_DAYS = settings.ALERT_RETENTION_DAYS = 0
    post(days_ago=5000)
    alert_of(kari.user, kari.firm, database_clock() - timedelta(days=5000))

    changed = blank_old_emails(), delete_old_alerts()

    assert changed == (0, 0)
    assert (Email.objects.exclude(to="").count(), Alert.objects.count()) == (1, 1)
