"""Ways in and out."""

import re

import pytest

from tests.browser.visitor import DESK, PHONE, axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_code_from_the_mail_signs_in(visit, site, kari):
    visitor = visit()
    visitor.goto("/kunder/")
    visitor.follow("Send meg en kode på e-post")
    visitor.page.get_by_label("E-post").fill(kari.user.email)
    visitor.click("Send koden")
    mail = site.wait_for_mail(kari.user.email, "Koden din")
    visitor.page.get_by_label("Kode").fill("feil")
    visitor.click("Logg inn")
    assert visitor.page.title().startswith("Feil: ")

    visitor.page.get_by_label("Kode").fill(re.search(r"^([A-Z0-9-]{5,})\s*$", mail.text, re.MULTILINE)[1])
    visitor.click("Logg inn")

    assert visitor.path == "/kunder/"


def test_a_wrong_password_says_what_to_do_and_a_person_can_leave(visit, kari):
    visitor = visit()
    visitor.sign_in(kari.user.email, "feil passord her")
    assert visitor.page.title().startswith("Feil: ")
    visitor.sign_in(kari.user.email)
    for size in (PHONE, DESK):  # an open menu stays where it was when a window changes
        visitor.page.set_viewport_size(size)
        visitor.page.reload()
        visitor.page.locator(".person-button").click()
        axe(visitor.page, [(size, "light"), (size, "dark")])

    visitor.click("Logg ut")

    assert visitor.path == "/konto/login/"
    visitor.goto("/kunder/")
    assert visitor.path.startswith("/konto/login/")
