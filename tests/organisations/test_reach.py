"""What a telephone calls and a mail program writes to, and what neither makes a link of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.unlinked import without_links
from organisations.reach import mailto, tel


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("22 00 00 00", "tel:+4722000000"),
        ("22\u00a000\u00a000\u00a000", "tel:+4722000000"),
        ("+47 22 00 00 00", "tel:+4722000000"),
        ("(+47) 22 00 00 00", "tel:+4722000000"),
        ("0047 22000000", "tel:+4722000000"),
        ("+46 8-123 456 78", "tel:+46812345678"),
        ("02800", "tel:02800"),
        ("22 00 00 00 / 90 00 00 00", "tel:+4722000000"),
        ("Sentralbord 22 00 00 00, spør etter Kari", "tel:+4722000000"),
        ("ring meg", ""),
        ("", ""),
        ("12", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_first_number_is_called(typed, called):
    assert tel(typed) == called


@given(st.text(max_size=40))
def test_whatever_is_typed_only_digits_are_called(typed):
    assert re.fullmatch(r"(tel:\+?[0-9]{3,20})?", tel(typed))


@pytest.mark.parametrize(
    ("address", "written_to"),
    [
        ("kari@fjordregnskap.example", "mailto:kari@fjordregnskap.example"),
        ("kari+?subject=ja&body=x%0a@fjord.example", "mailto:kari%2B%3Fsubject%3Dja%26body%3Dx%250a@fjord.example"),
    ],
)
def test_an_address_is_written_to_and_brings_no_subject(address, written_to):
    assert mailto(address) == written_to


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Se https://evil.no/login nå.", "Se https: //evil. no/login nå."),
        ("www.evil.no", "www. evil. no"),
        ("skriv til per@orstaror.example", "skriv til per@orstaror. example"),
        ("evil\u3002no og evil\uff0eno", "evil\u3002 no og evil\uff0e no"),
        ("http://localhost:8000/konto/", "http: //localhost: 8000/konto/"),
        ("Møtet er kl. 10.30, jf. vedlegg.", "Møtet er kl. 10.30, jf. vedlegg."),
        ("ÆRLIG BAKERI A.S", "ÆRLIG BAKERI A.S"),
        ("\u202ehttps://on.live/\u202c", "https: //on. live/"),
    ],
)
def test_no_link_is_left_in_what_people_write(written, shown):
    assert without_links(written) == shown


@given(st.text(max_size=60), st.sampled_from(["evil.no", "https://evil.no/x", "a@evil.no", "www.evil.xn--p1ai"]))
def test_however_a_link_is_wrapped_it_is_broken(text, link):
    shown = without_links(f"{text} {link} {text}")

    assert not re.search(r"\w://", shown)
    assert not re.search(r"\w\.[a-z]{2}", shown, re.IGNORECASE)
