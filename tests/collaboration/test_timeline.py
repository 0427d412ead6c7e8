"""The time line: what happened to a request in words, what comes, and what one does next."""

import html
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from collaboration import actions, links
from collaboration.actions import correct_address
from collaboration.links import offered_place
from collaboration.models import Activation
from collaboration.timeline import make_timelines
from ground.clock import database_clock
from history.models import Event
from notifications.actions import record_delivery
from notifications.models import Email, EmailEvent
from organisations.actions import accept_place_with_password
from organisations.models import Company
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """This moment, as the mails' own hours are the database's."""
    return database_clock


def renew(subscribed) -> None:
    """The subscription has ended, and the company has got another one to the same service."""
    old = subscribed.subscription
    old.ended_on = date(2026, 5, 1)
    old.save()
    factories.SubscriptionFactory(company=old.company, service=old.service)


@pytest.fixture
def waiting(known, kari, sent) -> Activation:
    return sent(known.client, by=kari)


def items_of(activation, *, at=None) -> list[dict]:
    return make_timelines([Activation.objects.get(pk=activation.pk)], at or database_clock())[activation.pk]


def titles(activation) -> list[tuple[str, str]]:
    return [(item["title"], item["state"]) for item in items_of(activation)]


def text_of(activation, title: str) -> str:
    return next(item["text"] for item in items_of(activation) if item["title"] == title)


def hand_over(**fields) -> Email:
    mail = Email.objects.filter(kind="activation_sent").latest("pk")
    Email.objects.filter(pk=mail.pk).update(
        **{"status": "sent", "attempts": 1, "sent_at": mail.posted_at, **fields},
    )
    return mail


def tell(type: str, *, reason: str = "", seconds: int = 0) -> Email:
    mail = hand_over()
    at = mail.posted_at + timedelta(seconds=seconds)
    record_delivery(email_id=mail.pk, event_id=f"{type}{seconds}{mail.pk}", type=type, at=at, reason=reason)
    return mail


SENT = [("Utkastet ble påbegynt", "done"), ("Forespørselen ble sendt", "done")]
COMING = [
    ("Venter på kunden", "current"),
    ("Neste påminnelse sendes", "coming"),
    ("Siste dag å svare", "coming"),
]


def test_a_mail_in_the_queue(waiting):
    assert titles(waiting) == [*SENT, ("E-posten er i kø", "current"), *COMING]
    assert text_of(waiting, "Forespørselen ble sendt") == "Av Kari Nordmann."
    assert text_of(waiting, "E-posten er i kø") == "per@orstaror.example"


def test_a_mail_that_was_put_off_tells_the_reason_and_when_it_is_tried_again(waiting):
    Email.objects.update(attempts=1, last_error="451 Prøv igjen senere")

    assert ("E-posten er forsinket", "current") in titles(waiting)
    text = text_of(waiting, "E-posten er forsinket")
    assert text.startswith("Forsøk 1 av 8. Det neste går ")
    assert "«451 Prøv igjen senere»" in text


def test_a_mail_that_was_given_up(waiting):
    Email.objects.update(status="dead", attempts=8, last_error="Connection refused")

    assert ("E-posten ble ikke sendt", "problem") in titles(waiting)
    assert "Send på nytt" in text_of(waiting, "Venter på kunden")


def test_handed_over_and_delivered(waiting):
    tell("delivered", seconds=9)

    assert titles(waiting) == [*SENT, ("E-posten er sendt", "done"), ("E-posten er kommet fram", "done"), *COMING]


def test_delayed_then_delivered(waiting):
    tell("delayed", reason="452 Postboksen er full", seconds=1)
    before = titles(waiting)
    tell("delivered", seconds=20)

    assert before[2:4] == [("E-posten er sendt", "done"), ("E-posten er forsinket", "current")]
    assert titles(waiting)[3:5] == [("E-posten er forsinket", "done"), ("E-posten er kommet fram", "done")]
    assert "«452 Postboksen er full»" in text_of(waiting, "E-posten er forsinket")


def test_bounced_with_the_reason_and_what_to_do(waiting):
    tell("bounced", reason="550 5.1.1 Ukjent mottaker", seconds=2)

    assert titles(waiting)[3] == ("E-posten kom i retur", "problem")
    assert text_of(waiting, "E-posten kom i retur") == "per@orstaror.example tok ikke imot. «550 5.1.1 Ukjent mottaker»"
    assert text_of(waiting, "Venter på riktig adresse").startswith("Rett e-postadressen")
    assert "Neste påminnelse sendes" not in [title for title, state in titles(waiting)]


def test_corrected_after_a_bounce(waiting, kari):
    tell("bounced", reason="550 nei", seconds=0)
    actions.correct_address(
        activation=waiting, by=kari, name="Per Rør", email="rett@orstaror.example", link_version=waiting.link_version
    )
    tell("delivered")

    assert [title for title, state in titles(waiting)] == [
        "Utkastet ble påbegynt",
        "Forespørselen ble sendt",
        "E-posten er sendt",
        "E-posten kom i retur",
        "E-postadressen ble rettet, og forespørselen sendt på nytt",
        "E-posten er sendt",
        "E-posten er kommet fram",
        "Venter på kunden",
        "Neste påminnelse sendes",
        "Siste dag å svare",
    ]


def test_seen_once_by_each_person(waiting, known, sign_in):
    line = factories.CompanyUserFactory(company=known.company, role="user")
    page = reverse("my_services:activation-detail", args=[waiting.pk])
    for person in (known.administrator, known.administrator, line):
        assert sign_in(person).get(page).status_code == 200

    seen = [title for title, state in titles(waiting) if title.startswith("Sett")]

    assert seen == ["Sett av Per Rør", "Sett av Line Berg"]
    assert Event.objects.filter(verb="see").count() == 2
    assert "sett, men ikke besvart" in text_of(waiting, "Venter på kunden")


def test_neither_a_stranger_nor_the_link_nor_a_closed_request_makes_it_seen(waiting, known, kari, sign_in, client):
    stranger = factories.CompanyUserFactory(user=factories.UserFactory(name="Eva Ås"))
    page = reverse("my_services:activation-detail", args=[waiting.pk])
    link = reverse("links:link", args=[links.make_token(waiting.pk, waiting.link_version)])
    sign_in(stranger).get(page)
    client.get(page)
    assert client.get(link, follow=True).status_code == 200
    actions.withdraw_activation(activation=waiting, by=kari)
    sign_in(known.administrator).get(page)

    assert not Event.objects.filter(verb="see").exists()


def test_approved(waiting, known, approve):
    tell("delivered")
    approve(waiting, by=known.administrator)

    assert titles(waiting)[-1] == ("Godkjent", "done")
    assert text_of(waiting, "Godkjent") == "Av Per Rør."


@pytest.mark.parametrize("side", ["firm", "company"])
def test_an_ended_collaboration_ends_the_line(side, waiting, known, kari, approve):
    tell("delivered")
    collaboration = approve(waiting, by=known.administrator).collaboration
    by, name = (kari, "Kari Nordmann") if side == "firm" else (known.administrator, "Per Rør")

    actions.end_collaboration(collaboration=collaboration, by=by)

    assert titles(waiting)[-2:] == [("Godkjent", "done"), ("Samarbeidet ble avsluttet", "done")]
    assert text_of(waiting, "Samarbeidet ble avsluttet") == f"Av {name}."


def test_declined_with_the_reason(waiting, known):
    tell("delivered")
    actions.decline_activation(activation=waiting, by=known.administrator, reason="too_expensive", comment="Vi venter.")

    assert titles(waiting)[-1] == ("Avslått", "problem")
    assert text_of(waiting, "Avslått") == "Av Per Rør. Begrunnelse: Prisen er for høy: «Vi venter.»"


def test_withdrawn_before_the_mail_went_names_no_mail(waiting, kari):
    actions.withdraw_activation(activation=waiting, by=kari)

    assert titles(waiting) == [*SENT, ("Trukket tilbake", "done")]


def test_expired_and_the_same_before_a_sweep_has_run(waiting):
    tell("delivered")
    waiting.refresh_from_db()
    after = waiting.expires_at + timedelta(minutes=1)
    before_the_sweep = items_of(waiting, at=after)[-1]

    actions.expire_activations(clock=lambda: after)

    assert (before_the_sweep["title"], before_the_sweep["text"]) == (
        "Fristen er ute",
        f"Siste dag å svare var {date_format(waiting.last_day, 'j. F Y')}. Start på nytt for å spørre igjen.",
    )
    assert titles(waiting)[-1] == ("Utløpt uten svar", "problem")


def test_a_reminder_has_its_own_words(waiting):
    tell("delivered")
    reminder = waiting.reminders.order_by("due_at").first()
    actions.send_due_reminders(clock=lambda: reminder.due_at)

    assert "Påminnelsen er i kø" in [title for title, state in titles(waiting)]


def test_a_mail_that_was_blanked_still_has_its_place(waiting):
    tell("bounced", reason="550 nei")
    Email.objects.update(to="", last_error="", message=b"")

    assert text_of(waiting, "E-posten kom i retur") == ""


@pytest.mark.parametrize("noted", ["TimeoutError: timed out", "every attempt ended with the worker", ""])
@pytest.mark.parametrize(
    ("columns", "title", "sentence"),
    [
        ({"status": "dead", "attempts": 8}, "E-posten ble ikke sendt", "Den kunne ikke overleveres."),
        ({"attempts": 1}, "E-posten er forsinket", "Forsøk 1 av 8. Det neste går "),
    ],
)
def test_what_we_noted_ourselves_of_a_failed_attempt_is_not_quoted(columns, title, sentence, noted, waiting):
    Email.objects.update(**columns, last_error=noted or "RemoteDisconnected: closed")

    text = text_of(waiting, title)

    assert text.startswith(sentence)
    assert "«" not in text


def test_what_the_other_side_said_of_a_mail_that_was_given_up_is_quoted(waiting):
    Email.objects.update(status="dead", attempts=8, last_error="451 4.3.0 Prøv igjen senere")

    assert text_of(waiting, "E-posten ble ikke sendt") == "Den kunne ikke overleveres. «451 4.3.0 Prøv igjen senere»"


# --- What one does next -----------------------------------------------------------------------------------------


def test_a_lost_subscription_comes_before_all_else_and_no_reminder_is_promised(subscribed, kari, sent):
    activation = sent(subscribed.client, by=kari)
    subscribed.subscription.ended_on = date(2026, 5, 1)
    subscribed.subscription.save()
    tell("bounced", reason="550 nei")

    assert titles(activation)[-2:] == [
        ("Kan ikke godkjennes lenger", "current"),
        ("Siste dag å svare", "coming"),
    ]
    assert text_of(activation, "Kan ikke godkjennes lenger").endswith("Start på nytt.")


def test_another_subscription_in_its_place_can_be_approved(subscribed, kari, sent):
    activation = sent(subscribed.client, by=kari)
    renew(subscribed)

    assert titles(activation)[-3:] == COMING


def test_an_open_proposal_comes_before_the_bounce_and_the_reminders_go_on(new, kari, sent):
    activation = sent(new.client, by=kari)
    actions.forward_activation(
        activation=activation, by=None, name="Anne Vik", email="anne@aasblomster.example", link_version=1
    )

    assert titles(activation)[-3:] == [("Venter på svar på forslaget", "current"), *COMING[1:]]
    assert "Svar ja eller nei" in text_of(activation, "Venter på svar på forslaget")


def propose_anne(activation):
    return actions.forward_activation(
        activation=activation, by=None, name="Anne Vik", email="anne@aasblomster.example", link_version=1
    )


def test_a_proposal_that_is_accepted_is_told_by_the_proposed_name(new, kari, sent):
    activation = sent(new.client, by=kari)
    proposal = propose_anne(activation)
    before = titles(activation)
    actions.answer_forward_proposal(proposal=proposal, by=kari, accept=True)

    assert ("Mottakeren foreslo Anne Vik", "done") in before
    assert [title for title, state in titles(activation) if "Anne" in title or "rettet" in title] == [
        "Mottakeren foreslo Anne Vik",
        "Forslaget ble godtatt, sendt videre til Anne Vik",
    ]
    text = text_of(activation, "Forslaget ble godtatt, sendt videre til Anne Vik")
    assert text == "Av Kari Nordmann. Den gamle lenken er erstattet."


def test_a_proposal_that_is_refused_and_a_correction_to_another_address_are_told_apart(new, kari, sent):
    activation = sent(new.client, by=kari)
    actions.answer_forward_proposal(proposal=propose_anne(activation), by=kari, accept=False)
    propose_anne(activation)
    actions.correct_address(
        activation=activation, by=kari, name="Ida Lie", email="ida@aasblomster.example", link_version=1
    )

    assert [title for title, state in titles(activation) if state == "done"][2:] == [
        "Mottakeren foreslo Anne Vik",
        "Forslaget om Anne Vik ble avvist",
        "Mottakeren foreslo Anne Vik",
        "E-postadressen ble rettet, og forespørselen sendt på nytt",
    ]


@pytest.mark.parametrize(
    "mail",
    [
        {},
        {"status": "dead", "attempts": 8},
        {"status": "sent", "attempts": 1, "sent_at": database_clock, "delayed_at": database_clock},
        {"status": "sent", "attempts": 1, "sent_at": database_clock, "delivered_at": database_clock},
    ],
)
def test_who_is_no_user_yet_is_never_told_to_sign_in(mail, new, kari, sent, sign_in):
    activation = sent(new.client, by=kari)
    Email.objects.update(**{name: value() if callable(value) else value for name, value in mail.items()})

    page = sign_in(kari).get(reverse("collaboration:service-detail", args=[new.client.number, "eaccounting"]))

    assert "Mine tjenester" not in text_of(activation, "Venter på kunden")
    assert "enke" in text_of(activation, "Venter på kunden")
    assert "logge inn" not in page.content.decode()
    assert "Ås Blomster er ikke på Mine tjenester ennå" in page.content.decode()


@pytest.mark.parametrize("way", ["the receiver", "somebody else", "provisional"])
def test_once_somebody_answers_for_the_new_company_the_firm_reads_that_its_administrator_does(
    way, new, kari, sent, sign_in, outside
):
    activation = sent(new.client, by=kari)
    if way == "somebody else":
        outside(activation)
    else:
        accept_place_with_password(place=offered_place(activation), password="blomster-paa-torget")
    if way == "provisional":
        company = Company.objects.get(pk=activation.company_id)
        company.confirmed_at, company.asking_firm, company.provisional_at = None, kari.firm, database_clock()
        company.save()

    page = sign_in(kari).get(reverse("collaboration:service-detail", args=[new.client.number, "eaccounting"]))

    said = html.unescape(page.content.decode())
    assert "Ås Blomster er på Mine tjenester. En administrator der svarer på forespørselen." in said
    assert "ikke på Mine tjenester ennå" not in said
    assert "veien inn" not in said
    assert "En administrator for kunden svarer på Mine tjenester." in text_of(activation, "Venter på kunden")


@pytest.mark.parametrize(("somebody_answers", "told"), [(False, 2), (True, 0)])
def test_only_who_becomes_administrator_is_told_so(somebody_answers, told, new, kari, sent, outside):
    activation = sent(new.client, by=kari)
    if somebody_answers:
        outside(activation)

    correct_address(activation=activation, by=kari, name="Anne Vik", email="anne@orstaror.example", link_version=1)

    mail = message_from_bytes(bytes(Email.objects.get(to="anne@orstaror.example").message), policy=default)
    words = "".join(mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert words.count("Som mottaker blir du administrator.") == told


@pytest.mark.parametrize(
    ("overdue", "title"), [(1, "Påminnelse sendes nå"), (2, "Påminnelse sendes nå"), (9, "Siste varsel sendes nå")]
)
def test_a_reminder_that_should_have_gone_has_no_date_to_come(overdue, title, waiting):
    reminders = list(waiting.reminders.order_by("due_at"))
    last = reminders[min(overdue, len(reminders)) - 1]

    item = items_of(waiting, at=last.due_at)[-2]

    assert item == {"title": title, "state": "coming"}


def test_the_last_day_is_told_as_the_pages_and_the_mails_tell_it(waiting):
    item = items_of(waiting)[-1]

    assert item["at"] == date_format(waiting.last_day, "j. F Y")
    assert item["text"] == "Svarer ingen, faller forespørselen bort."


def test_the_line_does_not_say_that_somebody_else_answers_for_the_company(new, kari, sent, outside):
    activation = sent(new.client, by=kari)
    before = titles(activation)
    outside(activation)

    assert titles(activation) == before
    told = "En administrator for kunden svarer på Mine tjenester. Du trenger ikke gjøre noe nå."
    assert text_of(activation, "Venter på kunden") == told  # as where the receiver has accepted


def test_what_an_earlier_receiver_has_seen_is_not_seen_by_the_new_one(waiting, known, kari):
    actions.see_activation(activation=waiting, by=known.administrator)
    corrected = actions.correct_address(
        activation=waiting, by=kari, name="Per Rør", email="rett@orstaror.example", link_version=1
    )
    before = text_of(waiting, "Venter på kunden")
    actions.see_activation(activation=corrected, by=known.administrator)

    assert "må logge inn" in before or "underveis" in before
    assert "sett, men ikke besvart" in text_of(waiting, "Venter på kunden")
    assert [title for title, state in titles(waiting)].count("Sett av Per Rør") == 2


def test_nobody_sees_a_request_whose_time_is_over(waiting, known):
    assert not actions.see_activation(activation=waiting, by=known.administrator, clock=lambda: waiting.expires_at)
    assert not Event.objects.filter(verb="see").exists()


@pytest.mark.parametrize("mails", [1, 3])
def test_as_many_queries_for_three_mails_as_for_one(mails, waiting, kari, django_assert_num_queries):
    tell("delayed")
    for again in range(1, mails):
        later = database_clock() + timedelta(minutes=11 * again)
        actions.resend_activation(activation=waiting, by=kari, clock=lambda later=later: later)
        tell("delivered", seconds=again)
    activation, now = Activation.objects.with_everything().get(pk=waiting.pk), database_clock()

    with django_assert_num_queries(6):
        make_timelines([activation], now)

    assert EmailEvent.objects.count() == mails


@pytest.mark.parametrize("mails", [1, 3])
def test_the_page_of_a_request_that_waits(mails, waiting, known, kari, sign_in, django_assert_num_queries):
    tell("delivered")
    for again in range(1, mails):
        later = database_clock() + timedelta(minutes=11 * again)
        actions.resend_activation(activation=waiting, by=kari, clock=lambda later=later: later)
    browser = sign_in(kari)
    page = reverse("collaboration:service-detail", args=[known.client.number, "eaccounting"])
    browser.get(page)

    # session, user, employments · client, service · requests, participants, users · collaboration, ended ones
    # mail, the time lines: facts, events, mails, their delivery, reminders, proposals · proposal
    # whether anybody can answer · the count of alerts
    with django_assert_num_queries(20):
        answer = browser.get(page)

    assert "E-posten er kommet fram" in answer.content.decode()


def test_the_pages_of_closed_requests_unfold(waiting, known, kari, sign_in):
    page = reverse("collaboration:service-detail", args=[known.client.number, "eaccounting"])
    actions.decline_activation(activation=waiting, by=known.administrator, reason="not_needed")

    text = " ".join(sign_in(kari).get(page).content.decode().split())

    assert "<details" in text
    assert "Begrunnelse: Vi trenger ikke tjenesten" in text
