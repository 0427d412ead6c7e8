"""Send videre til rett person, and what the older link says afterwards."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from collaboration import actions
from collaboration.models import Activation, ForwardProposal
from history.models import Event
from my_services.requests.forward import CODE as FORWARD_CODE
from notifications.models import Email
from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db

PAGE, CODE, DONE = "/i/videresend/", "/i/videresend/kode/", "/i/videresendt/"
ANNE = {"name": "Anne Vik", "email": "anne@orstaror.example", "phone": "", "link_version": 1}


@pytest.fixture
def holder(link_of):
    """A browser that came by the request's link and has asked for a code: holder(activation)."""

    def came(activation, *, asks=True):
        browser = Browser()
        browser.get(link_of(activation))
        if asks:
            browser.post(CODE)
        return browser

    return came


def text(response) -> str:
    return " ".join(response.content.decode().split())


def mailed_code() -> str:
    return Email.objects.filter(kind="forward_code").latest("pk").secret


def wrong(code) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def send_on(browser, code, **fields):
    return browser.post(PAGE, {**ANNE, "code": code, **fields}, follow=True)


# --- Signed in for the company


@pytest.mark.parametrize("role", [CompanyUser.Role.ADMINISTRATOR, CompanyUser.Role.USER])
def test_the_companys_people_find_it_on_the_request(role, known, kari, sent, sign_in, page_of):
    person = factories.CompanyUserFactory(company=known.company, role=role)
    activation = sent(known.client, by=kari)

    page = text(sign_in(person).get(page_of(activation)))

    assert reverse("my_services:activation-forward", args=[activation.pk]) in page
    assert ("En administrator må godkjenne" in page) == (role == CompanyUser.Role.USER)


def test_a_user_sends_it_on_and_the_right_person_is_mailed(known, kari, sent, sign_in, page_of, post):
    person = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)
    activation = sent(known.client, by=kari)
    browser = sign_in(person)

    answer = post(browser, page_of(activation) + "videresend/", known.company, **ANNE)

    assert (answer.status_code, answer.url) == (302, page_of(activation))
    assert "Forespørselen er sendt videre til Anne Vik." in text(browser.get(answer.url))
    assert Email.objects.latest("pk").to == "anne@orstaror.example"


def test_an_auditor_only_reads(known, kari, sent, sign_in, page_of, post):
    auditor = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.AUDITOR)
    activation = sent(known.client, by=kari)
    browser = sign_in(auditor)

    assert "Send videre" not in text(browser.get(page_of(activation)))
    assert browser.get(page_of(activation) + "videresend/").status_code == 404
    assert post(browser, page_of(activation) + "videresend/", known.company, **ANNE).status_code == 404


def test_another_companys_people_get_404(known, kari, sent, sign_in, page_of, post):
    stranger = factories.CompanyUserFactory()
    activation = sent(known.client, by=kari)
    address = page_of(activation) + "videresend/"

    answers = [sign_in(stranger).get(address), post(sign_in(stranger), address, stranger.company, **ANNE)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Activation.objects.get().link_version == 1


def test_a_refusal_stands_in_the_form_and_a_stale_page_leads_back(known, kari, sent, sign_in, page_of, post):
    activation = sent(known.client, by=kari)
    browser, address = sign_in(known.administrator), page_of(activation) + "videresend/"

    refused = post(browser, address, known.company, **{**ANNE, "email": kari.user.email})
    post(browser, address, known.company, **ANNE)
    stale = post(browser, address, known.company, **{**ANNE, "email": "ida@orstaror.example"})

    assert "medarbeider i byrået" in text(refused)
    assert stale.url == page_of(activation)
    assert "Mottakeren er endret" in text(browser.get(stale.url))


def test_a_closed_request_leads_to_how_it_ended(known, kari, sent, sign_in, page_of):
    activation = sent(known.client, by=kari)
    actions.withdraw_activation(activation=activation, by=kari)

    answer = sign_in(known.administrator).get(page_of(activation) + "videresend/")

    assert answer.url == page_of(activation)


@pytest.mark.parametrize("fields", [ANNE, {}])
def test_a_form_filled_in_too_late_leads_there_too_and_says_why(
    fields, known, kari, sent, sign_in, page_of, post, clock
):
    activation = sent(known.client, by=kari)
    Activation.objects.update(expires_at=clock())
    browser = sign_in(known.administrator)

    answer = post(browser, page_of(activation) + "videresend/", known.company, **fields)

    assert (answer.status_code, answer.url) == (302, page_of(activation))
    assert "Forespørselen er utløpt." in text(browser.get(answer.url))


# --- By code


@pytest.mark.parametrize("scenario", ["subscribed", "known", "new"])
def test_who_came_by_the_link_finds_the_way_to_it(scenario, request, kari, sent, link_of):
    activation = sent(request.getfixturevalue(scenario).client, by=kari)

    assert PAGE in text(Browser().get(link_of(activation), follow=True))


def test_the_code_from_the_mail_sends_it_on(known, kari, sent, holder, link_of):
    activation = sent(known.client, by=kari)
    browser = holder(activation)

    done = send_on(browser, mailed_code())

    activation.refresh_from_db()
    assert done.redirect_chain == [(DONE, 302)]
    assert "Forespørselen er sendt videre" in text(done)
    assert (activation.contact_email, activation.link_version) == ("anne@orstaror.example", 2)
    assert "Denne forespørselen er erstattet" in text(browser.get(PAGE))


def test_a_new_customers_receiver_makes_a_proposal(new, kari, sent, holder):
    activation = sent(new.client, by=kari)

    done = send_on(holder(activation), mailed_code())

    assert "Byrået har fått forslaget" in text(done)
    assert ForwardProposal.objects.get().email == "anne@orstaror.example"
    assert Activation.objects.get().contact_email == "eva@aasblomster.example"
    assert Email.objects.latest("pk").kind == "forward_proposed"


def test_reading_the_pages_changes_nothing(known, kari, sent, holder):
    browser = holder(sent(known.client, by=kari), asks=False)
    events = Event.objects.count()

    answers = [browser.get(address).status_code for address in (PAGE, CODE, DONE)]

    assert answers == [200, 302, 404]
    assert (Event.objects.count(), Email.objects.count()) == (events, 1)


def test_without_the_link_there_is_nothing(client):
    answers = [client.get(PAGE), client.post(PAGE, {**ANNE, "code": "123456"}), client.post(CODE), client.get(DONE)]

    assert {answer.status_code for answer in answers} == {404}
    assert Email.objects.count() == 0


def test_five_wrong_codes_and_the_right_one_counts_no_more(known, kari, sent, holder):
    browser = holder(sent(known.client, by=kari))
    code = mailed_code()

    answers = [send_on(browser, wrong(code)) for _ in range(5)]
    late = send_on(browser, code)

    assert ["Koden er ikke riktig." in text(answer) for answer in answers] == [True] * 4 + [False]
    assert "for mange ganger" in text(answers[-1])
    assert "Koden gjelder ikke lenger" in text(late)
    assert Activation.objects.get().link_version == 1


def test_wrong_codes_are_few_also_for_who_brings_the_tries_of_an_older_session(known, kari, sent, holder):
    browser = holder(sent(known.client, by=kari))
    code, fresh = mailed_code(), dict(browser.session[FORWARD_CODE.session_key])

    for _ in range(20):
        send_on(browser, wrong(code))
        session = browser.session
        session[FORWARD_CODE.session_key] = fresh
        session.save()
    late = send_on(browser, code)

    assert "Vent en time" in text(late)
    assert Activation.objects.get().link_version == 1


def test_after_ten_minutes_the_code_counts_no_more(known, kari, sent, holder, clock):
    browser = holder(sent(known.client, by=kari))
    session = browser.session
    session[FORWARD_CODE.session_key] = {
        **session[FORWARD_CODE.session_key],
        "until": (clock() - timedelta(seconds=1)).isoformat(),
    }
    session.save()

    late = send_on(browser, mailed_code())

    assert "Koden gjelder ikke lenger" in text(late)
    assert Activation.objects.get().link_version == 1


def test_a_new_code_takes_the_place_of_the_first(known, kari, sent, holder, monkeypatch):
    browser = holder(sent(known.client, by=kari))
    first = mailed_code()
    monkeypatch.setattr("secrets.randbelow", lambda below: int(wrong(first)))
    browser.post(CODE)
    second = mailed_code()

    early = send_on(browser, first)
    done = send_on(browser, second)

    assert "Koden er ikke riktig." in text(early)
    assert done.redirect_chain == [(DONE, 302)]


def test_another_browsers_code_is_not_taken(known, kari, sent, holder):
    activation = sent(known.client, by=kari)
    holder(activation)
    code = mailed_code()

    assert "Koden gjelder ikke lenger" in text(send_on(holder(activation, asks=False), code))


def test_the_code_stands_hashed_in_the_session_and_nowhere_in_the_page(known, kari, sent, holder):
    browser = holder(sent(known.client, by=kari))
    code = mailed_code()

    assert code not in str(dict(browser.session))
    assert code not in re.sub(r'value="[^"]*"', "", text(browser.get(PAGE)))


def test_who_asks_for_codes_without_end_is_told_to_wait(known, kari, sent, holder):
    browser = holder(sent(known.client, by=kari), asks=False)

    for _ in range(6):
        browser.post(CODE)

    assert Email.objects.filter(kind="forward_code").count() == 5
    assert "Vent en time" in text(browser.get(PAGE))


def test_a_request_that_is_closed_meanwhile_tells_so(known, kari, sent, holder):
    activation = sent(known.client, by=kari)
    browser = holder(activation)
    actions.withdraw_activation(activation=activation, by=kari)

    answers = [browser.get(PAGE), send_on(browser, mailed_code() or "123456"), browser.post(CODE)]

    assert all("Forespørselen er trukket tilbake" in text(answer) for answer in answers)


def test_somebody_who_is_signed_in_is_led_to_the_request_or_nowhere(known, kari, sent, holder, page_of):
    activation = sent(known.client, by=kari)
    administrator, stranger = holder(activation, asks=False), holder(activation, asks=False)
    for browser, user in ((administrator, known.administrator.user), (stranger, factories.UserFactory())):
        session = dict(browser.session)
        browser.force_login(user)
        kept = browser.session
        kept.update({"link": session["link"]})
        kept.save()

    assert administrator.get(PAGE).url == page_of(activation)
    assert stranger.get(PAGE).status_code == 404


# --- The older link


def replace(activation, kari):
    actions.correct_address(activation=activation, by=kari, **ANNE)


@pytest.mark.parametrize("who", ["nobody", "stranger", "asking firm"])
def test_the_older_link_says_erstattet_to_everybody_but_the_company_without_a_name(
    who, known, kari, sent, sign_in, link_of
):
    activation = sent(known.client, by=kari)
    older = link_of(activation)
    replace(activation, kari)
    people = {"stranger": factories.UserFactory(), "asking firm": kari}
    browser = sign_in(people[who]) if who in people else Browser()

    answer = browser.get(older)

    page = text(answer)
    assert answer.status_code == 200
    assert "Denne forespørselen er erstattet" in page
    assert reverse("links:link-request") in page
    if who in ("nobody", "stranger"):
        for name in ("Fjord", "Ørsta", "Per Rør", "Anne", "eAccounting", "@orstaror"):
            assert name not in page
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_password_page_left_open_says_erstattet_and_sets_nothing(new, kari, sent, link_of):
    activation, browser = sent(new.client, by=kari), Browser()
    browser.get(link_of(activation), follow=True)
    replace(activation, kari)

    answer = browser.post("/i/velg-passord/", {"password": "blomster-paa-torget"})

    assert "Denne forespørselen er erstattet" in text(answer)
    assert not CompanyUser.objects.filter(user__isnull=False, company=activation.company).exists()


def test_the_old_address_gets_no_new_link_and_the_new_one_does(client, known, kari, sent, new_links):
    replace(sent(known.client, by=kari), kari)

    client.post("/i/be-om-ny/", {"address": "per@orstaror.example"})
    client.post("/i/be-om-ny/", {"address": "anne@orstaror.example"})
    new_links()

    assert list(Email.objects.order_by("pk").values_list("to", flat=True)) == [
        "per@orstaror.example",
        "anne@orstaror.example",
        "anne@orstaror.example",
    ]


def test_the_new_link_leads_where_it_should(known, kari, sent, link_of):
    activation = sent(known.client, by=kari)
    replace(activation, kari)
    activation.refresh_from_db()

    assert Browser().get(link_of(activation)).url.startswith("/konto/login/")
