"""How long a session lasts, and what is out stays out."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from organisations.jobs import delete_old_counts, delete_old_sessions
from organisations.models import CacheEntry
from tests.factories import PASSWORD
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

PAGE = reverse("account:detail")
DEVICES = reverse("usersessions_list")
HOUR = 60 * MINUTE
LONG_AGO = "Du er logget ut fordi det er lenge siden du logget inn."
NOT_USED = "Du er logget ut fordi du ikke har brukt siden på en stund."


@pytest.fixture
def person(known):
    return known.administrator.user


def sign_in(user) -> Browser:
    browser = Browser()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


@pytest.fixture
def clock_at(time_machine):
    time_machine.move_to("2026-05-04 07:00", tick=False)
    return time_machine


def test_a_device_that_was_logged_out_stays_out_whatever_redis_remembers(person):
    telephone, browser = sign_in(person), sign_in(person)
    device = UserSession.objects.get(session_key=telephone.session.session_key)
    with Redis.from_url(project.CELERY_BROKER_URL) as redis:
        assert not list(redis.scan_iter("*session*"))

        browser.post(reverse("account:session-end", args=[device.pk]))

    assert telephone.get(PAGE).url.startswith(reverse("account_login"))
    assert not Session.objects.filter(session_key=device.session_key).exists()


def test_the_day_ends_the_session_however_busy_it_was(person, clock_at):
    browser = sign_in(person)
    for _hour in range(11):
        clock_at.shift(HOUR)
        assert browser.get(PAGE).status_code == 200
    clock_at.shift(HOUR - 1)
    assert browser.get(PAGE).status_code == 200
    clock_at.shift(1)

    answer = browser.get(PAGE)

    assert answer.url == f"{reverse('account_login')}?next={PAGE}"
    assert not UserSession.objects.exists()
    assert LONG_AGO in browser.get(answer.url).content.decode()
    assert LONG_AGO not in browser.get(answer.url).content.decode()


def test_three_hours_without_use_end_it_too(person, clock_at):
    browser = sign_in(person)
    clock_at.shift(2 * HOUR)
    assert browser.get(PAGE).status_code == 200
    clock_at.shift(3 * HOUR - 1)
    assert browser.get(PAGE).status_code == 200
    clock_at.shift(3 * HOUR)

    answer = browser.get(PAGE)

    assert answer.url == f"{reverse('account_login')}?next={PAGE}"
    assert not UserSession.objects.exists()
    assert NOT_USED in browser.get(answer.url).content.decode()


def test_a_form_of_an_old_session_does_nothing(person, clock_at):
    browser = sign_in(person)
    clock_at.shift(3 * HOUR)

    browser.post(PAGE, {"name": "En annen", "phone": "", "language": "nb"})

    person.refresh_from_db()
    assert person.name == "Per Rør"


def test_proving_oneself_again_does_not_lengthen_the_day(person, clock_at):
    browser = sign_in(person)
    for _hour in range(11):
        clock_at.shift(HOUR)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    clock_at.shift(HOUR)

    assert browser.get(PAGE).status_code == 302


def test_half_a_sign_in_in_the_morning_does_not_shorten_the_evenings(person, clock_at):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    browser = sign_in(person)
    clock_at.shift(13 * HOUR)
    browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    browser.post(reverse("mfa_authenticate"), {"code": code})

    assert browser.get(PAGE).status_code == 200


def test_both_numbers_are_settings(person, settings):
    settings.SESSION_COOKIE_AGE, settings.SESSION_IDLE_SECONDS = 2 * HOUR, HOUR

    assert sign_in_as(person, age=HOUR - 5).get(PAGE).status_code == 200
    assert sign_in_as(person, age=HOUR).get(PAGE).status_code == 302


def test_it_is_said_in_the_persons_language(person):
    person.language = "en"
    person.save()
    browser = sign_in_as(person, age=13 * HOUR)

    page = browser.get(PAGE, follow=True).content.decode()

    assert "You have been signed out because it is a long time since you signed in." in page


def test_a_session_that_tells_of_no_sign_in_goes_by_djangos_clock(person, client, clock_at):
    client.force_login(person)
    clock_at.shift(4 * HOUR)

    assert client.get(PAGE).status_code == 200


def test_what_is_over_is_deleted(person):
    live = sign_in_as(person).session.session_key
    over = sign_in_as(person).session.session_key
    Session.objects.filter(session_key=over).update(expire_date=timezone.now() - timedelta(seconds=1))

    delete_old_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == [live]


def test_so_are_counts_and_used_codes(settings):
    settings.SWEEP_ROWS = 2
    now = timezone.now()
    for number in range(5):
        CacheEntry.objects.create(cache_key=f"over{number}", value="", expires=now - timedelta(seconds=1))
    CacheEntry.objects.create(cache_key="live", value="", expires=now + timedelta(hours=1))

    assert delete_old_counts() == 5

    assert list(CacheEntry.objects.values_list("pk", flat=True)) == ["live"]


def test_the_clock_does_both(settings):
    schedules = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert len(schedules["organisations.delete_old_sessions"].hour) == 1
    assert len(schedules["organisations.delete_old_counts"].hour) == 24


def test_this_device_stands_first(person):
    browser = sign_in(person)
    for _other in range(2):
        sign_in(person)

    sessions = browser.get(DEVICES).context["sessions"]

    assert [session.session_key == browser.session.session_key for session in sessions] == [True, False, False]
