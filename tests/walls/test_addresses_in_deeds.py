"""No deed takes an address that no mail of ours can go to, whatever form or program it comes from."""

import inspect
from types import SimpleNamespace

import pytest

import collaboration.actions
import organisations.actions
from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.models import Invitation
from tests import factories

pytestmark = pytest.mark.django_db

NONE = ["ikke en adresse", "a@localhost", "bo\u017fs@x.example", "to@x.example, tre@x.example", "a\r\nBcc: b@x.example"]


def invite_by_platform(case: SimpleNamespace, typed: str) -> None:
    invitation = Invitation(firm=factories.FirmFactory(), email=typed, name="Anne Vik", role="administrator")
    organisations.actions.invite_by_platform(invitation=invitation, by=case.admin)


DEEDS = {
    "correct_address": lambda case, typed: collaboration.actions.correct_address(
        activation=case.waiting, by=case.kari, name="Anne Vik", email=typed, phone="", link_version=1, clock=case.clock
    ),
    "forward_activation": lambda case, typed: collaboration.actions.forward_activation(
        activation=case.waiting, by=case.per, name="Anne Vik", email=typed, link_version=1, clock=case.clock
    ),
    "invite_by_platform": invite_by_platform,
    "invite_company_user": lambda case, typed: organisations.actions.invite_company_user(
        company=case.per.company, by=case.per, email=typed, name="Anne Vik", role="user"
    ),
    "invite_employee": lambda case, typed: organisations.actions.invite_employee(
        firm=case.kari.firm, by=case.kari, email=typed, name="Anne Vik", role="employee", client_access="all"
    ),
}


def test_every_deed_with_an_address_is_tried():
    with_an_address = {
        name
        for room in (collaboration.actions, organisations.actions)
        for name in room.__all__
        if inspect.isfunction(deed := getattr(room, name)) and "email" in inspect.signature(deed).parameters
    }

    assert with_an_address | {"invite_by_platform"} == set(DEEDS)


@pytest.mark.parametrize("typed", NONE, ids=ascii)
@pytest.mark.parametrize("name", DEEDS)
def test_what_no_mail_can_go_to_is_refused(name, typed, known, kari, sent, clock):
    waiting = sent(known.client, by=kari)
    admin = factories.UserFactory(name="Admin", email="admin@byra.example", is_staff=True, is_superuser=True)
    case = SimpleNamespace(waiting=waiting, kari=kari, per=known.administrator, admin=admin, clock=clock)
    mails = Email.objects.count()

    with pytest.raises(NotAllowed, match="E-postadressen er ikke gyldig"):
        DEEDS[name](case, typed)

    assert (Email.objects.count(), Invitation.objects.count()) == (mails, 0)
