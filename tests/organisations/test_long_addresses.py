"""An address longer than any mail can go to gets a sentence, on each page that asks for one without a sign-in."""

import pytest
from django.urls import reverse

from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.actions import invitations

pytestmark = pytest.mark.django_db

DOMAIN = "@" + ".".join(["a" * 60] * 4) + ".no"


def address_of(length: int) -> str:
    return "n" * (length - len(DOMAIN)) + DOMAIN


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
@pytest.mark.parametrize(("length", "is_taken"), [(254, True), (255, False), (10_000, False)])
def test_an_address_asked_for_by_anybody(name, length, is_taken, client):
    answer = client.post(reverse(name), {"email": address_of(length)})

    assert (answer.status_code == 302) == is_taken
    if not is_taken:
        assert answer.status_code == 200
        assert answer.context["form"].errors["email"]
    assert Email.objects.filter(to=address_of(length)).exists() == is_taken


def test_the_invitations_deed_refuses_it_too(kari, clock):
    def invite(email: str):
        return invitations.invite_employee(
            firm=kari.firm, email=email, name="Eva Ås", role="employee", client_access="all", by=kari, clock=clock
        )

    assert invite(address_of(254)).email == address_of(254)
    for email in (address_of(255), "eva", ""):
        with pytest.raises(NotAllowed, match="ikke gyldig"):
            invite(email)
