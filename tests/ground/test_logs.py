"""The log of a whole flow: JSON lines with the request's id, also from the job, and nothing that is secret."""

import base64
import io
import json
import logging
import re
import time
from contextlib import contextmanager

import pytest
from celery.contrib.testing.worker import start_worker
from django.urls import reverse

from byra import logs
from byra.celery import app
from collaboration import actions, links
from notifications import delivery
from notifications.jobs import relay_emails

REQUEST_ID = "fra-proxyen-0123456789"


@contextmanager
def captured():
    """What the handler of production would write."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.AddRequestId())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def lines_of(stream) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_no_token_and_no_address_of_a_whole_flow_is_in_the_log(known, kari, draft, sign_in, client, settings):
    """Sent over SMTP to addresses that are refused, delayed and taken; links right and wrong; forged calls."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["postmark:hemmelig"]}
    request = draft(known.client, by=kari)
    addresses = ["avvist@orstaror.example", "senere@orstaror.example", "per@orstaror.example"]
    tokens = []
    with captured() as stream:
        for address in addresses:
            known.client.contacts.update(email=address)
            activation = actions.send_activation(activation=request, by=kari)
            delivery.deliver_due_emails()
            actions.react_to_bounces()
            tokens.append(links.make_token(activation.pk, activation.link_version))
            client.get(reverse("links:link", args=[tokens[-1]]))
            client.get(f"/i/{tokens[-1][::-1]}/")
            client.get(f"/i/{tokens[-1]}/finnes-ikke/")
            logging.getLogger("en.annen").error("to %s by /i/%s/", address, tokens[-1])
            try:
                raise ValueError(f"no mailbox {address} for /i/{tokens[-1]}/")
            except ValueError:
                logging.getLogger("en.annen").exception("it failed")
            client.post(f"/anymail/postmark/tracking/?email={address}", {}, content_type="application/json")
            request = actions.change_activation(activation=activation, by=kari)
        delivery.provider.close()
        client.post(reverse("account_login"), {"login": kari.user.email, "password": "feil"})
        client.get(f"/konto/password/reset/key/1-{tokens[0]}/")

    log = stream.getvalue()

    assert len(lines_of(stream)) > 10
    assert [word for word in (*addresses, *tokens, *(token[::-1] for token in tokens), "hemmelig") if word in log] == []
    assert re.findall(r"[\w.]+@[\w.]+", log) == []
    assert "…@…" in log


@pytest.mark.django_db
def test_the_id_of_the_proxy_in_front_is_in_the_answer_and_in_the_line(client):
    with captured() as stream:
        answer = client.get("/finnes-ikke/", headers={"X-Request-ID": REQUEST_ID})

    line = next(line for line in lines_of(stream) if line["logger"] == "django.request")
    assert answer.headers["X-Request-ID"] == REQUEST_ID
    assert (line["request_id"], line["status"], line["level"]) == (REQUEST_ID, answer.status_code, "WARNING")


@pytest.mark.django_db
@pytest.mark.parametrize("given", [None, "", "kort", "med mellomrom og\ttegn", "x" * 65])
def test_a_request_without_a_proper_id_gets_its_own(given, client):
    headers = {} if given is None else {"X-Request-ID": given}

    answers = [client.get("/helse/", headers=headers).headers["X-Request-ID"] for _ in range(2)]

    assert all(re.fullmatch("[0-9a-f]{32}", answer) for answer in answers)
    assert answers[0] != answers[1]


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_a_job_carry_the_id_of_the_request_that_asked_for_it():
    app.control.purge()  # what other tests of this worker asked for
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30), captured() as stream:
        token = logs.request_id.set(REQUEST_ID)
        relay_emails.apply_async()
        logs.request_id.reset(token)
        relay_emails.apply_async()
        deadline = time.monotonic() + 20
        while stream.getvalue().count("succeeded") < 2 and time.monotonic() < deadline:
            time.sleep(0.05)

    done = [line["request_id"] for line in lines_of(stream) if "succeeded" in line["message"]]
    assert done[0] == REQUEST_ID
    assert re.fullmatch("[0-9a-f]{32}", done[1])


def test_a_secret_in_a_header_is_not_written_by_hiding_alone():
    """What is hidden is hidden by its shape; the header of a provider's call is never logged at all."""
    header = base64.b64encode(b"postmark:hemmelig").decode()

    assert logs.hide(f"per@orstaror.example {header}") == f"…@… {header}"
