"""The administrator's place that a request offers: never beside an administrator by another way."""

from datetime import date

import pytest

from collaboration.models import Activation
from organisations.actions import accept_place, accept_place_with_password, add_company_user, confirm_company
from organisations.models import Company, CompanyUser
from organisations.refusals import NotAllowed
from subscriptions.actions import record_agreement
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def per():
    return factories.UserFactory(name="Per Rør", email="per@orstaror.example")


def test_an_administrator_whom_we_add_makes_the_company_known_and_ends_the_offers(
    new, kari, per, sent, clock, admin_user
):
    sent(new.client, by=kari)

    add_company_user(company=Company.objects.get(), user=per, role="administrator", by=admin_user, clock=clock)

    assert Company.objects.get().confirmed_at == clock()
    assert [place.user for place in CompanyUser.objects.all()] == [per]


def test_another_user_whom_we_add_leaves_the_company_unknown(new, kari, per, sent, clock, admin_user):
    sent(new.client, by=kari)

    add_company_user(company=Company.objects.get(), user=per, role="user", by=admin_user, clock=clock)

    assert not Company.objects.get().is_known
    assert CompanyUser.objects.offered().count() == 1


def test_nobody_takes_an_administrators_place_beside_an_administrator(new, kari, per, sent, clock, admin_user):
    sent(new.client, by=kari)
    offered = CompanyUser.objects.get()
    confirm_company(company=offered.company, by=admin_user, clock=clock)
    add_company_user(company=offered.company, user=per, role="administrator", by=admin_user, clock=clock)
    eva = factories.UserFactory(name="Eva Ås", email=offered.email)

    with pytest.raises(NotAllowed, match="har allerede en administrator"):
        accept_place(place=offered, user=eva, clock=clock)
    assert CompanyUser.objects.active().get().user == per


def test_nor_with_a_password_and_no_user_is_left_behind(new, kari, per, sent, clock, admin_user):
    sent(new.client, by=kari)
    offered = CompanyUser.objects.get()
    factories.CompanyUserFactory(company=offered.company, user=per)

    with pytest.raises(NotAllowed):
        accept_place_with_password(place=offered, password="langt-passord-1", clock=clock)
    assert not type(per).objects.filter(email=offered.email).exists()


def test_no_place_is_offered_where_somebody_is_administrator(new, kari, per, sent):
    company = factories.CompanyFactory(org_number=new.client.org_number, confirmed_at=None)
    factories.CompanyUserFactory(company=company, user=per)

    sent(new.client, by=kari)

    assert Activation.objects.get().company == company
    assert not CompanyUser.objects.offered().exists()


def test_an_agreement_from_outside_has_no_terms_that_somebody_accepted(known, eaccounting, clock):
    subscription = record_agreement(
        company=known.company,
        variant=eaccounting.variants.get(code="smart"),
        paying_firm=None,
        months=12,
        first_day=date(2026, 1, 1),
        renews_on=date(2027, 1, 1),
        clock=clock,
    )

    assert subscription.terms is None
