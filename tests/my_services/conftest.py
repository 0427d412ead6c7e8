"""What the customer's pages need: requests sent a moment ago, as the pages ask the database for the hour."""

from collections.abc import Callable
from datetime import datetime

import pytest

from collaboration import jobs, links
from collaboration.models import Activation
from ground.clock import database_clock
from organisations.places.current import Place


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return database_clock


@pytest.fixture
def post() -> Callable:
    """POST a form of Mine tjenester: post(browser, address, company, **fields)."""

    def send(browser, address, company, **fields):
        return browser.post(address, {Place.COMPANY_FIELD: company.pk, **fields})

    return send


@pytest.fixture
def new_links(monkeypatch) -> Callable[[], None]:
    """The broker holds the wishes for a new link until a worker takes them: new_links()."""
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(jobs.request_new_link, "apply_async", lambda kwargs, **options: asked.append(kwargs))

    def work() -> None:
        while asked:
            jobs.request_new_link(**asked.pop(0))

    return work


@pytest.fixture
def link_of() -> Callable[[Activation], str]:
    def address(activation: Activation) -> str:
        return f"/i/{links.make_token(activation.pk, activation.link_version)}/"

    return address


@pytest.fixture
def page_of() -> Callable[[Activation], str]:
    return lambda activation: f"/mine-tjenester/foresporsler/{activation.pk}/"
