"""A request that is over, or whose link is replaced, leads its own people to what waits; nobody else learns of it."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest
from django.test import Client as Browser
from django.utils.formats import date_format

from collaboration import actions
from collaboration.models import Activation
from ground.clock import oslo_date
from notifications.models import Email
from organisations.models import CompanyUser
from tests import factories
from tests.my_services.test_link import follow, named_headers, sign_in_at, strangers, text, to_sign_in
from tests.pairs import some_of

pytestmark = pytest.mark.django_db

WAYS = ["changed", "withdrawn", "declined", "expired", "over, but not swept"]
ANNE = {"name": "Anne Vik", "email": "anne@orstaror.example", "link_version": 1}
NOTHING_TO_DO = ("trenger ikke gjøre noe", "ikke noe å svare på nå")


@pytest.fixture
def close(known, kari, clock):
    """Close a request in one of the WAYS: close(activation, "declined"); "changed" opens a draft besides."""

    def closed(activation, how):
        if how == "changed":
            actions.change_activation(activation=activation, by=kari, clock=clock)
        elif how == "withdrawn":
            actions.withdraw_activation(activation=activation, by=kari, clock=clock)
        elif how == "declined":
            actions.decline_activation(activation=activation, by=known.administrator, reason="other", clock=clock)
        else:
            Activation.objects.filter(pk=activation.pk).update(expires_at=clock() - timedelta(minutes=1))
            if how == "expired":
                actions.expire_activations()
        activation.refresh_from_db()

    return closed


@pytest.fixture
def ask_anew(kari, clock):
    """Begin anew from a closed request, and send it: ask_anew(activation)."""

    def sent_again(activation):
        draft = actions.restart_activation(activation=activation, by=kari, clock=clock)
        draft = Activation.objects.drafts().get(client=activation.client) if not draft.is_draft else draft
        return actions.send_activation(activation=draft, by=kari, clock=clock)

    return sent_again


@pytest.fixture
def go_on(ask_anew, kari, clock):
    """Send what follows a closed request, whether its draft is there already or not."""

    def gone_on(activation):
        draft = Activation.objects.drafts().filter(client=activation.client).first()
        if draft is None:
            return ask_anew(activation)
        return actions.send_activation(activation=draft, by=kari, clock=clock)

    return gone_on


# --- The company's people


@pytest.mark.parametrize("how", WAYS)
def test_the_older_link_leads_the_companys_people_to_the_new_request(
    how, known, kari, sent, close, go_on, sign_in, link_of, page_of
):
    people = [factories.CompanyUserFactory(company=known.company, role=role) for role in CompanyUser.Role.values]
    older = sent(known.client, by=kari)
    close(older, how)

    newer = go_on(older)

    for person in people:
        browser = sign_in(person)
        assert browser.get(link_of(older)).url == page_of(newer)
        assert browser.get(follow(older)).url == page_of(newer)
        assert browser.get(f"{link_of(older)}ikke-meg/", follow=True).redirect_chain[-1] == (page_of(newer), 302)


@pytest.mark.parametrize("how", WAYS)
def test_the_older_page_tells_that_a_new_one_waits_and_leads_there(
    how, known, kari, sent, close, go_on, sign_in, page_of
):
    older = sent(known.client, by=kari)
    close(older, how)
    browser = sign_in(known.administrator)
    before = text(browser.get(page_of(older)))

    newer = go_on(older)
    after = text(browser.get(page_of(older)))

    assert "ny forespørsel venter" not in before
    assert "En ny forespørsel venter på svar" in after
    assert f'href="{page_of(newer)}"' in after
    assert not any(words in after for words in NOTHING_TO_DO)


@pytest.mark.parametrize("ways", [("changed", "changed"), ("declined", "changed", "expired"), ("withdrawn",) * 3])
def test_of_a_chain_every_older_link_and_page_lead_to_the_last(
    ways, known, kari, sent, close, go_on, sign_in, link_of, page_of
):
    chain = [sent(known.client, by=kari)]
    for how in ways:
        close(chain[-1], how)
        chain.append(go_on(chain[-1]))
    browser = sign_in(known.administrator)

    for older in chain[:-1]:
        assert browser.get(link_of(older)).url == page_of(chain[-1])
        assert f'href="{page_of(chain[-1])}"' in text(browser.get(page_of(older)))


def test_a_draft_is_nobodys_business(known, kari, sent, close, sign_in, link_of, page_of):
    older, untouched = sent(known.client, by=kari), Browser()
    close(older, "withdrawn")
    browser = sign_in(known.administrator)
    without = without_token(browser.get(page_of(older)).content)

    actions.restart_activation(activation=older, by=kari)

    assert browser.get(link_of(older)).url == page_of(older)
    assert without_token(browser.get(page_of(older)).content) == without
    assert "Spør Fjord Regnskap AS på nytt, får dere en ny e-post." in text(browser.get(page_of(older)))
    assert "er trukket tilbake" in text(untouched.get(link_of(older)))


def test_once_the_new_one_is_answered_the_older_link_leads_to_its_own_end_which_names_it(
    known, kari, sent, approve, close, go_on, sign_in, link_of, page_of
):
    older = sent(known.client, by=kari)
    close(older, "changed")
    newer = go_on(older)
    approve(newer, by=known.administrator)
    browser = sign_in(known.administrator)

    page = text(browser.get(page_of(older)))

    assert browser.get(link_of(older)).url == page_of(older)
    assert f'href="{page_of(newer)}"' in page
    assert "venter på svar" not in page


def test_a_request_to_another_company_is_not_told(known, kari, sent, close, sign_in, link_of, page_of):
    older = sent(known.client, by=kari)
    close(older, "withdrawn")
    other = factories.CompanyFactory(name=known.client.name)
    factories.CompanyUserFactory(company=other)
    known.client.org_number = other.org_number
    known.client.save()

    newer = sent(known.client, by=kari)

    assert newer.company == other
    browser = sign_in(known.administrator)
    assert browser.get(link_of(older)).url == page_of(older)
    assert f'href="{page_of(newer)}"' not in text(browser.get(page_of(older)))


def words_of_the_mail(activation) -> str:
    message = message_from_bytes(bytes(Email.objects.get(subject_id=activation.pk, kind="activation_sent").message),
                                 policy=default_policy)  # fmt: skip
    return " ".join(" ".join(message.get_body((kind,)).get_content().split()) for kind in ("plain", "html"))


@pytest.mark.parametrize(("how", "says"), [("changed", 2), ("withdrawn", 2), ("declined", 0), ("expired", 0)])
def test_the_mail_of_the_new_request_says_which_one_it_replaces(how, says, known, kari, sent, close, go_on):
    older = sent(known.client, by=kari)
    close(older, how)

    mail = words_of_the_mail(go_on(older))

    day = date_format(oslo_date(older.requested_at))
    assert "Erstatter" not in words_of_the_mail(older)
    assert mail.count(f"Erstatter forespørselen fra {day}.") == says


def test_to_another_receiver_the_mail_says_nothing_of_the_one_before(new, kari, sent, clock):
    older = sent(new.client, by=kari)
    draft = actions.change_activation(activation=older, by=kari, clock=clock)
    receiver = {"contact_name": "Anne Vik", "contact_email": "anne@aasblomster.example"}
    actions.save_answers(activation=draft, by=kari, answers=receiver)

    newer = actions.send_activation(activation=draft, by=kari, clock=clock)

    assert "Erstatter" not in words_of_the_mail(newer)


# --- Everybody else: to the byte as without


@pytest.mark.parametrize("how", some_of(WAYS, "changed"))
def test_nobody_else_sees_that_there_is_a_new_one(how, known, kari, nils, sent, close, go_on, sign_in, link_of):
    older = sent(known.client, by=kari)
    close(older, how)
    browsers = [Browser(), *(sign_in(person) for person in strangers(kari, nils).values())]
    addresses = (link_of(older), follow(older), f"{link_of(older)}ikke-meg/")

    def answers():
        found = [browser.get(address, follow=True) for browser in browsers for address in addresses]
        pages = [(answer.status_code, answer.redirect_chain, without_token(answer.content)) for answer in found]
        return pages, [named_headers(browser.get(link_of(older))) for browser in browsers]

    answers()  # the session and its cookies are there from the first visit on
    before = answers()
    go_on(older)

    assert answers() == before
    assert not any(words in text(browser.get(link_of(older))) for browser in browsers for words in NOTHING_TO_DO)


def without_token(content: bytes) -> list[bytes]:
    """A page's lines but for those with a token against forged forms, which is another on every page."""
    return [line for line in content.splitlines() if b"csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize("how", WAYS)
def test_signing_in_from_the_older_link_leads_to_the_new_request(
    how, known, kari, sent, close, go_on, link_of, page_of
):
    older = sent(known.client, by=kari)
    close(older, how)
    newer, browser = go_on(older), Browser()

    page = text(browser.get(link_of(older)))
    answer = sign_in_at(browser, to_sign_in(older), "per@orstaror.example")

    assert to_sign_in(older) in page
    assert answer.redirect_chain[-1] == (page_of(newer), 302)


# --- A new company's receiver


@pytest.fixture
def eva(db):
    return factories.UserFactory(name="Eva Ås", email="eva@aasblomster.example")


@pytest.mark.parametrize("how", ["changed", "withdrawn", "expired"])
def test_a_new_companys_receiver_comes_to_the_offer_of_the_new_request(
    how, new, kari, eva, sent, close, go_on, sign_in, link_of
):
    older = sent(new.client, by=kari)
    close(older, how)

    go_on(older)

    assert older.company is None
    assert sign_in(eva).get(link_of(older)).url == "/tilbud/"


def test_an_earlier_receiver_of_a_new_company_sees_what_was_there_before(new, kari, eva, sent, clock, sign_in, link_of):
    older = sent(new.client, by=kari)
    draft = actions.change_activation(activation=older, by=kari, clock=clock)
    browser = sign_in(eva)
    before = browser.get(link_of(older)).content
    actions.save_answers(
        by=kari, activation=draft, answers={"contact_name": "Anne Vik", "contact_email": "anne@aasblomster.example"}
    )

    actions.send_activation(activation=draft, by=kari, clock=clock)

    assert browser.get(link_of(older)).content == before


CHOOSE = ("/i/velg-passord/", 302)
OVER_WITHOUT_AN_ANSWER = ["changed", "withdrawn", "expired", "over, but not swept"]


def chain_of(browser, address):
    return browser.get(address, follow=True).redirect_chain


@pytest.mark.parametrize("how", OVER_WITHOUT_AN_ANSWER)
def test_the_older_link_leads_who_is_no_user_yet_where_the_newer_link_does(
    how, new, kari, sent, close, go_on, link_of, page_of
):
    older = sent(new.client, by=kari)
    close(older, how)
    newer, browser = go_on(older), Browser()

    assert chain_of(browser, link_of(older)) == [CHOOSE] == chain_of(Browser(), link_of(newer))
    answer = browser.post("/i/velg-passord/", {"password": "blomster-paa-torget"}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(page_of(newer))
    assert CompanyUser.objects.of(newer.company).active().get().user.email == "eva@aasblomster.example"


def test_until_the_new_one_is_sent_the_older_link_of_a_new_company_sets_no_password(new, kari, sent, close, link_of):
    older, browser = sent(new.client, by=kari), Browser()
    close(older, "changed")

    assert chain_of(browser, link_of(older)) == []
    assert browser.get("/i/velg-passord/").status_code == 404


def test_a_page_that_was_open_meanwhile_leads_there_and_chooses_nothing(new, kari, sent, close, go_on, link_of):
    older, browser = sent(new.client, by=kari), Browser()
    browser.get(link_of(older))
    close(older, "changed")
    go_on(older)

    answer = browser.post("/i/velg-passord/", {"password": "blomster-paa-torget"})

    assert (answer.url, answer.status_code) == CHOOSE
    assert not CompanyUser.objects.active().filter(user__email="eva@aasblomster.example").exists()
    assert browser.get("/i/velg-passord/").status_code == 200


def test_who_has_a_user_is_led_to_the_sign_in_of_the_newer_one(new, kari, eva, sent, close, go_on, link_of):
    older = sent(new.client, by=kari)
    close(older, "changed")

    newer = go_on(older)

    assert chain_of(Browser(), link_of(older)) == [(to_sign_in(newer), 302)]


def test_the_older_link_says_of_the_newer_one_that_it_is_not_me(new, kari, sent, close, go_on, link_of):
    older, browser = sent(new.client, by=kari), Browser()
    close(older, "changed")
    newer = go_on(older)

    browser.get(f"{link_of(older)}ikke-meg/", follow=True)
    browser.post("/i/ikke-meg/")

    newer.refresh_from_db()
    assert newer.is_disowned


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_older_link_tells_a_stranger_and_another_receiver_nothing(
    is_signed_in, new, kari, nils, sent, clock, sign_in, link_of
):
    older = sent(new.client, by=kari)
    draft = actions.change_activation(activation=older, by=kari, clock=clock)
    browsers = [sign_in(person) for person in strangers(kari, nils).values()] if is_signed_in else [Browser()]
    before = [browser.get(link_of(older)).content for browser in browsers]
    if not is_signed_in:
        receiver = {"contact_name": "Anne Vik", "contact_email": "anne@aasblomster.example"}
        actions.save_answers(by=kari, activation=draft, answers=receiver)

    actions.send_activation(activation=draft, by=kari, clock=clock)

    assert [browser.get(link_of(older)).content for browser in browsers] == before


# --- A replaced link


@pytest.mark.parametrize("way", ["corrected", "forwarded"])
def test_a_replaced_link_leads_the_companys_people_to_the_request(way, known, kari, sent, sign_in, link_of, page_of):
    people = [factories.CompanyUserFactory(company=known.company, role=role) for role in CompanyUser.Role.values]
    activation = sent(known.client, by=kari)
    older = link_of(activation)
    if way == "corrected":
        actions.correct_address(activation=activation, by=kari, **ANNE)
    else:
        actions.forward_activation(activation=activation, by=known.administrator, **ANNE)

    for person in people:
        assert sign_in(person).get(older).url == page_of(activation)
        assert sign_in(person).get(f"{older}ikke-meg/").url == page_of(activation)


def test_signing_in_from_a_replaced_link_leads_to_the_request(known, kari, sent, link_of, page_of):
    activation, browser = sent(known.client, by=kari), Browser()
    older = link_of(activation)
    actions.correct_address(activation=activation, by=kari, **ANNE)

    page = text(browser.get(older))
    answer = sign_in_at(browser, to_sign_in(activation), "per@orstaror.example")

    assert to_sign_in(activation) in page
    assert answer.redirect_chain[-1] == (page_of(activation), 302)


def test_a_replaced_link_leads_the_new_companys_new_receiver_to_the_offer(new, kari, sent, sign_in, link_of):
    anne = factories.UserFactory(name="Anne Vik", email="anne@orstaror.example")
    activation = sent(new.client, by=kari)
    older = link_of(activation)

    actions.correct_address(activation=activation, by=kari, **ANNE)

    assert sign_in(anne).get(older).url == "/tilbud/"


EVA = {"name": "Eva Ås", "email": "eva@aasblomster.example"}


@pytest.mark.parametrize("how", ["name alone", "there and back", "changed since"])
def test_a_replaced_link_leads_the_same_mailbox_where_todays_link_does(how, new, kari, sent, close, go_on, link_of):
    activation, browser = sent(new.client, by=kari), Browser()
    older = link_of(activation)
    browser.get(older)
    if how == "name alone":
        actions.correct_address(activation=activation, by=kari, **EVA | {"name": "Eva Marie Ås"}, link_version=1)
    else:
        actions.correct_address(activation=activation, by=kari, **ANNE)
        assert "erstattet" in text(browser.get(older))
        actions.correct_address(activation=activation, by=kari, **EVA, link_version=2)
    if how == "changed since":
        activation.refresh_from_db()
        close(activation, "changed")
        go_on(activation)

    assert (browser.get("/i/velg-passord/").url, 302) == CHOOSE
    assert browser.get("/i/velg-passord/").status_code == 200
    assert chain_of(Browser(), older) == [CHOOSE]


def test_a_replaced_link_of_a_closed_request_leads_to_the_new_one(
    known, kari, sent, close, go_on, sign_in, link_of, page_of
):
    activation = sent(known.client, by=kari)
    older = link_of(activation)
    actions.correct_address(activation=activation, by=kari, **ANNE)
    activation.refresh_from_db()
    close(activation, "changed")

    newer = go_on(activation)

    assert sign_in(known.administrator).get(older).url == page_of(newer)


def test_a_replaced_link_says_the_same_to_everybody_else(known, kari, nils, sent, close, sign_in, link_of):
    activation = sent(known.client, by=kari)
    older = link_of(activation)
    actions.correct_address(activation=activation, by=kari, **ANNE)
    browsers = [Browser(), *(sign_in(person) for person in strangers(kari, nils).values())]
    while_it_waits = [browser.get(older) for browser in browsers]
    activation.refresh_from_db()
    close(activation, "withdrawn")

    assert all("Denne forespørselen er erstattet" in text(answer) for answer in while_it_waits)
    assert [browser.get(older).content for browser in browsers] == [answer.content for answer in while_it_waits]
