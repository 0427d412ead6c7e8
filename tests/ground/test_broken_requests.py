"""Whatever comes over the wire: an answer below 500, no error in the log, and the next one is served."""

import random
import socket

import pytest

from tests.processes import Web
from tests.slow_clients import visit

GOOD = b"GET /konto/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def with_header(*lines: bytes) -> bytes:
    return GOOD.replace(b"Connection", b"\r\n".join(lines) + b"\r\nConnection")


def asking(target: bytes, method: bytes = b"GET") -> bytes:
    return GOOD.replace(b"GET /konto/login/", method + b" " + target)


def hosts(*names: bytes) -> bytes:
    return GOOD.replace(b"Host: localhost\r\n", b"".join(b"Host: " + name + b"\r\n" for name in names))


def posting(*lines: bytes, body: bytes = b"") -> bytes:
    return with_header(*lines).replace(b"GET", b"POST") + body


FORM = b"Cookie: csrf=" + b"a" * 32 + b"\r\nContent-Type: application/x-www-form-urlencoded"
PARTS = b"Cookie: csrf=" + b"a" * 32 + b"\r\nContent-Type: multipart/form-data"
BASE64 = b'--a\r\nContent-Disposition: form-data; name="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--a--\r\n'

# What must not be taken for a request at all, or names a house that is not ours: 4xx or 5.01, or no answer.
REFUSED = {
    "bytes": b"\x00\x01\x02\xff\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60 + b"\r\n\r\n",
    "no target": b"GET\r\n\r\n",
    "a method in small letters": asking(b"/", b"get"),
    "a version that is none": GOOD.replace(b"HTTP/1.1", b"HTTP/9.9"),
    "HTTP/2 unasked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space in the target": asking(b"/a b/"),
    "letters that are not ASCII in the target": asking("/bø/".encode()),
    "a control character in the target": asking(b"/\x07/"),
    "an endless target": asking(b"/" + b"a" * 100_000),
    "no path": asking(b"localhost:80"),
    "a tunnel": asking(b"localhost:443", b"CONNECT"),
    "a trace": asking(b"/konto/login/", b"TRACE"),
    "an unknown method": asking(b"/konto/login/", b"BREW"),
    "a header without a colon": with_header(b"Nonsense"),
    "a header with a space before its colon": with_header(b"X-A : b"),
    "a folded header": with_header(b"X-A: b\r\n c"),
    "a NUL in a header": with_header(b"X-A: a\x00b"),
    "a header of 20 kB": with_header(b"X-A: " + b"a" * 20_000),
    "300 headers": with_header(*[b"X-%d: a" % number for number in range(300)]),
    "another Host": hosts(b"evil.example"),
    "another Host with our port": hosts(b"evil.example:8000"),
    "a Host with a user": hosts(b"localhost@evil.example"),
    "a Host with a space": hosts(b"local host"),
    "a Host that is a path": hosts(b"localhost/../"),
    "half an IPv6 Host": hosts(b"[::1"),
    "a Host of 300 letters": hosts(b"a" * 300),
    "an empty Host": hosts(b""),
    "two Hosts": hosts(b"localhost", b"evil.example"),
    "a length that is no number": posting(b"Content-Length: abc"),
    "a length below nothing": posting(b"Content-Length: -1"),
    "a length with a plus": posting(b"Content-Length: +5", body=b"login"),
    "a length of 100 digits": posting(b"Content-Length: " + b"9" * 100),
    "two lengths": posting(b"Content-Length: 5", b"Content-Length: 6", body=b"login="),
    "a list of lengths": posting(b"Content-Length: 5, 5", body=b"login"),
    "a length and chunks": posting(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunks that are none": posting(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "chunks that are not last": posting(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    "chunks twice": posting(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunks behind a tab": posting(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n"),
    "a chunk without a size": posting(FORM, b"Transfer-Encoding: chunked", body=b"zz\r\n"),
    "a chunk with a sign": posting(FORM, b"Transfer-Encoding: chunked", body=b"+1\r\na\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": posting(FORM, b"Transfer-Encoding: chunked", body=b"1\r\nabc\r\n0\r\n\r\n"),
    "parts without a boundary": posting(PARTS, b"Content-Length: 5", body=b"login"),
    "parts with a boundary that is none": posting(
        PARTS + b"; boundary=" + b"\xff" * 9, b"Content-Length: 1", body=b"x"
    ),
    "parts that are none, to nowhere": posting(PARTS, b"Content-Length: 5", body=b"login").replace(b"/konto", b"/nei"),
    "1500 fields to nowhere": posting(FORM, b"Content-Length: 6000", body=b"a=1&" * 1500).replace(b"/konto", b"/nei"),
    "half a body": posting(FORM, b"Content-Length: 500", body=b"login=a"),
}

# What is odd, and may be answered like any other request.
ODD = {
    "parts in a coding that is none": posting(PARTS + b"; boundary=a", b"Content-Length: 105", body=BASE64.ljust(105)),
    "a percent sign alone": asking(b"/%"),
    "percent signs that are no letters": asking(b"/%zz/%ff%fe/%c0%80/"),
    "a NUL in the path": asking(b"/kunder/%00/"),
    "a NUL in the question": asking(b"/konto/login/?next=%00&q=%ff"),
    "climbing": asking(b"/static/..%2f..%2fbyra/settings.py"),
    "climbing in the open": asking(b"/static/../../byra/settings.py"),
    "a NUL in a file's name": asking(b"/static/app%00.css"),
    "a question of 3 kB": asking(b"/konto/login/?" + b"a=1&" * 700),
    "a session made up": with_header(b"Cookie: session=" + b"a" * 32),
    "a session of odd letters": with_header(b"Cookie: session=\xc3\xb8\xff; csrf=\xf0\x9f"),
    "a session with quotes and octal": with_header(b'Cookie: session="\\000\\377"'),
    "cookies that are none": with_header(b"Cookie: ;;;=;=a;;\x7f=,"[:14]),
    "8 kB of cookies": with_header(b"Cookie: " + b"a=b; " * 1600),
    "a language that is none": with_header(b"Accept-Language: " + b"x-" * 2000 + b";q=z"),
    "a forwarded address that is none": with_header(
        b"X-Forwarded-For: ,,\xff, 999.1.1.1", b"X-Forwarded-Proto: gopher"
    ),
    "a forwarded Host": with_header(b"X-Forwarded-Host: evil.example"),
    "an id that is none": with_header(b"X-Request-ID: \xff" + b"a" * 200),
    "a part that is not there": with_header(b"Range: bytes=99999-1,,-0"),
    "a date that is none": with_header(b"If-Modified-Since: aldri", b"If-None-Match: \xff"),
    "an upgrade": with_header(b"Upgrade: websocket", b"Sec-WebSocket-Key: eA==", b"Sec-WebSocket-Version: 13"),
    "an upgrade to HTTP/2": with_header(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"),
    "an expectation that is none": with_header(b"Expect: mirakel"),
    "HTTP/1.0 without a Host": b"GET /konto/login/ HTTP/1.0\r\n\r\n",
    "a body where none belongs": with_header(b"Content-Length: 5") + b"hallo",
    "a body in a charset that is none": posting(FORM + b"; charset=ukjent", b"Content-Length: 7", body=b"login=a"),
    "a body that is no text": posting(FORM, b"Content-Length: 9", body=b"%ff=\xff&a=%"),
    "1500 fields": posting(FORM, b"Content-Length: 6000", body=b"a=1&" * 1500),
    "a call with a secret that is none": posting(b"Authorization: Basic !!!", b"Content-Length: 2", body=b"{}").replace(
        b"/konto/login/", b"/anymail/postmark/tracking/"
    ),
    "everything": asking(b"*", b"OPTIONS"),
}


def ask(web: Web, text: bytes) -> bytes:
    """The first line that comes back; nothing where the connection is closed without a word."""
    return everything_after(web, text).partition(b"\r\n")[0]


def everything_after(web: Web, text: bytes) -> bytes:
    answer = b""
    with socket.create_connection(("127.0.0.1", web.port), timeout=15) as client:
        try:
            client.sendall(text)
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
    return answer


def status_of(line: bytes) -> int | None:
    return int(line.split()[1]) if line else None


def assert_nothing_broke(web: Web, before: int) -> None:
    assert visit(web.port) == 200
    written = web.said()[before:]
    assert "ERROR" not in written, written[written.index("ERROR") :]
    assert "Traceback" not in written


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_broken_request_is_refused(text, web):
    before = len(web.said())

    status = status_of(ask(web, text))

    assert status is None or 400 <= status < 500 or status == 501
    assert_nothing_broke(web, before)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_request_is_no_error(text, web):
    before = len(web.said())

    status = status_of(ask(web, text))

    assert status is not None
    assert status < 500
    assert_nothing_broke(web, before)


def test_a_form_in_a_coding_that_is_none_leads_back_to_the_form(web):
    """Nothing of it can be read, its token neither."""
    before = len(web.said())

    head = everything_after(web, ODD["parts in a coding that is none"]).partition(b"\r\n\r\n")[0].split(b"\r\n")

    assert status_of(head[0]) == 302
    assert [line for line in head if line.lower().startswith(b"location:")] == [b"Location: /konto/login/?igjen=1"]
    assert_nothing_broke(web, before)


FRAMED_WRONG = [name for name in REFUSED if name.startswith(("a length", "two lengths", "a list", "chunk", "a chunk"))]


@pytest.mark.parametrize("name", FRAMED_WRONG)
def test_what_is_smuggled_behind_it_is_not_answered(name, web):
    """Two requests where a proxy in front sees one would let somebody speak in another's name."""
    before = len(web.said())
    hidden = GOOD.replace(b"/konto/login/", b"/smuggled/")

    ask(web, REFUSED[name].replace(b"Connection: close\r\n", b"") + hidden)

    assert_nothing_broke(web, before)
    assert "/smuggled/" not in web.said()[before:]


def shuffled(chance: random.Random) -> bytes:
    """A good request, or an odd one, with some of its bytes changed, doubled, cut out or moved."""
    text = bytearray(chance.choice([GOOD, *REFUSED.values(), *ODD.values()])[:5000])
    for _turn in range(chance.randint(1, 6)):
        place = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text[place] = chance.randrange(256)
            case 1:
                del text[place : place + chance.randint(1, 8)]
            case 2:
                text[place:place] = text[place : place + chance.randint(1, 20)]
            case 3:
                text[place:place] = chance.choice([b"\r\n", b"\x00", b":", b" ", b"%", b"\xff", b";", b"\r\n\r\n"])
        text = text or bytearray(b"\r\n")
    return bytes(text)


def broken_by(web: Web, seed: int, turns: int) -> list[bytes]:
    """The first of so many shuffled requests that gets a 500, if any does."""
    chance, before = random.Random(seed), len(web.said())
    for _turn in range(turns):
        text = shuffled(chance)
        if ask(web, text).startswith(b"HTTP/1.1 500"):
            return [text]
    assert_nothing_broke(web, before)
    return []


def test_a_hundred_shuffled_requests(web):
    seed = random.randrange(10**6)

    assert broken_by(web, seed, turns=100) == [], seed


@pytest.mark.long
def test_five_thousand_shuffled_requests(web):
    seed = random.randrange(10**6)

    assert broken_by(web, seed, turns=5000) == [], seed
