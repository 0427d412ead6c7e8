"""The pages that no journey comes by, on paper and by keyboard too."""

import pytest

from collaboration.models import Activation

WIDTHS = (390, 600, 768, 820, 900, 1024, 1080, 1280, 1920)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_office_s_other_pages(at_work, known, subscribed):
    at_work.goto("/kunder/?q=finnesikke")
    at_work.goto("/kunder/ny/")
    at_work.click("Opprett kunde")
    assert at_work.page.title().startswith("Feil: ")
    for page in ("", "rediger/", "oppgaver/", "samarbeid/", "kontakter/ny/", "oppgaver/ny/"):
        at_work.goto(f"/kunder/1002/{page}")
    contact, task = known.client.contacts.get(), known.client.tasks.get()
    at_work.goto(f"/kunder/1002/kontakter/{contact.pk}/")
    at_work.goto(f"/kunder/1002/oppgaver/{task.pk}/")
    at_work.goto("/mine-oppgaver/")
    at_work.goto("/konto/password/change/")
    assert "9999" not in at_work.text


def test_no_page_is_wider_than_the_window_and_no_name_breaks(at_work, known, subscribed, visit):
    known.client.firm.name = "Fjord Regnskap og Rådgivning Vest AS"
    known.client.firm.save()
    customer = visit()
    customer.come_in(known.administrator.user)

    for visitor, pages in (
        (at_work, ["/kunder/", "/kunder/1002/samarbeid/eaccounting/", "/samarbeid/", "/fakturagrunnlag/", "/konto/"]),
        (customer, ["/mine-tjenester/", "/mine-tjenester/brukere/", "/mine-tjenester/kostnader/", "/konto/enheter/"]),
    ):
        for page in pages:
            visitor.page.goto(page)
            assert [width for width in WIDTHS if not holds(visitor.page, width)] == [], page


def holds(page, width: int) -> bool:
    """Whether the page fits into a window so wide, and what stands in its header into one line each."""
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth
            && [...document.querySelectorAll(".site-header :is(.brand-name, .place-name, .person-name, .site-nav a)")]
                .every(one => one.getBoundingClientRect().height < 45)"""
    )


def test_the_demo_s_mails(visit):
    anybody = visit()
    anybody.goto("/epost/")
    anybody.press(anybody.page.get_by_role("row").get_by_role("link").first)


def test_scenario_1_by_keyboard_alone(visit, subscribed):
    visitor = visit()
    keys = Keyboard(visitor)
    visitor.page.goto("/kunder/")
    keys.to("textbox", "E-post")
    keys.type("kari@fjordregnskap.example")
    keys.to("textbox", "Passord")
    keys.type("demo-demo-demo")
    keys.enter()
    keys.to("link", "Ærlig Bakeri AS")
    keys.enter()
    keys.to("link", "Samarbeid")
    keys.enter()
    keys.to("link", "Les mer om Visma eAccounting")
    keys.enter()
    keys.to("button", "Aktiver Smart")
    keys.enter("Space")
    keys.to("combobox", "Oppgaver")
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("ArrowDown")
    keys.to("button", "Aktiver")
    keys.enter()

    assert "Samarbeidet er aktivert" in visitor.text
    assert Activation.objects.get().status == Activation.Status.PENDING


class Keyboard:
    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def to(self, role, name):
        """Tab until it has the focus, and the focus can be seen."""
        wanted = self.page.locator("main").get_by_role(role, name=name).first
        wanted.wait_for()
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none", name
                return
        raise AssertionError(f"Tab does not come to {role} {name}")

    def type(self, text):
        self.page.keyboard.type(text)

    def enter(self, key="Enter"):
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


def test_the_approval_page_on_paper_is_the_request_alone(at_work, visit, subscribed):
    at_work.goto("/kunder/1001/samarbeid/eaccounting/")
    at_work.click("Aktiver Smart")
    at_work.click("Aktiver")
    line = visit()
    line.sign_in("line@aerligbakeri.example")
    line.follow("Se og svar på forespørselen fra Fjord Regnskap AS")

    line.page.emulate_media(media="print")

    assert not line.page.get_by_role("banner").is_visible()
    assert not line.page.locator("nav").first.is_visible()
    assert not line.button("Godkjenn").is_visible()
    assert line.page.locator("dl.answers").is_visible()
