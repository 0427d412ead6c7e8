"""No page takes a file: what is too large is refused before it is read, and never lies on the disk."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.processes import Web

LARGE = 6_000_000
ADDRESSES = [
    "/konto/login/",
    "/",
    "/finnes-ikke/",
    "/admin/",
    "/anymail/postmark/tracking/",
    "/static/app.css",
    "/helse/",
]
SENTENCE = "Siden tar ikke imot filer eller så mye tekst på én gang. Ingenting er lest eller lagret."


def pieces():
    for _turn in range(LARGE // 60_000):
        yield b"x" * 60_000


def file_in_a_form() -> tuple[bytes, dict[str, str]]:
    head = b'--skille\r\nContent-Disposition: form-data; name="fil"; filename="a.bin"\r\n\r\n'
    return head + b"x" * LARGE + b"\r\n--skille--\r\n", {"Content-Type": "multipart/form-data; boundary=skille"}


def send(web: Web, how: str, address: str):
    if how == "with its length":
        return web.ask("POST", address, body=b"x" * LARGE)
    if how == "in chunks":
        return web.ask("POST", address, body=pieces(), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    body, headers = file_in_a_form()
    return web.ask("POST", address, body=body, headers=headers)


def written(web: Web) -> int:
    """Bytes that its processes have written to files, so far; what goes into a socket is sent, not written."""
    texts = [Path(f"/proc/{pid}/io").read_text() for pid in web.pids]
    return sum(int(text.split("wchar:")[1].split()[0]) for text in texts)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("how", ["with its length", "in chunks", "as a file"])
def test_a_body_over_the_bound_gets_a_sentence_and_is_not_kept(how, address, web):
    before = written(web)

    answer = send(web, how, address)

    assert (answer.status, SENTENCE in answer.page) == (413, True)
    assert answer.headers["Connection"].lower() == "close"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert written(web) - before < 20_000  # its line in the log, and no more


def test_the_sentence_is_in_the_browsers_language(web):
    answer = web.ask("POST", "/konto/login/", body=b"x" * LARGE, headers={"Accept-Language": "en"})

    assert "The page does not take files or this much text at once. Nothing was read or saved." in answer.page


def test_a_file_below_the_bound_is_taken_by_nobody_and_not_written_either(web):
    body, headers = file_in_a_form()
    before = written(web)

    answer = web.ask("POST", "/konto/login/", body=body.replace(b"x" * LARGE, b"x" * 900_000), headers=headers)

    assert (answer.status, answer.headers["Location"]) == (
        302,
        "/konto/login/?igjen=1",
    )  # without a token: signing in anew
    assert written(web) - before < 20_000


def test_a_form_is_read_whether_its_length_is_told_or_not(web):
    token = "a" * 32
    headers = {"Cookie": f"csrf={token}", "Content-Type": "application/x-www-form-urlencoded"}
    body = f"csrfmiddlewaretoken={token}&login=ingen%40eksempel.example&password=feil".encode()

    told = web.ask("POST", "/konto/login/", body=body, headers=headers)
    untold = web.ask("POST", "/konto/login/", body=iter([body[:40], body[40:]]), encode_chunked=True,
                     headers={**headers, "Transfer-Encoding": "chunked"})  # fmt: skip

    assert (told.status, untold.status) == (200, 200)
    assert "ingen@eksempel.example" in told.page
    assert "ingen@eksempel.example" in untold.page


# --- Under any other server: by what the head says ----------


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_project_itself_refuses_by_the_length_that_is_told(address, client, settings):
    answer = client.generic("POST", address, b"x" * (settings.BODY_LIMIT + 1))

    assert (answer.status_code, SENTENCE in answer.content.decode()) == (413, True)


@pytest.mark.django_db
def test_an_address_may_take_more_of_who_is_signed_in_alone(settings, kari, sign_in):
    address = reverse("clients:client-create")
    settings.BODY_LIMITS = {"clients:client-create": 3_000_000}

    def post(browser: Browser, size: int, to: str = address) -> int:
        return browser.generic("POST", to, b"x" * size, content_type="text/plain").status_code

    assert post(Browser(), 2_000_000) == 413
    assert post(sign_in(kari), 2_000_000) != 413
    assert post(sign_in(kari), 3_000_001) == 413
    assert post(sign_in(kari), 2_000_000, "/kunder/") == 413
