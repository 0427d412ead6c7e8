"""Alerts: who is told what became of a request, in the app and by e-mail."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.db import transaction
from django.utils import translation

from collaboration import actions, alerts, emails
from collaboration.alert_words import KINDS, describe
from collaboration.models import Activation, Collaboration, Reminder
from ground.clock import OSLO
from notifications.models import Alert, Email
from organisations.models import Employee
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db

KINDS_OF_A_REQUEST = [kind for kind in KINDS if hasattr(alerts, kind)]  # the others: test_news.py
DECIDED = {"approve": "activation_approved", "decline": "activation_declined", "expire": "activation_expired"}


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3):
    return lambda: datetime(2026, month, day, hour, minute, tzinfo=OSLO)


def told(kind: str) -> list[str]:
    """Who has the alert in the app."""
    return sorted(Alert.objects.filter(kind=kind).values_list("user__email", flat=True))


def mailed(kind: str) -> list[str]:
    return sorted(Email.objects.filter(kind=kind).values_list("to", flat=True))


def text_of(mail: Email) -> str:
    message = message_from_bytes(bytes(mail.message), policy=default_policy)
    return message.get_body(("plain",)).get_content()


def wants(employee: Employee, choice: str) -> None:
    Employee.objects.filter(pk=employee.pk).update(alert_emails=choice)


@pytest.fixture
def asked(known, kari, sent) -> Activation:
    """Kari's request to Ørsta Rør, which waits."""
    return sent(known.client, by=kari)


@pytest.fixture
def manager(known, fjord) -> Employee:
    """Eli is account manager of Ørsta Rør; Kari asks."""
    user = factories.UserFactory(name="Eli Dahl", email="eli@fjordregnskap.example")
    eli = factories.EmployeeFactory(firm=fjord, user=user)
    known.client.account_manager = eli
    known.client.save()
    return eli


@pytest.fixture
def happen(asked, known, approve, clock):
    """Let one kind of alert come about by its deed."""

    def play(kind: str) -> None:
        asked.refresh_from_db()
        activation = Activation.objects.with_everything().get(pk=asked.pk)
        match kind:
            case "activation_approved":
                approve(activation, by=known.administrator)
            case "activation_declined":
                actions.decline_activation(
                    activation=activation, by=known.administrator, reason="too_expensive", comment="", clock=clock
                )
            case "activation_expired":
                actions.expire_activations(clock=lambda: NOON + timedelta(days=40))
            case "activation_expiring":
                Reminder.objects.filter(kind="reminder").update(cancelled_at=NOON)
                actions.send_due_reminders(clock=at(9, month=4))
            case "activation_disowned":
                actions.disown_activation(activation=activation, clock=clock)
            case "activation_bounced":
                mail = emails.latest_with_the_link(activation)
                mail.status, mail.bounced_at, mail.last_error = "dead", NOON, "550 5.1.1 Ukjent mottaker"
                mail.save(update_fields=["status", "bounced_at", "last_error"])
                actions.react_to_bounces(clock=clock)
            case "activation_undelivered":
                mail = emails.latest_with_the_link(activation)
                mail.status, mail.posted_at, mail.last_error = "dead", NOON, "451 4.3.0 Senere"
                mail.save(update_fields=["status", "posted_at", "last_error"])
                actions.react_to_bounces(clock=clock)
            case "collaboration_ended":
                approve(activation, by=known.administrator)
                Alert.objects.all().delete()
                actions.end_collaboration(
                    collaboration=Collaboration.objects.get(), by=known.administrator, clock=clock
                )
            case "forward_proposed":
                Activation.objects.filter(pk=activation.pk).update(scenario="new")
                actions.forward_activation(
                    activation=activation, by=None, name="Line Berg", email="line@aerligbakeri.example",
                    link_version=activation.link_version, clock=clock,
                )  # fmt: skip

    return play


@pytest.mark.parametrize("kind", KINDS_OF_A_REQUEST)
def test_the_one_who_asked_and_the_account_manager_are_told_at_once(kind, manager, happen):
    happen(kind)

    both = ["eli@fjordregnskap.example", "kari@fjordregnskap.example"]
    assert (told(kind), mailed(kind)) == (both, both)
    assert not Alert.objects.filter(digest_due=True).exists()


@pytest.mark.parametrize("kind", KINDS_OF_A_REQUEST)
def test_who_wants_them_together_gets_no_single_mail(kind, kari, manager, happen):
    wants(kari, "daily")

    happen(kind)

    assert told(kind) == ["eli@fjordregnskap.example", "kari@fjordregnskap.example"]
    assert mailed(kind) == ["eli@fjordregnskap.example"]
    assert list(Alert.objects.filter(digest_due=True).values_list("user", flat=True)) == [kari.user_id]


@pytest.mark.parametrize("kind", KINDS_OF_A_REQUEST)
def test_what_happened_is_told_once(kind, asked, happen):
    happen(kind)
    again = {
        "activation_bounced": lambda row: alerts.activation_bounced(row, "550", at=NOON),
        "activation_undelivered": lambda row: alerts.activation_undelivered(row, "451", at=NOON),
        "activation_expiring": lambda row: alerts.activation_expiring(row, at=NOON),
        "collaboration_ended": lambda row: alerts.collaboration_ended(row.collaboration),
    }.get(kind, getattr(alerts, kind))
    activation = Activation.objects.with_everything().get(pk=asked.pk)

    assert again(activation) == []
    assert (len(told(kind)), len(mailed(kind))) == (1, 1)


def test_another_address_that_bounces_is_told_again(asked, kari, happen):
    happen("activation_bounced")
    actions.correct_address(
        activation=asked, by=kari, name="Per Rør", email="per.ror@orstaror.example", phone="",
        link_version=asked.link_version, clock=at(11),
    )  # fmt: skip

    happen("activation_bounced")

    assert [alert.words["to"] for alert in Alert.objects.order_by("pk")] == [
        "per@orstaror.example",
        "per.ror@orstaror.example",
    ]


def test_one_person_who_is_both_is_told_once(known, kari, happen):
    known.client.account_manager = kari
    known.client.save()

    happen("activation_declined")

    assert told("activation_declined") == mailed("activation_declined") == ["kari@fjordregnskap.example"]


def test_the_alert_has_the_deeds_hour_its_page_and_what_it_names(asked, happen):
    happen("activation_declined")

    alert = Alert.objects.get()
    assert (alert.created_at, alert.read_at, alert.path) == (NOON, None, "/kunder/1002/samarbeid/eaccounting/")
    assert (alert.subject_type, alert.subject_id) == ("collaboration.activation", asked.pk)
    assert alert.words == {
        "client": "Ørsta Rør AS",
        "service": "Visma eAccounting",
        "reason": "too_expensive",
        "comment": "",
    }


@pytest.mark.parametrize("kind", KINDS_OF_A_REQUEST)
def test_each_kind_says_what_it_is_in_both_languages(kind, happen):
    happen(kind)

    for language in ("nb", "en"):
        with translation.override(language):
            line = describe(Alert.objects.get())
            assert "Ørsta Rør AS" in line.text
            assert "Visma eAccounting" in line.text
            assert "%(" not in line.text + line.detail


def test_the_account_managers_mail_says_who_asked(manager, happen):
    happen("activation_expired")

    to_manager = text_of(Email.objects.get(kind="activation_expired", to="eli@fjordregnskap.example"))
    to_asker = text_of(Email.objects.get(kind="activation_expired", to="kari@fjordregnskap.example"))
    assert "som Kari Nordmann sendte 10. mars 2026" in to_manager
    assert "som du sendte 10. mars 2026" in to_asker


def test_the_mail_about_a_bounce_says_why_and_what_to_do(happen):
    happen("activation_bounced")

    mail = Email.objects.get(kind="activation_bounced")
    text = text_of(mail)
    assert mail.subject == "E-posten til Ørsta Rør AS om Visma eAccounting kom i retur"
    assert "550 5.1.1 Ukjent mottaker" in text
    assert "per@orstaror.example" in text
    assert "/kunder/1002/samarbeid/eaccounting/?byra=fjord" in text


def test_the_mail_about_one_that_was_given_up_says_why_and_what_to_do(happen):
    happen("activation_undelivered")

    mail = Email.objects.get(kind="activation_undelivered")
    text = text_of(mail)
    assert mail.subject == "E-posten til Ørsta Rør AS om Visma eAccounting kunne ikke leveres"
    assert "451 4.3.0 Senere" in text
    assert "per@orstaror.example" in text
    assert "/kunder/1002/samarbeid/eaccounting/?byra=fjord" in text


def test_the_sweep_that_finds_the_bounce_tells_of_it_once(asked, manager):
    Email.objects.filter(kind="activation_sent").update(
        bounced_at=NOON + timedelta(minutes=1), last_error="550 5.1.1\nUkjent  mottaker"
    )

    reacted = [actions.react_to_bounces(clock=at(11)), actions.react_to_bounces(clock=at(12))]

    assert reacted == [1, 0]
    assert told("activation_bounced") == ["eli@fjordregnskap.example", "kari@fjordregnskap.example"]
    assert {alert.words["reason"] for alert in Alert.objects.all()} == {"550 5.1.1 Ukjent mottaker"}
    assert {alert.created_at for alert in Alert.objects.all()} == {at(11)()}


# --- Never in silence --------------------------------------------------------------------------------------------


def deactivate(employee: Employee) -> None:
    Employee.objects.filter(pk=employee.pk).update(deactivated_at=NOON)


def test_when_the_one_who_asked_has_left_the_account_manager_is_told(kari, manager, happen):
    deactivate(kari)

    happen("activation_declined")

    assert told("activation_declined") == mailed("activation_declined") == ["eli@fjordregnskap.example"]


def test_when_neither_is_here_the_firms_administrators_are(kari, manager, fjord, nils, happen):
    user = factories.UserFactory(name="Tore Vik", email="tore@fjordregnskap.example")
    factories.EmployeeFactory(firm=fjord, user=user, role=Employee.Role.ADMINISTRATOR)
    deactivate(kari)
    deactivate(manager)

    happen("activation_declined")

    assert told("activation_declined") == mailed("activation_declined") == ["tore@fjordregnskap.example"]


def test_a_user_who_is_shut_out_is_told_nothing(kari, manager, happen):
    kari.user.is_active = False
    kari.user.save()

    happen("activation_declined")

    assert told("activation_declined") == ["eli@fjordregnskap.example"]


def test_who_no_longer_sees_the_client_is_not_told_and_somebody_else_is(known, kari, ola, sent, clock):
    known.client.account_manager = ola
    known.client.save()
    activation = sent(known.client, by=ola)
    known.client.account_manager = kari
    known.client.save()

    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)

    assert told("activation_declined") == ["kari@fjordregnskap.example"]


def test_without_administrators_whoever_sees_the_client_is_told(kari, fjord, ola, happen):
    user = factories.UserFactory(name="Eli Dahl", email="eli@fjordregnskap.example")
    factories.EmployeeFactory(firm=fjord, user=user)
    deactivate(kari)

    happen("activation_declined")

    assert told("activation_declined") == ["eli@fjordregnskap.example"]


# --- With the deed, or not at all ----------------------------------------------------------------------------------


def test_a_deed_that_is_undone_tells_nobody(happen):
    with transaction.atomic():
        happen("activation_declined")
        transaction.set_rollback(True)

    assert not Alert.objects.exists()
    assert mailed("activation_declined") == []


@pytest.mark.django_db(transaction=True)
def test_no_other_connection_sees_it_before_the_deed_is_done(happen):
    seen = []
    with transaction.atomic():
        happen("activation_declined")
        seen += race(Alert.objects.count, Email.objects.filter(kind="activation_declined").count)

    assert seen == [0, 0]
    assert race(Alert.objects.count, Email.objects.filter(kind="activation_declined").count) == [1, 1]


# --- The wall ------------------------------------------------------------------------------------------------------


def test_a_person_in_two_firms_has_each_firms_alerts_apart(kari, vidda, happen):
    elsewhere = factories.EmployeeFactory(firm=vidda, user=kari.user)

    happen("activation_declined")

    assert alerts.alerts_of(kari).count() == 1
    assert alerts.alerts_of(elsewhere).count() == 0


def test_the_alerts_of_a_client_that_one_sees_no_more_are_gone(known, ola, sent, clock):
    known.client.account_manager = ola
    known.client.save()
    activation = sent(known.client, by=ola)
    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)
    before = alerts.alerts_of(ola).count()

    known.client.account_manager = None
    known.client.save()

    assert (before, alerts.alerts_of(ola).count()) == (1, 0)


def test_so_are_those_about_an_agreement_of_that_client(known, ola, nils, sent, approve, clock):
    known.client.account_manager = ola
    known.client.save()
    approve(sent(known.client, by=ola), by=known.administrator)
    Alert.objects.all().delete()
    actions.cancel_subscription(subscription=Subscription.objects.get(), by=known.administrator, clock=clock)
    (alert,) = Alert.objects.all()
    before = [list(alerts.alerts_of(person)) for person in (ola, nils)]

    known.client.account_manager = None
    known.client.save()

    assert before == [[alert], []]
    assert list(alerts.alerts_of(ola)) == []
