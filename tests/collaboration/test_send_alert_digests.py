"""send_alert_digests: one mail a day to who wants the alerts together."""

import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest

from collaboration import actions
from ground.clock import OSLO
from notifications.alerts import post_alert
from notifications.models import Alert, Email
from organisations.models import Employee
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db


def oslo(month: int, day: int, hour: int = 7, minute: int = 1) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OSLO)


def sweep(*hour) -> int:
    return actions.send_alert_digests(clock=lambda: oslo(*hour))


@pytest.fixture
def wait(known):
    """Let an alert wait for the digest of an employee."""
    count = 0

    def post(employee: Employee, created_at: datetime, kind="activation_approved", **words) -> Alert:
        nonlocal count
        count += 1
        return post_alert(
            key=f"{kind}:{count}", kind=kind, user=employee.user, firm=employee.firm, about=known.client,
            words={"client": "Ørsta Rør AS", "service": "Visma eAccounting", **words},
            path="/kunder/1002/samarbeid/eaccounting/", at=created_at, at_once=False, email_context={},
        )  # fmt: skip

    return post


def digests() -> list[Email]:
    return list(Email.objects.filter(kind="alert_digest").order_by("pk"))


def parts_of(mail: Email) -> tuple[str, str]:
    message = message_from_bytes(bytes(mail.message), policy=default_policy)
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


def test_the_days_alerts_go_together_at_seven_and_once(kari, wait):
    wait(kari, oslo(3, 10, 12))
    wait(kari, oslo(3, 10, 15), "activation_declined", reason="too_expensive", comment="Vi venter & ser.")

    counts = [sweep(3, 11, 6, 59), sweep(3, 11, 7, 0), sweep(3, 11, 8), sweep(3, 12)]

    (mail,) = digests()
    text, html = parts_of(mail)
    assert counts == [0, 1, 0, 0]
    assert (mail.to, mail.subject) == ("kari@fjordregnskap.example", "2 nye varsler i Fjord Regnskap AS")
    assert text.index("Ørsta Rør AS har avslått samarbeidet") < text.index("Ørsta Rør AS har godkjent samarbeidet")
    assert "Prisen er for høy: «Vi venter & ser.»" in text
    assert text.count("/kunder/1002/samarbeid/eaccounting/?byra=fjord") == 2
    assert "«Vi venter &amp; ser.»" in html
    assert "/varsler/innstillinger/?byra=fjord" in text
    assert not Alert.objects.filter(digest_due=True).exists()


def test_what_comes_after_seven_waits_for_the_next_day(kari, wait):
    wait(kari, oslo(3, 11, 7, 30))

    assert [sweep(3, 11, 8), sweep(3, 11, 23), sweep(3, 12)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("happened", "free", "goes"),
    [
        (oslo(3, 13, 12), [(3, 14), (3, 15)], (3, 16)),  # a week-end
        (oslo(4, 1, 12), [(4, 2), (4, 3), (4, 4), (4, 5), (4, 6)], (4, 7)),  # Easter
        (oslo(4, 30, 12), [(5, 1), (5, 2), (5, 3)], (5, 4)),
        (oslo(12, 24, 12), [(12, 25), (12, 26), (12, 27)], (12, 28)),
    ],
)
def test_nothing_goes_on_days_off_and_all_of_it_on_the_next_working_day(happened, free, goes, kari, wait):
    wait(kari, happened)

    assert [sweep(*day) for day in free] == [0] * len(free)
    assert sweep(*goes) == 1


@pytest.mark.parametrize(
    ("friday", "first_hour"),
    [
        (oslo(3, 27, 12), datetime(2026, 3, 30, 5, 0, tzinfo=UTC)),
        (oslo(10, 23, 12), datetime(2026, 10, 26, 6, 0, tzinfo=UTC)),
    ],
)
def test_it_is_seven_in_oslo_on_both_sides_of_daylight_saving_and_once_a_day(friday, first_hour, kari, wait):
    for days in range(5):
        wait(kari, friday + timedelta(days=days))
    sent_at = []

    hour = friday.astimezone(UTC).replace(minute=0)
    while hour < first_hour + timedelta(days=1, hours=6):
        sent_at += [hour] * actions.send_alert_digests(clock=lambda: hour)  # noqa: B023  called at once
        hour += timedelta(hours=1)

    assert sent_at == [first_hour, first_hour + timedelta(days=1)]


def test_a_beat_that_was_away_sends_when_it_is_back(kari, wait):
    wait(kari, oslo(3, 10, 12))

    assert [sweep(3, 12, 16), sweep(3, 13)] == [1, 0]


def test_two_beats_at_once_send_one(transactional_db, kari, wait):
    wait(kari, oslo(3, 10, 12))

    results = race(*[lambda: sweep(3, 11)] * 4)

    assert sum(results) == 1
    assert len(digests()) == 1


def test_who_has_nothing_gets_nothing_and_it_takes_one_question(kari, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sweep(3, 11) == 0

    assert digests() == []


def test_what_is_read_in_the_app_is_not_mailed(kari, wait):
    actions.read_alert(alert=wait(kari, oslo(3, 10, 12)), by=kari)

    assert sweep(3, 11) == 0
    assert digests() == []


def test_each_person_and_each_firm_has_its_own(kari, ola, vidda, wait):
    Employee.objects.filter(pk=ola.pk).update(client_access="all")
    elsewhere = factories.EmployeeFactory(firm=vidda, user=kari.user)
    for employee in (kari, ola, elsewhere):
        wait(employee, oslo(3, 10, 12))

    assert sweep(3, 11) == 3
    assert [(mail.to, mail.firm.slug) for mail in digests()] == [
        ("kari@fjordregnskap.example", "fjord"),
        ("ola@fjordregnskap.example", "fjord"),
        ("kari@fjordregnskap.example", "vidda"),
    ]


def test_who_has_left_or_sees_the_client_no_more_gets_nothing(kari, ola, wait):
    for employee in (kari, ola):
        wait(employee, oslo(3, 10, 12))
    Employee.objects.filter(pk=kari.pk).update(deactivated_at=oslo(3, 10, 13))

    assert sweep(3, 11) == 0
    assert digests() == []
    assert not Alert.objects.filter(digest_due=True).exists()


def test_one_person_that_fails_holds_no_other_back(kari, ola, wait, monkeypatch):
    Employee.objects.filter(pk=ola.pk).update(client_access="all")
    for employee in (kari, ola):
        wait(employee, oslo(3, 10, 12))
    module = sys.modules["collaboration.actions.send_alert_digests"]
    whole = module.post_digest

    def fragile(place, alerts, *, on):
        if place.pk == kari.pk:
            raise RuntimeError("broken")
        return whole(place, alerts, on=on)

    monkeypatch.setattr(module, "post_digest", fragile)

    assert sweep(3, 11) == 1
    assert [mail.to for mail in digests()] == ["ola@fjordregnskap.example"]
    assert Alert.objects.get(digest_due=True).user == kari.user


def test_a_very_long_day_is_cut_and_says_so(kari, wait):
    for _number in range(102):
        wait(kari, oslo(3, 10, 12))

    sweep(3, 11)

    text, _html = parts_of(digests()[0])
    assert text.count("har godkjent samarbeidet") == 100
    assert "Og 2 varsler til." in text


def test_what_waits_for_somebody_who_has_left_is_told_to_a_colleague(known, kari, ola, sent, clock):
    eva = factories.EmployeeFactory(
        firm=kari.firm, user=factories.UserFactory(name="Eva Ås", email="eva@fjordregnskap.example"),
        role=Employee.Role.ADMINISTRATOR,
    )  # fmt: skip
    Employee.objects.filter(pk=kari.pk).update(alert_emails="daily")
    activation = sent(known.client, by=kari)
    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)
    Employee.objects.filter(pk=kari.pk).update(deactivated_at=oslo(3, 10, 13))

    counts = [sweep(3, 11), sweep(3, 11, 7, 2), sweep(3, 11, 8), sweep(3, 12)]

    (mail,) = digests()
    assert counts == [0, 1, 0, 0]
    assert mail.to == eva.user.email
    assert "Ørsta Rør AS har avslått samarbeidet i Visma eAccounting" in parts_of(mail)[0]
    assert not Alert.objects.filter(digest_due=True).exists()


def test_what_a_colleague_has_been_told_already_is_not_passed_on(known, kari, ola, sent, clock):
    known.client.account_manager = ola
    known.client.save()
    Employee.objects.update(alert_emails="daily")
    activation = sent(known.client, by=kari)
    actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)
    Employee.objects.filter(pk=kari.pk).update(deactivated_at=oslo(3, 10, 13))

    assert [sweep(3, 11), sweep(3, 12)] == [1, 0]
    assert Alert.objects.filter(user=ola.user).count() == 1


def test_what_it_says_of_an_agreement_goes_to_a_colleague_of_the_same_firm(agreement, join, kari, ola, nils):
    case = agreement()
    join(case, nils)
    case.client.account_manager = ola
    case.client.save()
    Alert.objects.all().delete()
    Employee.objects.update(alert_emails="daily")
    actions.cancel_subscription(subscription=case.subscription, by=case.per, clock=lambda: oslo(3, 10, 12))
    Alert.objects.filter(user=ola.user).delete()
    Employee.objects.filter(pk=kari.pk).update(deactivated_at=oslo(3, 10, 13))

    assert sweep(3, 11) == 1

    assert {(mail.to, mail.firm) for mail in digests()} == {(nils.user.email, nils.firm)}
    passed = Alert.objects.get(user=ola.user)
    assert (passed.subject_type, passed.firm, passed.words["client"]) == (
        "subscriptions.subscription", ola.firm, case.client.name
    )  # fmt: skip
