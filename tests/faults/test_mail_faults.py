"""A real worker, a real broker and an SMTP server, and what goes wrong with them: no mail is lost."""

import email
import itertools
import time
from collections import Counter
from email.policy import default

import pytest
from django.core.mail import EmailMultiAlternatives

from byra.celery import app
from notifications import outbox
from notifications.models import Email
from tests.processes import Stack

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = 2  # seconds, so that nobody waits two minutes for the mails of a dead worker


def received(stack: Stack) -> list[str]:
    """The Message-IDs in the order in which the catcher took the mails."""
    return [email.message_from_bytes(file.read_bytes(), policy=default)["Message-ID"] for file in stack.caught()]


@pytest.fixture
def stack(tmp_path, monkeypatch):
    stack = Stack(tmp_path, EMAIL_LEASE_SECONDS=str(LEASE))
    monkeypatch.setattr(app.conf, "broker_url", stack.env["REDIS_URL"])
    for place, name in ((app, "_pool"), (app.amqp, "_producer_pool")):
        monkeypatch.setattr(place, name, None)
    outbox._quiet_until = 0.0
    yield stack
    if app._pool is not None:
        app._pool.force_close_all()
    outbox._quiet_until = 0.0
    stack.close()


numbers = itertools.count(1)


def post(count: int, to: str = "person{}@eksempel.example") -> list[str]:
    """Post mails that carry a secret, each in a transaction of its own; return their Message-IDs."""
    rows = []
    for number in itertools.islice(numbers, count):
        secret = f"hemmelig-{number}-slutt"
        message = EmailMultiAlternatives(f"Brev {number}", f"Kjære Åse: {secret}", to=[to.format(number)])
        rows.append(outbox.post_message(message, kind="prøve", secret=secret))
    return [row.message_id for row in rows]


def unsent() -> int:
    return Email.objects.exclude(status="sent").count()


def assert_all_came(stack: Stack, posted: list[str], *, doubles: int) -> None:
    came = Counter(received(stack))
    assert set(came) == set(posted)
    assert came.total() - len(posted) <= doubles
    assert unsent() == 0
    assert set(Email.objects.values_list("secret", flat=True)) == {""}
    assert not any(b"hemmelig" in bytes(content) for content in Email.objects.values_list("message", flat=True))


def kill_while_sending(stack: Stack, mails: int, kills: int) -> int:
    """Returns how many mails came, every one of them at least once."""
    posted = post(mails)
    for turn in range(1, kills + 1):
        stack.start("worker")
        outbox.wake_worker()
        goal = turn * mails // (kills + 1)
        stack.wait_until(lambda goal=goal: len(stack.caught()) >= goal, f"{goal} mails")
        stack.kill("worker")
        assert unsent() > 0
    stack.start("worker")
    deadline = time.monotonic() + 30
    while unsent() and time.monotonic() < deadline:
        outbox.wake_worker()
        time.sleep(0.5)

    assert_all_came(stack, posted, doubles=2 * kills)
    return len(posted)


def test_a_worker_killed_three_times_loses_no_mail(stack):
    assert kill_while_sending(stack, mails=100, kills=3) == 100


@pytest.mark.long
def test_a_worker_killed_ten_times_loses_no_mail(stack):
    assert kill_while_sending(stack, mails=500, kills=10) == 500


def test_refused_addresses_bounce_and_a_broker_that_forgets_everything_delays_only(stack):
    stack.start("worker")
    welcome = post(1)
    stack.wait_until(lambda: unsent() == 0, "the first mail")
    stack.redis.flushall()
    welcome += post(1)
    stack.wait_until(lambda: unsent() == 0, "a mail by its own wake-up, after Redis was emptied under the worker", 5)

    stack.start("beat")
    welcome += post(18)
    stack.redis.flushall()
    post(5, to="avvist{}@eksempel.example")
    post(5, to="senere{}@eksempel.example")
    stack.redis.flushall()
    welcome += post(30)
    stack.redis.flushall()

    stack.wait_until(lambda: not Email.objects.filter(status__in=["queued", "sending"], attempts=0).exists(), "a try")
    stack.wait_until(lambda: Email.objects.filter(status="sent").count() == 50, "all that are welcome")

    assert Counter(received(stack)) == Counter(welcome)
    refused = Email.objects.filter(to__startswith="avvist", bounced_at__isnull=False)
    assert set(refused.values_list("status", "attempts", "last_error")) == {("dead", 1, "550 5.1.1 Ukjent mottaker")}
    assert refused.count() == 5
    later = Email.objects.filter(to__startswith="senere")
    assert set(later.values_list("status", "attempts", "last_error")) == {("queued", 1, "451 4.3.0 Prøv igjen senere")}
