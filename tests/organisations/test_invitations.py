"""An offered place: inert until the mailbox's holder accepts, by a new password or by signing in."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from organisations.actions import invitations
from organisations.actions.invitations import accept_invitation, accept_invitation_with_password, refuse_invitation
from organisations.invitations import rules as invitation_rules
from organisations.invitations.links import LINK_HOURS, find_by_token, make_token
from organisations.models import CompanyUser, Employee, Invitation, User
from tests import factories
from tests.conftest import NOON
from tests.races import race
from tests.sign_in import sign_in_as

pytestmark = pytest.mark.django_db

EVA = "eva@aasblomster.example"
PASSWORD = "fjellrype-og-lyng"


@pytest.fixture
def invite(clock):
    """invite(kari), or with another name, address or role; `clock` by default."""

    def post(by, *, email=EVA, name="Eva Ås", role="employee", at=clock, **fields):
        if isinstance(by, CompanyUser):
            return invitations.invite_company_user(
                company=by.company, email=email, name=name, role=role, by=by, clock=at
            )
        fields = {"client_access": "all", **fields}
        return invitations.invite_employee(firm=by.firm, email=email, name=name, role=role, by=by, clock=at, **fields)

    return post


@pytest.fixture
def invite_now(invite):
    """The same, at the database's hour: for pages."""
    return lambda by, **fields: invite(by, at=invitations.database_clock, **fields)


@pytest.fixture
def eva(db):
    return factories.UserFactory(name="Eva Ås", email=EVA)


def hours_later(hours):
    return lambda: NOON + timedelta(hours=hours)


def open_link(invitation, path=""):
    """A browser that has come by the mail's link."""
    browser = Browser()
    response = browser.get(f"/invitasjon/{make_token(invitation)}/{path}")
    return browser, response


def answer_signed_in(browser, invitation, deed):
    return browser.post(f"/tilbud/invitasjon/{invitation.pk}/{deed}/")


def without_tokens(response) -> str:
    """The page as it is for everybody: the token is drawn for each, and the footer leads back to its own address."""
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", response.content.decode())


# --- Nothing exists before it is accepted ------------------------------------------------------------------------


def test_an_invitation_makes_neither_user_nor_place(kari, invite):
    invite(kari)

    assert not User.objects.filter(email=EVA).exists()
    assert list(Employee.objects.filter(firm=kari.firm)) == [kari]


def test_the_mail_says_who_why_from_where_and_how_to_say_that_it_is_not_me(kari, invite):
    invitation = invite(kari)

    mail = Email.objects.get(kind="invitation")
    text = bytes(mail.message).decode()
    assert (mail.to, mail.firm) == (EVA, kari.firm)
    assert "Kari Nordmann i Fjord Regnskap AS" in text
    assert f"/invitasjon/{make_token(invitation)}/ikke-meg/" in text
    assert mail.secret == make_token(invitation)


def test_the_row_alone_makes_no_link(kari, invite):
    invitation = invite(kari)

    assert make_token(invitation) not in str(vars(invitation))
    assert find_by_token(make_token(invitation)) == invitation


@pytest.mark.parametrize("place", range(0, 43, 7))
def test_a_link_with_one_letter_changed_leads_nowhere(place, kari, invite):
    token = make_token(invite(kari))
    changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]

    assert find_by_token(changed) is None


def test_whom_another_firm_has_as_an_employee_gets_the_same_mail(kari, nils, invite):
    known, unknown = invite(kari, email=nils.user.email, name="Nils Vidda"), invite(kari)

    assert (known.outcome, known.expires_at) == (unknown.outcome, unknown.expires_at)
    assert Email.objects.filter(kind="invitation").count() == 2


# --- Who may invite, and whom ------------------------------------------------------------------------------------


def test_only_an_administrator_of_the_firm_invites(kari, ola, nils, invite, clock):
    for by in (ola, nils):
        with pytest.raises(NotAllowed, match="Bare en administrator i byrået"):
            invitations.invite_employee(
                firm=kari.firm, email=EVA, name="Eva Ås", role="employee", client_access="all", by=by, clock=clock
            )

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["user", "auditor"])
def test_only_an_administrator_of_the_company_invites(role, known, invite):
    by = factories.CompanyUserFactory(company=known.company, role=role)

    with pytest.raises(NotAllowed, match="Bare en administrator i selskapet"):
        invite(by, role="user")


def test_who_works_there_is_not_invited(kari, ola, invite):
    with pytest.raises(NotAllowed, match="arbeider allerede"):
        invite(kari, email=ola.user.email.upper())


def test_an_address_is_invited_once(kari, invite):
    invite(kari)

    with pytest.raises(NotAllowed, match="allerede invitert"):
        invite(kari, email=" EVA@aasblomster.example ")


def test_an_address_whose_holder_said_no_is_left_alone_for_a_month(kari, invite, clock):
    refuse_invitation(invitation=invite(kari), by=None, clock=clock)

    with pytest.raises(NotAllowed, match="feil person"):
        invite(kari, at=hours_later(24 * 29))
    assert invite(kari, at=hours_later(24 * 31)).is_unanswered


def test_no_more_than_a_hundred_wait(kari, invite, monkeypatch):
    monkeypatch.setattr(invitation_rules, "MOST_WAITING", 1)
    invite(kari)

    with pytest.raises(NotAllowed, match="venter allerede"):
        invite(kari, email="ny@aasblomster.example")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>Eva</b> & Ås", "<b>Eva</b> & Ås"),
        ("Eva\u202e\u2066 sÅ", "Eva sÅ"),
        ("Eva\r\nBcc: alle", "Eva Bcc: alle"),
        ("Eva 🌷 Ås", "Eva 🌷 Ås"),
    ],
)
def test_a_strange_name_is_one_line_without_marks_of_direction(typed, kept, kari, invite, sign_in):
    assert invite(kari, name=typed).name == kept

    message = bytes(Email.objects.get().message).decode()
    assert message.count("\r\nTo:") == 1
    assert "\nBcc:" not in message
    assert "<b>Eva" not in message.partition("text/html")[2]
    assertNotContains(sign_in(kari).get("/medarbeidere/"), "<b>Eva")


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "\u200b", "\u2060\u200b", "\u00ad", "\u3164", "E" * 10_000])
def test_a_name_that_is_none_is_refused(name, kari, invite):
    with pytest.raises(NotAllowed, match="Skriv navnet"):
        invite(kari, name=name)


# --- Accepting ---------------------------------------------------------------------------------------------------


def test_who_has_no_account_chooses_a_password_once_and_is_in(kari, invite_now):
    invitation = invite_now(kari, role="employee", client_access="own")
    browser, arrival = open_link(invitation)

    response = browser.post("/invitasjon/", {"password": PASSWORD})

    assert (arrival.url, arrival["Referrer-Policy"]) == ("/invitasjon/", "no-referrer")
    assertRedirects(response, "/kunder/", fetch_redirect_response=False)
    employee = Employee.objects.get(firm=kari.firm, user__email=EVA)
    assert (employee.role, employee.client_access, employee.user.name) == ("employee", "own", "Eva Ås")
    assert employee.user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=employee.user).verified
    assert set(Event.objects.about(invitation).values_list("verb", flat=True)) == {"invite", "accepted"}


def test_whoever_is_signed_in_is_led_on_from_a_spent_link(kari, invite_now):
    invitation = invite_now(kari)
    accept_invitation_with_password(invitation=invitation, password=PASSWORD)
    browser = sign_in_as(User.objects.get(email=EVA))
    browser.get(f"/invitasjon/{make_token(invitation)}/")

    page = browser.get("/invitasjon/").content.decode()

    assert "Du er logget inn, og kan gå rett videre." in page
    assert "Logg inn for å fortsette" not in page


def test_the_link_is_spent(kari, invite_now):
    invitation = invite_now(kari)
    accept_invitation_with_password(invitation=invitation, password=PASSWORD)

    browser, _ = open_link(invitation)

    assertContains(browser.get("/invitasjon/"), "Invitasjonen er tatt imot")
    assertContains(browser.get("/invitasjon/"), f'href="{reverse("account_login")}"')
    with pytest.raises(NotAllowed):
        accept_invitation_with_password(invitation=invitation, password="en-annen-lang-en")


def test_a_weak_password_is_refused(kari, invite_now):
    browser, _ = open_link(invite_now(kari))

    assertContains(browser.post("/invitasjon/", {"password": "kort"}), "Passordet er for kort")
    assert not User.objects.filter(email=EVA).exists()


def test_scanners_change_nothing(kari, invite_now):
    invitation = invite_now(kari)
    token = make_token(invitation)
    before = list(Invitation.objects.values())

    for path in (f"/invitasjon/{token}/", f"/invitasjon/{token}/ikke-meg/"):
        for _ in range(5):
            Browser().get(path, follow=True)
            Browser().head(path)
            Browser(enforce_csrf_checks=True).post(path)
    Browser(enforce_csrf_checks=True).post("/invitasjon/ikke-meg/")

    assert list(Invitation.objects.values()) == before


def test_after_72_hours_the_link_makes_nobody_a_user(kari, invite):
    invitation = invite(kari)

    with pytest.raises(NotAllowed):
        accept_invitation_with_password(invitation=invitation, password=PASSWORD, clock=hours_later(LINK_HOURS))
    assert accept_invitation_with_password(invitation=invitation, password=PASSWORD, clock=hours_later(LINK_HOURS - 1))


def test_sent_again_only_the_new_link_works(kari, invite, clock):
    invitation = invite(kari)
    old = make_token(invitation)

    again = invitations.resend_invitation(invitation=invitation, by=kari, clock=hours_later(80))

    assert find_by_token(old) is None
    assert find_by_token(make_token(again)) == invitation
    assert Email.objects.filter(kind="invitation").count() == 2
    with pytest.raises(NotAllowed):  # the page of the old link
        accept_invitation_with_password(invitation=invitation, password=PASSWORD, clock=hours_later(81))


def test_it_is_not_sent_again_at_once(kari, invite, clock):
    with pytest.raises(NotAllowed, match="nettopp sendt"):
        invitations.resend_invitation(invitation=invite(kari), by=kari, clock=clock)


def test_withdrawn_it_leads_nowhere_and_its_mail_stays(kari, invite_now):
    invitation = invite_now(kari)
    invitations.withdraw_invitation(invitation=invitation, by=kari)

    browser, _ = open_link(invitation)

    assertContains(browser.get("/invitasjon/"), "Invitasjonen er trukket tilbake")
    assert Email.objects.get(kind="invitation").status == Email.Status.CANCELLED


def test_who_has_an_account_signs_in_and_takes_it_from_the_list(kari, eva, invite_now, sign_in):
    invitation = invite_now(kari)
    link, _ = open_link(invitation)
    browser = sign_in(eva)

    assertContains(link.get("/invitasjon/"), "Logg inn og svar")
    assertNotContains(link.get("/invitasjon/"), 'type="password"')
    assertRedirects(browser.get("/"), "/tilbud/")
    assertContains(browser.get("/tilbud/"), "Fjord Regnskap AS inviterer deg")
    response = browser.post(f"/tilbud/invitasjon/{invitation.pk}/ta-imot/")
    assertRedirects(response, "/kunder/")


def test_two_firms_that_invite_one_address_give_one_account_and_two_offers(kari, nils, invite_now, sign_in):
    first, second = invite_now(kari), invite_now(nils)
    user = accept_invitation_with_password(invitation=first, password=PASSWORD).user

    with pytest.raises(NotAllowed, match="har allerede en bruker"):
        accept_invitation_with_password(invitation=second, password="angriperens-passord")
    assertContains(sign_in(user).get("/tilbud/"), "Vidda Økonomi AS inviterer deg")
    accept_invitation(invitation=second, user=user)

    assert User.objects.filter(email=EVA).count() == 1
    assert set(Employee.objects.filter(user=user).values_list("firm__slug", flat=True)) == {"fjord", "vidda"}


def test_a_forwarded_link_gives_another_user_the_answer_of_a_wrong_one(kari, ola, invite_now, sign_in):
    invitation = invite_now(kari)
    browser = sign_in(ola)

    browser.get(f"/invitasjon/{make_token(invitation)}/")
    own = browser.get("/invitasjon/")
    wrong = browser.get("/invitasjon/AAAA/")

    assert own.status_code == wrong.status_code == 404
    assert without_tokens(own) == without_tokens(wrong)
    assertNotContains(own, "Eva Ås", status_code=404)
    assert browser.post(f"/tilbud/invitasjon/{invitation.pk}/ta-imot/").status_code == 404


@pytest.mark.parametrize("has_account", [True, False])
def test_who_is_signed_in_as_another_changes_over_and_comes_back(has_account, kari, ola, invite_now, sign_in):
    invitation = invite_now(kari)
    if has_account:
        factories.UserFactory(email=EVA)
    browser = sign_in(ola)
    browser.get(f"/invitasjon/{make_token(invitation)}/")

    assertContains(browser.get("/invitasjon/"), 'href="/konto/logout/?next=/invitasjon/"', status_code=404)
    response = browser.post("/konto/logout/", {"next": "/invitasjon/"})

    assert response.url == "/invitasjon/"
    assertContains(browser.get(response.url), "Logg inn og svar" if has_account else "Lagre passordet og ta imot")


@pytest.mark.parametrize("leads_to", ["", "/konto/login/"])
def test_who_signs_out_to_go_elsewhere_leaves_no_invitation_in_the_browser(leads_to, kari, ola, invite_now, sign_in):
    browser = sign_in(ola)
    browser.get(f"/invitasjon/{make_token(invite_now(kari))}/")

    browser.post("/konto/logout/", {"next": leads_to} if leads_to else {})

    assert browser.get("/invitasjon/").status_code == 404


@pytest.mark.parametrize("deed", ["ta-imot", "takk-nei"])
@pytest.mark.parametrize("where", ["firm", "company"])
def test_what_is_accepted_already_leads_to_the_place(where, deed, kari, known, eva, invite_now, sign_in):
    by, role = (kari, "employee") if where == "firm" else (known.administrator, "user")
    invitation, browser = invite_now(by, role=role), sign_in(eva)
    first = answer_signed_in(browser, invitation, "ta-imot")
    browser.get(first.url)

    again = answer_signed_in(browser, invitation, deed)

    assert again.url == first.url == ("/kunder/" if where == "firm" else "/mine-tjenester/")
    assertContains(browser.get(again.url), "Du har allerede tatt imot.")
    assert Invitation.objects.get().outcome == "accepted"


@pytest.mark.parametrize("deed", ["ta-imot", "takk-nei"])
@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("declined", "Du har takket nei til Fjord Regnskap AS."),
        ("withdrawn", "Invitasjonen til Fjord Regnskap AS er trukket tilbake."),
        ("not_me", "Invitasjonen til Fjord Regnskap AS gjelder ikke lenger."),
        ("accepted", "Invitasjonen til Fjord Regnskap AS gjelder ikke lenger."),  # and the place is gone since
    ],
)
def test_what_is_closed_is_told_in_a_sentence(outcome, sentence, deed, kari, eva, invite_now, sign_in):
    invitation, browser = invite_now(kari), sign_in(eva)
    Invitation.objects.update(outcome=outcome, closed_at=NOON)

    response = answer_signed_in(browser, invitation, deed)

    assert response.url == "/"
    assertContains(browser.get(response.url), sentence)
    assert not Employee.objects.filter(user=eva).exists()


@pytest.mark.parametrize("outcome", ["", "accepted", "withdrawn"])
def test_somebody_elses_invitation_is_not_there(outcome, kari, ola, invite_now, sign_in):
    invitation, browser = invite_now(kari), sign_in(ola)
    if outcome:
        Invitation.objects.update(outcome=outcome, closed_at=NOON)

    answers = [answer_signed_in(browser, invitation, "ta-imot"), browser.post("/tilbud/invitasjon/0/ta-imot/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_tokens(answers[0]) == without_tokens(answers[1])


def test_who_left_and_is_invited_anew_gets_the_offered_role_not_the_old_one(kari, eva, invite):
    factories.EmployeeFactory(firm=kari.firm, user=eva, role="administrator", deactivated_at=NOON)

    employee = accept_invitation(invitation=invite(kari, client_access="own"), user=eva, clock=hours_later(1))

    assert (employee.deactivated_at, employee.role, employee.client_access) == (None, "employee", "own")


@pytest.mark.parametrize("role", ["administrator", "user", "auditor"])
def test_a_company_gets_the_user_in_the_offered_role(role, known, eva, invite, clock):
    place = accept_invitation(invitation=invite(known.administrator, role=role), user=eva, clock=clock)

    assert (place.company, place.role, place.is_main_contact, place.is_active) == (known.company, role, False, True)


def test_the_place_that_a_request_had_offered_is_the_one_taken(known, eva, invite, clock):
    offered = factories.CompanyUserFactory(company=known.company, offered=True)

    place = accept_invitation(invitation=invite(known.administrator, role="user"), user=eva, clock=clock)

    assert (place.pk, place.role) == (offered.pk, "user")


# --- An account made beforehand (L-5) ----------------------------------------------------------------------------


def test_an_account_whose_address_nobody_proved_gets_no_place(kari, invite, clock):
    trap = User.objects.create_user(EVA, "angriperens-passord", name="Eva Ås")
    EmailAddress.objects.create(user=trap, email=EVA, verified=False, primary=True)
    invitation = invite(kari)

    with pytest.raises(NotAllowed, match="en annen adresse"):
        accept_invitation(invitation=invitation, user=trap, clock=clock)
    with pytest.raises(NotAllowed, match="har allerede en bruker"):
        accept_invitation_with_password(invitation=invitation, password=PASSWORD, clock=clock)


def test_addresses_that_nobody_proved_are_gone_when_the_place_is_taken(kari, eva, invite, clock):
    EmailAddress.objects.create(user=eva, email="angriper@eksempel.example", verified=False)

    accept_invitation(invitation=invite(kari), user=eva, clock=clock)

    assert list(EmailAddress.objects.filter(user=eva).values_list("email", flat=True)) == [EVA]


# --- No ----------------------------------------------------------------------------------------------------------


def test_it_is_not_me_closes_it_without_an_account_and_the_inviter_is_told(kari, invite_now):
    invitation = invite_now(kari)
    browser, arrival = open_link(invitation, "ikke-meg/")

    assertContains(browser.get(arrival.url), "Det er ikke meg")
    assert not Invitation.objects.get().outcome
    assertContains(browser.post(arrival.url), "Takk for beskjeden")

    invitation.refresh_from_db()
    assert invitation.outcome == Invitation.Outcome.NOT_ME
    told = Email.objects.get(kind="invitation_refused")
    assert (told.to, told.subject) == (kari.user.email, f"Invitasjonen til {EVA} gikk til feil person")
    with pytest.raises(NotAllowed):
        invitations.resend_invitation(invitation=invitation, by=kari)


def test_it_is_not_me_works_after_the_hours_too(kari, invite):
    invitation = invite(kari)

    assert refuse_invitation(invitation=invitation, by=None, clock=hours_later(24 * 20)).outcome == "not_me"


def test_a_signed_in_person_declines_and_the_inviter_is_told(kari, eva, invite_now, sign_in):
    invitation = invite_now(kari)

    sign_in(eva).post(f"/tilbud/invitasjon/{invitation.pk}/takk-nei/")

    invitation.refresh_from_db()
    assert invitation.outcome == Invitation.Outcome.DECLINED
    assert Email.objects.get(kind="invitation_refused").subject == f"{EVA} takket nei til invitasjonen"


@pytest.mark.django_db(transaction=True)
def test_two_passwords_at_once_make_one_user(kari, invite):
    invitation = invite(kari)

    def accept(password):
        return lambda: accept_invitation_with_password(
            invitation=Invitation.objects.with_everything().get(), password=password, clock=hours_later(1)
        )

    results = race(accept(PASSWORD), accept("en-annen-lang-setning"))

    assert sorted(type(result).__name__ for result in results) == ["Employee", "NotAllowed"]
    assert User.objects.filter(email=invitation.email).count() == 1
