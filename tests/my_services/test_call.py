"""Somebody to call: on the request before and after the answer, where the accesses are listed, and in the mails."""

import email
from email.policy import default

import pytest

from collaboration import actions
from collaboration.models import Activation, Collaboration
from ground.clock import database_clock
from notifications.models import Email
from organisations.models import Firm

pytestmark = pytest.mark.django_db

KARI = ('href="tel:+4722000000"', 'href="mailto:kari@fjordregnskap.example"')
FJORD = ('href="tel:+4721000000"', 'href="mailto:post@fjordregnskap.example"')


@pytest.fixture(autouse=True)
def with_an_address(fjord):
    Firm.objects.filter(pk=fjord.pk).update(email="post@fjordregnskap.example")


def approve_it(activation, known, kari, approve):
    approve(activation, by=known.administrator)


def decline_it(activation, known, kari, approve):
    actions.decline_activation(activation=activation, by=known.administrator, reason="other", comment="")


def withdraw_it(activation, known, kari, approve):
    actions.withdraw_activation(activation=activation, by=kari)


def let_it_expire(activation, known, kari, approve):
    Activation.objects.filter(pk=activation.pk).update(status="expired", decided_at=database_clock(), decided_by=None)


def leave_it(activation, known, kari, approve):
    """It waits."""


@pytest.mark.parametrize("deed", [leave_it, approve_it, decline_it, withdraw_it, let_it_expire])
def test_the_request_names_who_asked_and_the_firm_whatever_became_of_it(
    deed, known, kari, sent, approve, sign_in, page_of
):
    activation = sent(known.client, by=kari)
    deed(activation, known, kari, approve)

    page = sign_in(known.administrator).get(page_of(activation)).content.decode()

    assert [link for link in (*KARI, *FJORD) if link not in page] == []


def test_who_has_left_is_not_to_be_called(known, kari, ola, sent, sign_in, page_of):
    activation = sent(known.client, by=kari)
    activation.task.owner = ola
    activation.task.save()
    kari.deactivated_at = database_clock()
    kari.save()

    page = sign_in(known.administrator).get(page_of(activation)).content.decode()

    assert "mailto:kari@" not in page
    assert "mailto:ola@fjordregnskap.example" in page


@pytest.mark.parametrize("address", ["/mine-tjenester/", "/mine-tjenester/tjenester/eaccounting/"])
def test_so_does_the_list_of_who_has_access(address, known, kari, sent, approve, sign_in):
    approve(sent(known.client, by=kari), by=known.administrator)

    page = sign_in(known.administrator).get(address).content.decode()

    assert [link for link in (*KARI, *FJORD) if link not in page] == []


def test_a_number_that_nobody_can_call_is_text(known, kari, sent, sign_in, page_of):
    kari.user.phone = "spør i skranken"
    kari.user.save()

    page = sign_in(known.administrator).get(page_of(sent(known.client, by=kari))).content.decode()

    assert "spør i skranken" in page
    assert 'href=""' not in page


def test_the_mails_about_a_firm_name_somebody_too(known, kari, sent, approve):
    activation = sent(known.client, by=kari)
    approve(activation, by=known.administrator)
    actions.end_collaboration(collaboration=Collaboration.objects.get(), by=kari)

    for kind in ("activation_sent", "approval_receipt", "collaboration_ended_by_firm"):
        row = Email.objects.get(kind=kind)
        mail = email.message_from_bytes(bytes(row.message), policy=default)
        text, marked_up = (mail.get_body((part,)).get_content() for part in ("plain", "html"))
        assert [link for link in KARI if link not in marked_up] == [], kind
        assert "22 00 00 00" in text
        assert "kari@fjordregnskap.example" in text


def test_so_do_those_about_a_no_and_an_end(known, kari, sent, approve):
    actions.decline_activation(
        activation=sent(known.client, by=kari), by=known.administrator, reason="other", comment=""
    )
    approve(sent(known.client, by=kari), by=known.administrator)
    actions.end_collaboration(collaboration=Collaboration.objects.get(), by=known.administrator)

    for kind in ("decline_receipt", "end_receipt"):
        mail = email.message_from_bytes(bytes(Email.objects.get(kind=kind).message), policy=default)
        assert [link for link in KARI if link not in mail.get_body(("html",)).get_content()] == [], kind
