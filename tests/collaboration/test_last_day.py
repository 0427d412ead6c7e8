"""What ends is told by its last day, on the pages of both sides and in mails, and never by the day after."""

import email
from datetime import datetime, time, timedelta
from email.policy import default

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from collaboration import actions
from collaboration.models import Collaboration
from ground.clock import OSLO, database_clock, oslo_date
from notifications.models import Email
from organisations.models import User
from subscriptions.models import Subscription

pytestmark = pytest.mark.django_db

FIRMS = "/kunder/1002/samarbeid/eaccounting/"
COMPANYS = "/mine-tjenester/tjenester/eaccounting/"
FORMATS = ("DATE_FORMAT", "SHORT_DATE_FORMAT", "Y-m-d")


def today():
    return oslo_date(database_clock())


def late(day):
    """The sweep comes some days after: the day of its events is nobody's last one."""
    return lambda: datetime.combine(day + timedelta(days=5), time(12), OSLO)


def cancel(collaboration, per):
    """Cancelled: it renews no more; returns the first day without it."""
    actions.cancel_subscription(subscription=collaboration.subscription, by=per)
    return Subscription.objects.get().renews_on


def plan(collaboration, per):
    on = today() + timedelta(days=40)
    actions.plan_end(collaboration=collaboration, by=per, on=on)
    return on


def cancel_and_let_it_end(collaboration, per):
    on = cancel(collaboration, per)
    actions.renew_subscriptions(clock=late(on))
    return on


def plan_and_let_it_end(collaboration, per):
    on = plan(collaboration, per)
    actions.renew_subscriptions(clock=late(on))
    return on


STATES = [cancel, plan, cancel_and_let_it_end, plan_and_let_it_end]


def spoken(day) -> set[str]:
    return {date_format(day, name) for name in FORMATS}


def has(text: str, day) -> bool:
    """Whether the text names the day: "1. juli 2027" does not stand in "31. juli 2027"."""
    return any(f"{before}{words}" in f" {text}" for words in spoken(day) for before in (" ", ">", '"', "–", "«"))


def near(text: str, day) -> list[str]:
    return [text[max(text.find(words) - 80, 0) :][:120] for words in spoken(day) if words in text]


def pages_of(collaboration, kari, per, sign_in) -> dict[str, str]:
    firms, companys = sign_in(kari), sign_in(per)
    number = collaboration.pk
    pages = {path: firms.get(path) for path in (FIRMS, FIRMS + "avslutt/", "/kunder/1002/samarbeid/", "/samarbeid/")}
    pages |= {
        path: companys.get(path)
        for path in (
            "/mine-tjenester/", COMPANYS, COMPANYS + "si-opp/",
            f"/mine-tjenester/samarbeid/{number}/avslutt/", f"/mine-tjenester/samarbeid/{number}/fortsett/",
        )
    }  # fmt: skip
    return {path: text(page.content.decode()) for path, page in pages.items() if page.status_code == 200}


def text(content: str) -> str:
    return " ".join(content.split())


def mails() -> dict[str, str]:
    found = {}
    for mail in Email.objects.exclude(kind__in=("approval_receipt", "activation_sent")):
        message = email.message_from_bytes(bytes(mail.message), policy=default)
        parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        found[f"{mail.kind} to {mail.to}"] = text(" ".join([mail.subject, *parts]))
    return found


@pytest.mark.parametrize("spoken_here", ["nb", "en"])
@pytest.mark.parametrize("reach", STATES)
def test_an_end_is_its_last_day(reach, spoken_here, known, kari, sent, approve, sign_in):
    User.objects.update(language=spoken_here)
    for person in (kari.user, known.administrator.user):
        person.refresh_from_db()
    collaboration = approve(sent(known.client, by=kari), by=known.administrator).collaboration
    Subscription.objects.update(started_on=today(), periods_from=today(), renews_on=today() + timedelta(days=100))

    first_without = reach(collaboration, known.administrator)

    carriers = pages_of(collaboration, kari, known.administrator, sign_in) | mails()
    with override(spoken_here):
        assert [
            (name, near(words, first_without)) for name, words in carriers.items() if has(words, first_without)
        ] == []
        told = [name for name, words in carriers.items() if has(words, first_without - timedelta(days=1))]
    assert {FIRMS, COMPANYS} <= set(told)
    assert any(" to " in name for name in told)


@pytest.mark.parametrize("reach", [cancel_and_let_it_end, plan_and_let_it_end])
def test_what_the_clock_ends_has_one_last_day(reach, known, kari, sent, approve):
    collaboration = approve(sent(known.client, by=kari), by=known.administrator).collaboration

    first_without = reach(collaboration, known.administrator)

    assert Collaboration.objects.get().last_day == first_without - timedelta(days=1)


def test_what_has_no_periods_ends_on_the_day_it_is_cancelled(known, kari, sent, approve, sign_in):
    """Free of charge it is over at once, and that day is the last one of the collaboration too."""
    activation = sent(known.client, by=kari)
    collaboration = approve(activation, by=known.administrator).collaboration
    Subscription.objects.update(renews_on=None)

    actions.cancel_subscription(subscription=collaboration.subscription, by=known.administrator)

    assert Subscription.objects.get().last_day == today()
    assert Collaboration.objects.get().last_day == today()
