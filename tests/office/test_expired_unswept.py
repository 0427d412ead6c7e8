"""A request whose time is over is expired to everybody who reads it, also before any sweep has closed it."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from collaboration.models import Activation
from office.clients.states import ServiceState, find_states

pytestmark = pytest.mark.django_db


@pytest.fixture
def overdue(known, kari, sent):
    """Sent long ago by the tests' clock, so that it is over by the database's; no sweep has run."""
    return sent(known.client, by=kari)


def test_the_list_the_service_page_and_my_services_agree(overdue, known, kari, eaccounting, sign_in):
    states = find_states([known.client], seen_by=kari)
    page = sign_in(kari).get(reverse("collaboration:service-detail", args=[known.client.number, "eaccounting"]))
    overview = sign_in(known.administrator).get(reverse("my_services:overview"))

    assert Activation.objects.get().status == "pending"
    assert states == {(known.client.pk, eaccounting.pk): ServiceState.EXPIRED}
    assertContains(page, "Utløpt")
    assertNotContains(page, "Venter på kunden")
    assertNotContains(page, "Neste påminnelse")
    assert list(overview.context["waiting"]) == []
