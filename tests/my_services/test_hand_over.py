"""The approval page where another firm collaborates already."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.utils.formats import date_format

from agreements import actions
from agreements.models import Collaboration
from agreements.words.outlook import outlook
from commitments.receipt_words import receipt_rows
from ground.clock import database_clock, oslo_date
from notifications.models import Email
from subscriptions.models import Subscription
from tests import factories
from tests.conftest import make_client

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


def today():
    return oslo_date(database_clock())


@pytest.fixture
def old(known, kari, sent, approve) -> Collaboration:
    """Fjord works with Ørsta Rør in eAccounting, and pays."""
    return approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).collaboration


@pytest.fixture
def asked(old, known, nils, sent):
    """Vidda asks for the same."""
    theirs = make_client(
        nils,
        name="Ørsta Rør AS",
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    return sent(theirs, by=nils)


@pytest.fixture
def per(known, sign_in):
    return sign_in(known.administrator)


@pytest.fixture
def approve_with(asked, per, post, page_of, known):
    """Press Godkjenn with these choices, following to the page that comes."""

    def press(**fields):
        shown = per.get(page_of(asked)).context["offer"].fingerprint
        answer = post(per, page_of(asked) + "godkjenn/", known.company, shown=shown, **fields)
        return per.get(answer.url) if answer.status_code == 302 else answer

    return press


def test_the_page_asks_and_keeps_both_by_default(asked, per, page_of, approve_with):
    page = text(per.get(page_of(asked)))

    approve_with()

    for words in ("Behold begge", "Velg en siste dag for Fjord Regnskap AS", "Hvem skal betale fra neste periode?",
                  "Vidda Økonomi AS, som må si ja først", "Dette skjer når"):  # fmt: skip
        assert words in page
    assert Collaboration.objects.active().filter(ends_on=None).count() == 2


def test_the_choice_is_foretold_first_and_then_counts(old, asked, approve_with):
    last = today() + timedelta(days=20)
    fields = {"hand_over": old.pk, "siste": last.isoformat(), "payer": "company"}

    first = approve_with(**fields)
    asked.refresh_from_db()
    told = first.context["outlook"]
    assert asked.is_pending
    assert "trykk Godkjenn en gang til" in text(first)
    assert f'value="{last}"' in text(first)
    approve_with(**fields, foretold=told.shown)

    asked.refresh_from_db()
    old.refresh_from_db()
    assert (asked.status, old.last_day) == ("approved", last)
    assert Subscription.objects.get().changes.get().status == "agreed"
    assert told.rows == outlook(old.subscription, reader=None, day=today())


def test_the_new_firm_can_be_asked_to_pay(old, asked, approve_with):
    fields = {"hand_over": old.pk, "siste": (today() + timedelta(days=20)).isoformat(), "payer": "firm"}
    told = approve_with(**fields).context["outlook"]

    approve_with(**fields, foretold=told.shown)

    change = Subscription.objects.get().changes.get()
    assert (change.status, change.answering_firm) == ("proposed", asked.firm)
    assert told.rows == outlook(old.subscription, reader=None, day=today())


@pytest.mark.parametrize(
    ("siste", "sentence"),
    [("", "Velg en dag."), ("2020-01-01", "Velg en dag fra og med i dag"), ("snart", "Datoen er ikke gyldig.")],
)
def test_what_was_chosen_is_kept_with_the_error(siste, sentence, old, asked, approve_with):
    page = approve_with(hand_over=old.pk, siste=siste, payer="firm")

    html = text(page)
    assert "<title>Feil:" in html
    assert sentence in html
    assert page.context["form"]["hand_over"].value() == str(old.pk)
    assert page.context["form"]["payer"].value() == "firm"
    asked.refresh_from_db()
    assert asked.is_pending


def test_what_was_chosen_is_kept_when_the_agreement_has_changed(old, asked, approve_with):
    fields = {"hand_over": old.pk, "siste": (today() + timedelta(days=20)).isoformat(), "payer": "firm"}

    page = approve_with(**fields, foretold="0" * 32)

    assert page.context["form"]["payer"].value() == "firm"
    assert page.context["outlook"].shown
    assert "har endret seg" in text(page)
    asked.refresh_from_db()
    assert asked.is_pending


@pytest.mark.parametrize("choice", ["999999", "x"])
def test_a_firm_that_is_not_there_is_refused(choice, asked, approve_with):
    page = approve_with(hand_over=choice, siste=(today() + timedelta(days=20)).isoformat())

    assert "<title>Feil:" in text(page)
    asked.refresh_from_db()
    assert asked.is_pending


def test_without_another_firm_nothing_is_asked(known, kari, sent, per, page_of):
    page = text(per.get(page_of(sent(known.client, by=kari))))

    assert "Behold begge" not in page
    assert "hand_over" not in page


def test_where_the_company_pays_the_payer_is_not_asked(old, asked, per, page_of):
    Subscription.objects.update(paying_firm=None)

    page = text(per.get(page_of(asked)))

    assert "Behold begge" in page
    assert "Hvem skal betale" not in page


def test_the_first_click_leads_to_what_has_to_be_read(old, asked, per, post, page_of, known):
    last = today() + timedelta(days=20)
    shown = per.get(page_of(asked)).context["offer"].fingerprint

    answer = post(
        per, page_of(asked) + "godkjenn/", known.company, shown=shown, hand_over=old.pk, siste=last.isoformat()
    )
    page = per.get(answer.url)

    address, _question, fragment = answer.url.partition("#")
    assert fragment == "outlook-heading"
    assert address == f"{page_of(asked)}?hand_over={old.pk}&siste={last}"
    assert 'id="outlook-heading" tabindex="-1"' in text(page)
    assert "Ingenting er avgjort ennå" in text(page).partition('id="outlook-heading"')[2]
    assert list(page.context["messages"]) == []


def test_before_anything_is_chosen_it_does_not_say_that_nothing_is_decided(asked, per, page_of):
    assert "Ingenting er avgjort ennå" not in text(per.get(page_of(asked)))


# --- An end is planned already


@pytest.fixture
def planned(old, known):
    """Per has chosen a last day for Fjord before Vidda asks."""
    on = today() + timedelta(days=40)
    actions.plan_end(collaboration=old, by=known.administrator, on=on)
    return on


def last_day_of(on):
    return date_format(on - timedelta(days=1))


def test_a_firm_that_leaves_is_not_offered_to_be_kept(old, planned, asked, per, page_of):
    page = per.get(page_of(asked))

    choices = [str(label) for _value, label in page.context["form"].fields["hand_over"].choices]
    assert choices == [
        f"Fjord Regnskap AS slutter som avtalt, siste dag er {last_day_of(planned)}",
        "Velg en annen siste dag for Fjord Regnskap AS",
    ]
    assert "Behold begge" not in text(page)
    until = f"Fjord Regnskap AS samarbeider med dere i tjenesten til og med {last_day_of(planned)}"
    assert page.context["answers"][-1].answer == until


def test_beside_it_the_others_are_kept(old, planned, asked, known, per, sent, approve, page_of):
    third = factories.EmployeeFactory(firm=factories.FirmFactory(name="Tind Regnskap AS"))
    theirs = make_client(
        third,
        name="Ørsta Rør AS",
        org_number=known.client.org_number,
        contact_name="Per Rør",
        contact_email="per@orstaror.example",
    )
    approve(sent(theirs, by=third), by=known.administrator)

    page = per.get(page_of(asked))

    choices = [str(label) for _value, label in page.context["form"].fields["hand_over"].choices]
    assert choices == [
        f"Fjord Regnskap AS slutter som avtalt, siste dag er {last_day_of(planned)}; de andre beholdes",
        "Velg en annen siste dag for Fjord Regnskap AS",
        "Velg en siste dag for Tind Regnskap AS",
    ]


def test_choosing_nothing_keeps_the_day(old, planned, asked, approve_with):
    approve_with()

    old.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.status, old.ends_on) == ("approved", planned)


def test_another_day_takes_its_place(old, planned, asked, approve_with):
    last = today() + timedelta(days=20)
    fields = {"hand_over": old.pk, "siste": last.isoformat(), "payer": "company"}

    approve_with(**fields, foretold=approve_with(**fields).context["outlook"].shown)

    old.refresh_from_db()
    assert old.last_day == last


# --- Afterwards


@pytest.fixture
def handed_over(old, asked, approve_with):
    """Per has approved Vidda and chosen Fjord's last day; returns the first day without."""
    on, last = today() + timedelta(days=20), today() + timedelta(days=19)
    fields = {"hand_over": old.pk, "siste": last.isoformat(), "payer": "company"}
    approve_with(**fields, foretold=approve_with(**fields).context["outlook"].shown)
    asked.refresh_from_db()
    old.refresh_from_db()
    return on


def outcome(per, page_of, asked) -> str:
    return text(per.get(page_of(asked)))


def test_the_outcome_names_the_old_firm_and_its_last_day(handed_over, asked, per, page_of):
    day = last_day_of(handed_over)

    assert f"Samarbeidet med Fjord Regnskap AS avsluttes. Siste dag er {day}." in outcome(per, page_of, asked)


def test_the_outcome_says_what_has_become_of_it(handed_over, old, asked, known, per, page_of):
    day = last_day_of(handed_over)
    chosen = f"Med godkjenningen ble det valgt at {day} skulle være siste dag med Fjord Regnskap AS."

    actions.plan_end(collaboration=old, by=known.administrator, on=handed_over + timedelta(days=10))
    assert f"{chosen} Dagen er endret siden: se avtalen." in outcome(per, page_of, asked)
    actions.take_back_end(collaboration=old, by=known.administrator)
    assert f"{chosen} Det er tatt tilbake siden, og samarbeidet fortsetter." in outcome(per, page_of, asked)
    actions.end_collaboration(collaboration=old, by=known.administrator)
    assert f"{chosen} Siste dag ble {date_format(today())}." in outcome(per, page_of, asked)


def test_the_outcome_says_that_the_last_day_is_over(handed_over, old, asked, per, page_of):
    day = last_day_of(handed_over)

    actions.renew_subscriptions(clock=lambda: database_clock() + timedelta(days=21))

    words = f"Samarbeidet med Fjord Regnskap AS er avsluttet. Siste dag var {day}."
    assert words in outcome(per, page_of, asked)


def test_the_receipt_names_the_old_firm_and_its_last_day(handed_over, old, asked, nils, per, sign_in, known):
    receipt, day = asked.receipt, last_day_of(handed_over)

    own = text(per.get(f"/mine-tjenester/bevis/{receipt.number}/"))
    theirs = dict(receipt_rows(receipt, reader=nils.firm))

    assert dict(receipt_rows(receipt, reader=None))["Avslutter samarbeidet med"].startswith("Fjord Regnskap AS, org")
    assert "Fjord Regnskap AS" in own
    assert day in own
    assert (theirs["Avslutter samarbeidet med"], theirs["Siste dag for det"]) == ("Et annet byrå", day)
    assert receipt.is_genuine


def test_the_mail_to_who_approved_names_them_too(handed_over, known):
    mail = Email.objects.filter(kind="approval_receipt", to=known.administrator.user.email).latest("pk")

    body = message_from_bytes(bytes(mail.message), policy=default_policy).get_body(("plain",)).get_content()
    assert "Fjord Regnskap AS" in body
    assert last_day_of(handed_over) in body


def test_the_receipt_stays_what_was_approved(handed_over, old, asked, known):
    actions.take_back_end(collaboration=old, by=known.administrator)

    rows = dict(receipt_rows(asked.receipt, reader=None))

    assert rows["Siste dag for det"] == last_day_of(handed_over)


def test_where_all_are_kept_neither_says_anything_of_an_end(asked, approve_with, per, page_of):
    approve_with()
    asked.refresh_from_db()

    assert "Siste dag" not in outcome(per, page_of, asked)
    assert "Avslutter samarbeidet med" not in dict(receipt_rows(asked.receipt, reader=None))
