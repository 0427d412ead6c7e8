"""Delivery: what is due is handed over once, and whatever goes wrong, nothing is lost."""

import threading
from datetime import timedelta
from email.utils import parseaddr
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from ground.clock import database_clock
from notifications import delivery, outbox
from notifications.jobs import relay_emails
from notifications.management.commands import relay
from notifications.models import Email


def message_ids(sink):
    return [line for message in sink.messages for line in message.splitlines() if line.startswith(b"Message-ID")]


def test_a_mail_is_handed_over_as_it_was_written(sink, post):
    row = post(text="Hei på deg, Åse.\n.\nEn linje med bare et punktum.")
    written = bytes(row.message)

    assert delivery.deliver_due_emails() == 1

    row.refresh_from_db()
    assert sink.messages == [written if written.endswith(b"\r\n") else written + b"\r\n"]
    assert (row.status, row.attempts, row.lease_until, row.last_error) == ("sent", 1, None, "")
    assert row.sent_at is not None
    assert bytes(row.message) == written


def test_delivering_again_sends_nothing(sink, post):
    post()
    delivery.deliver_due_emails()

    assert (delivery.deliver_due_emails(), relay_emails(), len(sink.messages)) == (0, 0, 1)


def test_the_oldest_goes_first_and_many_go_over_one_connection(sink, post):
    rows = [post() for _ in range(120)]

    assert delivery.deliver_due_emails() == 120

    assert message_ids(sink) == [f"Message-ID: {row.message_id}".encode() for row in rows]
    assert sink.connections == 1


# --- Secrets ------------------------------------------------------------------------------------------------------


def test_a_secret_is_blanked_when_the_mail_was_sent_and_nothing_else_is_changed(sink, post):
    text = "Kjære Åse, ærlig talt: https://byra.example/abc-123/ øy\nabc-123"
    row = post(text=text, secret="abc-123")
    written = bytes(row.message)

    delivery.deliver_due_emails()

    row.refresh_from_db()
    assert b"abc-123" in sink.messages[0]
    assert bytes(row.message) == written.replace(b"abc-123", "…".encode())
    assert row.secret == ""


@pytest.mark.parametrize("lasts", [False, True])
def test_a_secret_is_blanked_when_the_receiver_says_no_for_good(lasts, sink, post):
    sink.answers["RCPT"] = "550 5.1.1 no such user"
    row = post(text="abc-123", secret="abc-123", secret_lasts=lasts)

    delivery.deliver_due_emails()

    row.refresh_from_db()
    assert (row.status, row.secret, b"abc-123" in bytes(row.message)) == ("dead", "", False)


@pytest.mark.parametrize(("lasts", "kept"), [(False, ""), (True, "abc-123")])
def test_of_a_mail_that_was_given_up_a_link_stays_and_a_code_does_not(lasts, kept, sink, post, make_due):
    sink.answers["RCPT"] = "451 later"
    row = post(text="abc-123", secret="abc-123", secret_lasts=lasts)

    for _ in range(delivery.MAX_ATTEMPTS):
        delivery.deliver_due_emails()
        make_due()

    row.refresh_from_db()
    assert (row.status, row.secret, b"abc-123" in bytes(row.message)) == ("dead", kept, bool(kept))
    assert row.is_blanked == (not kept)


def test_a_secret_stays_while_the_mail_may_still_be_tried(sink, post):
    sink.answers["RCPT"] = "451 later"
    row = post(text="abc-123", secret="abc-123")

    delivery.deliver_due_emails()

    row.refresh_from_db()
    assert (row.secret, b"abc-123" in bytes(row.message)) == ("abc-123", True)


# --- Refusals and failures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "answer"), [("RCPT", "550 5.1.1 ukjent"), ("DATA", "554 no"), ("END", "552 spam")])
def test_a_final_no_ends_the_mail_with_its_reason_and_the_others_go_on(command, answer, sink, post):
    sink.answers[command] = answer
    row = post()
    delivery.deliver_due_emails()
    sink.answers.clear()
    other = post()

    assert delivery.deliver_due_emails() == 1

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, row.last_error, row.attempts) == ("dead", answer, 1)
    assert row.bounced_at is not None
    assert (other.status, sink.connections) == ("sent", 1)


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "451 4.3.0 senere"), ("MAIL", "451 busy"), ("DATA", "421 closing"), ("END", "452 full"), ("END", None)],
)
def test_anything_else_is_tried_again_after_a_pause_that_grows(command, answer, sink, post, make_due):
    sink.answers[command] = answer
    row = post()
    pauses = []

    for _ in range(3):
        before = database_clock()
        assert delivery.deliver_due_emails() == 0
        row.refresh_from_db()
        assert (row.status, row.lease_until, row.bounced_at) == ("queued", None, None)
        assert row.last_error.startswith(answer or "SMTPServerDisconnected")
        pauses.append(round((row.next_attempt_at - before).total_seconds()))
        assert delivery.deliver_due_emails() == 0  # not due
        make_due()
    sink.answers.clear()

    assert pauses == [30, 120, 480]
    assert delivery.deliver_due_emails() == 1
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("sent", 4)


def test_every_attempt_carries_the_same_message_id(sink, post, make_due):
    """The server takes the mail, but its answer is lost: the mail comes twice, and the receiver can tell."""
    row = post()
    reads = sink.messages

    def take_and_hang_up():
        reads.append(bytes(row.message))

    sink.before_end, sink.answers["END"] = take_and_hang_up, None
    delivery.deliver_due_emails()
    sink.before_end = None
    sink.answers.clear()
    make_due()
    delivery.deliver_due_emails()

    assert len(sink.messages) == 2
    assert set(message_ids(sink)) == {f"Message-ID: {row.message_id}".encode()}


def test_a_mail_is_given_up_after_its_last_attempt(sink, post, make_due):
    sink.answers["RCPT"] = "451 4.3.0 senere"
    row = post()

    for _ in range(delivery.MAX_ATTEMPTS + 3):
        delivery.deliver_due_emails()
        make_due()

    row.refresh_from_db()
    assert (row.status, row.attempts, row.bounced_at) == ("dead", delivery.MAX_ATTEMPTS, None)
    assert row.last_error == "451 4.3.0 senere"


def test_the_attempts_of_a_mail_span_two_days():
    pauses = [delivery.FIRST_PAUSE * 4**n for n in range(delivery.MAX_ATTEMPTS - 1)]

    assert timedelta(hours=40) < sum(pauses, timedelta()) < timedelta(hours=50)


def test_a_mail_that_breaks_the_code_does_not_stop_those_behind_it(sink, post, monkeypatch):
    poison, *_others = [post(f"person{n}@eksempel.example") for n in range(3)]
    send = delivery.send_by_smtp

    def breaks(backend, row):
        if row.pk == poison.pk:
            raise UnicodeEncodeError("ascii", "å", 0, 1, "not \x00 this one")
        return send(backend, row)

    monkeypatch.setattr(delivery, "send_by_smtp", breaks)

    assert delivery.deliver_due_emails() == 2

    poison.refresh_from_db()
    assert (poison.status, poison.attempts) == ("queued", 1)
    assert "not  this one" in poison.last_error


def test_an_address_with_norwegian_letters_in_its_domain_is_reached(sink, post):
    row = post("kari@ærligbåt.example")

    assert delivery.deliver_due_emails() == 1

    assert sink.recipients == ["kari@" + "ærligbåt".encode("idna").decode() + ".example"]
    row.refresh_from_db()
    assert row.status == "sent"


@pytest.mark.parametrize(
    "address", ["", "uten-alfa", "a\\b@eksempel.example", "a@b@x.example", "<x>@y", "a@xn--a.example"]
)
def test_an_impossible_address_harms_only_itself(address, sink, post):
    row = post("line@aerligbakeri.example")
    Email.objects.filter(pk=row.pk).update(to=address)
    post()

    delivery.deliver_due_emails()

    assert Email.objects.filter(status="sent").exclude(pk=row.pk).count() == 1


# --- The server is away -------------------------------------------------------------------------------------------


def test_while_the_server_is_away_mails_wait_and_lose_no_attempt(sink, post, settings, make_due):
    rows = [post() for _ in range(60)]
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    before = database_clock()

    for _ in range(delivery.MAX_ATTEMPTS + 2):
        assert delivery.deliver_due_emails() == 0
        make_due()

    assert set(Email.objects.values_list("status", "attempts", "lease_until")) == {("queued", 0, None)}
    assert delivery.deliver_due_emails() == 0
    first = Email.objects.get(pk=rows[0].pk)
    assert first.last_error.startswith("ConnectionRefusedError")
    assert first.next_attempt_at - before > timedelta(seconds=25)
    settings.EMAIL_PORT = port
    make_due()
    assert delivery.deliver_due_emails() == 60


def test_wrong_settings_cost_no_mail(sink, post, settings, make_due):
    row = post()
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "anymail.backends.postmark.EmailBackend"
    assert delivery.deliver_due_emails() == 0
    settings.EMAIL_BACKEND = backend
    make_due()

    assert delivery.deliver_due_emails() == 1
    row.refresh_from_db()
    assert row.attempts == 1


def test_a_slow_server_ends_the_run_and_the_rest_of_the_batch_is_given_back(sink, post, monkeypatch):
    rows = [post() for _ in range(5)]
    clock = iter([0, 0, 0, 0, delivery.RUN_SECONDS + 1, delivery.RUN_SECONDS + 1])
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    assert delivery.deliver_due_emails() == 2

    statuses = [Email.objects.get(pk=row.pk).status for row in rows]
    assert statuses == ["sent", "sent", "queued", "queued", "queued"]
    assert set(Email.objects.filter(status="queued").values_list("attempts", "lease_until")) == {(0, None)}


def test_a_kept_connection_that_died_is_replaced(sink, post):
    post()
    delivery.deliver_due_emails()
    sink.hang_up()
    row = post()

    assert delivery.deliver_due_emails() == 1

    row.refresh_from_db()
    assert (row.status, row.attempts, sink.connections) == ("sent", 1, 2)


def test_a_server_that_takes_only_so_many_mails_a_connection_costs_no_attempt(sink, post):
    sink.mails_per_connection = 2
    for _ in range(5):
        post()

    assert delivery.deliver_due_emails() == 5

    assert (len(sink.messages), sink.connections) == (5, 3)
    assert set(Email.objects.values_list("attempts", flat=True)) == {1}


# --- Leases and workers -------------------------------------------------------------------------------------------


def test_a_lease_is_taken_over_when_it_is_over_and_not_before(sink, post, make_due):
    row = post()
    delivery.claim_batch()  # by a worker that dies now

    assert delivery.deliver_due_emails() == 0
    make_due()
    assert delivery.deliver_due_emails() == 1
    row.refresh_from_db()
    assert row.status == "sent"


def test_a_worker_that_comes_back_after_its_lease_does_nothing(sink, post, make_due):
    post()
    [stale] = delivery.claim_batch()
    make_due()
    delivery.deliver_due_emails()

    assert delivery.deliver_claimed(stale) is False
    assert len(sink.messages) == 1


def test_a_mail_that_kills_its_worker_each_time_is_given_up(sink, post, make_due, monkeypatch):
    poison = post(text="abc", secret="abc")
    monkeypatch.setattr(delivery, "hand_over", lambda row: (_ for _ in ()).throw(KeyboardInterrupt))
    kills = 0

    for _ in range(delivery.MAX_ATTEMPTS + 3):
        try:
            delivery.deliver_due_emails()
        except KeyboardInterrupt:  # as kill -9: nothing in the code sees it
            kills += 1
        make_due()

    poison.refresh_from_db()
    assert (kills, poison.status) == (delivery.MAX_ATTEMPTS, "dead")
    assert (poison.secret, b"abc" in bytes(poison.message)) == ("", False)
    assert poison.last_error


def test_a_mail_that_is_stopped_after_it_was_claimed_is_not_sent(sink, post, kari):
    row = post(about=kari)
    [claimed] = delivery.claim_batch()
    outbox.cancel_emails(kari, kinds=("prøve",))

    assert delivery.deliver_claimed(claimed) is False
    row.refresh_from_db()
    assert (row.status, sink.messages) == ("cancelled", [])


def test_a_mail_that_is_stopped_while_it_is_being_sent_stays_stopped(sink, post, kari, monkeypatch):
    row = post(about=kari)
    hand_over = delivery.hand_over

    def stopped_meanwhile(claimed):
        provider_id = hand_over(claimed)
        outbox.cancel_emails(kari, kinds=("prøve",))
        return provider_id

    monkeypatch.setattr(delivery, "hand_over", stopped_meanwhile)

    delivery.deliver_due_emails()

    row.refresh_from_db()
    assert (row.status, len(sink.messages)) == ("cancelled", 1)


def test_a_decision_stops_the_request_that_has_not_left(sink, kari, known, sent, approve, wakes):
    activation = sent(known.client, by=kari)
    batch = delivery.claim_batch()
    approve(activation, by=known.administrator)

    delivered = [delivery.deliver_claimed(row) for row in batch]
    delivery.deliver_due_emails()

    assert delivered == [False]
    kinds = dict(Email.objects.values_list("kind", "status"))
    assert kinds == {"activation_sent": "cancelled", "activation_approved": "sent", "approval_receipt": "sent"}
    assert sorted(sink.recipients) == sorted([kari.user.email, known.administrator.user.email])


def in_threads(work, count):
    errors = []

    def run():
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            delivery.provider.close()
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_mail_once(sink, post, monkeypatch):
    kept = threading.local()

    class OnePerThread:
        def __getattr__(self, name):
            if not hasattr(kept, "provider"):
                kept.provider = delivery.Provider()
            return getattr(kept.provider, name)

        def __setattr__(self, name, value):
            setattr(kept.provider, name, value)

    monkeypatch.setattr(delivery, "provider", OnePerThread())
    rows = [post() for _ in range(200)]

    in_threads(delivery.deliver_due_emails, 3)

    assert sorted(message_ids(sink)) == sorted(f"Message-ID: {row.message_id}".encode() for row in rows)
    assert set(Email.objects.values_list("status", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_an_open_transaction_is_not_seen(sink, post):
    handed_over = []
    with transaction.atomic():
        post()
        in_threads(lambda: handed_over.append(delivery.deliver_due_emails()), 1)

    assert handed_over == [0]
    assert delivery.deliver_due_emails() == 1


# --- manage.py relay ----------------------------------------------------------------------------------------------


def test_relay_sends_what_is_due_without_the_broker(sink, post):
    for _ in range(3):
        post()
    out = StringIO()

    call_command("relay", stdout=out)
    call_command("relay", stdout=out)

    assert out.getvalue() == "3 mails were handed over.\n0 mails were handed over.\n"
    assert len(sink.messages) == 3


def test_relay_goes_on_for_ever_also_after_the_database_was_away(sink, post, monkeypatch):
    class Stop(BaseException):
        pass

    post()
    slept, results = [], [OperationalError("away"), None]
    deliver = delivery.deliver_due_emails

    def sometimes():
        error = results.pop(0) if results else None
        if error:
            raise error
        return deliver()

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            raise Stop

    monkeypatch.setattr(delivery, "deliver_due_emails", sometimes)
    monkeypatch.setattr(relay.time, "sleep", sleep)
    monkeypatch.setattr(relay, "close_old_connections", lambda: None)

    with pytest.raises(Stop):
        call_command("relay", "--forever", "--interval", "7", stderr=StringIO())

    assert (slept, len(sink.messages)) == ([7, 7], 1)


def test_the_sender_is_the_sites_own(sink, post, settings):
    post()

    delivery.deliver_due_emails()

    assert parseaddr(settings.DEFAULT_FROM_EMAIL)[1].encode() in sink.messages[0]
