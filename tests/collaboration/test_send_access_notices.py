"""send_access_notices: the company hears who of its firms has got access, and who has it no more, once a day."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy

import pytest

from clients.actions import edit_task
from collaboration import actions
from collaboration.access import read_access_log
from collaboration.models import AccessNotice, Collaboration, Receipt
from collaboration.receipt_pages import receipt_rows
from ground.clock import OSLO
from notifications.models import Email
from organisations.models import CompanyUser, User
from privacy.actions.erasure import erase_person
from tests import factories
from tests.conftest import NOON
from tests.races import race

pytestmark = pytest.mark.django_db


def on(day: int, hour: int = 12, minute: int = 0):
    """The clock, in March 2026; the agreement is of the 10th at noon."""
    return lambda: datetime(2026, 3, day, hour, minute, tzinfo=OSLO)


@pytest.fixture
def case(agreement):
    return agreement()


@pytest.fixture
def people(case, kari):
    """Change who is on the task: people(kari, ola, at=on(11)); the first is the owner."""

    def put(owner, *participants, at, by=kari):
        task = case.collaboration.task
        task.refresh_from_db()
        edit_task(task=task, by=by, type=task.type, owner=owner, participants=list(participants), clock=at)

    return put


@pytest.fixture
def siri(kari):
    return factories.EmployeeFactory(firm=kari.firm, user=factories.UserFactory(name="Siri Moe"))


def sweep(*hour) -> int:
    return actions.send_access_notices(clock=on(*hour))


def mails() -> list[Email]:
    return list(Email.objects.filter(kind="access_notice").order_by("pk"))


def text_of(mail: Email, kind="plain") -> str:
    body = message_from_bytes(bytes(mail.message), policy=default_policy).get_body((kind,)).get_content()
    return " ".join(body.split())


def test_a_colleague_on_the_task_is_told_to_every_administrator(case, people, kari, siri):
    anne = factories.CompanyUserFactory(
        company=case.company, user=factories.UserFactory(name="Anne Vik", language="en")
    )
    for role in (CompanyUser.Role.USER, CompanyUser.Role.AUDITOR):
        factories.CompanyUserFactory(company=case.company, role=role)
    people(kari, siri, at=on(11))

    count = sweep(11, 12, 15)

    norwegian, english = mails()
    assert count == 1
    assert [norwegian.to, english.to] == [case.per.email, anne.email]
    assert norwegian.subject == "Endret tilgang til tjenestene til Ørsta Rør AS"
    line = "Siri Moe i Fjord Regnskap AS har tilgang til Visma eAccounting fra 11. mars 2026, gitt av Kari Nordmann."
    for kind in ("plain", "html"):
        assert line in text_of(norwegian, kind)
        assert f"/mine-tjenester/?selskap={case.company.pk}" in text_of(norwegian, kind)
        assert "Har ikke tilgang lenger" not in text_of(norwegian, kind)
        assert "Siri Moe at Fjord Regnskap AS has access to Visma eAccounting from" in text_of(english, kind)


def test_who_goes_is_told_with_the_day(case, people, siri):
    people(siri, at=on(12))

    sweep(13, 8)

    (mail,) = mails()
    assert "Siri Moe i Fjord Regnskap AS har tilgang til Visma eAccounting fra 12. mars 2026" in text_of(mail)
    assert "Kari Nordmann i Fjord Regnskap AS har ikke tilgang til Visma eAccounting lenger, fra 12. mars" in text_of(
        mail
    )


def test_nobody_new_and_nobody_gone_is_no_mail(case, people, kari, siri):
    assert sweep(10) == 0
    people(kari, siri, at=on(11))
    people(kari, at=on(11, 13))

    assert sweep(11, 14) == 0
    assert (mails(), AccessNotice.objects.count()) == ([], 0)


def test_what_comes_after_the_days_mail_goes_with_the_next_days(case, people, kari, siri, ola):
    people(kari, siri, at=on(11, 8))
    counts = [sweep(11, 9), sweep(11, 9, 15)]
    people(kari, siri, ola, at=on(11, 10))
    counts += [sweep(11, 10, 15), sweep(11, 23), sweep(12, 6, 59), sweep(12, 7), sweep(12, 7, 15)]

    assert counts == [1, 0, 0, 0, 0, 1, 0]
    first, second = map(text_of, mails())
    assert ("Siri Moe" in first, "Ola Hansen" in first) == (True, False)
    assert ("Siri Moe" in second, "Ola Hansen" in second) == (False, True)
    assert AccessNotice.objects.count() == 2


def test_two_services_on_one_task_are_one_line(case, people, kari, siri, sent, approve):
    approve(sent(case.client, by=kari, service=factories.scanner()), by=case.per)
    people(kari, siri, at=on(11))

    sweep(11, 13)

    (mail,) = mails()
    assert "Siri Moe i Fjord Regnskap AS har tilgang til Visma eAccounting, Visma Scanner fra" in text_of(mail)


def test_two_firms_of_one_company_share_the_mail_and_are_told_apart(case, join, people, kari, siri, nils):
    theirs = join(case, nils)
    tor = factories.EmployeeFactory(firm=nils.firm, user=factories.UserFactory(name="Tor Vik"))
    people(kari, siri, at=on(11))
    edit_task(task=theirs.task, by=nils, type=theirs.task.type, owner=nils, participants=[tor], clock=on(11))

    assert sweep(11, 13) == 1

    (mail,) = mails()
    assert "Siri Moe i Fjord Regnskap AS" in text_of(mail)
    assert "Tor Vik i Vidda Økonomi AS" in text_of(mail)
    assert "gitt av Nils Vidda" in text_of(mail)


def test_another_task_brings_its_people(case, kari, siri):
    other = factories.TaskFactory(client=case.client, owner=siri)
    actions.change_task(collaboration=case.collaboration, task=other, by=kari, clock=on(11))

    sweep(11, 13)

    assert "Siri Moe i Fjord Regnskap AS har tilgang til Visma eAccounting fra 11. mars" in text_of(mails()[0])
    assert "Kari Nordmann i Fjord Regnskap AS har ikke tilgang" in text_of(mails()[0])


def test_a_leaver_goes_and_who_takes_over_comes(case, people, kari, siri, ola):
    people(siri, at=on(11, 8))
    sweep(11, 9)
    actions.deactivate_employee(employee=siri, account_manager=None, task_owner=ola, by=kari, clock=on(12))

    sweep(12, 13)

    told = text_of(mails()[-1])
    assert "Ola Hansen i Fjord Regnskap AS har tilgang til Visma eAccounting fra 12. mars 2026, gitt av Kari" in told
    assert "Siri Moe i Fjord Regnskap AS har ikke tilgang til Visma eAccounting lenger, fra 12. mars 2026." in told


def test_who_takes_over_a_task_and_was_on_it_already_is_not_new(case, kari, siri):
    """Also on a task that no event has told of before."""
    task = case.collaboration.task
    factories.TaskParticipant.objects.create(firm=kari.firm, task=task, employee=siri)
    Collaboration.objects.update(people_told=sorted([kari.pk, siri.pk]))
    second = factories.EmployeeFactory(firm=kari.firm, role="administrator")
    actions.deactivate_employee(employee=kari, account_manager=second, task_owner=siri, by=second, clock=on(12))

    sweep(12, 13)

    collaboration = Collaboration.objects.with_everything().get()
    (access,) = read_access_log([collaboration]).people_now(collaboration)
    assert (access.employee, access.since, access.given_by) == (siri, NOON.date(), None)
    assert "Siri Moe" not in text_of(mails()[0])


def test_somebody_shut_out_of_the_platform_gets_in_no_more_though_no_event_tells(case, people, kari, siri):
    people(kari, siri, at=on(11, 8))
    sweep(11, 9)
    User.objects.filter(pk=siri.user_id).update(is_active=False)

    sweep(12, 9)

    assert "Siri Moe i Fjord Regnskap AS har ikke tilgang til Visma eAccounting lenger" in text_of(mails()[-1])


def test_what_has_ended_is_told_by_the_end(case, people, kari, siri):
    people(kari, siri, at=on(11, 8))
    actions.end_collaboration(collaboration=case.collaboration, by=kari, clock=on(11, 9))

    assert sweep(11, 10) == 0
    assert mails() == []


def test_a_company_without_an_administrator_is_told_when_it_has_one(case, people, kari, siri):
    CompanyUser.objects.filter(pk=case.per.pk).update(deactivated_at=NOON)
    people(kari, siri, at=on(11, 8))

    assert sweep(11, 9) == 0
    factories.CompanyUserFactory(company=case.company)

    assert sweep(11, 10) == 1


def test_one_company_that_fails_holds_no_other_back(case, people, kari, siri, monkeypatch, subscribed, sent, approve):
    approve(sent(subscribed.client, by=kari), by=subscribed.administrator)
    factories.TaskParticipant.objects.create(firm=kari.firm, task=subscribed.client.tasks.get(), employee=siri)
    people(kari, siri, at=on(11, 8))
    tell = actions.send_access_notices.__globals__["find_access_news"]

    def fail_once(collaborations):
        if collaborations[0].company_id == case.company.pk:
            raise RuntimeError
        return tell(collaborations)

    monkeypatch.setitem(actions.send_access_notices.__globals__, "find_access_news", fail_once)

    assert sweep(11, 9) == 1
    assert [mail.to for mail in mails()] == [subscribed.administrator.email]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_post_one_mail(case, people, kari, siri):
    people(kari, siri, at=on(11, 8))

    counts = race(lambda: sweep(11, 9), lambda: sweep(11, 9))

    assert sorted(counts) == [0, 1]
    assert len(mails()) == 1


def test_the_receipt_stays_what_was_approved(case, people, kari, siri):
    receipt = Receipt.objects.get()
    before = receipt_rows(receipt, reader=None)

    people(siri, at=on(11))
    sweep(11, 13)

    receipt.refresh_from_db()
    assert receipt.is_genuine
    assert receipt_rows(receipt, reader=None) == before


def test_the_mail_goes_with_the_person_whom_it_names(case, people, kari, siri):
    people(siri, at=on(11))
    sweep(11, 13)
    Email.objects.update(status=Email.Status.SENT, sent_at=NOON)
    people(kari, at=on(12))
    actions.deactivate_employee(employee=siri, account_manager=None, task_owner=None, by=kari, clock=on(12))
    staff = factories.UserFactory(is_staff=True, is_superuser=True)

    erase_person(email=siri.user.email, by=staff)

    assert all(b"Siri Moe" not in bytes(mail.message) for mail in mails())


# --- The page and the time line


def test_the_page_says_since_when_and_who_gave_it(case, people, kari, siri, sign_in):
    people(kari, siri, at=on(12))
    browser = sign_in(case.per)

    for address in ("/mine-tjenester/", "/mine-tjenester/tjenester/eaccounting/"):
        page = " ".join(browser.get(address).content.decode().split())
        assert 'Kari Nordmann <span class="detail">siden 10. mars 2026</span>' in page
        assert 'Siri Moe <span class="detail">siden 12. mars 2026, tilgang gitt av Kari Nordmann</span>' in page
        assert "<dt>Samarbeidet godkjent av</dt> <dd>Per Rør</dd>" in page


def test_both_sides_read_who_came_and_went_in_the_time_line(case, people, kari, siri, sign_in):
    people(siri, at=on(12))

    own = sign_in(case.per).get("/mine-tjenester/tjenester/eaccounting/").context["history"]
    office = sign_in(kari).get("/kunder/1002/samarbeid/eaccounting/").context["history"]

    assert (own[0]["title"], own[0]["text"]) == (
        "Endret hvem som har tilgang",
        "Siri Moe hos Fjord Regnskap AS fikk tilgang. Kari Nordmann hos Fjord Regnskap AS har ikke tilgang lenger. "
        "Av Kari Nordmann i Fjord Regnskap AS.",
    )
    assert office[0]["text"] == "Siri Moe fikk tilgang. Kari Nordmann har ikke tilgang lenger. Av Kari Nordmann."


def test_another_firm_reads_nothing_of_it(case, join, people, siri, nils, sign_in):
    join(case, nils)
    people(siri, at=on(12))
    number = nils.firm.clients.get().number

    page = sign_in(nils).get(f"/kunder/{number}/samarbeid/eaccounting/").content.decode()

    assert "Siri Moe" not in page
    assert "Kari Nordmann" not in page


def test_who_was_there_before_another_task_is_there_since_the_approval(case, kari, siri):
    other = factories.TaskFactory(client=case.client, owner=siri, participants=[kari])
    actions.change_task(collaboration=case.collaboration, task=other, by=kari, clock=on(12))

    collaboration = Collaboration.objects.with_everything().get()
    people = read_access_log([collaboration]).people_now(collaboration)

    days = {person.employee.user.name: (person.since - NOON.date()) // timedelta(days=1) for person in people}
    assert days == {"Siri Moe": 2, "Kari Nordmann": 0}


def test_a_link_to_the_overview_for_another_company_offers_the_switch(case, subscribed, sign_in):
    factories.CompanyUserFactory(company=subscribed.company, user=case.per.user)
    browser = sign_in(case.per)

    pages = [browser.get("/mine-tjenester/", {"selskap": company.pk}) for company in (case.company, subscribed.company)]

    assert sorted("Dette gjelder" in page.content.decode() for page in pages) == [False, True]
