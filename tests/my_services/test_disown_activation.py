"""Det er ikke meg: who got somebody else's request says so, without an account."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client as Browser

from collaboration import actions, links
from collaboration.facts import has_disowned
from collaboration.models import Reminder, ReplacedLink
from ground.clock import database_clock
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Alert, Email
from office.collaborations.rows import requests_of
from organisations.models import CompanyUser, User
from privacy.actions.retention import forget_disowned_addresses
from tests import factories
from tests.conftest import make_client
from tests.races import race

pytestmark = pytest.mark.django_db

PAGE = "/i/ikke-meg/"


@pytest.fixture
def not_me():
    """A browser that came by the mailed address: not_me(activation)."""

    def came(activation) -> Browser:
        browser = Browser()
        token = links.make_token(activation.pk, activation.link_version)
        browser.get(f"/i/{token}/ikke-meg/")
        return browser

    return came


@pytest.fixture
def disowned(new, kari, sent):
    return actions.disown_activation(activation=sent(new.client, by=kari))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def text_of(mail: Email) -> str:
    return bytes(mail.message).decode()


# --- The first mail


@pytest.mark.parametrize("scenario", ["subscribed", "known", "new"])
def test_the_first_mail_says_where_the_address_is_from_and_how_to_say_no_it_is_not_me(scenario, request, kari, sent):
    activation = sent(request.getfixturevalue(scenario).client, by=kari)

    mail = Email.objects.get(kind="activation_sent")

    token = links.make_token(activation.pk, 1)
    assert f"/i/{token}/ikke-meg/" in text_of(mail)
    assert "Adressen din fikk vi av Fjord Regnskap AS." in text_of(mail)


def test_who_was_named_by_the_one_before_is_told_by_whom_also_in_a_reminder(known, kari, sent):
    activation = sent(known.client, by=kari)
    receiver = {"name": "Anne Vik", "email": "anne@orstaror.example", "link_version": 1}
    actions.forward_activation(activation=activation, by=known.administrator, **receiver)
    Reminder.objects.filter(kind="last_warning").update(due_at=database_clock() - timedelta(minutes=1))

    actions.send_due_reminders()

    mails = Email.objects.filter(to="anne@orstaror.example")
    assert {mail.kind for mail in mails} == {"activation_sent", "activation_last_warning"}
    plain = [message_from_bytes(bytes(mail.message), policy=default).get_body(("plain",)) for mail in mails]
    assert all("\nEr det ikke deg? " in body.get_content() for body in plain)
    for mail in mails:
        assert "Videresendt av Per Rør." in text_of(mail)
        assert "/ikke-meg/" in text_of(mail)


# --- The deed


def test_it_works_without_an_account_and_the_one_who_asked_is_told(new, kari, sent, not_me):
    activation = sent(new.client, by=kari)
    browser = not_me(activation)

    page, answer = browser.get(PAGE), browser.post(PAGE)

    assert "Er forespørselen ikke til deg?" in text(page)
    assert "Takk for beskjeden" in text(answer)
    activation.refresh_from_db()
    assert (activation.status, activation.is_disowned) == ("pending", True)
    assert not CompanyUser.objects.filter(email="eva@aasblomster.example").exists()
    assert not Reminder.objects.waiting().exists()
    assert [mail.status for mail in Email.objects.filter(kind="activation_sent")] == ["cancelled"]
    assert [(alert.kind, alert.user) for alert in Alert.objects.all()] == [("activation_disowned", kari.user)]
    told = Email.objects.get(kind="activation_disowned")
    assert (told.to, "eva@aasblomster.example" in text_of(told)) == (kari.user.email, True)


def test_a_get_changes_nothing(new, kari, sent, not_me):
    activation = sent(new.client, by=kari)
    browser = not_me(activation)

    statuses = [browser.get(PAGE).status_code, browser.head(PAGE).status_code]

    activation.refresh_from_db()
    assert (statuses, activation.is_disowned) == ([200, 200], False)


def test_a_post_without_the_link_finds_nothing(new, kari, sent):
    activation = sent(new.client, by=kari)

    answer = Browser().post(PAGE)

    activation.refresh_from_db()
    assert (answer.status_code, activation.is_disowned) == (404, False)


def test_another_person_who_is_signed_in_gets_the_answer_to_a_wrong_link(new, kari, sent, nils, sign_in):
    activation = sent(new.client, by=kari)
    browser = sign_in(nils)
    token = links.make_token(activation.pk, 1)

    browser.get(f"/i/{token}/ikke-meg/")
    answers = browser.get(PAGE), browser.post(PAGE)

    wrong = browser.get("/i/feil/")
    activation.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert text(answers[0]) == text(wrong)
    assert not activation.is_disowned


def test_once_is_enough(disowned):
    with pytest.raises(NotAllowed):
        actions.disown_activation(activation=disowned)

    assert Event.objects.filter(verb="disown").count() == 1


@pytest.mark.parametrize("closed_by", ["withdraw", "decline", "approve"])
def test_a_closed_request_refuses(closed_by, known, kari, sent, approve, not_me):
    activation = sent(known.client, by=kari)
    browser = not_me(activation)
    match closed_by:
        case "withdraw":
            actions.withdraw_activation(activation=activation, by=kari)
        case "decline":
            actions.decline_activation(activation=activation, by=known.administrator, reason="other")
        case "approve":
            approve(activation, by=known.administrator)

    answer = browser.post(PAGE)
    with pytest.raises(NotAllowed):
        actions.disown_activation(activation=activation)

    activation.refresh_from_db()
    assert ("Forespørselen er" in text(answer), activation.is_disowned) == (True, False)


def test_one_that_has_been_sent_to_another_refuses_the_first(known, kari, sent, not_me):
    activation = sent(known.client, by=kari)
    browser = not_me(activation)
    receiver = {"name": "Anne Vik", "email": "anne@orstaror.example", "link_version": 1}
    actions.correct_address(activation=activation, by=kari, **receiver)

    answer = browser.post(PAGE)

    activation.refresh_from_db()
    assert ("erstattet" in text(answer), activation.is_disowned) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_not_me_and_a_new_password_at_once_have_one_outcome(new, kari, sent):
    activation = sent(new.client, by=kari)

    disown, accept = race(
        lambda: actions.disown_activation(activation=activation),
        lambda: actions.accept_place_by_link(activation=activation, password="kjøttkaker og brun saus"),
    )

    accepted = User.objects.filter(email="eva@aasblomster.example").exists()
    assert isinstance(accept, NotAllowed) != accepted
    assert not isinstance(disown, Exception)
    assert CompanyUser.objects.filter(email="eva@aasblomster.example").exists() == accepted


# --- Afterwards


def test_the_link_thanks_and_lets_nobody_set_a_password(disowned, link_of):
    browser = Browser()

    by_link = browser.get(link_of(disowned))
    password = browser.post("/i/velg-passord/", {"password": "kjøttkaker og brun saus"})

    assert ["Takk for beskjeden" in text(answer) for answer in (by_link, password)] == [True, True]
    assert not User.objects.filter(email="eva@aasblomster.example").exists()


def test_nothing_more_is_mailed_there(disowned, kari):
    later = database_clock() + timedelta(hours=2)
    Reminder.objects.filter(kind="last_warning").update(due_at=later, cancelled_at=None)
    before = Email.objects.filter(to="eva@aasblomster.example").count()

    with pytest.raises(NotAllowed, match="feil person"):
        actions.resend_activation(activation=disowned, by=kari, clock=lambda: later)
    asked = actions.request_new_link(address="eva@aasblomster.example", clock=lambda: later)
    reminded = actions.send_due_reminders(clock=lambda: later)

    assert (asked, reminded) == (0, 0)
    assert Email.objects.filter(to="eva@aasblomster.example").count() == before


def test_the_firm_is_shown_what_to_do_and_a_right_address_mends_it(disowned, kari, sign_in):
    page = f"/kunder/{disowned.client.number}/samarbeid/{disowned.service.code}/"
    browser = sign_in(kari)

    shown = text(browser.get(page))
    reason = requests_of(kari, at=database_clock()).get(pk=disowned.pk).reason
    mended = actions.correct_address(
        activation=disowned, by=kari, name="Anne Vik", email="anne@aasblomster.example", link_version=1
    )

    assert "har svart at det er feil person, og får ikke flere e-poster" in shown
    assert "Mottakeren svarte at det er feil person" in shown
    assert "Send på nytt</button>" not in shown
    assert reason == "disowned"
    assert not mended.is_disowned
    assert Email.objects.filter(kind="activation_sent", to="anne@aasblomster.example").count() == 1
    assert CompanyUser.objects.get(email="anne@aasblomster.example").user is None


def test_the_same_address_under_another_name_is_refused(disowned, kari):
    with pytest.raises(NotAllowed, match="feil person"):
        actions.correct_address(
            activation=disowned, by=kari, name="Anne Vik", email="eva@aasblomster.example", link_version=1
        )


def test_nor_after_another_address_has_been_tried(disowned, kari):
    anne = {"name": "Anne Vik", "email": "anne@aasblomster.example", "link_version": 1}
    actions.correct_address(activation=disowned, by=kari, **anne)

    with pytest.raises(NotAllowed, match="feil person"):
        actions.correct_address(
            activation=disowned, by=kari, name="Eva Ås", email="eva@aasblomster.example", link_version=2
        )


def test_no_code_is_mailed_to_send_it_on(disowned, link_of):
    browser = Browser()
    browser.get(link_of(disowned))

    answer = browser.post("/i/videresend/kode/")
    with pytest.raises(NotAllowed, match="feil person"):
        actions.issue_forward_code(activation=disowned)

    assert "Takk for beskjeden" in text(answer)
    assert not Email.objects.filter(kind="forward_code").exists()


def test_the_wrong_address_is_forgotten_when_it_may_be_asked_again(disowned, kari):
    anne = {"name": "Anne Vik", "email": "anne@aasblomster.example", "link_version": 1}
    actions.correct_address(activation=disowned, by=kari, **anne)
    in_a_month = database_clock() + timedelta(days=31)

    forgotten = [forget_disowned_addresses(), forget_disowned_addresses(clock=lambda: in_a_month)]

    assert forgotten == [0, 1]
    assert not ReplacedLink.objects.exclude(disowned_email="").exists()


def test_within_a_month_the_firm_asks_the_address_again_only_if_the_client_has_confirmed_it(disowned, kari, draft):
    actions.withdraw_activation(activation=disowned, by=kari)
    asked_anew = draft(disowned.client, by=kari)
    fields = {"contact_name": "Eva Ås", "contact_email": "eva@aasblomster.example", "contact_phone": "22 33 44 55"}
    actions.save_answers(activation=asked_anew, by=kari, answers=fields)

    with pytest.raises(actions.Stopped) as stopped:
        actions.send_activation(activation=asked_anew, by=kari)
    again = actions.send_activation(activation=asked_anew, by=kari, acknowledged=["receiver_disowned"])

    assert [finding.level for finding in stopped.value.findings if finding.code == "receiver_disowned"] == ["yellow"]
    assert again.is_pending


def test_for_another_client_the_address_is_as_good_as_any(disowned, kari):
    other = factories.ClientFactory(firm=kari.firm)

    known = [has_disowned(client.pk, "eva@aasblomster.example", database_clock().date()) for client in
             (disowned.client, other)]  # fmt: skip

    assert known == [True, False]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_who_answers_after_all_was_the_right_person(answer, known, kari, sent, approve):
    activation = actions.disown_activation(activation=sent(known.client, by=kari))

    if answer == "yes":
        approve(activation, by=known.administrator)
    else:
        actions.decline_activation(activation=activation, by=known.administrator, reason="other")

    activation.refresh_from_db()
    assert not activation.is_disowned


def test_another_firms_offer_of_the_place_stays(disowned, new, nils, kari, sent):
    client = make_client(
        nils,
        name="Ås Blomster",
        org_number=new.client.org_number,
        contact_name="Eva Ås",
        contact_email="eva@aasblomster.example",
    )

    theirs = sent(client, by=nils)

    assert links.offered_place(theirs) is not None


def test_the_companys_administrator_can_still_approve(known, kari, sent, approve):
    activation = actions.disown_activation(activation=sent(known.client, by=kari))

    approved = approve(activation, by=known.administrator)

    assert approved.status == "approved"
