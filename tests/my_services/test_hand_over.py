"""The approval page where another firm collaborates already."""

from datetime import timedelta

import pytest

from collaboration.models import Collaboration
from collaboration.outlook import outlook
from history.clock import database_clock, oslo_date
from subscriptions.models import Subscription
from tests import factories

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
    theirs = factories.ClientFactory(firm=nils.firm, name="Ørsta Rør AS", org_number=known.client.org_number)
    factories.ContactFactory(client=theirs, name="Per Rør", email="per@orstaror.example")
    factories.TaskFactory(client=theirs, owner=nils)
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

    for words in ("Behold begge", "Avslutt Fjord Regnskap AS fra en dag", "Hvem skal betale fra neste periode?",
                  "Vidda Økonomi AS, som må si ja først", "Dette skjer når"):  # fmt: skip
        assert words in page
    assert Collaboration.objects.active().filter(ends_on=None).count() == 2


def test_the_choice_is_foretold_first_and_then_counts(old, asked, approve_with):
    on = today() + timedelta(days=20)
    fields = {"hand_over": old.pk, "fra": on.isoformat(), "payer": "company"}

    first = approve_with(**fields)
    asked.refresh_from_db()
    told = first.context["outlook"]
    assert asked.is_pending
    assert "trykk Godkjenn en gang til" in text(first)
    assert f'value="{on}"' in text(first)
    approve_with(**fields, foretold=told.shown)

    asked.refresh_from_db()
    old.refresh_from_db()
    assert (asked.status, old.ends_on) == ("approved", on)
    assert Subscription.objects.get().changes.get().status == "agreed"
    assert told.rows == outlook(old.subscription, reader=None, day=today())


def test_the_new_firm_can_be_asked_to_pay(old, asked, approve_with):
    fields = {"hand_over": old.pk, "fra": (today() + timedelta(days=20)).isoformat(), "payer": "firm"}
    told = approve_with(**fields).context["outlook"]

    approve_with(**fields, foretold=told.shown)

    change = Subscription.objects.get().changes.get()
    assert (change.status, change.answering_firm) == ("proposed", asked.firm)
    assert told.rows == outlook(old.subscription, reader=None, day=today())


@pytest.mark.parametrize(
    ("fra", "sentence"),
    [("", "Velg en dag."), ("2020-01-01", "Velg en dag fra i morgen av"), ("snart", "Datoen er ikke gyldig.")],
)
def test_what_was_chosen_is_kept_with_the_error(fra, sentence, old, asked, approve_with):
    page = approve_with(hand_over=old.pk, fra=fra, payer="firm")

    html = text(page)
    assert "<title>Feil:" in html
    assert sentence in html
    assert page.context["form"]["hand_over"].value() == str(old.pk)
    assert page.context["form"]["payer"].value() == "firm"
    asked.refresh_from_db()
    assert asked.is_pending


def test_what_was_chosen_is_kept_when_the_agreement_has_changed(old, asked, approve_with):
    fields = {"hand_over": old.pk, "fra": (today() + timedelta(days=20)).isoformat(), "payer": "firm"}

    page = approve_with(**fields, foretold="0" * 32)

    assert page.context["form"]["payer"].value() == "firm"
    assert page.context["outlook"].shown
    assert "har endret seg" in text(page)
    asked.refresh_from_db()
    assert asked.is_pending


@pytest.mark.parametrize("choice", ["999999", "x"])
def test_a_firm_that_is_not_there_is_refused(choice, asked, approve_with):
    page = approve_with(hand_over=choice, fra=(today() + timedelta(days=20)).isoformat())

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
