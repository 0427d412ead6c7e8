"""What the office's pages have in common: a browser in Fjord, forms that carry the firm, query budgets."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from organisations.places.current import Place


@pytest.fixture
def office(kari, sign_in) -> Browser:
    """Kari's browser; she is the administrator of Fjord."""
    return sign_in(kari)


@pytest.fixture
def submit() -> Callable:
    """POST a form of a firm's page: submit(browser, firm, url, name="…")."""

    def post(browser: Browser, firm, url: str, **answers):
        return browser.post(url, {Place.FIRM_FIELD: firm.pk, **answers})

    return post


@pytest.fixture
def count_queries() -> Callable[[Browser, str], int]:
    """How many queries a page takes when the session and the catalogue of types are warm."""

    def count(browser: Browser, url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(url)
        assert response.status_code == 200
        return len(captured)

    return count
