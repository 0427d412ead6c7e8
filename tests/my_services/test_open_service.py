"""The door, for the company's people."""

from datetime import date

import pytest

from history.models import Event
from organisations.models import CompanyUser
from organisations.places.current import Place
from subscriptions.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db

DOOR = "/mine-tjenester/tjenester/eaccounting/apne/"


@pytest.fixture
def line(subscribed):
    """Has access to the service."""
    factories.ServiceAccessFactory(company_user=subscribed.administrator, subscription=subscribed.subscription)
    return subscribed.administrator


def test_it_leads_to_the_service_and_is_recorded(line, subscribed, sign_in):
    response = sign_in(line).get(DOOR)

    number = subscribed.company.org_number
    assert (response.status_code, response.url) == (302, f"https://tjeneste.example/inn/?orgnr={number}&variant=smart")
    event = Event.objects.get(verb="open")
    assert (event.subject_type, event.subject_id) == ("subscriptions.subscription", subscribed.subscription.pk)
    assert (event.company, event.by) == (subscribed.company, line.user)


def test_the_approver_gets_in_after_the_approval_and_not_before(known, kari, sent, approve, sign_in):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)

    before = browser.get(DOOR)
    approve(activation, by=known.administrator)
    after = browser.get(DOOR)

    assert (before.status_code, after.status_code) == (404, 302)


def test_it_is_shut_without_access(subscribed, sign_in):
    person = factories.CompanyUserFactory(company=subscribed.company, role=CompanyUser.Role.USER)

    assert sign_in(person).get(DOOR).status_code == 404
    assert not Event.objects.filter(verb="open").exists()


def test_when_the_subscription_has_ended_it_leads_to_reading(line, subscribed, sign_in, clock):
    subscribed.subscription.ended_on = clock().date()
    subscribed.subscription.save()

    assert sign_in(line).get(DOOR).url.endswith("&variant=smart&lesetilgang=1")


def test_it_is_shut_when_the_data_are_kept_no_longer(line, subscribed, sign_in):
    Subscription.objects.update(started_on=date(2015, 1, 1), ended_on=date(2016, 1, 1))

    assert sign_in(line).get(DOOR).status_code == 404


def test_it_is_shut_for_strangers(line, subscribed, known, nils, sign_in):
    for person in (known.administrator, nils):
        assert sign_in(person).get(DOOR).status_code == 404


def test_a_link_from_before_a_switch_opens_the_other_companys_service_for_nobody(line, known, subscribed, sign_in):
    factories.CompanyUserFactory(company=known.company, user=line.user)
    browser = sign_in(line)
    browser.post("/bytt/selskap/", {Place.COMPANY_FIELD: known.company.pk})

    page = browser.get(DOOR, {"selskap": subscribed.company.pk})
    switched = browser.post(
        "/bytt/selskap/",
        {Place.COMPANY_FIELD: subscribed.company.pk, "next": f"{DOOR}?selskap={subscribed.company.pk}"},
    )

    assert "Dette gjelder Ærlig Bakeri AS" in page.content.decode()
    assert not Event.objects.filter(verb="open").exists()
    assert browser.get(switched.url).url.startswith("https://tjeneste.example/")


def test_a_link_that_names_a_strangers_company_is_404(line, known, sign_in):
    assert sign_in(line).get(DOOR, {"selskap": known.company.pk}).status_code == 404
