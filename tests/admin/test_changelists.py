"""Every list of the admin: as many queries for three rows as for one, and its search and filters answer."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import User
from privacy.models import Erasure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo", "third_firm")]

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
labels = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture
def third_firm():
    """The demo has at least three rows of everything but firms and erasures."""
    factories.FirmFactory(name="Nordlys Regnskap AS", slug="nordlys")
    for _ in range(3):
        Erasure.objects.create(erased_at=factories.LONG_AGO, counts={"user": 1})


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.get(email="admin@byra.example"))
    return client


def address(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def count_queries(signed_in, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = signed_in.get(url)
    assert response.status_code == 200
    return len(queries)


@labels
def test_a_list_asks_as_often_for_three_rows_as_for_one(model, signed_in, monkeypatch):
    assert model.objects.count() >= 3
    counts = {}
    for rows in (1, 3):
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
        signed_in.get(address(model, "changelist"))
        counts[rows] = count_queries(signed_in, address(model, "changelist"))

    assert counts[3] == counts[1]


@labels
def test_every_list_can_be_searched(model, signed_in):
    response = signed_in.get(address(model, "changelist"), {"q": "fjord"})

    assert admin.site._registry[model].search_fields
    assert response.status_code == 200


@labels
def test_every_row_has_its_page(model, signed_in):
    response = signed_in.get(address(model, "change", model.objects.latest("pk").pk))

    assert response.status_code == 200


@labels
def test_a_row_is_added_by_its_form_or_not_at_all(model, signed_in):
    response = signed_in.get(address(model, "add"))

    can_be_added = admin.site._registry[model].has_add_permission(response.wsgi_request)
    assert response.status_code == (200 if can_be_added else 403)
