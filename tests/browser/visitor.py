"""A person at the browser; every page that one comes to is looked at with axe, in four looks."""

import re

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page

from tests.factories import PASSWORD
from tests.processes import Site
from tests.sign_in import sign_in_as

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light")]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]  # all that the dark can break
RUN_AXE = """async ([only, places]) => {
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
    const all = document.querySelectorAll("*");
    const include = places && places.map(place => all[place]);
    const {violations} = await axe.run(include ? {include} : document, {runOnly: only, resultTypes: ["violations"]});
    return {violations};
}"""
# Of every element what styles go by: its own tag and attributes, after those of all that it lies in.
MAKE_UP = """() => {
    const styled = /^(class|role|type|aria-|data-|lang|hidden|open|disabled|checked|style)/;
    const attribute = ({name, value}) => styled.test(name) ? `[${name}=${value}]` : `[${name}]`;
    const own = element => element.localName + [...element.attributes].map(attribute).sort().join("");
    const found = new Map();
    const of = element => found.get(element) ??
        found.set(element, (element.parentElement ? of(element.parentElement) + ">" : "") + own(element)).get(element);
    return [...document.querySelectorAll("*")].map(of);
}"""
WORDS = re.compile(r">[^<]+<")  # whose they are changes nothing that axe looks at
VALUES = re.compile(r' (?!class|role|type|aria-|data-|lang|hidden)([\w-]+)="[^"]*"')
NUMBERS = re.compile(r"\d+|[\w-]{30,}")  # ids, links
looked_at: set[int] = set()
elements_looked_at: set[str] = set()


def shape_of(address: str, content: str) -> int:
    """The same for the same page with other names, days and amounts on it."""
    tags = VALUES.sub(r" \1", WORDS.sub("><", content))
    return hash((NUMBERS.sub("0", address.partition("?")[0]), NUMBERS.sub("0", tags)))


def new_elements(page: Page) -> list[int]:
    """The places of the elements that no page before had so, in all that they lie in; they are known from now on."""
    made_up = [NUMBERS.sub("0", one) for one in page.evaluate(MAKE_UP)]
    places = [place for place, one in enumerate(made_up) if one not in elements_looked_at and ">body" in one]
    elements_looked_at.update(made_up)
    return places


def axe(page: Page, looks: list[tuple[dict, str]] | None = None) -> None:
    """No finding of WCAG 2 A to 2.2 AA and best practice, wide and narrow, light and dark; no sideways scrolling.

    Where no looks are asked for: the whole page in the first one, and in the others only if some of its elements were
    on no page before with the same styles; of the dark these elements alone.
    """
    seen = page.viewport_size
    page.evaluate(Axe().axe_script)
    new = new_elements(page)
    for size, scheme in looks or LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        is_whole = bool(looks) or scheme == "light"
        if looks or new or (size, scheme) == LOOKS[0]:
            only = STANDARDS if scheme == "light" else ABOUT_COLOURS
            results = AxeResults(page.evaluate(RUN_AXE, [only, None if is_whole else new]))
            assert results.violations_count == 0, f"{page.url} {size['width']} {scheme}\n{results.generate_report()}"
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{page.url} is {overflow} px wider than {size['width']}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(seen)


class Trouble:
    """What a browser complains about, and what a test has said that it will."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        context.on("console", lambda message: self.note_message(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))
        context.on("response", lambda answer: self.note_status(answer.status, answer.url))

    def note_message(self, kind: str, text: str) -> None:
        answered = re.search(r"responded with a status of (\d+)", text)
        if kind in ("error", "warning") and not (answered and int(answered[1]) in self.expected):
            self.complaints.append(f"{kind}: {text}")

    def note_status(self, status: int, url: str) -> None:
        if status >= 400 and status not in self.expected:
            self.complaints.append(f"{status}: {url}")


class Visitor:
    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.trouble = Trouble(context)
        self.context = context
        self.page: Page = context.new_page()

    def look(self) -> None:
        """Once for each page as it is made up: the same again, about somebody else, tells nothing new."""
        shape = shape_of(self.path, self.page.content())
        if shape not in looked_at:
            axe(self.page)
            looked_at.add(shape)

    def goto(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def expect(self, status: int) -> None:
        """A refusal that belongs to the test."""
        self.trouble.expected.add(status)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def follow(self, name: str) -> None:
        """Click a link; the way on may lead to another site, whose looks are its own."""
        self.press(self.link(name))

    def click(self, name: str) -> None:
        """Click a button that leads to another page."""
        self.press(self.button(name))

    def press(self, element: Locator) -> None:
        with self.page.expect_navigation():
            element.click()
        if self.page.url.startswith(self.site.address):
            self.look()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """By password; on the page that is open when that is the sign-in page."""
        if "/konto/login/" not in self.page.url:
            self.goto("/konto/login/")
        self.page.get_by_label("E-post").fill(email)
        self.page.get_by_label("Passord").fill(password)
        self.click("Logg inn")

    def come_in(self, user) -> None:
        """Signed in already, for what is not about signing in."""
        cookies = sign_in_as(user).cookies
        self.context.add_cookies(
            [{"name": name, "value": cookie.value, "url": self.site.address} for name, cookie in cookies.items()]
        )
        self.goto("/")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.address)

    @property
    def text(self) -> str:
        """What the page says, its spaces made one."""
        return " ".join(self.page.get_by_role("main").inner_text().split())

    def another_tab(self) -> "Visitor":
        """The same person, signed in as here."""
        other = object.__new__(Visitor)
        other.site, other.trouble, other.context = self.site, self.trouble, self.context
        other.page = self.context.new_page()
        return other
