"""The e-mailed link: where it leads whom, and that it tells nothing to anybody else."""

import html
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from byra.logs import hide
from collaboration import actions, links
from collaboration.models import Activation
from ground.clock import database_clock
from history.models import Event
from notifications.models import Email
from organisations.models import CompanyUser, User
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

PASSWORD = "blomster-paa-torget"
LOGIN = "/konto/login/?next="


def text(response) -> str:
    return response.content.decode()


def read(link, browser=None):
    return (browser or Browser()).get(link, follow=True)


def choose(browser, password=PASSWORD):
    return browser.post("/i/velg-passord/", {"password": password})


def follow(activation) -> str:
    return f"/i/foresporsel/{activation.pk}/"


def to_sign_in(activation) -> str:
    return LOGIN + follow(activation).replace("/", "%2F")


def sign_in_at(browser, address, email, password=factories.PASSWORD):
    following = parse_qs(urlsplit(address).query)["next"][0]
    return browser.post(address, {"login": email, "password": password, "next": following}, follow=True)


def age(activation, **columns):
    Activation.objects.filter(pk=activation.pk).update(**columns)


# --- A wrong link, and those who have no business with a right one


def strangers(kari, nils) -> dict:
    """Somebody without any place, another company's administrator, the asking firm's employee, another firm's."""
    return {
        "nobody": factories.UserFactory(),
        "other customer": factories.CompanyUserFactory().user,
        "asking firm": kari.user,
        "other firm": nils.user,
    }


def named_headers(response) -> dict[str, str]:
    """Without the one that is another for every request."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


@pytest.mark.parametrize("who", ["nobody", "other customer", "asking firm", "other firm"])
def test_a_stranger_gets_the_answer_of_a_wrong_link_to_the_byte(who, kari, nils, known, sent, sign_in, link_of):
    activation = sent(known.client, by=kari)
    browser = sign_in(strangers(kari, nils)[who])

    theirs = browser.get(link_of(activation))
    wrong = browser.get("/i/" + "A" * 43 + "/")

    assert theirs.status_code == wrong.status_code == 404
    assert theirs.content == wrong.content
    assert named_headers(theirs) == named_headers(wrong)
    assert "Fjord" not in text(theirs)
    assert "Ørsta" not in text(theirs)


def test_a_stranger_gets_the_same_answer_to_the_link_of_a_new_customer(new, kari, nils, sent, sign_in, link_of):
    browser = sign_in(nils)

    assert browser.get(link_of(sent(new.client, by=kari))).content == browser.get("/i/feil/").content


def test_a_wrong_link_offers_the_ways_on(client, sign_in):
    anonymous = text(client.get("/i/feil/"))
    signed_in = text(sign_in(factories.UserFactory()).get("/i/feil/"))

    assert "Be om ny lenke" in anonymous
    assert "Logg inn som en annen" in signed_in
    assert reverse("account_logout") in signed_in


def test_every_changed_character_makes_it_a_wrong_link(client, known, kari, sent, link_of):
    link = link_of(sent(known.client, by=kari))
    token = link.split("/")[2]

    for index, character in enumerate(token):
        changed = token[:index] + ("x" if character != "x" else "y") + token[index + 1 :]
        assert client.get(f"/i/{changed}/").status_code == 404


def test_a_replaced_link_is_a_wrong_link(client, known, kari, sent, link_of):
    activation = sent(known.client, by=kari)
    old = link_of(activation)
    age(activation, link_version=2, token_hash=links.hash_token(links.make_token(activation.pk, 2)))

    assert client.get(old).status_code == 404


# --- Reading it changes nothing


def test_scanners_change_nothing(new, kari, sent, link_of):
    link = link_of(sent(new.client, by=kari))
    before = [list(model.objects.order_by("pk").values()) for model in (Activation, CompanyUser, User, Event, Email)]

    for agent in ("Outlook", "SafeLinks", "Proofpoint", "Mimecast", "curl"):
        browser = Browser(headers={"user-agent": agent})
        for method in (browser.get, browser.head, browser.options, browser.post):
            method(link, follow=True)

    after = [list(model.objects.order_by("pk").values()) for model in (Activation, CompanyUser, User, Event, Email)]
    assert after == before


def test_a_form_posted_without_the_page_is_refused(new, kari, sent, link_of):
    browser = Browser(enforce_csrf_checks=True)
    browser.get(link_of(sent(new.client, by=kari)))

    answer = choose(browser)

    assert answer.status_code == 403
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_the_link_is_not_told_to_other_sites_nor_kept(client, known, kari, sent, link_of):
    for link in (link_of(sent(known.client, by=kari)), "/i/feil/"):
        answer = client.get(link)

        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"


def test_the_page_for_the_password_is_not_kept_and_its_form_can_be_sent(new, kari, sent, link_of):
    page = read(link_of(sent(new.client, by=kari)))

    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"


def test_the_token_stays_out_of_the_log(known, kari, sent, link_of):
    link = link_of(sent(known.client, by=kari))

    written = hide(f"Not Found: {link}")

    assert written.startswith("Not Found: /i/")
    assert link.strip("/").split("/")[-1] not in written


# --- A closed request


@pytest.fixture
def closed(known, kari, sent, approve, clock):
    def close(how):
        activation = sent(known.client, by=kari)
        if how == "approved":
            approve(activation, by=known.administrator)
        elif how == "declined":
            actions.decline_activation(activation=activation, by=known.administrator, reason="other", comment="Nei.")
        elif how == "withdrawn":
            actions.withdraw_activation(activation=activation, by=kari)
        else:
            age(activation, expires_at=clock() - timedelta(minutes=1))
        if how == "expired":
            actions.expire_activations()
        return activation

    return close


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("approved", "Forespørselen er godkjent"),
        ("declined", "Forespørselen er avslått"),
        ("withdrawn", "Forespørselen er trukket tilbake"),
        ("expired", "Forespørselen er utløpt"),
        ("over, but not swept", "Forespørselen er utløpt"),
    ],
)
def test_a_closed_request_tells_its_state_without_names(how, sentence, closed, link_of, client, nils, sign_in):
    link = link_of(closed(how))

    for browser in (client, sign_in(nils)):
        answer = browser.get(link)
        assert answer.status_code == 200
        assert sentence in text(answer)
        for name in ("Fjord", "Ørsta", "Per Rør", "Kari", "eAccounting", "per@"):
            assert name not in text(answer)


def test_who_decided_comes_to_his_own_outcome(closed, known, sign_in, link_of, page_of):
    activation = closed("approved")
    browser = sign_in(known.administrator)

    answer = browser.get(link_of(activation))

    assert (answer.status_code, answer.url) == (302, page_of(activation))
    assert "Per Rør godkjente på vegne av Ørsta Rør AS" in text(browser.get(answer.url))


# --- Scenario 1 and 2: the sign-in page


def test_who_is_not_signed_in_comes_to_the_sign_in_page_that_names_the_request(known, kari, sent, link_of):
    activation = sent(known.client, by=kari)

    answer = read(link_of(activation))

    assert answer.redirect_chain == [(to_sign_in(activation), 302)]
    for name in ("Fjord Regnskap AS", "Ørsta Rør AS", "Visma eAccounting"):
        assert name in text(answer)
    for secret in ("349", "4 188", "per@orstaror.example", "Kari"):
        assert secret not in text(answer)


def test_signing_in_leads_on_to_the_request(known, kari, sent, link_of, page_of):
    activation = sent(known.client, by=kari)
    browser = Browser()
    answer = browser.get(link_of(activation))

    answer = sign_in_at(browser, answer.url, "per@orstaror.example")

    assert answer.redirect_chain == [(follow(activation), 302), (page_of(activation), 302)]
    assert "Fjord Regnskap AS ber om samarbeid" in text(answer)


@pytest.mark.parametrize("who", ["nobody", "other customer", "asking firm", "other firm"])
def test_a_stranger_who_signs_in_after_the_click_gets_the_answer_of_a_wrong_link(
    who, kari, nils, known, sent, sign_in, link_of
):
    stranger, browser = strangers(kari, nils)[who], Browser()
    activation = sent(known.client, by=kari)
    address = browser.get(link_of(activation)).url

    answer = sign_in_at(browser, address, stranger.email)
    browser.get("/i/feil/")  # the messages of the sign-in are read
    wrong = browser.get("/i/feil/")
    again = browser.get(follow(activation))

    assert answer.status_code == again.status_code == wrong.status_code == 404
    assert again.content == wrong.content
    assert named_headers(again) == named_headers(wrong)
    for way in ("Logg inn som en annen", "Be om ny lenke"):
        assert way in text(answer)


def test_a_number_of_no_request_is_answered_like_a_strangers(known, kari, nils, sent, sign_in):
    activation = sent(known.client, by=kari)
    browser = sign_in(nils)

    assert browser.get("/i/foresporsel/987654321/").content == browser.get(follow(activation)).content
    actions.withdraw_activation(activation=activation, by=kari)
    assert browser.get("/i/foresporsel/987654321/").content == browser.get(follow(activation)).content


def test_the_sign_in_page_forgets_a_closed_request(known, kari, sent, link_of):
    activation, browser = sent(known.client, by=kari), Browser()
    read(link_of(activation), browser)
    actions.withdraw_activation(activation=activation, by=kari)

    assert "Fjord" not in text(browser.get("/konto/login/"))


@pytest.mark.parametrize("role", [CompanyUser.Role.ADMINISTRATOR, CompanyUser.Role.USER, CompanyUser.Role.AUDITOR])
def test_the_companys_people_come_to_the_request(role, known, kari, sent, sign_in, link_of, page_of):
    activation = sent(known.client, by=kari)
    person = factories.CompanyUserFactory(company=known.company, role=role)

    answer = sign_in(person).get(link_of(activation))

    assert (answer.status_code, answer.url) == (302, page_of(activation))


def test_somebody_who_has_left_the_company_is_a_stranger(known, kari, sent, sign_in, link_of, clock):
    activation = sent(known.client, by=kari)
    left = factories.CompanyUserFactory(company=known.company, deactivated_at=clock())

    assert sign_in(left).get(link_of(activation)).status_code == 404


# --- Scenario 3: the receiver becomes a user


def test_the_receiver_chooses_a_password_and_reads_the_request(new, kari, sent, link_of, page_of):
    activation, browser = sent(new.client, by=kari), Browser()

    page = read(link_of(activation), browser)
    key_before = browser.session.session_key
    answer = choose(browser)

    assert page.redirect_chain == [("/i/velg-passord/", 302)]
    for name in ("Fjord Regnskap AS", "Ås Blomster", "Visma eAccounting", "eva@aasblomster.example"):
        assert name in text(page)
    assert "349" not in text(page)
    assert (answer.status_code, answer.url) == (302, page_of(activation))
    eva = User.objects.get(email="eva@aasblomster.example")
    place = CompanyUser.objects.get(email=eva.email)
    assert eva.check_password(PASSWORD)
    assert (place.user, place.role, place.company.is_known) == (eva, "administrator", True)
    assert browser.session.session_key != key_before
    assert "Fjord Regnskap AS ber om samarbeid" in text(browser.get(answer.url))


def test_the_receipt_says_that_the_new_user_came_by_password(new, kari, sent, link_of, page_of, post):
    activation, browser = sent(new.client, by=kari), Browser()
    read(link_of(activation), browser)
    choose(browser)
    activation.refresh_from_db()
    shown = browser.get(page_of(activation)).context["offer"].fingerprint

    post(browser, page_of(activation) + "godkjenn/", activation.company, shown=shown, accepts_terms="on")

    activation.refresh_from_db()
    assert activation.status == "approved"
    assert activation.receipt.record["signed_in_by"] == "password"


@pytest.mark.parametrize("password", ["", "kort", "password1234", "eva@aasblomster.example"])
def test_a_weak_password_is_refused_with_a_sentence(password, new, kari, sent, link_of):
    browser = Browser()
    read(link_of(sent(new.client, by=kari)), browser)

    answer = choose(browser, password)

    assert answer.status_code == 200
    assert "Rett dette før du går videre" in text(answer)
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_the_second_time_it_leads_to_sign_in(new, kari, sent, link_of):
    activation, browser, late = sent(new.client, by=kari), Browser(), Browser()
    read(link_of(activation), browser)
    read(link_of(activation), late)
    choose(browser)

    answer = read(link_of(activation))
    late_answer = choose(late, "et-annet-langt-passord")

    assert answer.redirect_chain == [(to_sign_in(activation), 302)]
    assert (late_answer.status_code, late_answer.url) == (302, to_sign_in(activation))
    assert User.objects.get(email="eva@aasblomster.example").check_password(PASSWORD)


def test_after_72_hours_it_asks_to_be_sent_again(new, kari, sent, link_of, clock):
    activation, browser = sent(new.client, by=kari), Browser()
    read(link_of(activation), browser)
    age(activation, link_mailed_at=clock() - timedelta(hours=72))

    page, late = read(link_of(activation)), choose(browser)

    for answer in (page, late):
        assert "Lenken er for gammel" in text(answer)
        assert reverse("links:link-request") in text(answer)
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_a_new_mail_opens_it_for_72_hours_more(new, kari, sent, link_of, clock, new_links):
    activation, browser = sent(new.client, by=kari), Browser()
    age(activation, link_mailed_at=clock() - timedelta(hours=73))

    browser.post("/i/be-om-ny/", {"address": "Eva@aasblomster.example "})
    new_links()

    assert "Velg passord" in text(read(link_of(activation)))


def test_the_page_for_the_password_needs_the_link(client):
    assert client.get("/i/velg-passord/").status_code == 404
    assert choose(client).status_code == 404


def test_a_link_that_is_replaced_while_the_page_is_open_sets_no_password(new, kari, sent, link_of):
    activation, browser = sent(new.client, by=kari), Browser()
    read(link_of(activation), browser)
    age(activation, link_version=2)

    assert choose(browser).status_code == 404
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_a_request_withdrawn_while_the_page_is_open_sets_no_password(new, kari, sent, link_of):
    activation, browser = sent(new.client, by=kari), Browser()
    read(link_of(activation), browser)
    actions.withdraw_activation(activation=activation, by=kari)

    answer = choose(browser)

    assert "Forespørselen er trukket tilbake" in text(answer)
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_somebody_who_has_a_user_signs_in_and_takes_the_place(new, kari, sent, link_of, page_of):
    activation, browser = sent(new.client, by=kari), Browser()
    eva = factories.UserFactory(name="Eva Ås", email="eva@aasblomster.example")

    answer = browser.get(link_of(activation))
    offers = sign_in_at(browser, answer.url, eva.email)
    place = offers.context["places"][0]
    accepted = browser.post(f"/tilbud/{place.pk}/ta-imot/")

    assert answer.url == to_sign_in(activation)
    assert offers.redirect_chain == [(follow(activation), 302), ("/tilbud/", 302)]
    assert "Fjord Regnskap AS ber om samarbeid i Visma eAccounting" in text(offers)
    assert (accepted.status_code, accepted.url) == (302, page_of(activation))
    assert browser.get(accepted.url).status_code == 200
    assert User.objects.filter(email=eva.email).count() == 1


def test_a_signed_in_receiver_comes_to_the_offer(new, kari, sent, sign_in, link_of):
    eva = factories.UserFactory(name="Eva Ås", email="eva@aasblomster.example")

    answer = sign_in(eva).get(link_of(sent(new.client, by=kari)))

    assert (answer.status_code, answer.url) == (302, "/tilbud/")


# --- Two firms ask the same new company


@pytest.fixture
def late(new, kari, sent, link_of):
    """Fjord asks Eva, and for another service Per; Eva has taken the place first. What Per holds: link, activation,
    his page.
    """
    first = sent(new.client, by=kari)
    new.client.contacts.update(name="Per Ås", email="per@aasblomster.example")
    second = sent(new.client, by=kari, service=factories.scanner())
    eva, per = Browser(), Browser()
    read(link_of(second), per)
    read(link_of(first), eva)
    choose(eva)
    second.refresh_from_db()
    return SimpleNamespace(activation=second, link=link_of(second), browser=per, eva=eva)


def test_who_came_too_late_is_told_that_the_administrator_must_answer(late):
    answer, chosen = late.browser.get(late.link), choose(late.browser)

    for page in (answer, chosen):
        assert page.status_code == 200
        assert "Forespørselen venter hos en annen" in text(page)
        assert to_sign_in(late.activation) in html.unescape(text(page))
        assert "Be om ny lenke" not in text(page)
        for name in ("Vidda", "Fjord", "Blomster", "Eva Ås", "eva@"):
            assert name not in text(page)
    assert not User.objects.filter(email="per@aasblomster.example").exists()


def test_the_administrator_may_sign_in_from_the_late_link_and_has_both_requests(late, page_of):
    answer = sign_in_at(Browser(), to_sign_in(late.activation), "eva@aasblomster.example", password=PASSWORD)
    overview = text(late.eva.get("/mine-tjenester/"))

    assert answer.redirect_chain == [(follow(late.activation), 302), (page_of(late.activation), 302)]
    for service in ("Visma eAccounting", "Visma Scanner"):
        assert f"Fjord Regnskap AS ber om samarbeid i {service}" in overview


def test_who_came_too_late_and_has_a_user_elsewhere_is_told_the_same(late, sign_in):
    browser = sign_in(factories.UserFactory(email="per@aasblomster.example"))

    for address in (late.link, follow(late.activation)):
        page = text(browser.get(address))
        assert "Forespørselen venter hos en annen" in page
        assert "Logg inn som en annen" in page
        assert "Be om ny lenke" not in page


def test_a_strangers_answer_to_the_late_link_is_that_of_a_wrong_one(late, sign_in, kari):
    browser = sign_in(kari)

    assert browser.get(late.link).content == browser.get("/i/feil/").content


def test_the_answers_hour_is_the_databases(new, kari, sent):
    activation = sent(new.client, by=kari)

    assert links.lets_set_password(activation, database_clock())
    assert not links.lets_set_password(activation, activation.expires_at)


@pytest.mark.django_db(transaction=True)
def test_two_who_choose_a_password_at_once_make_one_user(new, kari, sent):
    activation = sent(new.client, by=kari)

    def choose_now(password):
        return lambda: actions.accept_place_by_link(activation=activation, password=password)

    results = race(choose_now("det-forste-passordet"), choose_now("det-andre-passordet"))

    assert sorted(type(result).__name__ for result in results) == ["NotAllowed", "User"]
    assert User.objects.filter(email="eva@aasblomster.example").count() == 1
