"""Be om ny lenke: the same answer for every address, and a mail only to a live request's receiver."""

from datetime import timedelta

import pytest

from collaboration import actions
from collaboration.models import Activation
from notifications.models import Email

pytestmark = pytest.mark.django_db

PAGE = "/i/be-om-ny/"


def ask(client, address):
    return client.post(PAGE, {"address": address})


def mails_to(address) -> int:
    return Email.objects.filter(to=address, kind="activation_sent").count()


def test_the_receiver_gets_the_mail_again(client, known, kari, sent):
    sent(known.client, by=kari)

    ask(client, "per@orstaror.example")

    assert mails_to("per@orstaror.example") == 2


def test_the_answer_is_the_same_for_every_address(client, known, kari, sent):
    sent(known.client, by=kari)

    told = ask(client, "per@orstaror.example")
    untold = ask(client, "ukjent@eksempel.example")

    assert told.status_code == untold.status_code == 200
    assert told.content == untold.content


def test_another_address_gets_nothing(client, known, kari, sent):
    sent(known.client, by=kari)

    ask(client, "ukjent@eksempel.example")

    assert Email.objects.count() == 1


def test_a_request_whose_time_is_over_is_not_sent_again(client, known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Activation.objects.filter(pk=activation.pk).update(expires_at=clock() - timedelta(minutes=1))

    ask(client, "per@orstaror.example")

    assert mails_to("per@orstaror.example") == 1


def test_it_is_sent_once_an_hour_at_most(client, known, kari, sent):
    sent(known.client, by=kari)

    for _ in range(3):
        ask(client, "per@orstaror.example")

    assert mails_to("per@orstaror.example") == 2


def test_a_request_whose_subscription_has_ended_is_answered_like_the_others(client, subscribed, kari, sent, clock):
    sent(subscribed.client, by=kari)
    subscribed.subscription.ended_on = clock().date()
    subscribed.subscription.save()

    told = ask(client, "line@aerligbakeri.example")

    assert told.content == ask(client, "ukjent@eksempel.example").content
    assert mails_to("line@aerligbakeri.example") == 2


def test_what_is_no_address_is_told(client):
    answer = ask(client, "per")

    assert "Rett dette før du går videre" in answer.content.decode()


def test_who_asks_without_end_is_told_to_wait(client):
    answers = [ask(client, f"person{n}@eksempel.example") for n in range(21)]

    assert "Vent en time" in answers[-1].content.decode()
    assert "Vent en time" not in answers[-2].content.decode()


def test_without_the_cache_nobody_is_stopped(client, known, kari, sent, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    sent(known.client, by=kari)

    assert ask(client, "per@orstaror.example").status_code == 200
    assert mails_to("per@orstaror.example") == 2


def test_reading_the_page_sends_nothing(client, known, kari, sent):
    sent(known.client, by=kari)

    assert client.get(PAGE, {"address": "per@orstaror.example"}).status_code == 200
    assert mails_to("per@orstaror.example") == 1


def test_after_a_bounce_the_reminders_come_back(client, known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Email.objects.update(status="dead", bounced_at=clock())
    actions.react_to_bounces()
    stopped = not activation.reminders.waiting().exists()

    ask(client, "per@orstaror.example")

    assert stopped
    assert activation.reminders.waiting().latest("due_at").kind == "last_warning"
