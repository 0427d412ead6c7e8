"""A request that came to nothing still says, on both sides, what was offered; whatever has happened since."""

from datetime import timedelta

import pytest

from collaboration import actions
from collaboration.models import Activation
from ground.clock import database_clock
from subscriptions.models import Price
from tests import factories

pytestmark = pytest.mark.django_db

OFFICE = "/kunder/{number}/samarbeid/{code}/"
WAYS = ["declined", "withdrawn", "expired"]


@pytest.fixture
def clock():
    """The pages ask the database for the hour."""
    return database_clock


@pytest.fixture
def closed(sent, kari, clock):
    """A request that is closed: closed(known.client, "declined", by=known.administrator, payer="firm")."""

    def close(client, how, *, by, **answers):
        activation = sent(client, by=kari, **answers)
        if how == "declined":
            actions.decline_activation(activation=activation, by=by, reason="too_expensive", clock=clock)
        elif how == "withdrawn":
            actions.withdraw_activation(activation=activation, by=kari, clock=clock)
        else:
            Activation.objects.filter(pk=activation.pk).update(expires_at=clock() - timedelta(minutes=1))
            actions.expire_activations()
        return activation

    return close


@pytest.fixture
def both_sides(kari, sign_in):
    """What the firm's page and the company's page of a closed request tell of it, as {label: value}."""

    def read(activation, administrator):
        office = sign_in(kari).get(OFFICE.format(number=activation.client.number, code=activation.service.code))
        own = sign_in(administrator).get(f"/mine-tjenester/foresporsler/{activation.pk}/")
        (found,) = [one.offered for one in office.context["closed"] if one.activation.pk == activation.pk]
        for rows, page in ((found, office), (own.context["offered"], own)):
            assert all(value in page.content.decode() for _label, value in rows)
        return dict(found), dict(own.context["offered"])

    return read


@pytest.mark.parametrize("how", WAYS)
def test_a_new_service_says_variant_payer_period_and_price(how, known, closed, both_sides):
    activation = closed(known.client, how, by=known.administrator, variant="pro", months=3)
    Price.objects.update(per_month=1)

    office, own = both_sides(activation, known.administrator)

    assert office == own
    assert own == {
        "Variant": "Pro",
        "Fakturamottaker": "Ørsta Rør AS",
        "Avtaleperiode": "3 måneder",
        "Pris": "599,00 kr per måned, 1\xa0797,00 kr for 3 måneder, eks. mva.",
    }


@pytest.mark.parametrize("how", WAYS)
def test_where_the_firm_was_to_pay_it_is_named(how, known, closed, both_sides):
    activation = closed(known.client, how, by=known.administrator, payer="firm")

    office, own = both_sides(activation, known.administrator)

    assert office["Fakturamottaker"] == own["Fakturamottaker"] == "Fjord Regnskap AS"


@pytest.mark.parametrize("how", WAYS)
def test_of_the_customers_own_agreement_it_says_that_it_was_to_stay(how, subscribed, closed, both_sides):
    activation = closed(subscribed.client, how, by=subscribed.administrator)
    other = subscribed.subscription.service.variants.get(code="pro")
    subscribed.subscription.variant = other
    subscribed.subscription.save()

    office, own = both_sides(activation, subscribed.administrator)

    assert office == {"Variant": "Smart", "Avtale": "Kundens egen, uendret"}
    assert own == {"Variant": "Smart", "Avtale": "Deres egen, uendret"}


def test_a_free_service_without_choices(known, closed, both_sides):
    activation = closed(known.client, "declined", by=known.administrator, service=factories.scanner())

    office, own = both_sides(activation, known.administrator)

    assert office == own == {"Pris": "Gratis"}


def test_one_whose_time_is_over_but_that_no_sweep_has_closed_says_it_too(known, sent, kari, clock, sign_in):
    activation = sent(known.client, by=kari)
    Activation.objects.filter(pk=activation.pk).update(expires_at=clock() - timedelta(minutes=1))

    page = sign_in(known.administrator).get(f"/mine-tjenester/foresporsler/{activation.pk}/")

    assert "349,00 kr per måned" in page.content.decode()


def test_an_approved_one_has_its_receipt_instead(known, sent, kari, approve, sign_in):
    activation = sent(known.client, by=kari)
    approve(activation, by=known.administrator)

    page = sign_in(known.administrator).get(f"/mine-tjenester/foresporsler/{activation.pk}/")

    assert page.context["offered"] == []
