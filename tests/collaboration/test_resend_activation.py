"""resend: the same link to the same receiver, once more."""

from datetime import timedelta

import pytest

from collaboration import actions, links
from collaboration.models import Reminder
from ground.clock import OSLO
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email

pytestmark = pytest.mark.django_db

PAUSE = timedelta(minutes=10)


def resend(activation, *, by, at):
    return actions.resend_activation(activation=activation, by=by, clock=lambda: at)


def mails():
    return list(Email.objects.order_by("pk").values_list("kind", "to", "status"))


def test_the_mail_goes_once_more_with_the_same_link_and_the_unsent_one_does_not(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    token = links.make_token(activation.pk, 1)

    resend(activation, by=kari, at=clock() + PAUSE)

    activation.refresh_from_db()
    assert mails() == [
        ("activation_sent", "per@orstaror.example", "cancelled"),
        ("activation_sent", "per@orstaror.example", "queued"),
    ]
    assert token in bytes(Email.objects.last().message).decode()
    assert (activation.link_version, activation.link_mailed_at) == (1, clock() + PAUSE)
    assert [event.verb for event in Event.objects.about(activation)] == ["send", "resend"]


def test_the_last_day_and_the_reminders_stay(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    before = list(Reminder.objects.values_list("due_at", "cancelled_at"))

    again = resend(activation, by=kari, at=clock() + timedelta(days=2))

    assert again.expires_at == activation.expires_at
    assert list(Reminder.objects.values_list("due_at", "cancelled_at")) == before


def test_within_ten_minutes_the_sentence_says_when(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match=r"sendt kl\. 12\.00\. Du kan sende den på nytt fra kl\. 12\.10"):
        resend(activation, by=kari, at=clock() + PAUSE - timedelta(seconds=1))

    assert len(mails()) == 1


def test_another_pause_follows_each_sending(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    resend(activation, by=kari, at=clock() + PAUSE)

    with pytest.raises(NotAllowed, match=r"kl\. 12\.20"):
        resend(activation, by=kari, at=clock() + PAUSE + timedelta(minutes=1))
    resend(activation, by=kari, at=clock() + 2 * PAUSE)

    assert [status for _, _, status in mails()] == ["cancelled", "cancelled", "queued"]


def test_what_is_answered_or_over_is_not_sent_again(known, subscribed, kari, sent, approve, clock):
    answered, over = sent(known.client, by=kari), sent(subscribed.client, by=kari)
    approve(answered, by=known.administrator)

    with pytest.raises(NotAllowed, match="allerede godkjent"):
        resend(answered, by=kari, at=clock() + PAUSE)
    with pytest.raises(NotAllowed, match="utløpt"):
        resend(over, by=kari, at=over.expires_at)


def test_another_firms_employee_cannot(known, kari, nils, sent, clock):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed):
        resend(activation, by=nils, at=clock() + PAUSE)


def test_after_a_bounce_the_reminders_come_back_up_to_the_same_last_day(known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Email.objects.update(status="dead", bounced_at=clock())
    actions.react_to_bounces(clock=clock)
    assert not activation.reminders.waiting().exists()

    again = resend(activation, by=kari, at=clock() + timedelta(days=2))

    due = [row.due_at.astimezone(OSLO).strftime("%d.%m") for row in activation.reminders.waiting()]
    assert due == ["16.03", "19.03", "26.03", "09.04"]
    assert again.expires_at == activation.expires_at


def test_a_firm_is_not_told_that_somebody_else_answers_for_the_company(new, kari, sent, outside, clock):
    """Who that is, and that it is another than the receiver, may have come by another firm's request."""
    activation = sent(new.client, by=kari)
    outside(activation)

    resend(activation, by=kari, at=clock() + PAUSE)

    assert mails()[-1][:2] == ("activation_sent", "eva@aasblomster.example")
