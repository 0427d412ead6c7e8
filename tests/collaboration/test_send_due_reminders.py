"""send_due_reminders: the clock writes once more to who has not answered."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest

from collaboration import actions, emails
from collaboration.links import lets_set_password
from collaboration.models import Activation, Reminder
from ground.clock import OSLO
from history.models import Event
from notifications.models import Email
from subscriptions.models import Subscription
from tests.races import race

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3):
    """A clock that stands at an hour of 2026 in Oslo; the requests are sent on Tuesday 10 March at noon."""
    return lambda: datetime(2026, month, day, hour, minute, tzinfo=OSLO)


def mails(*kinds: str) -> list[Email]:
    return list(Email.objects.filter(kind__in=kinds).order_by("pk"))


def text_of(mail: Email) -> str:
    message = message_from_bytes(bytes(mail.message), policy=default_policy)
    return message.get_body(("plain",)).get_content()


def test_the_receiver_is_reminded_at_the_hour_and_once(known, kari, sent):
    activation = sent(known.client, by=kari)

    early = actions.send_due_reminders(clock=at(13, 8, 59))
    first = actions.send_due_reminders(clock=at(13))
    again = actions.send_due_reminders(clock=at(13, 9, 1))

    activation.refresh_from_db()
    assert (early, first, again) == (0, 1, 0)
    assert [mail.to for mail in mails("activation_reminder")] == ["per@orstaror.example"]
    assert activation.link_mailed_at == at(13)()
    assert [event.verb for event in Event.objects.about(activation)] == ["send", "remind"]


def test_the_mail_has_the_same_link_the_answers_and_the_days_that_are_left(known, kari, sent):
    sent(known.client, by=kari)

    actions.send_due_reminders(clock=at(13))

    first, reminder = mails("activation_sent", "activation_reminder")
    assert reminder.secret == first.secret != ""
    assert reminder.subject == "Påminnelse: Fjord Regnskap AS ber om samarbeid i Visma eAccounting"
    text = text_of(reminder)
    assert first.secret in text
    assert "28 dager igjen, til og med 9. april." in text
    assert "Hva koster det meg? 349,00 kr per måned eks. mva." in " ".join(text.split())


def test_the_last_one_warns_the_receiver_and_tells_the_one_who_asked(known, kari, sent):
    sent(known.client, by=kari)
    Reminder.objects.filter(kind="reminder").update(cancelled_at=at(11)())

    posted = actions.send_due_reminders(clock=at(9, month=4))

    (warning,) = mails("activation_last_warning")
    (told,) = mails("activation_expiring")
    assert posted == 1
    assert warning.subject == "Siste dag for å svare Fjord Regnskap AS om Visma eAccounting er 9. april 2026"
    assert "Siste dag for å svare Fjord Regnskap AS er 9. april. Uten svar faller" in text_of(warning)
    assert told.to == "kari@fjordregnskap.example"
    assert "Siste dag å svare er 9. april 2026." in text_of(told)


def test_after_days_without_a_beat_one_reminder_goes_and_not_three(known, kari, sent):
    kari.firm.reminder_days = [1, 2, 3]
    kari.firm.save()
    activation = sent(known.client, by=kari)

    posted = actions.send_due_reminders(clock=at(13, 15))

    assert posted == 1
    assert len(mails("activation_reminder")) == 1
    rows = [
        (row.due_at.astimezone(OSLO).day, bool(row.sent_at), bool(row.cancelled_at))
        for row in activation.reminders.all()
    ]
    assert rows == [(11, False, True), (12, False, True), (13, True, False), (9, False, False)]


def test_a_beat_that_was_away_until_the_last_day_warns_only(known, kari, sent):
    sent(known.client, by=kari)

    actions.send_due_reminders(clock=at(9, 20, month=4))

    assert len(mails("activation_reminder", "activation_last_warning")) == 1
    assert len(mails("activation_last_warning")) == 1


def test_nothing_goes_after_the_expiry_whether_a_sweep_has_closed_it_or_not(known, kari, sent):
    activation = sent(known.client, by=kari)

    posted = actions.send_due_reminders(clock=lambda: activation.expires_at)

    assert posted == 0
    assert mails("activation_reminder", "activation_last_warning", "activation_expiring") == []
    assert not activation.reminders.waiting().exists()


def approve_it(activation, known, kari, approve):
    approve(activation, by=known.administrator)


def decline_it(activation, known, kari, approve):
    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=at(11))


def withdraw_it(activation, known, kari, approve):
    actions.withdraw_activation(activation=activation, by=kari, clock=at(11))


def expire_it(activation, known, kari, approve):
    actions.expire_activations(clock=lambda: activation.expires_at)


@pytest.mark.parametrize("close", [approve_it, decline_it, withdraw_it, expire_it])
def test_every_decision_cancels_what_waits_and_no_mail_follows(close, known, kari, sent, approve):
    activation = sent(known.client, by=kari)

    close(activation, known, kari, approve)
    posted = actions.send_due_reminders(clock=at(20, month=4))

    assert not Reminder.objects.waiting().exists()
    assert posted == 0
    assert mails("activation_reminder", "activation_last_warning", "activation_expiring") == []


def test_a_reminder_that_has_not_been_handed_over_is_cancelled_by_the_decision(known, kari, sent):
    activation = sent(known.client, by=kari)
    actions.send_due_reminders(clock=at(13))

    actions.withdraw_activation(activation=activation, by=kari, clock=at(13, 10))

    assert [(mail.status, mail.secret) for mail in mails("activation_reminder")] == [("cancelled", "")]


def test_an_address_that_sent_the_mail_back_is_not_written_to_again(known, kari, sent):
    activation = sent(known.client, by=kari)
    Email.objects.filter(kind="activation_sent").update(status="dead", bounced_at=at(10, 13)())

    posted = actions.send_due_reminders(clock=at(13))

    assert posted == 0
    assert not activation.reminders.waiting().exists()


def test_a_bounce_at_an_earlier_address_stops_nothing(known, kari, sent):
    activation = sent(known.client, by=kari)
    Email.objects.filter(kind="activation_sent").update(status="dead", bounced_at=at(10, 13)(), to="feil@orsta.example")
    emails.activation_sent(activation, key="again")

    assert actions.send_due_reminders(clock=at(13)) == 1


def test_a_request_that_can_only_be_declined_is_not_reminded_of(subscribed, kari, sent):
    activation = sent(subscribed.client, by=kari)
    Subscription.objects.update(ended_on=at(11)().date())

    assert actions.send_due_reminders(clock=at(13)) == 0
    assert not activation.reminders.waiting().exists()


def test_one_request_that_fails_holds_no_other_back(known, subscribed, kari, sent, monkeypatch, caplog):
    sent(known.client, by=kari)
    poisoned = sent(subscribed.client, by=kari)
    original = emails.activation_reminder

    def fail_for_one(activation, reminder):
        if activation.pk == poisoned.pk:
            raise ValueError("poisoned")
        return original(activation, reminder)

    monkeypatch.setattr(emails, "activation_reminder", fail_for_one)

    posted = actions.send_due_reminders(clock=at(13))

    assert posted == 1
    assert [mail.to for mail in mails("activation_reminder")] == ["per@orstaror.example"]
    assert poisoned.reminders.waiting().count() == 4
    assert f"no reminder of request {poisoned.pk}" in caplog.text


def test_the_link_of_a_reminder_lets_a_new_customer_choose_a_password_again(new, kari, sent):
    activation = sent(new.client, by=kari)
    before = lets_set_password(activation, at(17, 12)())

    actions.send_due_reminders(clock=at(17))

    assert (before, lets_set_password(Activation.objects.with_everything().get(), at(17, 12)())) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_one_mail(known, subscribed, new, kari, sent):
    for case in (known, subscribed, new):
        sent(case.client, by=kari)

    results = race(*[lambda: actions.send_due_reminders(clock=at(13))] * 4)

    assert all(isinstance(result, int) for result in results)
    actions.send_due_reminders(clock=at(13, 9, 1))
    assert sorted(mail.to for mail in mails("activation_reminder")) == [
        "eva@aasblomster.example",
        "line@aerligbakeri.example",
        "per@orstaror.example",
    ]
    assert Reminder.objects.filter(sent_at__isnull=False).count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_reminder_and_a_withdrawal_at_once_leave_no_mail_on_its_way(known, kari, sent):
    for _round in range(10):
        activation = sent(known.client, by=kari)

        results = race(
            lambda: actions.send_due_reminders(clock=at(13)),
            lambda activation=activation: actions.withdraw_activation(activation=activation, by=kari, clock=at(13)),
        )

        assert not any(isinstance(result, Exception) for result in results)
        assert not Reminder.objects.waiting().exists()
        assert not Email.objects.filter(status__in=("queued", "sending"), kind="activation_reminder").exists()


def test_a_sweep_with_nothing_due_asks_one_question(known, kari, sent, django_assert_num_queries):
    sent(known.client, by=kari)

    with django_assert_num_queries(1):
        actions.send_due_reminders(clock=lambda: at(11)() + timedelta(minutes=1))


def test_the_plan_is_the_same_where_somebody_else_answers_for_the_company(new, kari, sent, outside):
    activation = sent(new.client, by=kari)
    outside(activation)

    early, late = actions.send_due_reminders(clock=at(13)), actions.send_due_reminders(clock=at(9, month=4))

    assert (early, late) == (1, 1)
    (told,) = mails("activation_expiring")
    assert "har nettopp fått et siste varsel" in text_of(told)
