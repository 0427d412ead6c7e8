"""Every list of the admin: as many queries for three rows as for one, and its search and filters answer."""

from datetime import UTC, date, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import RenewalNotice, SubscriptionChange
from commitments.models import Receipt
from organisations.actions.invitations import invite_by_platform
from organisations.models import Invitation, User
from privacy.models import Erasure
from subscriptions.models import Service, Subscription, Terms
from tests import factories
from tests.devtools.demo.conftest import loaded_demo
from tests.sign_in import sign_in_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
labels = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Of this file alone: the others make an administrator of their own. With three rows at least of everything."""
    with loaded_demo(django_db_blocker):
        make_firm_and_erasures()
        make_invitations()
        make_changes_and_notices()
        make_disputes()
        yield


def make_firm_and_erasures() -> None:
    """The demo has at least three rows of everything but firms and erasures."""
    factories.FirmFactory(name="Nordlys Regnskap AS", slug="nordlys")
    for _ in range(3):
        Erasure.objects.create(erased_at=factories.LONG_AGO, counts={"user": 1})


def make_invitations() -> None:
    at = datetime(2026, 3, 10, 11, tzinfo=UTC)
    for number in range(3):
        invitation = Invitation(
            company=factories.CompanyFactory(), email=f"anne{number}@orstaror.example", name="Anne Vik", role="user"
        )
        invite_by_platform(invitation=invitation, by=User.objects.get(email="admin@byra.example"), clock=lambda: at)


def make_disputes() -> None:
    """Three, in each of which two answer for one company."""
    for number in range(3):
        for name in ("Ås Blomster", "Aas Blomster"):
            company = factories.CompanyFactory(
                name=name, org_number=factories.org_number(940 + number), confirmed_at=None,
                provisional_at=factories.LONG_AGO,
            )  # fmt: skip
            factories.CompanyUserFactory(company=company)


def make_changes_and_notices() -> None:
    """Three of each, whatever the demo has."""
    at, person = datetime(2026, 3, 10, 11, tzinfo=UTC), User.objects.first()
    for subscription in Subscription.objects.exclude(renews_on=None).order_by("pk")[:3]:
        SubscriptionChange.objects.create(
            subscription=subscription, kind="period", status="taken_back", from_months=3, to_months=12,
            asked_by=person, asked_at=at, needs_yes=False,
        )  # fmt: skip
        RenewalNotice.objects.create(
            subscription=subscription, renews_on=date(2030, 1, 1), variant=subscription.variant, months=12,
            paying_firm=subscription.paying_firm, monthly_price=349, posted_at=at,
        )  # fmt: skip


@pytest.fixture
def signed_in(client):
    return sign_in_as(User.objects.get(email="admin@byra.example"), client)


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


def test_the_terms_lead_to_who_has_approved_them(signed_in):
    terms = Terms.objects.filter(receipts__isnull=False).first()

    page = signed_in.get(address(Terms, "changelist")).content.decode()
    link = f"{address(Receipt, 'changelist')}?terms__id__exact={terms.pk}"
    listed = signed_in.get(link).context["cl"].result_list

    assert f'<a href="{link}">{terms.receipts.count()}</a>' in page
    assert set(listed) == set(terms.receipts.all())


def test_approvals_are_filtered_by_service_and_version(signed_in):
    service = Service.objects.get(code="eaccounting")
    Terms.objects.create(service=service, version=9, text="Nye vilkår.")
    query = {"subscription__service__id__exact": service.pk, "terms__version": 1}

    listed = signed_in.get(address(Receipt, "changelist"), query).context["cl"].result_list
    none = signed_in.get(address(Receipt, "changelist"), query | {"terms__version": 9}).context["cl"].result_list

    assert list(listed)
    assert set(listed) == set(Receipt.objects.filter(subscription__service=service, terms__version=1))
    assert list(none) == []
