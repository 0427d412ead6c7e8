"""Avslå: a reason from the list, and what the person writes."""

import pytest

from collaboration import actions
from notifications.models import Email
from organisations.models import CompanyUser
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def say_no(sign_in, page_of, post):
    def decline(activation, person, **fields):
        return post(sign_in(person), page_of(activation) + "avsla/", person.company, **fields)

    return decline


def test_the_reason_and_the_comment_are_kept_and_told(known, kari, sent, say_no, sign_in, page_of):
    activation = sent(known.client, by=kari)

    response = say_no(activation, known.administrator, reason="too_expensive", comment="Vi venter til nyttår.")

    assert (response.status_code, response.url) == (302, page_of(activation))
    activation.refresh_from_db()
    assert (activation.status, activation.decline_reason) == ("declined", "too_expensive")
    told = Email.objects.exclude(kind="activation_sent").order_by("kind").values_list("kind", "to")
    assert list(told) == [
        ("activation_declined", "kari@fjordregnskap.example"),
        ("decline_receipt", "per@orstaror.example"),
    ]
    page = sign_in(known.administrator).get(page_of(activation)).content.decode()
    assert "Per Rør avslo på vegne av Ørsta Rør AS" in page
    assert "Prisen er for høy" in page
    assert "Vi venter til nyttår." in page


@pytest.mark.parametrize("reason", ["", "noe annet"])
def test_without_a_reason_nothing_is_decided_and_the_comment_is_kept(reason, known, kari, sent, say_no):
    activation = sent(known.client, by=kari)

    page = say_no(activation, known.administrator, reason=reason, comment="Vi venter til nyttår.")

    assert "<title>Feil:" in page.content.decode()
    assert "Vi venter til nyttår." in page.content.decode()
    activation.refresh_from_db()
    assert activation.is_pending


def test_a_novel_of_a_comment_is_refused_with_a_sentence(known, kari, sent, say_no):
    activation = sent(known.client, by=kari)

    page = say_no(activation, known.administrator, reason="other", comment="a" * 1001)

    assert "Rett dette før du går videre" in page.content.decode()
    activation.refresh_from_db()
    assert activation.is_pending


def test_the_same_answer_twice_is_answered_like_the_first(known, kari, sent, say_no):
    activation = sent(known.client, by=kari)

    answers = [say_no(activation, known.administrator, reason="other") for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Email.objects.filter(kind="decline_receipt").count() == 1


def test_after_a_yes_the_no_is_told_what_stands(known, kari, sent, approve, sign_in, page_of, post):
    activation, browser = sent(known.client, by=kari), sign_in(known.administrator)
    approve(activation, by=known.administrator)

    response = post(browser, page_of(activation) + "avsla/", known.company, reason="other")
    page = browser.get(response.url).content.decode()

    activation.refresh_from_db()
    assert activation.status == "approved"
    assert "Forespørselen er allerede godkjent." in page
    assert "Du har avslått" not in page


def test_a_withdrawn_request_refuses(known, kari, sent, say_no):
    activation = sent(known.client, by=kari)
    actions.withdraw_activation(activation=activation, by=kari)

    say_no(activation, known.administrator, reason="other")

    activation.refresh_from_db()
    assert activation.status == "withdrawn"


def test_who_is_no_administrator_comes_back_to_the_request(known, kari, sent, say_no, sign_in, page_of):
    activation = sent(known.client, by=kari)
    person = factories.CompanyUserFactory(company=known.company, role=CompanyUser.Role.USER)

    page = sign_in(person).get(page_of(activation) + "avsla/")
    response = say_no(activation, person, reason="other")

    assert (page.status_code, page.url) == (302, page_of(activation))
    assert (response.status_code, response.url) == (302, page_of(activation))
    activation.refresh_from_db()
    assert activation.is_pending


def test_the_comment_reaches_the_firm_without_marks_that_turn_it(known, kari, sent, say_no):
    activation = sent(known.client, by=kari)

    say_no(activation, known.administrator, reason="other", comment="Ring \u202emeg.\r\nHilsen\u200b Per")

    activation.refresh_from_db()
    assert activation.decline_comment == "Ring meg.\nHilsen Per"
    assert "\u202e" not in bytes(Email.objects.get(kind="activation_declined").message).decode()
