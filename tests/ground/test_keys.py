"""No process runs with a secret that a stranger could guess: it would sign links and receipts for anybody."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from byra.keys import SHORTEST, check_keys
from devtools.processes import free_port
from devtools.stack import KEYS, procfile

GUESSED = {
    "blank": "",
    "spaces": " " * 60,
    "tabs and line ends": "\t\r\n" * 20,
    "short": secrets.token_urlsafe(50)[: SHORTEST - 1],
    "short with space round it": f"  {secrets.token_urlsafe(50)[: SHORTEST - 1]}  ",
}
GOOD = {name: secrets.token_urlsafe(50) for name in KEYS}


def refusal_of(keys: dict[str, str]) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        check_keys(keys)
    return str(refused.value)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("key", GUESSED.values(), ids=GUESSED)
def test_a_key_that_can_be_guessed_is_refused_by_its_name_with_what_to_do(name, key):
    sentence = refusal_of({**GOOD, name: key})

    assert sentence.startswith(f"{name} ")
    assert "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'" in sentence


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in KEYS for b in KEYS if a != b])
@pytest.mark.parametrize("space", ["", " "])
def test_two_keys_that_are_the_same_are_refused_by_both_names(one, other, space):
    sentence = refusal_of({**GOOD, one: GOOD[other] + space})

    assert one in sentence
    assert other in sentence


def test_the_values_of_the_example_are_refused():
    text = (settings.BASE_DIR / ".env.example").read_text()
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))

    for name in KEYS:
        assert name in refusal_of({**GOOD, name: example[name]})


def test_a_long_key_of_its_own_is_taken():
    check_keys(GOOD)
    check_keys({**GOOD, "LINK_KEY": secrets.token_hex(16)})
    check_keys({**GOOD, "LINK_KEY": "æøå" * 4 + "abcdefgh"})  # 20 letters, 32 bytes

    assert len(secrets.token_hex(16)) == SHORTEST


PROCESSES = {
    "web": (lambda: [*procfile()["web"], "--bind", f"127.0.0.1:{free_port()}"], "LINK_KEY", "blank"),
    "worker": (lambda: procfile()["worker"], "RECEIPT_KEY", "spaces"),
    "beat": (lambda: procfile()["beat"], "SECRET_KEY", "short"),
    "check": (lambda: [sys.executable, "manage.py", "check"], "LINK_KEY", "spaces"),
    "migrate": (lambda: [sys.executable, "manage.py", "migrate", "--check"], "LINK_KEY", "the same as SECRET_KEY"),
    "relay": (lambda: [sys.executable, "manage.py", "relay"], "RECEIPT_KEY", "blank"),
}


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_with_one(process):
    command, name, fault = PROCESSES[process]
    key = GUESSED.get(fault, os.environ["SECRET_KEY"])

    ran = subprocess.run(
        command(),
        env={**os.environ, name: key},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode != 0
    assert re.search(rf"^(.*ImproperlyConfigured: )?{name} is .*secrets\.token_urlsafe", ran.stderr, re.MULTILINE)
