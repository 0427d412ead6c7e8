"""Be om ny lenke: the same answer for every address, and a mail only to a live request's receiver."""

import re
from datetime import timedelta

import pytest
from celery import current_app
from celery.signals import before_task_publish
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from collaboration import actions, jobs
from collaboration.models import Activation
from notifications.models import Email

pytestmark = pytest.mark.django_db

PAGE = "/i/be-om-ny/"
COUNTING = re.compile("SAVEPOINT|organisations_cacheentry")  # the limit holds the machine, and knows no address


@pytest.fixture
def ask(client, new_links):
    """Ask on the page, and let a worker take what it leaves."""

    def asked(address):
        answer = client.post(PAGE, {"address": address})
        new_links()
        return answer

    return asked


def mails_to(address) -> int:
    return Email.objects.filter(to=address, kind="activation_sent").count()


def test_the_receiver_gets_the_mail_again(ask, known, kari, sent):
    sent(known.client, by=kari)

    ask("per@orstaror.example")

    assert mails_to("per@orstaror.example") == 2


def test_the_answer_is_the_same_for_every_address(ask, known, kari, sent):
    sent(known.client, by=kari)

    told = ask("per@orstaror.example")
    untold = ask("ukjent@eksempel.example")

    assert told.status_code == untold.status_code == 200
    assert told.content == untold.content


def test_the_page_does_the_same_for_every_address_and_leaves_the_rest_to_a_worker(client, known, kari, sent, new_links):
    sent(known.client, by=kari)
    work = []
    for address in ("per@orstaror.example", "ukjent@eksempel.example"):
        with CaptureQueriesContext(connection) as queries:
            client.post(PAGE, {"address": address})
        work.append([query["sql"] for query in queries if not COUNTING.search(query["sql"])])

    assert work[0] == work[1]
    assert mails_to("per@orstaror.example") == 1
    new_links()
    assert mails_to("per@orstaror.example") == 2


def test_a_broker_that_is_away_changes_nothing_of_the_answer(client, known, kari, sent, monkeypatch, caplog):
    sent(known.client, by=kari)

    def away(**options):
        raise OperationalError("nobody answers")

    monkeypatch.setattr(jobs.request_new_link, "apply_async", away)
    answer = client.post(PAGE, {"address": "per@orstaror.example"})

    assert "my_services/link_requested.html" in [template.name for template in answer.templates]
    assert "nobody answers" in caplog.text
    assert "per@" not in caplog.text


def test_the_job_can_be_put_on_the_queue_and_its_message_describes_itself_without_the_address():
    described = []

    def look(headers, **kwargs):
        described.append(headers)

    before_task_publish.connect(look)
    try:
        jobs.ask_for_new_link("per@orstaror.example")
    finally:
        before_task_publish.disconnect(look)
        current_app.control.purge()

    assert [headers["task"] for headers in described] == ["collaboration.request_new_link"]
    assert "per@" not in str(described)


def test_another_address_gets_nothing(ask, known, kari, sent):
    sent(known.client, by=kari)

    ask("ukjent@eksempel.example")

    assert Email.objects.count() == 1


def test_a_request_whose_time_is_over_is_not_sent_again(ask, known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Activation.objects.filter(pk=activation.pk).update(expires_at=clock() - timedelta(minutes=1))

    ask("per@orstaror.example")

    assert mails_to("per@orstaror.example") == 1


def test_it_is_sent_once_an_hour_at_most(ask, known, kari, sent):
    sent(known.client, by=kari)

    for _ in range(3):
        ask("per@orstaror.example")

    assert mails_to("per@orstaror.example") == 2


def test_a_request_whose_subscription_has_ended_is_answered_like_the_others(ask, subscribed, kari, sent, clock):
    sent(subscribed.client, by=kari)
    subscribed.subscription.ended_on = clock().date()
    subscribed.subscription.save()

    told = ask("line@aerligbakeri.example")

    assert told.content == ask("ukjent@eksempel.example").content
    assert mails_to("line@aerligbakeri.example") == 2


def test_what_is_no_address_is_told(ask):
    answer = ask("per")

    assert "Rett dette før du går videre" in answer.content.decode()


def test_who_asks_without_end_is_told_to_wait(ask):
    answers = [ask(f"person{n}@eksempel.example") for n in range(21)]

    assert "Vent en time" in answers[-1].content.decode()
    assert "Vent en time" not in answers[-2].content.decode()


def test_reading_the_page_sends_nothing(client, known, kari, sent):
    sent(known.client, by=kari)

    assert client.get(PAGE, {"address": "per@orstaror.example"}).status_code == 200
    assert mails_to("per@orstaror.example") == 1


def test_after_a_bounce_the_reminders_come_back(ask, known, kari, sent, clock):
    activation = sent(known.client, by=kari)
    Email.objects.update(status="dead", bounced_at=clock())
    actions.react_to_bounces()
    stopped = not activation.reminders.waiting().exists()

    ask("per@orstaror.example")

    assert stopped
    assert activation.reminders.waiting().latest("due_at").kind == "last_warning"
