"""Chromium against the real thing: the web server, the worker, its broker and the mails that it sends."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from byra import settings as project
from devtools.screenshots import ARGUMENTS, chromium
from notifications.models import Email
from tests.browser.visitor import DESK, Visitor
from tests.processes import Site


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """Never skipped: a green run without a browser would say what nobody has seen."""
    program = chromium()
    if program is None:
        pytest.fail("There is no Chromium: `apt-get install chromium`, or give its path in CHROMIUM.", pytrace=False)
    return {"executable_path": program, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def site(django_db_setup, tmp_path_factory) -> Iterator[Site]:
    """Web and worker on this test worker's database."""
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.fixture(autouse=True)
def slow_passwords(settings):
    """The web server is another process and takes the project's own hashes alone."""
    settings.PASSWORD_HASHERS = project.PASSWORD_HASHERS


@pytest.fixture(autouse=True)
def fresh_site(db, site) -> Iterator[None]:
    """Nothing of the test before; afterwards every mail must have gone out."""
    site.forget()
    yield
    site.wait_until(lambda: not Email.objects.exclude(status="sent").exists(), "all mails to go out")


@pytest.fixture
def visit(browser, site, fresh_site) -> Iterator[Callable[..., Visitor]]:
    """Another person with a browser of his own: visit(), or visit(PHONE). Any complaint of it fails the test."""
    visitors: list[Visitor] = []

    def come(size: dict = DESK, **options) -> Visitor:
        context = browser.new_context(
            base_url=site.address,
            viewport=size,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context, site))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.trouble.complaints for visitor in visitors] == [[] for _ in visitors]


class Arrivals(list):
    """The service's own address, on another origin than ours, and the questions with which people came there."""

    address = ""


@pytest.fixture(scope="session")
def service_server() -> Iterator[Arrivals]:
    arrivals = Arrivals()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/inn/"):
                arrivals.append(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b'<!DOCTYPE html><html lang="nb"><title>Tjenesten</title><h1>Tjenesten</h1>')

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    arrivals.address = f"http://127.0.0.1:{server.server_port}/inn/"
    yield arrivals
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def arrivals(service_server) -> Arrivals:
    service_server.clear()
    return service_server


@pytest.fixture
def eaccounting(eaccounting, arrivals):
    """With its door on the other origin."""
    eaccounting.url = arrivals.address
    eaccounting.save()
    return eaccounting


@pytest.fixture
def subscribed(subscribed):
    """Its agreement runs today too, whenever that is."""
    subscribed.subscription.renews_on = timezone.localdate() + timedelta(days=200)
    subscribed.subscription.save()
    return subscribed


@pytest.fixture
def at_work(visit, kari) -> Visitor:
    """Kari, signed in."""
    visitor = visit()
    visitor.come_in(kari.user)
    return visitor
