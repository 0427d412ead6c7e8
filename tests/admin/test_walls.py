"""Who gets into the admin, and what nobody may change there."""

import pytest
from django.contrib import admin
from django.urls import reverse

from agreements.models import Collaboration, RenewalNotice, SubscriptionChange
from collaboration.models import Activation
from commitments.models import Receipt
from history.models import Event
from notifications.models import Email
from subscriptions.models import Charge, Subscription, Terms
from tests import factories

pytestmark = pytest.mark.django_db

HISTORY = (Activation, Collaboration, Receipt, Event, Charge, SubscriptionChange, RenewalNotice, Email)


@pytest.fixture
def platform_administrator():
    return factories.UserFactory(
        name="Plattformadministrator", email="admin@byra.example", is_staff=True, is_superuser=True
    )


def test_a_stranger_signs_in_on_the_ordinary_page(client):
    response = client.get("/admin/clients/client/", follow=True)

    assert response.redirect_chain[-1] == ("/konto/login/?next=/admin/clients/client/", 302)


@pytest.mark.parametrize("who", ["kari", "administrator"])
@pytest.mark.parametrize("address", ["/admin/", "/admin/organisations/firm/", "/admin/clients/client/"])
def test_employees_and_customers_get_no_admin(who, address, request, sign_in, known):
    person = known.administrator if who == "administrator" else request.getfixturevalue("kari")

    response = sign_in(person).get(address, follow=True)

    assert response.status_code == 403


def test_the_platform_administrator_gets_in(sign_in, platform_administrator):
    response = sign_in(platform_administrator).get("/admin/")

    assert response.status_code == 200
    assert "Byrå – administrasjon" in response.content.decode()


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model._meta.label)
def test_history_is_only_shown(model, rf, platform_administrator):
    request = rf.get("/admin/")
    request.user = platform_administrator
    shown = admin.site._registry[model]

    assert not shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)
    assert shown.has_view_permission(request)


@pytest.mark.parametrize("model", [Subscription, Terms], ids=lambda model: model._meta.label)
def test_what_is_agreed_is_added_and_never_changed(model, rf, platform_administrator):
    request = rf.get("/admin/")
    request.user = platform_administrator
    shown = admin.site._registry[model]

    assert shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)


@pytest.mark.parametrize("model", [*HISTORY, Subscription], ids=lambda model: model._meta.label)
def test_secrets_are_shown_nowhere(model, rf, platform_administrator):
    request = rf.get("/admin/")
    request.user = platform_administrator

    fields = set(admin.site._registry[model].get_fields(request, model()))

    assert fields.isdisjoint({"message", "secret", "token_hash", "salt", "code"})


def test_the_admin_is_under_its_own_policy(sign_in, platform_administrator):
    response = sign_in(platform_administrator).get(reverse("admin:index"))

    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
