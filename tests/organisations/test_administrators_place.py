"""The administrator's place that a request offers: never beside an administrator by another way."""

from datetime import date, timedelta

import pytest

from ground.refusals import NotAllowed
from organisations.actions import accept_place, accept_place_with_password, add_company, confirm_company
from organisations.actions.invitations import (
    accept_invitation,
    invite_by_platform,
    refuse_invitation,
    resend_invitation,
)
from organisations.models import Company, CompanyUser, Invitation
from subscriptions.actions import record_agreement
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def per():
    return factories.UserFactory(name="Per Rør", email="per@orstaror.example")


@pytest.fixture
def admin_user():
    return factories.UserFactory(name="Plattformadministrator", email="admin@byra.example", is_staff=True)


@pytest.fixture
def let_in(admin_user, clock):
    """A platform administrator invites the person to the company, and he accepts: let_in(per, company, "user")."""

    def invite_and_accept(user, company, role) -> CompanyUser:
        invitation = Invitation(company=company, email=user.email, name=user.name, role=role)
        invite_by_platform(invitation=invitation, by=admin_user, clock=clock)
        place = accept_invitation(invitation=invitation, user=user, clock=clock)
        assert isinstance(place, CompanyUser)
        return place

    return invite_and_accept


def test_nobody_is_invited_to_a_company_that_is_not_confirmed(new, kari, per, sent, let_in):
    """Whom a firm has asked comes in by the request; beside it there is no way."""
    sent(new.client, by=kari)

    with pytest.raises(NotAllowed, match="Bekreft selskapet først"):
        let_in(per, Company.objects.get(), "administrator")

    assert not Invitation.objects.exists()


def test_a_company_that_is_added_is_known_and_never_twice(new, kari, sent, admin_user, clock):
    added = add_company(org_number=factories.org_number(900), name="Ny AS", by=admin_user, clock=clock)
    sent(new.client, by=kari)

    assert added.confirmed_at == clock()
    for there in (added.org_number, new.client.org_number):
        with pytest.raises(NotAllowed, match="Bekreft det i stedet"):
            add_company(org_number=there, name="Ny AS", by=admin_user, clock=clock)


def test_whose_account_is_shut_gives_way_as_main_contact(subscribed, per, let_in):
    subscribed.administrator.user.is_active = False
    subscribed.administrator.user.save()

    place = let_in(per, subscribed.company, "administrator")

    subscribed.administrator.refresh_from_db()
    assert (place.is_main_contact, subscribed.administrator.is_main_contact) == (True, False)


def test_who_has_left_comes_back_to_the_same_place(subscribed, let_in, clock):
    line = subscribed.administrator
    CompanyUser.objects.filter(pk=line.pk).update(deactivated_at=clock(), is_main_contact=False)

    place = let_in(line.user, subscribed.company, "administrator")

    assert (place.pk, place.is_active, place.is_main_contact) == (line.pk, True, True)


def test_where_somebody_can_invite_the_platform_does_not(subscribed, per, let_in):
    with pytest.raises(NotAllowed, match="som inviterer selv"):
        let_in(per, subscribed.company, "administrator")


def test_who_is_platform_administrator_no_more_has_offered_nothing(per, admin_user, clock):
    invitation = Invitation(company=factories.CompanyFactory(), email=per.email, name=per.name, role="administrator")
    invite_by_platform(invitation=invitation, by=admin_user, clock=clock)
    admin_user.is_staff = False
    admin_user.save()

    with pytest.raises(NotAllowed, match="ikke der lenger"):
        accept_invitation(invitation=invitation, user=per, clock=clock)


def test_who_sends_it_again_is_the_one_who_invites(per, admin_user, clock):
    invitation = Invitation(company=factories.CompanyFactory(), email=per.email, name=per.name, role="administrator")
    invite_by_platform(invitation=invitation, by=admin_user, clock=clock)
    admin_user.is_staff = False
    admin_user.save()
    other = factories.UserFactory(is_staff=True)

    resend_invitation(invitation=invitation, by=other, clock=lambda: clock() + timedelta(hours=1))
    place = accept_invitation(invitation=invitation, user=per, clock=lambda: clock() + timedelta(hours=2))

    assert place.user == per


def test_the_platform_may_ask_again_who_said_no_by_mistake(per, admin_user, clock):
    company = factories.CompanyFactory()
    offer = {"company": company, "email": per.email, "name": per.name, "role": "administrator"}
    first = invite_by_platform(invitation=Invitation(**offer), by=admin_user, clock=clock)
    refuse_invitation(invitation=first, by=None, clock=clock)

    again = invite_by_platform(
        invitation=Invitation(**offer), by=admin_user, clock=lambda: clock() + timedelta(hours=1)
    )

    assert again.is_unanswered


def test_nobody_else_invites_for_the_platform(subscribed, per):
    invitation = Invitation(company=subscribed.company, email="anne@orstaror.example", name="Anne Vik", role="user")

    with pytest.raises(NotAllowed, match="plattformadministrator"):
        invite_by_platform(invitation=invitation, by=per)


def test_nobody_takes_an_administrators_place_beside_an_administrator(new, kari, per, sent, clock, admin_user, let_in):
    sent(new.client, by=kari)
    offered = CompanyUser.objects.get()
    confirm_company(company=offered.company, by=admin_user, clock=clock)
    let_in(per, offered.company, "administrator")
    eva = factories.UserFactory(name="Eva Ås", email=offered.email)

    with pytest.raises(NotAllowed, match="har allerede en administrator"):
        accept_place(place=offered, user=eva, clock=clock)
    assert CompanyUser.objects.active().get().user == per


def test_nor_with_a_password_and_no_user_is_left_behind(new, kari, per, sent, clock, admin_user):
    sent(new.client, by=kari)
    offered = CompanyUser.objects.get()
    confirm_company(company=offered.company, by=admin_user, clock=clock)
    factories.CompanyUserFactory(company=offered.company, user=per)

    with pytest.raises(NotAllowed):
        accept_place_with_password(place=offered, password="langt-passord-1", clock=clock)
    assert not type(per).objects.filter(email=offered.email).exists()


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
