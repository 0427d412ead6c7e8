"""correct_address: another receiver and another link, and everything else as it was."""

from datetime import datetime, timedelta

import pytest

from collaboration import actions, links
from collaboration.models import Activation, Reminder, ReplacedLink
from collaboration.offer.offers import make_offer
from ground.clock import OSLO
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.models import CompanyUser
from tests import factories
from tests.conftest import make_client
from tests.races import race

pytestmark = pytest.mark.django_db

KEPT = (
    "client_id", "service_id", "scenario", "status", "variant_id", "task_id", "payer", "period_months",
    "price_per_month", "company_id", "subscription_id", "requested_by_id", "requested_at", "first_requested_at",
)  # fmt: skip
ANNE = {"name": "Anne Vik", "email": "Anne@orstaror.example", "phone": "91 00 00 00"}


@pytest.fixture
def correct(kari, clock):
    def corrected(activation, *, by=kari, at=None, **fields):
        fields = {**ANNE, "link_version": activation.link_version, **fields}
        return actions.correct_address(activation=activation, by=by, clock=lambda: at or clock(), **fields)

    return corrected


def facts(activation):
    return [getattr(activation, name) for name in KEPT]


def mails():
    return list(Email.objects.order_by("pk").values_list("kind", "to", "status"))


@pytest.mark.parametrize("scenario", ["subscribed", "known", "new"])
def test_the_new_receiver_is_mailed_and_everything_else_is_kept(scenario, request, kari, sent, correct):
    activation = sent(request.getfixturevalue(scenario).client, by=kari)
    before, old_address = facts(activation), activation.contact_email

    correct(activation)

    activation.refresh_from_db()
    assert facts(activation) == before
    assert (activation.contact_name, activation.contact_email, activation.contact_phone) == (
        "Anne Vik", "anne@orstaror.example", "91 00 00 00",
    )  # fmt: skip
    assert mails() == [
        ("activation_sent", old_address, "cancelled"),
        ("activation_sent", "anne@orstaror.example", "queued"),
    ]
    assert [event.verb for event in Event.objects.about(activation)] == ["send", "correct_address"]


def test_the_older_link_finds_nothing_and_is_remembered_as_replaced(known, kari, sent, correct):
    activation = sent(known.client, by=kari)
    old = links.make_token(activation.pk, 1)

    correct(activation)

    new = links.make_token(activation.pk, 2)
    assert (links.find_by_token(old), links.find_replaced(old)) == (None, activation)
    assert (links.find_by_token(new), links.find_replaced(new)) == (activation, None)
    assert ReplacedLink.objects.get().link_version == 1
    assert new in bytes(Email.objects.last().message).decode()


def test_the_events_name_nobody(known, kari, sent, correct):
    activation = sent(known.client, by=kari)

    correct(activation, corrects_card=True)

    written = str(list(Event.objects.values_list("before", "after")))
    assert "Anne" not in written
    assert "@" not in written


def test_the_last_day_and_the_reminders_begin_anew(known, kari, sent, correct, clock):
    activation = sent(known.client, by=kari)
    old_plan = set(Reminder.objects.values_list("pk", flat=True))

    corrected = correct(activation, at=clock() + timedelta(days=10))

    plan = Reminder.objects.waiting().order_by("due_at")
    assert corrected.expires_at == datetime(2026, 4, 20, 0, 0, tzinfo=OSLO)
    assert plan.first().due_at > clock() + timedelta(days=10)
    assert old_plan
    assert all(due < corrected.expires_at for due in plan.values_list("due_at", flat=True))


def test_no_request_waits_beyond_90_days_from_its_first_sending(known, kari, sent, correct, clock):
    activation = sent(known.client, by=kari)
    for days, number in ((30, 1), (60, 2)):
        activation = correct(activation, at=clock() + timedelta(days=days), email=f"person{number}@orstaror.example")

    activation = correct(activation, at=clock() + timedelta(days=80))

    assert activation.expires_at == datetime(2026, 6, 8, 0, 0, tzinfo=OSLO)  # 90 days after 10 March


def test_after_90_days_the_sentence_says_so(known, kari, sent, correct, clock):
    activation = sent(known.client, by=kari)
    Activation.objects.filter(pk=activation.pk).update(first_requested_at=clock() - timedelta(days=90))

    with pytest.raises(NotAllowed, match="90 dager"):
        correct(activation)

    assert len(mails()) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "KARI@fjordregnskap.example"}, "medarbeider i byrået"),
        ({"email": "anne@"}, "ikke gyldig"),
        ({"email": ""}, "ikke gyldig"),
        ({"name": "  "}, "navnet"),
        ({"name": "Per Rør", "email": "per@orstaror.example", "phone": "90 00 00 00"}, "allerede sendt"),
    ],
)
def test_an_address_that_no_request_may_go_to_is_refused(fields, sentence, known, kari, sent, correct):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match=sentence):
        correct(activation, **fields)

    activation.refresh_from_db()
    assert (activation.link_version, len(mails())) == (1, 1)


def test_a_page_that_showed_another_receiver_is_stale(known, kari, sent, correct):
    activation = sent(known.client, by=kari)
    correct(activation)

    with pytest.raises(actions.PageIsStale):
        correct(activation, email="enda-en@orstaror.example", link_version=1)

    assert Activation.objects.get().contact_email == "anne@orstaror.example"


def test_the_approval_of_a_page_from_before_is_stale(known, kari, sent, correct, clock):
    activation = sent(known.client, by=kari)
    shown = make_offer(activation, today=clock().date()).fingerprint
    correct(activation)

    with pytest.raises(actions.PageIsStale):
        actions.approve_activation(
            activation=activation, by=known.administrator, shown=shown, accepts_terms=True, clock=clock
        )


def test_what_is_answered_or_over_is_not_corrected(known, subscribed, kari, sent, approve, correct):
    answered, over = sent(known.client, by=kari), sent(subscribed.client, by=kari)
    approve(answered, by=known.administrator)

    with pytest.raises(NotAllowed, match="allerede godkjent"):
        correct(answered)
    with pytest.raises(NotAllowed, match="utløpt"):
        correct(over, at=over.expires_at)


def test_another_firms_employee_cannot(known, kari, nils, sent, correct):
    activation = sent(known.client, by=kari)

    with pytest.raises(NotAllowed):
        correct(activation, by=nils)


# --- Scenario 3: the place


def test_a_new_customers_place_moves_to_the_new_address(new, kari, sent, correct):
    activation = sent(new.client, by=kari)

    correct(activation)

    place = CompanyUser.objects.get()
    assert (place.email, place.name, place.phone, place.user) == (
        "anne@orstaror.example", "Anne Vik", "91 00 00 00", None,
    )  # fmt: skip
    assert links.offered_place(Activation.objects.get()) == place


def test_the_old_address_keeps_its_place_while_another_firm_asks_it(new, kari, nils, sent, correct):
    other = make_client(
        nils,
        name="Aas Blomster",
        org_number=new.client.org_number,
        contact_name="Eva Ås",
        contact_email="eva@aasblomster.example",
    )
    ours = sent(new.client, by=kari)
    sent(other, by=nils)

    correct(ours)

    assert set(CompanyUser.objects.values_list("email", flat=True)) == {
        "eva@aasblomster.example",
        "anne@orstaror.example",
    }


def test_a_place_that_is_taken_stays_and_no_other_is_offered(new, kari, sent, correct, clock):
    activation = sent(new.client, by=kari)
    actions.accept_place_by_link(activation=activation, password="langt-passord-1", clock=clock)

    correct(activation)

    assert [place.email for place in CompanyUser.objects.all()] == ["eva@aasblomster.example"]
    assert CompanyUser.objects.get().is_active


# --- The card


def test_the_card_stays_unless_it_is_ticked(known, kari, sent, correct):
    correct(sent(known.client, by=kari))

    assert known.client.contacts.get().email == "per@orstaror.example"
    assert Activation.objects.get().contact is None


def test_the_tick_corrects_the_contact_and_the_clients_own_address(known, kari, sent, correct):
    known.client.email = "per@orstaror.example"
    known.client.save()
    activation = sent(known.client, by=kari)

    correct(activation, corrects_card=True)

    known.client.refresh_from_db()
    contact = known.client.contacts.get()
    assert (contact.name, contact.email, contact.is_main) == ("Anne Vik", "anne@orstaror.example", True)
    assert known.client.email == "anne@orstaror.example"
    assert Activation.objects.get().contact == contact


def test_the_tick_leaves_what_a_colleague_has_changed_on_the_card_since(known, kari, sent, correct):
    activation = sent(known.client, by=kari)
    known.client.contacts.update(name="Per Johan Rør", phone="41 00 00 00")

    correct(activation, name="Per Rør", email="per.ror@orstaror.example", phone="90 00 00 00", corrects_card=True)

    contact = known.client.contacts.get()
    assert (contact.name, contact.email, contact.phone) == ("Per Johan Rør", "per.ror@orstaror.example", "41 00 00 00")


def test_the_tick_leaves_a_contact_who_has_the_address_already(known, kari, sent, correct):
    anne = factories.ContactFactory(client=known.client, name="Anne Vik", email="anne@orstaror.example", is_main=False)

    correct(sent(known.client, by=kari), corrects_card=True)

    assert set(known.client.contacts.values_list("email", flat=True)) == {"per@orstaror.example", anne.email}
    assert Activation.objects.get().contact == anne


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_once_make_one_new_link(known, kari, sent, correct):
    activation = sent(known.client, by=kari)

    results = race(*[lambda: correct(activation)] * 3)

    assert sorted(type(result).__name__ for result in results) == ["Activation", "PageIsStale", "PageIsStale"]
    assert (Activation.objects.get().link_version, ReplacedLink.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_correcting_and_approving_at_once_has_one_outcome(turn, known, kari, sent, approve, correct):
    activation = sent(known.client, by=kari)

    corrected, approved = race(
        lambda: correct(activation, corrects_card=True), lambda: approve(activation, by=known.administrator)
    )

    now = Activation.objects.get()
    outcome = (type(corrected).__name__, type(approved).__name__, now.status, now.link_version)
    assert outcome in (
        ("Activation", "PageIsStale", "pending", 2),
        ("NotAllowed", "Activation", "approved", 1),
        ("Activation", "Activation", "approved", 2),  # the approval's page was read after the correction
    )
