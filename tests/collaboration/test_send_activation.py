"""send: the draft becomes a request that waits for the customer."""

import pytest

from collaboration.models import Activation
from notifications.models import Email
from organisations.models import Company, CompanyUser, User


@pytest.mark.parametrize("scenario", ["subscribed", "known", "new"])
def test_a_sent_request_waits_and_its_receiver_is_mailed(scenario, request, kari, sent):
    customer = request.getfixturevalue(scenario)

    activation = sent(customer.client, by=kari)

    activation.refresh_from_db()
    assert activation.status == Activation.Status.PENDING
    assert activation.scenario == scenario
    assert activation.requested_by == kari
    assert list(Email.objects.values_list("kind", "to")) == [("activation_sent", activation.contact_email)]


def test_a_new_customer_gets_an_unconfirmed_company_and_an_offered_place_but_no_user(new, kari, sent):
    activation = sent(new.client, by=kari)

    company = Company.objects.get()
    place = CompanyUser.objects.get()
    assert (company.org_number, company.is_known) == (new.client.org_number, False)
    assert (place.company, place.email, place.user) == (company, "eva@aasblomster.example", None)
    assert activation.company == company
    assert not User.objects.filter(email="eva@aasblomster.example").exists()
