"""Any provider by one setting: what django-anymail is handed."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from notifications import delivery, outbox

PROVIDERS = {
    "brevo": {"BREVO_API_KEY": "x"},
    "mailersend": {"MAILERSEND_API_TOKEN": "x"},
    "mailgun": {"MAILGUN_API_KEY": "x", "MAILGUN_SENDER_DOMAIN": "byra.example"},
    "mailjet": {"MAILJET_API_KEY": "x", "MAILJET_SECRET_KEY": "x"},
    "mailtrap": {"MAILTRAP_API_TOKEN": "x"},
    "mandrill": {"MANDRILL_API_KEY": "x"},
    "postal": {"POSTAL_API_URL": "https://postal.example", "POSTAL_API_KEY": "x"},
    "postmark": {"POSTMARK_SERVER_TOKEN": "x"},
    "resend": {"RESEND_API_KEY": "x"},
    "scaleway": {"SCALEWAY_SECRET_KEY": "x", "SCALEWAY_PROJECT_ID": "x"},
    "sparkpost": {"SPARKPOST_API_KEY": "x"},
    "unisender_go": {"UNISENDER_GO_API_KEY": "x", "UNISENDER_GO_API_URL": "https://go.example/"},
}


@pytest.fixture
def anymail(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    mail.outbox = []


def test_the_whole_message_is_handed_over(anymail, post):
    row = post(text="Hei på deg, Åse.")

    assert delivery.deliver_due_emails() == 1

    [message] = mail.outbox
    params = message.anymail_test_params
    assert [str(address) for address in params["to"]] == ["line@aerligbakeri.example"]
    assert (params["subject"], params["text_body"].strip()) == (row.subject, "Hei på deg, Åse.")
    assert params["html_body"].strip() == "<p>Hei på deg, Åse.</p>"
    assert params["extra_headers"] == {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    assert (params["tags"], params["metadata"]) == (["prøve"], {"email": str(row.pk)})
    assert (params["track_clicks"], params["track_opens"]) == (False, False)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("sent", 1)
    assert row.provider_id == str(message.anymail_status.message_id)


@pytest.mark.django_db
def test_so_are_its_sender_and_where_an_answer_goes(anymail, wakes):
    message = EmailMultiAlternatives(
        "Emne", "tekst", '"Åse Berg, Fjord, Regnskap via Byrå" <ikke-svar@byra.example>', ["line@aerligbakeri.example"],
        reply_to=["aase@xn--fjrd-gra.example"],
    )  # fmt: skip
    outbox.post_message(message, kind="prøve")

    delivery.deliver_due_emails()

    params = mail.outbox[0].anymail_test_params
    assert (params["from"].display_name, params["from"].addr_spec) == (
        "Åse Berg, Fjord, Regnskap via Byrå", "ikke-svar@byra.example",
    )  # fmt: skip
    assert [address.addr_spec for address in params["reply_to"]] == ["aase@xn--fjrd-gra.example"]


def test_a_refused_recipient_ends_the_mail(anymail, post, monkeypatch):
    from anymail.exceptions import AnymailRecipientsRefused

    def refuse(self, fail_silently=False):
        raise AnymailRecipientsRefused("All message recipients were rejected or invalid")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    row = post(text="abc", secret="abc")

    assert delivery.deliver_due_emails() == 0

    row.refresh_from_db()
    assert (row.status, row.secret, b"abc" in bytes(row.message)) == ("dead", "", False)
    assert row.bounced_at is not None
    assert "rejected" in row.last_error


def test_a_provider_that_answers_with_an_error_is_asked_again(anymail, post, monkeypatch):
    from anymail.exceptions import AnymailRequestsAPIError

    def fail(self, fail_silently=False):
        raise AnymailRequestsAPIError("503 from the provider")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    row = post()

    delivery.deliver_due_emails()

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("queued", 1)
    assert "503" in row.last_error


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_takes_what_we_hand_over(provider, settings, post):
    """No feature that we use makes one of them refuse: nothing is sent, only the request is built."""
    settings.ANYMAIL = {**settings.ANYMAIL, **PROVIDERS[provider]}
    backend = import_string(f"anymail.backends.{provider}.EmailBackend")()
    message = delivery.rebuild_message(post())

    payload = backend.build_message_payload(message, backend.send_defaults)

    assert "aerligbakeri" in str(payload.serialize_data() if hasattr(payload, "serialize_data") else payload.data)


@pytest.mark.parametrize("backend", ["locmem", "dummy", "console"])
def test_djangos_own_backends_take_them_too(backend, settings, post, capsys):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    mail.outbox = []
    row = post()

    assert (delivery.deliver_due_emails(), get_connection().__class__.__module__) == (
        1,
        f"django.core.mail.backends.{backend}",
    )
    row.refresh_from_db()
    assert row.status == "sent"
