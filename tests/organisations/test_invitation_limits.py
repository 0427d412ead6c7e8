"""How often one place may mail invitations: a pause for each address, and no more than so many a day."""

from datetime import timedelta

import pytest

from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.actions import invitations
from organisations.invitations import rules as invitation_rules
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

EVA = "eva@aasblomster.example"


@pytest.fixture
def invite(kari):
    """Invite an address so many minutes after noon, and withdraw what waits at once."""

    def post(minutes: int, *, by=kari, email: str = EVA):
        at = NOON + timedelta(minutes=minutes)
        invitation = invitations.invite_employee(
            firm=by.firm, email=email, name="Eva Ås", role="employee", client_access="all", by=by, clock=lambda: at
        )
        return invitations.withdraw_invitation(invitation=invitation, by=by, clock=lambda: at)

    return post


def mails() -> int:
    return Email.objects.filter(kind="invitation").count()


def test_withdrawing_does_not_shorten_the_pause(invite):
    invite(0)

    with pytest.raises(NotAllowed, match="nettopp sendt"):
        invite(4)
    invite(5)

    assert mails() == 2


def test_another_address_and_another_firm_need_not_wait(invite, nils):
    invite(0)

    invite(1, email="anne@aasblomster.example")
    invite(1, by=nils)

    assert mails() == 3


def test_one_address_gets_five_mails_a_day_from_one_firm(invite, nils):
    for number in range(5):
        invite(number * 10)

    with pytest.raises(NotAllowed, match="i morgen"):
        invite(60)
    invite(60, by=nils)
    invite(24 * 60 + 60)

    assert mails() == 7


def test_one_firm_mails_no_more_than_its_share_of_a_day(invite, nils, monkeypatch):
    monkeypatch.setattr(invitation_rules, "MOST_MAILS_A_DAY_IN_ALL", 3)
    for number in range(3):
        invite(number, email=f"eva{number}@aasblomster.example")

    with pytest.raises(NotAllowed, match="Det er sendt mange"):
        invite(4)
    invite(4, by=nils)

    assert mails() == 4
