"""An account made beforehand for somebody else's address gives its maker nothing (design: L-5)."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client as Browser
from django.urls import reverse

from ground.refusals import NotAllowed
from notifications.models import Email
from organisations import actions
from organisations.models import CompanyUser, User
from tests import factories
from tests.factories import PASSWORD
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

VICTIM = "eva@aasblomster.example"
NEW = "rød-hest-på-vei-hjem"


@pytest.fixture
def offered(db):
    """A place for Eva, who has no user yet."""
    return factories.CompanyUserFactory(offered=True, email=VICTIM)


def test_classic_nobody_makes_an_account_beforehand():
    fields = {"email": VICTIM, "password1": NEW, "password2": NEW}

    page = Browser().post(reverse("account_signup"), fields)

    assert "Du blir invitert" in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_classic_an_offer_is_no_account(name, offered):
    """Neither code nor new password for an address that has only been offered a place."""
    Browser().post(reverse(name), {"email": VICTIM})

    assert not User.objects.exists()
    assert set(Email.objects.values_list("secret", flat=True)) <= {""}


def test_classic_an_account_of_another_firms_making_is_not_merged(offered):
    """The address has a user by now: the place is that user's to accept, after that user's own sign-in."""
    factories.UserFactory(email=VICTIM)

    with pytest.raises(NotAllowed):
        actions.accept_place_with_password(place=offered, password=NEW)

    offered.refresh_from_db()
    assert offered.user is None


def test_unexpired_session_a_session_from_before_is_another_persons(offered):
    """Whoever is signed in already stays who he is when Eva accepts, and reads nothing of hers."""
    stranger = factories.UserFactory()
    session = sign_in_as(stranger)

    place = actions.accept_place_with_password(place=offered, password=NEW)

    assert session.get(reverse("my_services:overview")).status_code == 404
    assert int(session.session["_auth_user_id"]) != place.user_id


def test_unexpired_session_a_new_password_by_mail_ends_every_session():
    """The owner takes the account back: who had got in by the old password is out."""
    user = factories.UserFactory(email=VICTIM)
    intruder = Browser()
    intruder.post(reverse("account_login"), {"login": VICTIM, "password": PASSWORD})
    assert intruder.get(reverse("account:detail")).status_code == 200

    user.set_password(NEW)
    user.save()

    assert intruder.get(reverse("account:detail")).status_code == 302


def test_trojan_email_an_unproved_address_of_another_account_is_dropped(offered):
    trojan = factories.UserFactory()
    EmailAddress.objects.create(user=trojan, email=VICTIM, verified=False)

    place = actions.accept_place_with_password(place=offered, password=NEW)

    assert list(EmailAddress.objects.filter(email=VICTIM).values_list("user", flat=True)) == [place.user_id]


def test_trojan_email_it_gives_no_offer(offered):
    trojan = factories.UserFactory()
    EmailAddress.objects.create(user=trojan, email=VICTIM, verified=False)

    assert sign_in_as(trojan).post(reverse("links:offer-accept", args=[offered.pk])).status_code == 404


def test_pending_change_an_address_cannot_be_changed_at_all(offered):
    stranger = factories.UserFactory()

    sign_in_as(stranger).post(reverse("account_email"), {"action_add": "", "email": VICTIM})

    assert not EmailAddress.objects.filter(email=VICTIM).exists()
    assert CompanyUser.objects.get(pk=offered.pk).user is None


def test_idp_unverified_an_address_that_nobody_has_proved_signs_nobody_in():
    user = factories.UserFactory(email=VICTIM)
    EmailAddress.objects.filter(user=user).update(verified=False)
    browser = Browser()

    browser.post(reverse("account_login"), {"login": VICTIM, "password": PASSWORD})

    assert "_auth_user_id" not in browser.session
