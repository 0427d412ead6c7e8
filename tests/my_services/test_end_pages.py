"""The customer's ending pages: each way with what it brings, a chosen last day, cancelling and resuming."""

from datetime import timedelta

import pytest

from collaboration import actions
from collaboration.models import Collaboration
from collaboration.outlook import outlook
from ground.clock import database_clock, oslo_date
from organisations.models import CompanyUser, User
from subscriptions.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db

SERVICE = "/mine-tjenester/tjenester/eaccounting/"
CANCEL, RESUME = SERVICE + "si-opp/", SERVICE + "gjenoppta/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def today():
    return oslo_date(database_clock())


def later(rows):
    return [row for row in rows if row.day != today()]


@pytest.fixture
def collaboration(known, kari, sent, approve) -> Collaboration:
    """Fjord works with Ørsta Rør in eAccounting, and pays for it."""
    return approve(sent(known.client, by=kari, payer="firm"), by=known.administrator).collaboration


@pytest.fixture
def per(known, sign_in):
    return sign_in(known.administrator)


def pages_of(collaboration) -> tuple[str, str]:
    return tuple(f"/mine-tjenester/samarbeid/{collaboration.pk}/{deed}/" for deed in ("avslutt", "fortsett"))


def test_each_way_tells_what_the_database_then_holds(collaboration, known, per, post):
    end, _ = pages_of(collaboration)
    page = per.get(end)
    ways = {way.value: way for way in page.context["endings"]}

    post(per, end, known.company, outcome="service_ends", shown=ways["service_ends"].shown)

    assert list(ways) == ["continues", "service_ends"]
    subscription = Subscription.objects.get()
    assert (subscription.is_cancelled, Collaboration.objects.get().outcome) == (True, "service_ends")
    assert later(ways["service_ends"].outlook) == outlook(subscription, reader=None, day=today())
    assert later(ways["continues"].outlook) != later(ways["service_ends"].outlook)


@pytest.mark.parametrize("shown", ["", "x"])
@pytest.mark.parametrize("outcome", ["continues", "service_ends", "later", "", "x"])
def test_what_was_not_shown_is_not_done(outcome, shown, collaboration, known, per, post):
    end, _ = pages_of(collaboration)

    answer = post(per, end, known.company, outcome=outcome, shown=shown)

    assert (answer.status_code, answer.url) == (302, end)
    assert Collaboration.objects.get().is_active
    assert not Subscription.objects.get().is_cancelled


def test_another_language_in_another_tab_makes_no_page_stale(collaboration, known, per, post):
    norwegian = per.get(CANCEL).context["ending"]

    User.objects.filter(pk=known.administrator.user_id).update(language="en")
    english = per.get(CANCEL).context["ending"]
    post(per, CANCEL, known.company, shown=norwegian.shown)

    assert [row.sentence for row in norwegian.outlook] != [row.sentence for row in english.outlook]
    assert Subscription.objects.get().is_cancelled


def test_an_agreement_that_has_changed_since_is_shown_anew(collaboration, known, kari, per, post):
    end, _ = pages_of(collaboration)
    shown = per.get(end).context["endings"][0].shown
    actions.cancel_subscription(subscription=collaboration.subscription, by=kari)

    answer = post(per, end, known.company, outcome="continues", shown=shown)

    assert Collaboration.objects.get().is_active
    assert "har endret seg siden du åpnet siden" in text(per.get(answer.url))


def test_a_day_is_chosen_seen_first_and_taken_back(collaboration, known, per, post):
    end, go_on = pages_of(collaboration)
    on, last = today() + timedelta(days=40), today() + timedelta(days=39)
    page = per.get(end, {"siste": last.isoformat()})
    planned = page.context["planned"]

    post(per, f"{end}?siste={last}", known.company, outcome="later", shown=planned.shown)

    collaboration.refresh_from_db()
    assert (collaboration.ends_on, collaboration.is_active) == (on, True)
    assert list(planned.outlook) == outlook(collaboration.subscription, reader=None, day=today())
    assert "Det er allerede avtalt" in text(per.get(end))
    asked = per.get(go_on)
    collaboration.refresh_from_db()
    assert collaboration.ends_on == on
    post(per, go_on, known.company, shown="something else")
    collaboration.refresh_from_db()
    assert collaboration.ends_on == on
    post(per, go_on, known.company, shown=asked.context["ending"].shown)
    collaboration.refresh_from_db()
    assert collaboration.ends_on is None


@pytest.mark.parametrize("days", [-1, -2, 365 * 4])
def test_a_day_that_cannot_be_is_refused_in_words_and_kept(days, collaboration, known, per, post):
    end, _ = pages_of(collaboration)
    last = today() + timedelta(days=days)

    page = text(per.get(end, {"siste": last.isoformat()}))
    post(per, f"{end}?siste={last}", known.company, outcome="later", shown="")

    assert "<title>Feil:" in page
    assert ("Velg en dag innen" if days > 0 else "Velg en dag fra og med i dag") in page
    assert f'value="{last}"' in page
    assert Collaboration.objects.get().ends_on is None


def test_what_is_typed_and_is_no_date_is_kept(collaboration, per):
    page = text(per.get(pages_of(collaboration)[0], {"siste": "i morgen"}))

    assert "Datoen er ikke gyldig." in page
    assert 'value="i morgen"' in page


def test_going_on_without_a_chosen_day_leads_back(collaboration, known, per, post):
    _, go_on = pages_of(collaboration)

    assert per.get(go_on).url == SERVICE
    assert post(per, go_on, known.company).url == SERVICE


def test_the_company_cancels_and_resumes(collaboration, known, per, post):
    ending = per.get(CANCEL).context["ending"]
    answer = post(per, CANCEL, known.company, shown=ending.shown)

    subscription = Subscription.objects.get()
    assert (answer.url, subscription.is_cancelled, subscription.cancelling_firm) == (SERVICE, True, None)
    assert list(ending.outlook) == outlook(subscription, reader=None, day=today())
    assert per.get(CANCEL).url == SERVICE
    ending = per.get(RESUME).context["ending"]
    post(per, RESUME, known.company, shown=ending.shown)
    subscription = Subscription.objects.get()
    assert (subscription.is_cancelled, subscription.changes.count()) == (False, 0)
    assert list(ending.outlook) == outlook(subscription, reader=None, day=today())
    assert per.get(RESUME).url == SERVICE


def test_after_a_firms_cancelling_the_company_becomes_payer_and_reads_the_price(collaboration, known, kari, per, post):
    actions.cancel_subscription(subscription=collaboration.subscription, by=kari)
    response = per.get(RESUME)
    ending, page = response.context["ending"], text(response)

    post(per, RESUME, known.company, shown=ending.shown)

    assert "Byrået betaler ikke lenger. Gjenopptar dere avtalen, blir dere fakturamottaker fra" in page
    assert "Dere betaler 349,00 kr per måned, 4\xa0188,00 kr for perioden, eks. mva." in response.content.decode()
    assert "Gjenoppta og overta som fakturamottaker" in page
    subscription = Subscription.objects.get()
    change = subscription.changes.get()
    assert (subscription.is_cancelled, change.status, change.to_firm) == (False, "agreed", None)
    assert later(ending.outlook) == outlook(subscription, reader=None, day=today())


def test_a_payer_that_left_while_it_was_cancelled_does_not_pay_again(collaboration, known, kari, per, post):
    actions.cancel_subscription(subscription=collaboration.subscription, by=known.administrator)
    actions.end_collaboration(collaboration=collaboration, by=kari)
    ending = per.get(RESUME).context["ending"]

    post(per, RESUME, known.company, shown=ending.shown)

    change = Subscription.objects.get().changes.get()
    assert (change.kind, change.status, change.to_firm) == ("payer", "agreed", None)


@pytest.mark.parametrize("address", [CANCEL, RESUME])
@pytest.mark.parametrize("role", [CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_who_is_no_administrator_gets_404(role, address, collaboration, known, sign_in, post):
    per = sign_in(factories.CompanyUserFactory(company=known.company, role=role))

    assert per.get(address).status_code == 404
    assert post(per, address, known.company, shown="").status_code == 404
    for page in pages_of(collaboration):
        assert per.get(page).status_code == 404
        assert post(per, page, known.company, shown="").status_code == 404


def test_a_stranger_gets_404(collaboration, sign_in):
    per = sign_in(factories.CompanyUserFactory())

    for page in (CANCEL, RESUME, *pages_of(collaboration)):
        assert per.get(page).status_code == 404


def test_a_right_taken_away_between_page_and_click(collaboration, known, per, post):
    end = pages_of(collaboration)[0]
    shown = {"outcome": "continues", "shown": per.get(end).context["endings"][0].shown}
    cancels = {"shown": per.get(CANCEL).context["ending"].shown}
    CompanyUser.objects.filter(pk=known.administrator.pk).update(role=CompanyUser.Role.USER, is_main_contact=False)

    answers = [post(per, end, known.company, **shown), post(per, CANCEL, known.company, **cancels)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Collaboration.objects.get().is_active
    assert not Subscription.objects.get().is_cancelled


def test_past_the_last_day_and_before_the_sweep_the_page_leads_back(collaboration, known, per):
    end, go_on = pages_of(collaboration)
    Collaboration.objects.update(ends_on=today(), end_planned_by=known.administrator.user)

    assert [per.get(page).url for page in (end, go_on)] == [SERVICE, SERVICE]


def test_past_a_cancelled_agreements_last_day_too(collaboration, known, per):
    Subscription.objects.update(started_on=today() - timedelta(days=90), renews_on=today(), cancelled_on=today())

    assert [per.get(page).url for page in (pages_of(collaboration)[0], RESUME)] == [SERVICE, SERVICE]


def test_when_the_paying_firm_leaves_the_company_is_asked_and_the_question_is_marked(collaboration, known, kari, per):
    actions.end_collaboration(collaboration=collaboration, by=kari)

    overview, page = text(per.get("/mine-tjenester/")), text(per.get(SERVICE))

    question = Subscription.objects.get().changes.get()
    assert (question.status, question.answering_firm, question.to_firm) == ("proposed", None, None)
    assert "Endring venter på svar" in overview
    assert "Venter på dere" in page
    assert f"{SERVICE}endringer/{question.pk}/" in page
    assert "hvis ikke dere har sagt ja til å betale innen da" in page
