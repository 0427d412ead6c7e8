"""end: either side stops the collaboration; the firm's access stops with it, and nothing else does."""

import pytest

from collaboration import actions, doors
from collaboration.models import Collaboration
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Alert, Email
from organisations.models import Employee
from tests import factories
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def collaboration(known, kari, sent, approve) -> Collaboration:
    """Fjord and Ørsta Rør in eAccounting, paid by Fjord; the mails of the approval are put away."""
    approve(sent(known.client, by=kari, payer="firm"), by=known.administrator)
    Email.objects.all().delete()
    Alert.objects.all().delete()
    return Collaboration.objects.get()


def end(collaboration, by, clock=lambda: NOON):
    return actions.end_collaboration(collaboration=collaboration, by=by, clock=clock)


def mails():
    return sorted(Email.objects.values_list("kind", "to"))


def test_the_companys_administrator_ends_it_and_both_sides_hear_of_it(collaboration, known, kari):
    ended = end(collaboration, known.administrator)

    assert (ended.ended_at, ended.ended_by) == (NOON, known.administrator.user)
    assert mails() == [
        ("collaboration_ended", "kari@fjordregnskap.example"),
        ("end_receipt", "per@orstaror.example"),
    ]
    assert list(Alert.objects.values_list("kind", "user__email")) == [("collaboration_ended", kari.user.email)]
    event = Event.objects.about(collaboration).get()
    assert (event.verb, event.by, event.firm, event.company) == (
        "end", known.administrator.user, kari.firm, known.company,
    )  # fmt: skip
    assert event.after == {"side": "company", "outcome": "continues", "activation": collaboration.activation_id}


def test_the_firms_administrator_ends_it_and_the_companys_administrators_hear_of_it(collaboration, known, kari):
    user = factories.UserFactory(name="Eva Ås", email="eva@orstaror.example")
    factories.CompanyUserFactory(company=known.company, user=user)
    factories.CompanyUserFactory(company=known.company, role="user")

    end(collaboration, kari)

    assert mails() == [
        ("change_proposed", "eva@orstaror.example"),
        ("change_proposed", "per@orstaror.example"),
        ("collaboration_ended_by_firm", "eva@orstaror.example"),
        ("collaboration_ended_by_firm", "per@orstaror.example"),
        ("end_receipt", "kari@fjordregnskap.example"),
    ]
    assert not Alert.objects.exists()
    text = bytes(Email.objects.filter(kind="collaboration_ended_by_firm").first().message).decode()
    assert text.count("Det er betalt av Fjord Regnskap AS til og med 9. mars 2027.") == 2
    assert text.count("Skal det fortsette etter det, må Ørsta Rør AS si ja til å betale.") == 2


def test_the_clients_account_manager_may_end_it(collaboration, known, ola):
    known.client.account_manager = ola
    known.client.save()

    assert not end(collaboration, ola).is_active


def test_the_door_shuts_for_the_firm_at_once_and_stays_open_for_the_company(collaboration, known, kari, eaccounting):
    before = doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id)

    end(collaboration, known.administrator)

    assert before is not None
    assert doors.may_open(kari.user, known.company, eaccounting, as_firm=kari.firm_id) is None
    assert doors.may_open(known.administrator.user, known.company, eaccounting) is not None


def test_the_paid_period_stays_paid_and_the_company_pays_the_next_one(collaboration, known, kari):
    subscription = collaboration.subscription
    before = (kari.firm_id, subscription.renews_on)

    end(collaboration, known.administrator)

    subscription.refresh_from_db()
    assert subscription.is_active
    assert (subscription.paying_firm_id, subscription.renews_on) == before
    change = subscription.changes.get()
    assert (change.kind, change.status, change.to_firm, change.effective_on) == (
        "payer", "agreed", None, subscription.renews_on,
    )  # fmt: skip


def test_others_may_not(collaboration, known, kari, ola, nils):
    user = factories.CompanyUserFactory(company=known.company, role="user")
    stranger = factories.CompanyUserFactory()
    gone = factories.CompanyUserFactory(company=known.company, deactivated_at=NOON)
    quit_it = factories.EmployeeFactory(firm=kari.firm, role=Employee.Role.ADMINISTRATOR, deactivated_at=NOON)

    for person in (user, stranger, gone, ola, nils, quit_it):
        with pytest.raises(NotAllowed, match="Bare en administrator"):
            end(collaboration, person)

    assert Collaboration.objects.get().is_active
    assert mails() == []


def test_it_ends_once(collaboration, known, kari):
    end(collaboration, known.administrator)

    with pytest.raises(NotAllowed, match="allerede avsluttet"):
        end(collaboration, kari)


def test_the_firm_can_ask_again_afterwards(collaboration, known, kari, sent):
    end(collaboration, kari)

    assert sent(known.client, by=kari).is_pending


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_once_end_it_once(collaboration, known, kari):
    results = race(lambda: end(collaboration, known.administrator), lambda: end(collaboration, kari))

    assert sorted(type(result).__name__ for result in results) == ["Collaboration", "NotAllowed"]
    assert Email.objects.filter(kind="end_receipt").count() == 1
