"""The one form of an address: what has it, what has none, and that nothing has two."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ground.mail_addresses import LONGEST, LONGEST_NAME, STORED, NoAddress, address_form, find_form, shown_address
from notifications.stored_addresses import ODD_DOMAIN, as_it_was, set_apart
from tests.addresses import (
    FORM,
    NO_ADDRESSES,
    ONE_MAILBOX,
    SHOWN,
    STRANGE_ADDRESSES,
    UNSEEN,
    real_addresses,
    typed_addresses,
)


@pytest.mark.parametrize("typed", ONE_MAILBOX, ids=ascii)
def test_one_mailbox_has_one_form_however_it_is_typed(typed):
    assert address_form(typed) == FORM


@pytest.mark.parametrize("typed", NO_ADDRESSES, ids=lambda typed: ascii(typed)[:40])
def test_what_no_mail_can_go_to_has_none(typed):
    with pytest.raises(NoAddress):
        address_form(typed)


def test_people_read_the_letters_and_not_their_code():
    assert shown_address(FORM) == SHOWN
    assert shown_address("anne@vik.example") == "anne@vik.example"
    assert shown_address("") == ""


@pytest.mark.parametrize("lookalike", ["anne@v\u0456k.example", "anne@\u0430nne.example"], ids=ascii)
def test_a_domain_of_two_scripts_is_not_shown_as_the_one_that_it_looks_like(lookalike):
    assert shown_address(address_form(lookalike)).isascii()


@pytest.mark.parametrize("text", ["xn--a", "a@xn--a.example", "a@xn--", "a@xn--zzzzzz.example", "@", "\u200b@xn--"])
def test_what_has_no_form_is_shown_as_it_is(text):
    assert shown_address(text) == text


@given(st.one_of(real_addresses(), typed_addresses()))
@example("a@" + "a\u0301" * 12 + ".no")
@example("a" * 64 + "@x.no")
@example("a" * 65 + "@x.no")
def test_a_form_is_its_own_form_as_it_is_stored_and_as_it_is_shown(typed):
    try:
        form = address_form(typed)
    except NoAddress:
        return

    assert address_form(form) == form
    assert address_form(shown_address(form)) == form
    assert address_form(form.upper()) == form
    assert form.isascii()
    assert len(form) <= LONGEST
    assert len(form.partition("@")[0]) <= LONGEST_NAME
    assert re.fullmatch(STORED, form)


@given(st.sampled_from(STRANGE_ADDRESSES), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(UNSEEN)), max_size=9))
def test_what_nobody_sees_makes_no_other_address(typed, hidden):
    spoilt = typed
    for place, character in hidden:
        spoilt = spoilt[:place] + character + spoilt[place:]

    assert address_form(spoilt) == address_form(typed)


@given(st.text())
def test_what_has_no_form_finds_only_itself(text):
    assert find_form(find_form(text)) == find_form(text)


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=60))
@example("nina@\u00e5s.example")
@example(".an..ne.@x.example")
@example("=40%40~@x")
def test_an_odd_address_is_set_apart_as_one_that_no_mail_reaches_and_can_be_read(odd):
    apart = set_apart(odd)

    assert find_form(apart) == apart
    assert re.fullmatch(STORED, apart)
    assert as_it_was(apart) == odd.lower()
    assert apart.endswith(ODD_DOMAIN)
