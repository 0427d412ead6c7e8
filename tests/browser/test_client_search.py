"""The list of clients answers while one types, and the address tells what it shows."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_list_follows_what_is_typed(at_work, known, subscribed):
    at_work.goto("/kunder/")

    at_work.page.get_by_label("Søk").fill("orsta")

    at_work.page.wait_for_url("**/kunder/?q=orsta*")
    at_work.page.get_by_role("link", name="Ærlig Bakeri AS").wait_for(state="detached")
    assert at_work.page.get_by_role("link", name="Ørsta Rør AS").count() == 1
    assert at_work.page.get_by_label("Søk").input_value() == "orsta"
