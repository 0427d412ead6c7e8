"""The broker is away: nobody waits for it, and the mail goes all the same."""

import contextlib
import socket
import threading
import time

import pytest
from django.conf import settings as project
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from redis import Redis

from byra.celery import app
from notifications import outbox
from notifications.jobs import relay_emails
from notifications.models import Email
from organisations.places.current import Place

PATIENCE = 1.5  # seconds for a whole page


class Refusing:
    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def close(self):
        pass


class Hung:
    """Connections are taken by the kernel, and nobody ever answers."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def close(self):
        self.server.close()


class Unreachable:
    """The backlog is full, so the first packet of a connection is dropped."""

    def __init__(self):
        self.server = socket.socket()
        self.server.bind(("127.0.0.1", 0))
        self.server.listen(0)
        self.port = self.server.getsockname()[1]
        self.waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", self.port))
            self.waiting.append(one)
        time.sleep(0.05)

    def close(self):
        for one in (*self.waiting, self.server):
            one.close()


class HalfOpen:
    """A way to the real Redis that goes silent in the middle of a conversation."""

    def __init__(self):
        url = Redis.from_url(project.CELERY_BROKER_URL).connection_pool.connection_kwargs
        self.real = (url.get("host", "127.0.0.1"), url.get("port", 6379))
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.silent = False
        self.sockets = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.server.accept()
                far = socket.create_connection(self.real)
                self.sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    def pump(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if not self.silent:
                    other.sendall(data)

    def close(self):
        for one in (self.server, *self.sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.fixture
def redis_at(monkeypatch):
    """Lead the broker to another port."""

    def lead(port):
        url = f"redis://127.0.0.1:{port}/0"
        monkeypatch.setattr(app.conf, "broker_url", url)
        for place, name in ((app, "_pool"), (app.amqp, "_producer_pool")):
            monkeypatch.setattr(place, name, None)

    yield lead
    if app._pool is not None:
        app._pool.force_close_all()


@pytest.fixture(params=[Refusing, Hung, Unreachable, HalfOpen], ids=lambda way: way.__name__)
def broken_redis(request, redis_at):
    way = request.param()
    redis_at(way.port)
    if isinstance(way, HalfOpen):
        relay_emails.apply_async(expires=1)  # a conversation has begun …
        way.silent = True  # … and the other side is gone
    yield way
    way.close()


def seconds(work):
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def test_a_wake_up_reaches_the_broker(redis_at):
    way = HalfOpen()
    redis_at(way.port)
    with Redis.from_url(project.CELERY_BROKER_URL) as redis:
        redis.delete("byra:celery")

        outbox.wake_worker()

        assert redis.llen("byra:celery") == 1
        redis.delete("byra:celery")
    way.close()


def test_a_wake_up_waits_for_no_broker(broken_redis):
    assert seconds(outbox.wake_worker) <= PATIENCE


def test_after_a_failure_no_wake_up_is_tried_for_a_while(broken_redis, monkeypatch):
    outbox.wake_worker()

    assert seconds(outbox.wake_worker) < 0.01
    assert outbox._quiet_until > time.monotonic() + outbox.PAUSE_SECONDS - 5


def test_when_the_pause_is_over_it_is_tried_again(wakes, monkeypatch):
    outbox._quiet_until = time.monotonic() - 1

    outbox.wake_worker()

    assert wakes == [{"expires": 60}]


@pytest.mark.django_db(transaction=True)
def test_a_page_that_sends_waits_for_no_broker_and_the_mail_goes_with_the_relay(
    broken_redis, sink, sign_in, kari, known, draft
):
    activation = draft(known.client, by=kari)
    browser = sign_in(kari)
    Email.objects.all().delete()
    outbox._quiet_until = 0.0
    url = reverse("collaboration:activation-check", args=[known.client.number, activation.service.code])
    answers = []

    took = seconds(lambda: answers.append(browser.post(url, {Place.FIRM_FIELD: kari.firm.pk})))

    assert [answer.status_code for answer in answers] == [302]
    assert took <= PATIENCE
    activation.refresh_from_db()
    assert activation.status == "pending"
    call_command("relay", verbosity=0)
    assert sink.recipients == [activation.contact_email]


@pytest.mark.django_db(transaction=True)
def test_later_deeds_of_the_same_commit_run(broken_redis, kari):
    later = []

    with transaction.atomic():
        transaction.on_commit(outbox.wake_worker, robust=True)
        transaction.on_commit(lambda: later.append("ran"))

    assert later == ["ran"]


def test_a_transaction_that_posts_many_mails_wakes_once(db, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(outbox.relay_emails, "apply_async", lambda **options: woken.append(options))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for n in range(3):
            outbox.post_message(EmailMultiAlternatives("Hei", "Hei", to=[f"per{n}@orstaror.example"]), kind="prøve")

    assert len(woken) == 1


def test_a_wake_up_that_was_rolled_back_with_its_mail_does_not_silence_the_next(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(outbox.relay_emails, "apply_async", lambda **options: woken.append(options))

    with django_capture_on_commit_callbacks(execute=True):
        with contextlib.suppress(ValueError), transaction.atomic():
            outbox.post_message(EmailMultiAlternatives("Hei", "Hei", to=["per@orstaror.example"]), kind="prøve")
            raise ValueError
        outbox.post_message(EmailMultiAlternatives("Hei", "Hei", to=["eva@aasblomster.example"]), kind="prøve")

    assert len(woken) == 1
