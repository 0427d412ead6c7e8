"""The plan of a request's reminders."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaboration.models import Reminder
from collaboration.reminders import cancel_reminders, find_hours, plan_reminders
from ground.clock import OSLO, oslo_date, oslo_midnight
from ground.workdays import next_workday

STANDARD = [3, 7, 14]


def plan(sent: str, days=STANDARD, *, life: int = 31) -> list[str]:
    sent_at = datetime.fromisoformat(sent).replace(tzinfo=OSLO)
    hours = find_hours(sent_at, oslo_midnight(sent_at, days=life), days)
    return [f"{kind} {at.astimezone(OSLO):%Y-%m-%d %H.%M}" for kind, at in hours]


def test_three_reminders_and_a_last_warning_on_the_working_day_before_it_expires():
    assert plan("2026-03-02 12:00") == [
        "reminder 2026-03-05 09.00",
        "reminder 2026-03-09 09.00",
        "reminder 2026-03-16 09.00",
        "last_warning 2026-04-01 09.00",  # it expires on Maundy Thursday
    ]


def test_across_the_change_to_summer_time_and_easter_it_stays_nine_o_clock():
    assert plan("2026-03-20 23:59") == [
        "reminder 2026-03-23 09.00",
        "reminder 2026-03-27 09.00",
        "reminder 2026-04-07 09.00",  # the fourteenth day is Good Friday
        "last_warning 2026-04-17 09.00",
    ]


def test_across_the_change_to_winter_time():
    assert plan("2026-10-22 00:00", [3]) == ["reminder 2026-10-26 09.00", "last_warning 2026-11-20 09.00"]


def test_the_national_day_and_whit_monday_are_no_working_days():
    assert plan("2027-05-10 12:00") == [
        "reminder 2027-05-13 09.00",
        "reminder 2027-05-18 09.00",
        "reminder 2027-05-24 09.00",
        "last_warning 2027-06-09 09.00",
    ]


def test_the_29th_of_february_is_a_day():
    assert plan("2028-01-30 12:00", [30]) == ["last_warning 2028-02-29 09.00"]


def test_two_reminders_on_one_day_become_one():
    assert plan("2026-03-11 12:00", [3, 4, 5]) == ["reminder 2026-03-16 09.00", "last_warning 2026-04-10 09.00"]


def test_a_reminder_on_the_day_of_the_warning_gives_way_to_it():
    assert plan("2026-03-10 12:00", [30]) == ["last_warning 2026-04-09 09.00"]


def test_nothing_goes_on_or_after_the_day_it_expires():
    assert plan("2026-03-11 12:00", [3], life=3) == ["last_warning 2026-03-13 09.00"]
    assert plan("2026-03-11 12:00", [3], life=1) == []


def test_a_firm_without_reminders_still_warns_once():
    assert plan("2026-03-10 12:00", []) == ["last_warning 2026-04-09 09.00"]


@given(
    sent_on=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    hour=st.times(),
    days=st.lists(st.integers(1, 30), max_size=5),
    life=st.integers(1, 31),
)
def test_every_hour_is_nine_on_a_working_day_between_sending_and_expiry_and_later_than_the_one_before(
    sent_on, hour, days, life
):
    sent_at = datetime.combine(sent_on, hour, tzinfo=OSLO)
    expires_at = oslo_midnight(sent_at, days=life)

    hours = find_hours(sent_at, expires_at, days)

    moments = [at for _kind, at in hours]
    assert moments == sorted(set(moments))
    assert all(sent_at < at < expires_at for at in moments)
    assert all(at.astimezone(OSLO).time() == time(9) for at in moments)
    assert all(next_workday(oslo_date(at)) == oslo_date(at) for at in moments)
    assert [kind for kind, _at in hours if kind == Reminder.Kind.LAST_WARNING] in ([], [hours[-1][0]] if hours else [])
    assert len(hours) <= len(set(days)) + 1


@pytest.mark.django_db
def test_sending_plans_by_the_firms_own_days(known, kari, sent):
    kari.firm.reminder_days = [1, 20]
    kari.firm.save()

    activation = sent(known.client, by=kari)

    hours = [(row.kind, f"{row.due_at.astimezone(OSLO):%d.%m %H}") for row in activation.reminders.all()]
    assert hours == [("reminder", "11.03 09"), ("reminder", "30.03 09"), ("last_warning", "09.04 09")]


@pytest.mark.django_db
def test_planning_anew_takes_up_the_hours_that_both_plans_have(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    plan_reminders(activation, at=clock() + timedelta(hours=1))
    again = plan_reminders(activation, at=clock() + timedelta(days=1))

    waiting = [f"{row.due_at.astimezone(OSLO):%d.%m}" for row in activation.reminders.waiting()]
    assert len(again) == 4
    assert waiting == ["16.03", "18.03", "25.03", "09.04"]
    assert activation.reminders.exclude(cancelled_at=None).count() == 3


@pytest.mark.django_db
def test_of_a_cancelled_plan_nothing_waits(known, kari, sent, clock):
    activation = sent(known.client, by=kari)

    cancelled = cancel_reminders(activation, at=clock())

    assert cancelled == 4
    assert not activation.reminders.waiting().exists()
