"""An SMTP server, a broker that answers nothing, and mails in the outbox."""

import itertools
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives

from ground.clock import database_clock
from notifications import delivery, outbox
from notifications.models import Email
from tests.notifications.sinks import Sink


@pytest.fixture(autouse=True)
def own_connection():
    """No test goes on with the connection or the pause of the one before."""
    delivery.provider._backend = None
    outbox._quiet_until = 0.0
    yield
    delivery.provider.close()
    outbox._quiet_until = 0.0


@pytest.fixture
def sink(settings):
    sink = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 2
    yield sink
    delivery.provider.close()
    sink.close()


@pytest.fixture
def wakes(monkeypatch):
    """How often a worker was woken."""
    calls = []
    monkeypatch.setattr("notifications.jobs.relay_emails.apply_async", lambda **options: calls.append(options))
    return calls


@pytest.fixture
def post(db, wakes):
    """Post a plain mail: post("line@aerligbakeri.example", secret="…")."""
    numbers = itertools.count(1)

    def posted(
        to="line@aerligbakeri.example", *, key="", text="Hei på deg, Åse.", secret="", secret_lasts=False, about=None
    ) -> Email:
        message = EmailMultiAlternatives(f"Brev {next(numbers)}", text, to=[to])
        message.attach_alternative(f"<p>{text}</p>", "text/html")
        return outbox.post_message(
            message, key=key, kind="prøve", secret=secret, secret_lasts=secret_lasts, about=about
        )

    return posted


@pytest.fixture
def make_due():
    """Let the pause after a failure, or a dead worker's lease, be over."""

    def due() -> None:
        now = database_clock()
        Email.objects.filter(status="queued").update(next_attempt_at=now)
        Email.objects.filter(status="sending").update(lease_until=now - timedelta(seconds=1))

    return due
