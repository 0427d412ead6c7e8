"""A person's data handed out, and erased but for what an acceptance needs."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError, connection, models
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from clients.models import Contact
from collaboration import actions
from collaboration.links import make_token
from collaboration.models import Activation, Forwarding, ForwardProposal
from commitments.models import Receipt
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Alert, Email
from organisations.actions.invitations import accept_invitation_with_password, invite_company_user, refuse_invitation
from organisations.models import CompanyUser, Employee, Firm, Invitation, User
from privacy.actions import erasure, retention
from privacy.actions.erasure import ERASED_NAME, erase_person
from privacy.export import collect, make_archive
from privacy.models import Erasure
from tests import factories
from tests.races import race
from tests.sign_in import MINUTE, sign_in_as

pytestmark = pytest.mark.django_db

PER = "per@orstaror.example"


@pytest.fixture
def approved(known, kari, sent, approve):
    """Per Rør has approved a request, and can be spared: Anne Vik is main contact now."""
    activation = approve(sent(known.client, by=kari), by=known.administrator)
    CompanyUser.objects.filter(pk=known.administrator.pk).update(is_main_contact=False)
    factories.CompanyUserFactory(
        company=known.company, user=factories.UserFactory(name="Anne Vik"), is_main_contact=True
    )
    return activation


def texts_of_the_database() -> list[str]:
    """Every text of ours in which a name or an address could stand."""
    found = []
    for model in apps.get_models():
        if model._meta.proxy:
            continue
        columns = [
            column.name
            for column in model._meta.concrete_fields
            if isinstance(column, models.CharField | models.TextField | models.JSONField | models.BinaryField)
        ]
        for row in model._default_manager.values(*columns) if columns else ():
            for name, value in row.items():
                text = bytes(value).decode(errors="replace") if isinstance(value, memoryview | bytes) else str(value)
                found.append(f"{model._meta.label}.{name}: {text}")
    return found


def read(archive: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return json.loads(file.read("opplysninger.json"))


# --- Handing out


def test_the_file_tells_all_about_the_person_and_nothing_of_others(approved, known, subscribed):
    told = read(make_archive(PER.upper()))

    assert told["Person"][0]["E-post"] == PER
    assert [place["Selskap"] for place in told["Plasser i selskaper"]] == ["Ørsta Rør AS"]
    assert [row["Byrå"] for row in told["Forespørsler sendt til deg"]] == ["Fjord Regnskap AS"]
    assert [row["Status"] for row in told["Forespørsler du har avgjort"]] == ["godkjent"]
    assert told["Godkjenningsbevis"][0]["Nummer"] == Receipt.objects.get().number
    assert told["Kontakt hos byråers kunder"][0]["Navn"] == "Per Rør"
    assert {row["Hendelse"] for row in told["Det du har gjort"]} >= {"approve"}
    assert "line@aerligbakeri.example" not in json.dumps(told)
    assert "Anne Vik" not in json.dumps(told)


def test_no_link_or_code_that_works_is_in_the_file(approved):
    with zipfile.ZipFile(io.BytesIO(make_archive(PER))) as file:
        mails = [file.read(name).decode() for name in file.namelist() if name.endswith(".eml")]

    assert mails
    assert not any(make_token(approved.pk, approved.link_version) in mail for mail in mails)


def test_an_employee_does_not_take_the_firms_clients_along(approved, kari):
    archive = make_archive(kari.user.email)

    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        text = "\n".join(file.read(name).decode() for name in file.namelist())
    assert "Fjord Regnskap AS" in text
    assert PER not in text


def test_of_an_unknown_address_there_is_nothing(db):
    told = read(make_archive("ingen@eksempel.example"))

    assert [kind for kind, rows in told.items() if rows and kind != "Innlogging"] == []


def test_every_heading_is_norwegian(approved, known, signs_in_with_app):
    def headings(told) -> set[str]:
        rows = told.values() if isinstance(told, dict) else told if isinstance(told, list) else []
        return {heading for row in rows for heading in headings(row)} | (set(told) if isinstance(told, dict) else set())

    told = read(make_archive(PER))
    told.pop("Godkjenningsbevis")  # its record is kept word for word, as its code is over it

    english = {"at", "by", "created", "created at", "email", "firm", "last", "seen", "subject", "type", "used", "user"}
    words = {word for heading in headings(told) for word in (heading.lower(), *heading.lower().split())}
    assert words & english == set()


def test_the_commands_file_is_told(approved, known, tmp_path):
    call_command("export_person", PER, str(tmp_path / "person.zip"))

    event = Event.objects.about(known.administrator.user).get(verb="export")
    assert event.by is None


def test_the_file_is_written_once(approved, tmp_path):
    file = tmp_path / "per.zip"

    call_command("export_person", PER, str(file))

    assert read(file.read_bytes())["Person"][0]["Navn"] == "Per Rør"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        call_command("export_person", PER, str(file))


# --- Erasing


def test_nothing_of_the_person_is_left_anywhere(approved, known, admin_user, clock):
    erase_person(email=PER, by=admin_user, clock=clock)

    found = [text for text in texts_of_the_database() if "Per Rør" in text or PER in text or "orstaror" in text]
    assert found == []


def test_nor_in_mails_to_others_about_the_person(known, kari, sent, clock):
    invitation = invite_company_user(
        company=known.company, by=known.administrator, email="anne@orstaror.example", name="Anne Vik", role="user"
    )
    refuse_invitation(invitation=invitation, by=None)
    Email.objects.update(status=Email.Status.SENT, sent_at=clock())

    erase_person(email="anne@orstaror.example", clock=clock)

    found = [text for text in texts_of_the_database() if "Anne Vik" in text or "anne@orstaror" in text]
    assert found == []
    assert Email.objects.filter(kind="invitation_refused", subject="invitation_refused").count() == 1


def test_nor_on_the_clients_card_or_in_the_words_of_the_admins_log(approved, known, admin_user, clock):
    known.client.email, known.client.phone = PER, "90 00 00 00"
    known.client.save()
    words = [
        {"changed": {"name": "medarbeider", "object": name, "fields": ["ser"]}} for name in ("Per Rør", "Per Rørvik")
    ]
    LogEntry.objects.create(
        user=admin_user, content_type=ContentType.objects.get_for_model(Firm), object_id="1", object_repr="Fjord",
        action_flag=2, change_message=json.dumps(words),
    )  # fmt: skip

    erase_person(email=PER, by=admin_user, clock=clock)

    known.client.refresh_from_db()
    assert (known.client.email, known.client.phone) == ("", "")
    told = json.loads(LogEntry.objects.get().change_message)
    assert [change["changed"]["object"] for change in told] == ["", "Per Rørvik"]


def test_nor_of_who_was_asked_by_mistake(known, kari, sent, admin_user, clock):
    activation = actions.disown_activation(activation=sent(known.client, by=kari), clock=clock)
    address = activation.contact_email
    right = {"name": "Anne Vik", "email": "anne@orstaror.example", "link_version": 1}
    actions.correct_address(activation=activation, by=kari, clock=clock, **right)
    CompanyUser.objects.filter(pk=known.administrator.pk).update(is_main_contact=False)
    factories.CompanyUserFactory(company=known.company, user=factories.UserFactory(), is_main_contact=True)
    Email.objects.update(status=Email.Status.SENT, sent_at=clock())

    erase_person(email=address, by=admin_user, clock=clock)

    assert [text for text in texts_of_the_database() if address in text] == []


@pytest.fixture
def corrected(new, kari, sent, clock):
    """Eva Ås has said to be the wrong person, and the request has gone to Anne Vik."""
    activation = actions.disown_activation(activation=sent(new.client, by=kari), clock=clock)
    anne = {"name": "Anne Vik", "email": "anne@aasblomster.example", "link_version": 1}
    return actions.correct_address(activation=activation, by=kari, clock=clock, **anne)


def test_a_wrong_person_is_handed_out_what_we_keep_of_it(corrected):
    told = read(make_archive("eva@aasblomster.example"))

    assert [row["Feil adresse"] for row in told["Forespørsler du fikk ved en feil"]] == ["eva@aasblomster.example"]


def test_what_the_firm_was_told_of_a_wrong_person_goes_with_the_month(corrected, clock):
    Email.objects.update(status=Email.Status.SENT, sent_at=clock())

    forgotten = retention.forget_disowned_addresses(clock=later(clock, 31))

    assert forgotten == 1
    assert Alert.objects.get(kind="activation_disowned").words["to"] == ""
    assert bytes(Email.objects.get(kind="activation_disowned").message) == b""


def test_nor_in_the_admins_log_of_an_invitation(known, admin_user, clock):
    invitation = invite_company_user(
        company=known.company, by=known.administrator, email="anne@orstaror.example", name="Anne Vik", role="user"
    )
    LogEntry.objects.create(
        user=admin_user, content_type=ContentType.objects.get_for_model(Invitation), object_id=str(invitation.pk),
        object_repr=str(invitation), action_flag=1, change_message="[]",
    )  # fmt: skip

    erase_person(email="anne@orstaror.example", by=admin_user, clock=clock)

    assert LogEntry.objects.get().object_repr == ""


def test_nor_in_what_an_employee_who_left_had_asked_customers(approved, kari, admin_user, clock):
    factories.EmployeeFactory(firm=kari.firm, role="administrator", user=factories.UserFactory(name="Anne Vik"))
    Employee.objects.filter(pk=kari.pk).update(deactivated_at=clock())
    Email.objects.update(status=Email.Status.SENT, sent_at=clock())
    address = kari.user.email

    erase_person(email=address, by=admin_user, clock=clock)

    assert [text for text in texts_of_the_database() if "Kari Nordmann" in text or address in text] == []


@pytest.fixture
def signs_in_with_app(known):
    """Per has an app with its recovery codes, and is signed in on a phone. The session's key."""
    user = known.administrator.user
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    key = sign_in_as(user, method="mfa").session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="192.0.2.7", user_agent="Per sin telefon")
    return key


def test_second_factors_and_devices_are_in_the_file_without_their_secrets(approved, known, signs_in_with_app):
    told = read(make_archive(PER))["Innlogging"]

    assert [row["Slag"] for row in told["To-trinn"]] == ["TOTP-autentiserer", "Gjenopprettingskoder"]
    assert [row["Nettleser"] for row in told["Enheter"]] == ["Per sin telefon"]
    assert signs_in_with_app not in json.dumps(told)


def test_second_factors_and_devices_go_too(approved, known, signs_in_with_app):
    erase_person(email=PER)

    assert not Authenticator.objects.filter(user=known.administrator.user).exists()
    assert not UserSession.objects.filter(user=known.administrator.user).exists()
    assert not SessionStore().exists(signs_in_with_app)


def test_what_an_acceptance_needs_stays(approved, known, admin_user):
    events = Event.objects.count()
    before = Receipt.objects.get()

    erase_person(email=PER, by=admin_user)

    after = Receipt.objects.get()
    assert (after.record, after.code) == (before.record, before.code)
    assert Receipt.sign(after.record) == after.code
    assert after.record["person_sha256"] == Receipt.hash_person(after.salt, "Per Rør", PER)
    assert (after.approver_name, after.approver_email) == ("", "")
    assert Event.objects.count() == events
    approved.refresh_from_db()
    assert (approved.status, approved.decided_by) == ("approved", known.administrator.user)


def test_the_account_is_shut_for_good(approved, known, sign_in, client):
    browser = sign_in(known.administrator)

    erase_person(email=PER)

    user = User.objects.get(pk=known.administrator.user_id)
    assert (user.is_active, user.has_usable_password(), user.name) == (False, False, ERASED_NAME)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert browser.get("/mine-tjenester/").url.startswith("/konto/login/")
    assert CompanyUser.objects.active().filter(user=user).count() == 0


def test_the_erasure_is_told_without_the_person(approved, admin_user, clock):
    erasure = erase_person(email=PER, by=admin_user, clock=clock)

    assert (erasure.by, erasure.erased_at, erasure.counts["receipts"]) == (admin_user, clock(), 1)
    assert PER not in str(erasure.counts)


def test_an_address_without_a_user_is_erased_too(known, kari, new, sent, clock):
    activation = sent(new.client, by=kari)
    actions.withdraw_activation(activation=activation, by=kari, clock=clock)

    erase_person(email="eva@aasblomster.example")

    assert [text for text in texts_of_the_database() if "Eva Ås" in text or "eva@aas" in text] == []


def test_an_invitation_that_waits_is_taken_back(subscribed):
    line = subscribed.administrator
    invite_company_user(company=line.company, email="kim@eksempel.example", name="Kim Lie", role="user", by=line)

    erase_person(email="kim@eksempel.example")

    assert Invitation.objects.get().outcome == "withdrawn"
    assert [text for text in texts_of_the_database() if "Kim Lie" in text or "kim@" in text] == []


def test_a_contact_stays_on_the_card_when_told_so(approved):
    erase_person(email=PER, contacts=False)

    assert Contact.objects.filter(email=PER).exists()


def test_an_unknown_address_is_refused(db):
    with pytest.raises(NotAllowed, match="ingen opplysninger"):
        erase_person(email="ingen@eksempel.example")


def test_nobody_is_erased_twice(approved):
    erase_person(email=PER)

    with pytest.raises(NotAllowed, match="ingen opplysninger"):
        erase_person(email=PER)


def test_an_employee_is_deactivated_first(kari):
    with pytest.raises(NotAllowed, match="arbeider i Fjord"):
        erase_person(email=kari.user.email)

    assert not Erasure.objects.exists()


def test_the_last_administrator_is_replaced_first(subscribed):
    with pytest.raises(NotAllowed, match="Ærlig Bakeri AS trenger personen"):
        erase_person(email=subscribed.administrator.email)


def test_the_last_administrator_of_a_company_without_anything_may_go(known):
    erase_person(email=PER)

    assert not CompanyUser.objects.active().exists()


def test_who_is_asked_at_this_moment_answers_first(known, kari, sent):
    factories.CompanyUserFactory(company=known.company, user=factories.UserFactory(name="Anne Vik"))
    CompanyUser.objects.filter(pk=known.administrator.pk).update(is_main_contact=False)
    sent(known.client, by=kari)

    with pytest.raises(NotAllowed, match="venter på svar"):
        erase_person(email=PER)


def test_a_platform_administrator_is_not_erased(admin_user):
    with pytest.raises(NotAllowed, match="plattformadministrator"):
        erase_person(email=admin_user.email)


def test_the_command_asks_for_a_yes_and_tells_why_not(approved, kari):
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_person", PER)
    with pytest.raises(CommandError, match="arbeider i"):
        call_command("erase_person", kari.user.email, "--yes")

    call_command("erase_person", PER, "--yes")

    assert not User.objects.filter(email=PER).exists()


def test_the_user_is_locked_after_what_other_deeds_lock_first(approved, subscribed):
    line = subscribed.administrator
    invite_company_user(company=line.company, email=PER, name="Per Rør", role="user", by=line)

    with CaptureQueriesContext(connection) as queries:
        erase_person(email=PER)

    locked = [re.search(r'FROM "(\w+)".*FOR (NO KEY UPDATE|UPDATE)', query["sql"]) for query in queries]
    assert list(dict.fromkeys(found.groups() for found in locked if found)) == [
        ("organisations_firm", "NO KEY UPDATE"),
        ("organisations_company", "UPDATE"),
        ("organisations_invitation", "UPDATE"),
        ("collaboration_activation", "UPDATE"),
        ("organisations_user", "UPDATE"),
    ]


def test_a_draft_that_was_sent_before_the_lock_is_seen_as_sent(known, kari, draft, clock, monkeypatch):
    activation = draft(known.client, by=kari)
    CompanyUser.objects.filter(pk=known.administrator.pk).update(is_main_contact=False)
    factories.CompanyUserFactory(company=known.company, user=factories.UserFactory(), is_main_contact=True)
    lock = erasure.lock_person

    def sent_meanwhile(email):
        actions.send_activation(activation=activation, by=kari, clock=clock)
        return lock(email)

    monkeypatch.setattr(erasure, "lock_person", sent_meanwhile)

    with pytest.raises(NotAllowed, match="venter på svar"):
        erase_person(email=PER)


# --- When the time is over


def later(clock, days: int):
    return lambda: clock() + timedelta(days=days)


def test_the_name_on_a_receipt_goes_years_after_the_end_of_its_year(approved, clock, settings):
    settings.RECEIPT_NAME_RETENTION_YEARS = 5

    kept = retention.blank_old_receipts(clock=later(clock, 5 * 365))
    gone = retention.blank_old_receipts(clock=later(clock, 6 * 365))

    assert (kept, gone, Receipt.objects.get().approver_name) == (0, 1, "")


def test_a_refused_request_forgets_its_receiver(known, kari, sent, clock, settings):
    settings.CLOSED_REQUEST_RETENTION_DAYS = 730
    activation = sent(known.client, by=kari)
    actions.decline_activation(
        activation=activation, by=known.administrator, reason="other", comment="Hilsen Per Rør", clock=clock
    )

    kept = retention.blank_closed_requests(clock=later(clock, 730))
    gone = retention.blank_closed_requests(clock=later(clock, 731))
    again = retention.blank_closed_requests(clock=later(clock, 731))

    activation = Activation.objects.get()
    assert (kept, gone, again) == (0, 1, 0)
    assert (activation.contact_name, activation.decline_comment, activation.decline_reason) == (
        ERASED_NAME,
        "",
        "other",
    )
    assert not any("Per Rør" in str(alert.words) for alert in Alert.objects.all())


def test_so_is_who_was_proposed_in_its_receivers_stead(new, kari, sent, clock, settings):
    activation = sent(new.client, by=kari)
    proposed = {"name": "Anne Vik", "email": "anne@aasblomster.example", "link_version": 1}
    proposal = actions.forward_activation(activation=activation, by=None, clock=clock, **proposed)
    actions.answer_forward_proposal(proposal=proposal, by=kari, accept=False, clock=clock)
    actions.withdraw_activation(activation=activation, by=kari, clock=clock)
    settings.CLOSED_REQUEST_RETENTION_DAYS = 10

    retention.blank_closed_requests(clock=lambda: clock() + timedelta(days=11))

    proposal.refresh_from_db()
    assert (proposal.name, "anne@" in proposal.email) == (ERASED_NAME, False)


@pytest.fixture
def sent_on(known, new, kari, sent, clock):
    """By Per Rør, with a word, a request of his company's; by Eva Ås, with another, a proposal in hers."""
    anne = {"name": "Anne Vik", "email": "anne@nye.example", "link_version": 1, "clock": clock}
    first, second = sent(known.client, by=kari), sent(new.client, by=kari)
    actions.forward_activation(activation=first, by=known.administrator, message="Hilsen Per Rør", **anne)
    actions.forward_activation(activation=second, by=None, message="Hilsen Eva Ås", **anne)
    actions.withdraw_activation(activation=second, by=kari, clock=clock)
    first.refresh_from_db()
    return first


def test_who_sent_a_request_on_gets_that_handed_out_and_erased(sent_on):
    eva = "eva@aasblomster.example"
    Forwarding.objects.update(email=eva, name="Eva Ås")
    told = json.dumps(collect(eva), ensure_ascii=False, default=str)

    erase_person(email=eva, contacts=False)

    assert "Hilsen Per Rør" in told
    assert "Hilsen Eva Ås" in told
    assert not Forwarding.objects.exists()
    proposal = ForwardProposal.objects.get()
    assert (proposal.proposed_by_name, proposal.proposed_by_email, proposal.message) == ("", "", "")
    assert proposal.name == "Anne Vik"


def test_and_when_the_time_after_the_answer_is_over(sent_on, known, approve, clock, settings):
    settings.CLOSED_REQUEST_RETENTION_DAYS = 10
    approve(sent_on, by=known.administrator)
    ForwardProposal.objects.update(activation=sent_on)

    retention.blank_closed_requests(clock=lambda: clock() + timedelta(days=10))
    kept = Forwarding.objects.exists(), ForwardProposal.objects.get().message
    retention.blank_closed_requests(clock=lambda: clock() + timedelta(days=11))

    assert kept == (True, "Hilsen Eva Ås")
    assert not Forwarding.objects.exists()
    assert ForwardProposal.objects.get().message == ""


def test_who_left_everything_is_erased_when_the_time_is_over(approved, known, clock, settings):
    settings.LEFT_PERSON_RETENTION_DAYS = 730
    CompanyUser.objects.filter(pk=known.administrator.pk).update(deactivated_at=clock())
    User.objects.update(date_joined=clock() - timedelta(days=30), last_login=None)

    kept = retention.erase_people_who_left(clock=later(clock, 730))
    gone = retention.erase_people_who_left(clock=later(clock, 731))

    assert (kept, gone) == (0, 1)
    assert not User.objects.filter(email=PER).exists()
    assert Contact.objects.filter(email=PER).exists()
    assert User.objects.filter(name="Anne Vik").exists()


@pytest.fixture
def left(clock, settings):
    """Two people without a place, in the order in which they are taken; the clock when their time is over."""
    settings.LEFT_PERSON_RETENTION_DAYS = 730
    joined = clock() - timedelta(days=30)
    people = [factories.UserFactory(name=name, date_joined=joined, last_login=None) for name in ("Ada Ek", "Bo Lie")]
    return [*people, later(clock, 731)]


def is_erased(user) -> bool:
    return User.objects.get(pk=user.pk).name == ERASED_NAME


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected("deadlock detected")
    return error


@pytest.mark.parametrize("trouble", [deadlock(), DataError("feil"), NotAllowed("Nei.")])
def test_who_cannot_be_erased_holds_nobody_back(left, monkeypatch, settings, trouble):
    ada, bo, over = left
    settings.SWEEP_ROWS = 1
    erase = retention.erase_locked_person

    def troubled(user, email, **options):
        if user == ada:
            raise trouble
        return erase(user, email, **options)

    monkeypatch.setattr(retention, "erase_locked_person", troubled)

    gone = [retention.erase_people_who_left(clock=over) for _run in range(3)]

    assert (gone, is_erased(ada), is_erased(bo)) == ([0, 1, 0], False, True)


def test_who_is_invited_or_offered_a_place_is_not_gone(left, subscribed):
    ada, bo, over = left
    line = subscribed.administrator
    invite_company_user(company=line.company, email=ada.email, name=ada.name, role="user", by=line)
    CompanyUser.objects.create(company=line.company, email=bo.email, name=bo.name, invited_at=over())

    gone = retention.erase_people_who_left(clock=over)

    assert (gone, is_erased(ada), is_erased(bo)) == (0, False, False)


def test_who_signed_in_a_moment_ago_is_not_gone(left, monkeypatch):
    ada, bo, over = left
    lock = retention.lock_person

    def back_meanwhile(email):
        User.objects.filter(pk=ada.pk).update(last_login=over())
        return lock(email)

    monkeypatch.setattr(retention, "lock_person", back_meanwhile)

    gone = retention.erase_people_who_left(clock=over)

    assert (gone, is_erased(ada), is_erased(bo)) == (1, False, True)


def test_whom_a_refused_invitation_went_to_is_forgotten(subscribed, clock, settings):
    settings.CLOSED_INVITATION_RETENTION_DAYS = 90
    line = subscribed.administrator
    kim = {"email": "kim@eksempel.example", "name": "Kim Lie"}
    invitation = invite_company_user(company=line.company, **kim, role="user", by=line, clock=clock)
    refuse_invitation(invitation=invitation, by=None, clock=clock)

    kept = retention.blank_closed_invitations(clock=later(clock, 90))
    gone = retention.blank_closed_invitations(clock=later(clock, 91))
    again = retention.blank_closed_invitations(clock=later(clock, 91))

    invitation = Invitation.objects.get()
    assert (kept, gone, again) == (0, 1, 0)
    assert (invitation.outcome, invitation.name, invitation.token_hash) == ("not_me", ERASED_NAME, None)
    assert invitation.email == f"slettet-{invitation.pk}@slettet.invalid"


def test_an_invitation_that_nobody_answered_ends_and_is_forgotten(subscribed, clock, settings):
    settings.CLOSED_INVITATION_RETENTION_DAYS = 90
    line = subscribed.administrator
    kim = {"email": "kim@eksempel.example", "name": "Kim Lie"}
    invite_company_user(company=line.company, **kim, role="user", by=line, clock=clock)

    kept = retention.blank_closed_invitations(clock=later(clock, 93))  # three days of them the link worked
    gone = retention.blank_closed_invitations(clock=later(clock, 94))

    invitation = Invitation.objects.get()
    assert (kept, gone, invitation.outcome, invitation.name) == (0, 1, "withdrawn", ERASED_NAME)
    assert Event.objects.about(invitation).last().verb == "withdrawn"


def test_a_device_is_forgotten_when_its_session_is_over(known, clock, settings):
    user = known.administrator.user
    over, live = (sign_in_as(user).session.session_key for _ in range(2))
    for key in (over, live):
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.7", last_seen_at=clock())
    Session.objects.filter(session_key=over).update(expire_date=clock())
    Session.objects.filter(session_key=live).update(expire_date=clock() + timedelta(days=9))

    kept = retention.delete_old_devices(clock=lambda: clock() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    gone = retention.delete_old_devices(clock=lambda: clock() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 1))

    assert (kept, gone) == (0, 1)
    assert UserSession.objects.get().session_key == live


@pytest.mark.parametrize(
    "task",
    [
        "privacy.blank_old_receipts",
        "privacy.blank_closed_requests",
        "privacy.blank_closed_invitations",
        "privacy.delete_old_devices",
        "privacy.erase_people_who_left",
    ],
)
def test_the_clock_does_it_every_night(task, settings):
    schedules = [entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == task]

    assert [len(schedule.hour) for schedule in schedules] == [1]


def test_without_a_number_everything_is_kept(approved, clock, settings):
    settings.RECEIPT_NAME_RETENTION_YEARS = 0
    settings.CLOSED_REQUEST_RETENTION_DAYS = settings.LEFT_PERSON_RETENTION_DAYS = 0
    settings.CLOSED_INVITATION_RETENTION_DAYS = 0
    CompanyUser.objects.update(deactivated_at=clock())
    far = later(clock, 20_000)

    done = [
        deed(clock=far)
        for deed in (
            retention.blank_old_receipts,
            retention.blank_closed_requests,
            retention.blank_closed_invitations,
            retention.erase_people_who_left,
        )
    ]

    assert done == [0, 0, 0, 0]


# --- The pages


def test_one_s_own_data_after_a_proof_of_who_one_is(approved, known, client):
    client.post("/konto/login/", {"login": PER, "password": factories.PASSWORD})
    client.post("/konto/reauthenticate/", {"password": factories.PASSWORD})

    page, file = client.get("/konto/opplysninger/"), client.post("/konto/opplysninger/")

    assert "Hent filen" in page.content.decode()
    assert (file["Content-Type"], file["Cache-Control"]) == ("application/zip", "no-store")
    assert read(file.content)["Person"][0]["E-post"] == PER


def test_an_older_sign_in_is_asked_again(approved, known):
    browser = sign_in_as(known.administrator.user, age=16 * MINUTE)

    for answer in (browser.get("/konto/opplysninger/"), browser.post("/konto/opplysninger/")):
        assert answer.status_code == 302
        assert "/konto/reauthenticate/" in answer.url


def test_a_platform_administrator_hands_out_and_erases(approved, known, admin_user, sign_in):
    browser = sign_in(admin_user)
    person = {"_selected_action": known.administrator.user_id}

    file = browser.post("/admin/privacy/person/", {"action": "export", **person})
    question = browser.post("/admin/privacy/person/", {"action": "erase", **person})
    untouched = User.objects.filter(email=PER).exists()
    browser.post("/admin/privacy/person/", {"action": "erase", "confirmed": "1", **person})

    assert read(file.content)["Person"][0]["E-post"] == PER
    assert "blir borte for godt" in question.content.decode()
    assert untouched
    assert not User.objects.filter(email=PER).exists()
    assert Contact.objects.filter(email=PER).exists()  # the tick was not set


def test_the_export_is_told(approved, known, admin_user, sign_in):
    person = {"_selected_action": known.administrator.user_id}

    sign_in(admin_user).post("/admin/privacy/person/", {"action": "export", **person})

    event = Event.objects.about(known.administrator.user).get(verb="export")
    assert (event.by, event.before, event.after) == (admin_user, {}, {})


@pytest.mark.parametrize("action", ["export", "erase"])
def test_who_may_only_look_neither_hands_out_nor_erases(approved, known, admin_user, sign_in, action):
    User.objects.filter(pk=admin_user.pk).update(is_superuser=False)
    admin_user.user_permissions.add(Permission.objects.get(codename="view_person"))
    browser = sign_in(admin_user)
    person = {"_selected_action": known.administrator.user_id}

    page = browser.get("/admin/privacy/person/")
    answer = browser.post("/admin/privacy/person/", {"action": action, "confirmed": "1", **person})

    assert page.status_code == 200
    assert answer.headers.get("Content-Type") != "application/zip"
    assert User.objects.filter(email=PER).exists()
    assert not Event.objects.filter(verb="export").exists()


@pytest.mark.parametrize("action", ["export", "erase"])
def test_an_older_sign_in_of_the_administrator_is_asked_again(approved, known, admin_user, action):
    browser = sign_in_as(admin_user, method="mfa", age=16 * MINUTE)
    person = {"_selected_action": known.administrator.user_id}

    answer = browser.post("/admin/privacy/person/", {"action": action, "confirmed": "1", **person})

    assert answer.status_code == 302
    assert "reauthenticate/" in answer.url
    assert User.objects.filter(email=PER).exists()
    assert not Event.objects.filter(verb="export").exists()


def test_no_mail_reaches_who_is_erased(approved):
    Email.objects.filter(to=PER).update(status=Email.Status.QUEUED)

    erase_person(email=PER)

    assert not Email.objects.filter(to=PER).exists()
    assert set(Email.objects.filter(to="").values_list("status", flat=True)) == {"cancelled"}


# The addresses of people, wherever they stand; a new column comes into export.py and erasure.py first, then here.
ADDRESSES = {
    "organisations.User.email", "organisations.CompanyUser.email", "organisations.Invitation.email",
    "clients.Contact.email", "collaboration.Activation.contact_email", "collaboration.ForwardProposal.email",
    "collaboration.Forwarding.email", "collaboration.ForwardProposal.proposed_by_email",
    "commitments.Receipt.approver_email", "collaboration.ReplacedLink.disowned_email", "notifications.Email.to",
}  # fmt: skip
OF_NO_PERSON = {"organisations.Firm.email", "clients.Client.email"}


def test_no_address_is_forgotten():
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}

    found = {
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models()
        if model._meta.app_label in ours and not model._meta.proxy
        for column in model._meta.local_concrete_fields
        if isinstance(column, models.EmailField)
    }

    assert found == ADDRESSES | OF_NO_PERSON


@pytest.mark.django_db(transaction=True)
def test_erasing_and_accepting_at_once_have_one_outcome(known, admin_user):
    """Nobody comes in by an address that is erased, and no deadlock."""
    for round in range(5):
        address = f"anne{round}@orstaror.example"
        invitation = invite_company_user(
            company=known.company, by=known.administrator, email=address, name="Anne Vik", role="user"
        )

        accepted, erased = race(
            lambda invitation=invitation: accept_invitation_with_password(
                invitation=invitation, password="kjøttkaker og brun saus"
            ),
            lambda address=address: erase_person(email=address, by=admin_user),
        )

        assert not isinstance(erased, Exception) or isinstance(erased, NotAllowed)
        assert not isinstance(accepted, Exception) or isinstance(accepted, NotAllowed)
        user = User.objects.filter(email=address).first()
        assert not (isinstance(accepted, NotAllowed) and user)
        assert not User.objects.filter(name="Anne Vik", is_active=True, email__endswith=".invalid").exists()
