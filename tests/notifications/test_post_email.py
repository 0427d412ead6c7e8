"""Posting: the finished message is a row of the deed's transaction, in the receiver's language."""

import email
import re
from email.policy import default

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from notifications import outbox
from notifications.models import Email


@pytest.fixture
def letter(settings, tmp_path):
    """A kind of mail of our own: templates/emails/letter, whose words tell the language and the context."""
    folder = tmp_path / "emails" / "letter"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text('{{ day|date:"F" }}\n til {{ name }}\n')
    (folder / "body.txt").write_text('{{ day|date:"F" }} {{ language }}\n{{ link }}\n')
    (folder / "body.html").write_text(
        "<html><head><style>p { color: #037176; }</style></head>"
        '<body><p>{{ day|date:"F" }} <a href="{{ link }}">{{ name }}</a></p></body></html>'
    )
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**templates, "DIRS": [tmp_path, *templates["DIRS"]]}]


def post_letter(clock, *, key="letter:1", language="nb", name="Kari", link="http://localhost:8000/x", **options):
    return outbox.post_email(
        key=key,
        kind="letter",
        to="kari@fjordregnskap.example",
        language=language,
        context={"day": clock(), "name": name, "link": link},
        **options,
    )


def parse(row):
    return email.message_from_bytes(bytes(row.message), policy=default)


@pytest.mark.parametrize(("language", "march"), [("nb", "mars"), ("en", "March")])
def test_it_is_written_in_the_receivers_language_as_text_and_html(language, march, letter, db, wakes, clock):
    row = post_letter(clock, language=language)

    message = parse(row)
    assert (row.subject, message["Subject"]) == (f"{march} til Kari", f"{march} til Kari")
    assert message.get_body(("plain",)).get_content().split() == [march, language, "http://localhost:8000/x"]
    html = message.get_body(("html",)).get_content()
    assert f'{march} <a href="http://localhost:8000/x">Kari</a>' in html
    assert '<p style="color: #037176;">' in html
    assert (message["To"], message["Message-ID"]) == ("kari@fjordregnskap.example", row.message_id)


def test_the_same_key_is_posted_once(letter, db, wakes, clock):
    first = post_letter(clock)

    assert post_letter(clock, name="Ola") is None
    assert Email.objects.get() == first


@pytest.mark.parametrize(
    "name", ["Kari\r\nBcc: alle@eksempel.example", "Kari\nX-Ond: ja", "Kari\r\n\r\nEn annen tekst", "Kari\x0bX: y"]
)
def test_line_breaks_in_a_name_do_not_reach_the_headers(name, letter, db, wakes, clock):
    row = post_letter(clock, name=name)

    names = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"}
    assert set(parse(row).keys()) == names
    assert "\n" not in row.subject


def test_an_address_with_a_line_break_is_refused(db, wakes):
    message = EmailMultiAlternatives("Brev", "Hei", to=["kari@eksempel.example\r\nBcc: alle@eksempel.example"])

    with pytest.raises(ValueError, match="newline"):
        outbox.post_message(message, kind="letter")
    assert not Email.objects.exists()


@pytest.mark.parametrize("length", [989, 1000, 5000])
def test_a_secret_can_be_found_however_long_the_line_that_it_stands_in(length, letter, db, wakes, clock):
    words = ("æøå " * length)[:length]

    row = post_letter(clock, link=f"http://localhost:8000/abc {words}", name=words, secret="localhost:8000/abc")

    content = bytes(row.message)
    assert content.count(b"localhost:8000/abc") == 2
    assert b"quoted-printable" not in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_a_secret_that_could_not_be_blanked_is_not_posted(letter, db, wakes, clock):
    with pytest.raises(ValueError, match="secret"):
        post_letter(clock, link="x" * 1200, name="abc", secret="abc")
    with pytest.raises(ValueError, match="secret"):
        post_letter(clock, secret="stands nowhere")
    assert not Email.objects.exists()


def test_nothing_is_woken_before_the_commit(letter, wakes, clock, transactional_db):
    with transaction.atomic():
        post_letter(clock)
        assert wakes == []

    assert len(wakes) == 1


def test_nothing_is_left_after_a_rollback(letter, wakes, clock, transactional_db):
    with transaction.atomic():
        post_letter(clock)
        transaction.set_rollback(True)

    assert wakes == []
    assert not Email.objects.exists()


def test_a_wake_up_that_breaks_stops_neither_the_deed_nor_what_comes_after_the_commit(
    letter, clock, monkeypatch, transactional_db
):
    def broken(**options):
        raise RuntimeError("no broker like this one")

    monkeypatch.setattr("notifications.jobs.relay_emails.apply_async", broken)
    later = []

    with transaction.atomic():
        post_letter(clock)
        transaction.on_commit(lambda: later.append("ran"))

    assert later == ["ran"]
    assert Email.objects.count() == 1


def test_stopped_mails_keep_no_secret(letter, kari, wakes, clock):
    row = post_letter(clock, about=kari, link="http://localhost:8000/abc", secret="abc")
    other = post_letter(clock, key="letter:2", about=kari.firm)

    assert outbox.cancel_emails(kari, kinds=("letter",)) == 1

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, row.secret, b"abc" in bytes(row.message)) == ("cancelled", "", False)
    assert other.status == "queued"


def test_a_mail_that_was_given_up_loses_its_secret_with_those_that_are_stopped(letter, kari, wakes, clock):
    row = post_letter(clock, about=kari, link="http://localhost:8000/abc", secret="abc", secret_lasts=True)
    Email.objects.update(status="dead")

    assert outbox.cancel_emails(kari, kinds=("letter",)) == 0

    row.refresh_from_db()
    assert (row.status, row.secret, b"abc" in bytes(row.message)) == ("dead", "", False)


def test_every_kind_can_be_blanked(kari, known, new, subscribed, sent, approve, wakes):
    """With names as long as the columns allow: the longest lines that these mails can have."""
    long = "Æ" * 60 + " & " + "Ø" * 40
    kari.firm.name = long
    kari.firm.save()
    for customer in (known, new, subscribed):
        activation = sent(customer.client, by=kari)
        if customer is not new:
            approve(activation, by=customer.administrator)

    for row in Email.objects.all():
        content = bytes(row.message)
        assert re.findall(rb"Content-Transfer-Encoding: (\S+)", content) == [b"8bit", b"8bit"]
        assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert set(Email.objects.values_list("kind", flat=True)) == {
        "activation_sent", "activation_approved", "approval_receipt",
    }  # fmt: skip
