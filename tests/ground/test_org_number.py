"""Organisation numbers, as people type and paste them."""

import pytest
from django.core.exceptions import ValidationError
from stdnum.no import mva

from ground.org_number import clean_org_number, display_org_number, is_org_number, validate_org_number

NUMBER = "311003003"


@pytest.mark.parametrize(
    "typed",
    ["311003003", "311 003 003", "311.003.003", "311-003-003", "311\u00a0003\u00a0003", " 311003003\n",
     "NO 311 003 003 MVA", "NO311003003MVA", "no 311 003 003 mva", "311 003 003 MVA", "NO311003003",
     "Org.nr. 311 003 003", "Org.nr.: NO 311 003 003 MVA", mva.format("311003003MVA")],
)  # fmt: skip
def test_the_digits_are_found_in_what_was_typed(typed):
    assert clean_org_number(typed) == NUMBER
    validate_org_number(clean_org_number(typed))


@pytest.mark.parametrize("typed", ["", "Norsk Rør AS", "NO", "MVA", "311 003 003 EUR", "Nord 311 003 003"])
def test_what_is_no_number_stays_none(typed):
    assert not clean_org_number(typed).isdecimal()


@pytest.mark.parametrize(
    "number", ["", "31100300", "3110030031", "311003004", "130103003", "000000000", "311 003 003", "٣١١٠٠٣٠٠٣"]
)
def test_other_numbers_are_refused(number):
    assert not is_org_number(number)
    with pytest.raises(ValidationError):
        validate_org_number(number)


def test_it_is_shown_in_groups_of_three():
    assert display_org_number(NUMBER) == "311 003 003"
    assert display_org_number(None) == ""
