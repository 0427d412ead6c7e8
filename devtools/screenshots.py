"""Pictures of every page of a running demo, to look at: 1280 and 390 px wide, light and dark.

    PORT=8000 bin/dev                                                      in one terminal
    .venv/bin/python -m devtools.screenshots http://localhost:8000 FOLDER   in another; needs Chromium

The drafts that it begins are discarded, so it can be run again. The two pictures of the README
(docs/images/service.png and request.png) are written too when FOLDER is `docs/images`; nothing else is then.
"""

import argparse
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from devtools.demo.cast import FJORDS_CARDS, PASSWORD

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {1280: 900, 390: 844}
SCHEMES = ("light", "dark")
README_IMAGES = Path("docs/images")
EMAILS = {card.number: card.email for card in FJORDS_CARDS}
SERVICE = "/kunder/{}/samarbeid/{}/"


def chromium() -> str | None:
    """The browser of this machine: CHROMIUM, or the one on PATH."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


class Photographer:
    """One signed-in person (or nobody), whose pages are taken in all four looks."""

    def __init__(self, browser: Browser, address: str, folder: Path, email: str = "") -> None:
        self.page: Page = browser.new_context(
            base_url=address, locale="nb-NO", timezone_id="Europe/Oslo", reduced_motion="reduce"
        ).new_page()
        self.folder = folder
        if email:
            self.page.goto("/konto/login/")
            self.page.fill("[name=login]", email)
            self.page.fill("[name=password]", PASSWORD)
            self.page.get_by_role("main").get_by_role("button", name="Logg inn", exact=True).click()
            self.page.wait_for_url(lambda url: "login" not in url)

    def take(self, name: str, path: str = "") -> None:
        """The page at `path`, or the one that is open."""
        if path:
            self.page.goto(path)
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                file = self.folder / f"{name}_{width}_{scheme}.png"
                self.page.screenshot(path=file, full_page=True, scale="css")
            overflow = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if overflow > 0:
                print(f"{name}: {overflow} px wider than the window at {width}")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def click(self, name: str, role: str = "button") -> None:
        self.page.get_by_role("main").get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()


def take_nobodys(camera: Photographer) -> None:
    camera.take("login", "/konto/login/")
    camera.page.fill("[name=login]", "kari@fjordregnskap.example")
    camera.page.fill("[name=password]", "feil")
    camera.click("Logg inn")
    camera.take("login-error")
    camera.take("login-code", "/konto/login/code/")
    camera.page.fill("[name=email]", "kari@fjordregnskap.example")
    camera.click("Send koden")
    camera.take("login-code-confirm")
    camera.take("password-reset", "/konto/password/reset/")
    camera.take("link-unknown", "/i/feil/")
    camera.take("link-request", "/i/be-om-ny/")
    camera.page.fill("[name=address]", "ingen@eksempel.example")
    camera.click("Send lenken")
    camera.take("link-requested")
    camera.take("mails", "/epost/")
    camera.page.get_by_role("row").get_by_role("link").first.click()
    camera.take("mail")


def take_offices(camera: Photographer) -> None:
    camera.take("clients", "/kunder/")
    camera.take("clients-none", "/kunder/?q=finnesikke")
    camera.take("client-create", "/kunder/ny/")
    camera.click("Opprett")
    camera.take("client-create-errors")
    camera.take("client", "/kunder/1001/")
    camera.take("client-edit", "/kunder/1001/rediger/")
    camera.take("client-tasks", "/kunder/1001/oppgaver/")
    camera.take("task-create", "/kunder/1001/oppgaver/ny/")
    camera.take("contact-create", "/kunder/1001/kontakter/ny/")
    camera.take("client-collaboration", "/kunder/1006/samarbeid/")
    camera.take("client-without-task", "/kunder/1004/oppgaver/")
    camera.take("my-tasks", "/mine-oppgaver/")
    for number in (1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014):
        camera.take(f"service-{number}", SERVICE.format(number, "eaccounting"))
    camera.take("service-okonomioversikt", SERVICE.format(1001, "okonomioversikt"))
    camera.take("service-scanner", SERVICE.format(1001, "scanner"))
    camera.take("withdraw", SERVICE.format(1005, "eaccounting") + "trekk-tilbake/")
    camera.take("password-change", "/konto/password/change/")
    camera.take("logout", "/konto/logout/")
    camera.take("not-found", "/kunder/9999/")


def take_wizard(camera: Photographer) -> None:
    """Each scenario up to the last click, then the draft is thrown away."""
    camera.page.goto(SERVICE.format(1001, "eaccounting"))
    camera.click("Aktiver")
    camera.take("wizard-1-check")
    discard(camera, 1001)
    camera.page.goto(SERVICE.format(1002, "eaccounting"))
    camera.click("Aktiver Smart")
    camera.take("wizard-2-agreement")
    camera.click("Neste")
    camera.take("wizard-2-agreement-errors")
    camera.page.check("[name=payer][value=company]")
    camera.page.check("[name=period_months][value='12']")
    camera.click("Neste")
    camera.take("wizard-2-check")
    camera.take("service-draft", SERVICE.format(1002, "eaccounting"))
    discard(camera, 1002)
    camera.page.goto(SERVICE.format(1003, "eaccounting"))
    camera.click("Aktiver Start")
    camera.take("wizard-3-agreement")
    discard(camera, 1003)


def discard(camera: Photographer, number: int) -> None:
    camera.page.goto(SERVICE.format(number, "eaccounting"))
    camera.click("Forkast utkastet")


def take_customers(browser: Browser, camera_for: Callable[[str], Photographer]) -> None:
    camera = camera_for(EMAILS[1005])
    camera.take("my-services-waiting", "/mine-tjenester/")
    open_request(camera)
    camera.take("request")
    camera.click("Avslå", "link")
    camera.take("decline")
    camera.click("Avslå")
    camera.take("decline-errors")
    camera.take("link-unknown-signed-in", "/i/feil/")
    camera_for(EMAILS[1001]).take("my-services-subscription", "/mine-tjenester/")
    camera_for(EMAILS[1002]).take("my-services-empty", "/mine-tjenester/")
    camera_for(EMAILS[1009]).take("my-services-shared", "/mine-tjenester/")
    camera_for("admin@byra.example").take("admin", "/admin/")


def open_request(camera: Photographer) -> None:
    camera.page.goto("/mine-tjenester/")
    camera.page.get_by_role("link", name=re.compile("^Se og svar")).first.click()


def take_all(browser: Browser, address: str, folder: Path) -> None:
    def camera_for(email: str) -> Photographer:
        return Photographer(browser, address, folder, email)

    take_nobodys(camera_for(""))
    kari = camera_for("kari@fjordregnskap.example")
    take_offices(kari)
    take_wizard(kari)
    take_customers(browser, camera_for)


def take_readmes(browser: Browser, address: str, folder: Path) -> None:
    kari = Photographer(browser, address, folder, "kari@fjordregnskap.example")
    kari.page.goto(SERVICE.format(1002, "eaccounting"))
    kari.page.screenshot(path=folder / "service.png", full_page=True, scale="css")
    leader = Photographer(browser, address, folder, EMAILS[1005])
    leader.page.set_viewport_size({"width": 960, "height": 900})
    open_request(leader)
    leader.page.screenshot(path=folder / "request.png", full_page=True, scale="css")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="where the demo runs, for example http://localhost:8000")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        take = take_readmes if options.folder.resolve() == README_IMAGES.resolve() else take_all
        take(browser, options.address, options.folder)
        browser.close()


if __name__ == "__main__":
    main()
