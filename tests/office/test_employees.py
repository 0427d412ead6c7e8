"""/medarbeidere/: inviting, roles, leaving with a hand-over, and the leaver's report."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from clients import actions as client_actions
from clients.models import Client, Task, TaskParticipant
from collaboration import actions
from collaboration.actions import deactivate_employee
from collaboration.doors import may_open
from ground.clock import oslo_date
from ground.refusals import NotAllowed
from history.models import Event
from notifications.models import Email
from office.employees import views as employee_views
from organisations.actions.employees import change_employee
from organisations.actions.invitations import accept_invitation, invite_employee
from organisations.models import Employee, Invitation
from subscriptions.company_users import change_role, choose_services, deactivate_company_user, leave_company
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Employee.Role.ADMINISTRATOR


@pytest.fixture
def liv(fjord):
    """A second administrator of Fjord."""
    user = factories.UserFactory(name="Liv Moen", email="liv@fjordregnskap.example")
    return factories.EmployeeFactory(firm=fjord, user=user, role=ADMINISTRATOR)


@pytest.fixture
def leave(clock):
    def deactivate(employee, *, by, to=None):
        return deactivate_employee(employee=employee, account_manager=to, task_owner=to, by=by, clock=clock)

    return deactivate


@pytest.fixture
def work(ola, kari):
    """Ola manages a client, owns a task of another one and takes part in Kari's; one task is closed."""
    managed = factories.ClientFactory(firm=ola.firm, number=1, name="Styrt AS", account_manager=ola)
    owned = factories.TaskFactory(client__firm=ola.firm, client__number=2, client__name="Eid AS", owner=ola)
    TaskParticipant.objects.create(firm=ola.firm, task=owned, employee=kari)
    shared = factories.TaskFactory(client__firm=ola.firm, client__number=3, client__name="Delt AS", owner=kari)
    TaskParticipant.objects.create(firm=ola.firm, task=shared, employee=ola)
    closed = factories.TaskFactory(
        client__firm=ola.firm, client__number=4, client__name="Lukket AS", owner=ola, closed_at=factories.LONG_AGO
    )
    return managed, owned, shared, closed


def report(browser, employee):
    """The lines of the file, without its headings and what each says of whose they are."""
    return [line[5:] for line in read_report(browser, employee)[1:]]


def read_report(browser, employee):
    response = browser.get(reverse("office:employee-report", args=[employee.pk]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


# --- The list and the invitations --------------------------------------------------------------------------------


def test_the_list_shows_who_works_there_who_is_invited_and_who_has_left(office, kari, ola, nils, work, leave):
    invite_employee(
        firm=kari.firm, email="eva@aasblomster.example", name="Eva Ås", role="employee", client_access="all", by=kari
    )
    leave(ola, by=kari, to=kari)

    response = office.get("/medarbeidere/")

    assert [employee.pk for employee in response.context["employees"]] == [kari.pk]
    assert [employee.pk for employee in response.context["former"]] == [ola.pk]
    assertContains(response, "eva@aasblomster.example")
    assertNotContains(response, "Nils Vidda")


def test_the_invited_are_told_apart_by_their_addresses(office, kari):
    for address in ("eva@aasblomster.example", "eva@orstaror.example"):
        invite_employee(firm=kari.firm, email=address, name="Eva Ås", role="employee", client_access="all", by=kari)

    response = office.get("/medarbeidere/")

    for address in ("eva@aasblomster.example", "eva@orstaror.example"):  # in sight on a narrow page too
        assertContains(response, f'<span class="detail">{address}</span>')


def test_a_colleagues_own_page_has_the_report_and_the_way_out(office, ola):
    response = office.get(f"/medarbeidere/{ola.pk}/")

    assertContains(response, f'href="/medarbeidere/{ola.pk}/deaktiver/"')
    assertContains(response, f'href="{reverse("office:employee-report", args=[ola.pk])}"')


def test_an_ordinary_employee_finds_no_such_pages(ola, kari, sign_in):
    browser = sign_in(ola)

    assert browser.get("/medarbeidere/").status_code == 404
    assert browser.get(f"/medarbeidere/{kari.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(count, office, kari, count_queries):
    for number in range(count):
        factories.EmployeeFactory(firm=kari.firm)
        factories.EmployeeFactory(firm=kari.firm, deactivated_at=factories.LONG_AGO)
        invite_employee(
            firm=kari.firm, email=f"ny{number}@eksempel.example", name="Ny", role="employee", client_access="all",
            by=kari,
        )  # fmt: skip

    assert count_queries(office, "/medarbeidere/") == 7  # session, user, places, people, invitations, hour, alerts


def test_an_invitation_goes_out_from_the_page(office, kari, submit):
    response = submit(
        office, kari.firm, "/medarbeidere/inviter/", name="Eva Ås", email="eva@aasblomster.example",
        role="employee", client_access="own",
    )  # fmt: skip

    assertRedirects(response, "/medarbeidere/")
    assert Email.objects.get(kind="invitation").to == "eva@aasblomster.example"


def test_what_the_deed_refuses_stands_in_the_form(office, kari, ola, submit):
    response = submit(
        office, kari.firm, "/medarbeidere/inviter/", name="Ola", email=ola.user.email, role="employee",
        client_access="own",
    )  # fmt: skip

    assertContains(response, "Personen arbeider allerede i byrået.")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Eva \u202egro", "E" * 10_000, "Eva 🌷"])
def test_strange_names_break_no_page(name, office, kari, submit):
    response = submit(
        office, kari.firm, "/medarbeidere/inviter/", name=name, email="eva@aasblomster.example", role="employee",
        client_access="own",
    )  # fmt: skip

    assert response.status_code in (200, 302)
    page = office.get("/medarbeidere/").content.decode()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page


def test_an_invitation_is_withdrawn_from_the_page(office, kari, submit):
    invitation = invite_employee(
        firm=kari.firm, email="eva@aasblomster.example", name="Eva Ås", role="employee", client_access="all", by=kari
    )

    submit(office, kari.firm, f"/medarbeidere/invitasjoner/{invitation.pk}/trekk/")

    assert Invitation.objects.get().outcome == "withdrawn"


def test_to_send_an_invitation_again_is_offered_once_it_would_be_done(office, kari, submit):
    invitation = invite_employee(
        firm=kari.firm, email="eva@aasblomster.example", name="Eva Ås", role="employee", client_access="all", by=kari
    )
    address = f"/medarbeidere/invitasjoner/{invitation.pk}/send/"
    hour = date_format(localtime(invitation.again_at), "TIME_FORMAT")

    during = office.get("/medarbeidere/")
    Invitation.objects.update(mailed_at=invitation.mailed_at - Invitation.PAUSE)
    after = office.get("/medarbeidere/")

    assertNotContains(during, address)
    assertContains(during, f"Kan sendes igjen fra kl. {hour}")
    assertContains(after, f'action="{address}"')
    assertNotContains(after, "Kan sendes igjen")
    submit(office, kari.firm, address)
    assert Email.objects.filter(kind="invitation").count() == 2


def test_another_firms_invitation_is_not_there(office, kari, nils, submit):
    invitation = invite_employee(
        firm=nils.firm, email="eva@aasblomster.example", name="Eva Ås", role="employee", client_access="all", by=nils
    )

    response = submit(office, kari.firm, f"/medarbeidere/invitasjoner/{invitation.pk}/trekk/")

    assert response.status_code == 404
    assert Invitation.objects.get().is_unanswered


@pytest.mark.parametrize("page", ["", "deaktiver/"])
@pytest.mark.parametrize("is_sent", [True, False])
def test_who_has_left_meanwhile_leads_back_to_the_list(is_sent, page, office, kari, ola, leave, submit):
    leave(ola, by=kari, to=kari)
    address = f"/medarbeidere/{ola.pk}/{page}"

    fields = {"role": "employee", "client_access": "all"}
    response = submit(office, kari.firm, address, **fields) if is_sent else office.get(address)

    assert response.url == "/medarbeidere/"
    assertContains(office.get("/medarbeidere/"), "Personen arbeider ikke lenger i byrået.")


@pytest.mark.parametrize("page", ["", "deaktiver/"])
@pytest.mark.parametrize("who", ["oneself", "the other"])
def test_who_leaves_at_the_same_moment_is_told(who, page, office, kari, submit, monkeypatch):
    other = factories.EmployeeFactory(firm=kari.firm, role="administrator")
    deed = "deactivate_employee" if page else "change_employee"
    carry_out, leaver = getattr(employee_views, deed), kari if who == "oneself" else other

    def too_late(**given):
        Employee.objects.filter(pk=leaver.pk).update(deactivated_at=factories.LONG_AGO)
        return carry_out(**given)

    monkeypatch.setattr(employee_views, deed, too_late)
    address = f"/medarbeidere/{other.pk}/{page}"
    response = submit(office, kari.firm, address, role="employee", client_access="all")

    assert response.url == ("/" if who == "oneself" else "/medarbeidere/")
    sentence = "Bare en administrator i byrået" if who == "oneself" else "Personen arbeider ikke lenger i byrået."
    assertContains(office.get(response.url), sentence)


def test_the_list_tells_on_every_screen_what_was_offered_until_when_and_by_whom(office, kari):
    invite_employee(
        firm=kari.firm, email="eva@aasblomster.example", name="Eva Ås", role="employee", client_access="all", by=kari
    )
    Invitation.objects.update(expires_at=factories.LONG_AGO)

    page = office.get("/medarbeidere/").content.decode()

    narrow = page.partition('class="narrow-only"')[2].partition("</th>")[0]
    assert "Invitert av Kari Nordmann" in page
    assert "Medarbeider" in narrow
    assert "Utløpt" in narrow


# --- Roles -------------------------------------------------------------------------------------------------------


def test_role_and_access_are_changed_and_remembered(office, kari, ola, submit):
    submit(office, kari.firm, f"/medarbeidere/{ola.pk}/", role="administrator", client_access="all")

    ola.refresh_from_db()
    assert (ola.role, ola.client_access) == ("administrator", "all")
    event = Event.objects.about(ola).get()
    assert (event.verb, event.before["client_access"], event.after["client_access"]) == ("change_role", "own", "all")


def test_the_last_administrator_stays_one(office, kari, ola, submit):
    response = submit(office, kari.firm, f"/medarbeidere/{kari.pk}/", role="employee", client_access="all")

    assertContains(response, "Byrået må ha minst én administrator.")
    kari.refresh_from_db()
    assert kari.is_administrator


def test_the_last_administrator_does_not_leave(kari, ola, leave):
    with pytest.raises(NotAllowed, match="minst én administrator"):
        leave(kari, by=kari, to=ola)


def test_an_administrator_who_cannot_sign_in_does_not_count(kari, liv, clock):
    liv.user.is_active = False
    liv.user.save()

    with pytest.raises(NotAllowed, match="minst én administrator"):
        change_employee(employee=kari, role="employee", client_access="all", by=kari, clock=clock)


@pytest.mark.parametrize("by", ["ola", "nils"])
def test_who_is_no_administrator_there_changes_nobody(by, kari, ola, nils, clock):
    by = {"ola": ola, "nils": nils}[by]

    with pytest.raises(NotAllowed):
        change_employee(employee=kari, role="employee", client_access="own", by=by, clock=clock)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_two_administrators_who_demote_each_other_at_once_leave_one(round_, kari, liv):
    def demote(employee, by):
        return lambda: change_employee(employee=employee, role="employee", client_access="all", by=by)

    results = race(demote(kari, liv), demote(liv, kari))

    assert sorted(type(result).__name__ for result in results) == ["Employee", "NotAllowed"]
    assert Employee.objects.filter(firm=kari.firm, role=ADMINISTRATOR).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_two_administrators_who_leave_at_once_leave_one(round_, kari, liv):
    def leave(employee):
        return lambda: deactivate_employee(employee=employee, account_manager=None, task_owner=None, by=employee)

    results = race(leave(kari), leave(liv))

    assert sorted(type(result).__name__ for result in results) == ["Employee", "NotAllowed"]
    assert Employee.objects.filter(firm=kari.firm).active().count() == 1


# --- Leaving -----------------------------------------------------------------------------------------------------


def test_the_page_lists_what_is_handed_over_and_asks_to_whom(office, ola, work):
    response = office.get(f"/medarbeidere/{ola.pk}/deaktiver/")

    assertContains(response, "Kundeansvarlig for 1 kunde")
    assertContains(response, "Styrt AS")
    assertContains(response, "Eid AS: Bokføring")
    assertContains(response, "Fjernes som deltaker i 1 oppgave")
    assertContains(response, "Delt AS: Bokføring")
    assertContains(response, "Invitasjoner personen har sendt og ingen har svart på, trekkes tilbake.")
    assertNotContains(response, "Lukket AS")
    assert list(response.context["form"].fields) == ["account_manager", "task_owner"]


def test_the_page_names_all_that_is_handed_over_however_much_it_is(office, kari, ola):
    for number in range(1, 55):
        client = factories.ClientFactory(firm=ola.firm, name=f"Kunde nr. {number} AS", account_manager=ola)
        factories.TaskFactory(client=client, owner=ola)
        factories.TaskFactory(client=client, owner=kari, participants=[ola])

    response = office.get(f"/medarbeidere/{ola.pk}/deaktiver/")

    assertContains(response, "Vis alle 54", count=3)
    for number in range(1, 55):
        assertContains(response, f"<li>Kunde nr. {number} AS <", count=1)
        assertContains(response, f"<li>Kunde nr. {number} AS: Bokføring</li>", count=2)


def test_clients_and_open_tasks_go_to_others_in_one_go(office, kari, ola, liv, work, submit):
    managed, owned, shared, closed = work

    response = submit(
        office, kari.firm, f"/medarbeidere/{ola.pk}/deaktiver/", account_manager=liv.pk, task_owner=kari.pk
    )

    assertRedirects(response, "/medarbeidere/")
    managed.refresh_from_db()
    owned.refresh_from_db()
    closed.refresh_from_db()
    ola.refresh_from_db()
    assert (managed.account_manager, owned.owner, closed.owner) == (liv, kari, ola)
    assert [list(task.participants.all()) for task in (owned, shared)] == [[], []]
    assert ola.deactivated_at is not None


def test_without_somebody_who_takes_over_nothing_happens(ola, kari, nils, work, leave):
    for taker in (None, nils, ola):
        with pytest.raises(NotAllowed, match="Velg hvem"):
            leave(ola, by=kari, to=taker)

    assert Employee.objects.get(pk=ola.pk).is_active
    assert Client.objects.get(number=1).account_manager == ola


def test_who_answers_for_nothing_leaves_without_a_hand_over(office, kari, ola, submit):
    submit(office, kari.firm, f"/medarbeidere/{ola.pk}/deaktiver/")

    assert not Employee.objects.get(pk=ola.pk).is_active


def test_an_open_page_is_shut_at_once_and_the_other_firm_stays_open(kari, ola, nils, sign_in, leave):
    factories.EmployeeFactory(firm=nils.firm, user=ola.user)
    browser = sign_in(ola)
    browser.post("/bytt/byra/", {"_firm": ola.firm_id})
    leave(ola, by=kari)

    page = browser.get("/kunder/")
    form = browser.post("/kunder/ny/", {"_firm": ola.firm_id, "name": "Ny AS"})

    assertContains(page, '<p class="place place-name">Vidda Økonomi AS</p>')
    assertContains(page, "Fjord Regnskap AS", count=1)
    assertContains(page, "Du arbeider ikke lenger i Fjord Regnskap AS. Nå er du i Vidda Økonomi AS.")
    assertNotContains(browser.get("/kunder/"), "Fjord Regnskap AS")
    assert form.status_code == 409


def test_who_had_no_other_place_gets_no_page_of_the_firm(kari, ola, sign_in, leave):
    browser = sign_in(ola)
    leave(ola, by=kari)

    assert browser.get("/kunder/").status_code == 404
    assertContains(browser.get("/"), "Du er ikke med i noe byrå eller selskap")


def test_the_door_to_a_clients_service_is_shut(kari, ola, subscribed, sent, approve, leave):
    task = Task.objects.get(client=subscribed.client)
    TaskParticipant.objects.create(firm=kari.firm, task=task, employee=ola)
    activation = sent(subscribed.client, by=kari)
    approve(activation, by=subscribed.administrator)
    rows = (ola.user, subscribed.company, activation.service)
    assert may_open(*rows, as_firm=kari.firm_id)

    leave(ola, by=kari)

    assert may_open(*rows, as_firm=kari.firm_id) is None


def test_nobody_gives_a_task_to_who_has_left_meanwhile(kari, ola, leave, clock):
    client = factories.ClientFactory(firm=kari.firm)
    stale = Employee.objects.get(pk=ola.pk)
    leave(ola, by=kari)

    with pytest.raises(NotAllowed, match="arbeider ikke lenger"):
        client_actions.create_task(
            client=client, by=kari, type=factories.TaskTypeFactory(firm=kari.firm), owner=stale, participants=[],
            clock=clock,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_a_task_given_at_the_moment_of_leaving_is_never_the_leavers(round_, kari, ola):
    client = factories.ClientFactory(firm=kari.firm)
    type_ = factories.TaskTypeFactory(firm=kari.firm)

    race(
        lambda: deactivate_employee(employee=ola, account_manager=None, task_owner=None, by=kari),
        lambda: client_actions.create_task(client=client, by=kari, type=type_, owner=ola, participants=[]),
    )

    has_left = not Employee.objects.get(pk=ola.pk).is_active
    assert has_left != Task.objects.filter(owner=ola).exists()


# --- The report --------------------------------------------------------------------------------------------------


def test_the_report_tells_each_client_and_why_while_the_person_works_there(office, ola, work):
    assert [(line[0], line[1], line[3], line[6]) for line in report(office, ola)] == [
        ("1", "Styrt AS", "kundeansvarlig", ""),
        ("2", "Eid AS", "oppgaveansvarlig", ""),
        ("3", "Delt AS", "deltaker", ""),
        ("4", "Lukket AS", "oppgaveansvarlig", ""),
    ]


def test_the_report_is_the_same_after_the_hand_over(office, kari, ola, work, leave):
    before = report(office, ola)

    leave(ola, by=kari, to=kari)

    after = report(office, ola)
    assert [line[:6] for line in after] == [line[:6] for line in before]
    assert {line[6] for line in after} == {"10.03.2026"}


def test_the_report_knows_tasks_that_others_got_earlier(office, kari, ola, work):
    _, owned, *_ = work
    client_actions.edit_task(task=owned, by=kari, type=owned.type, owner=kari, participants=[])

    assert ["2", "Eid AS", "tidligere på oppgave"] in [[line[0], line[1], line[3]] for line in report(office, ola)]


def test_the_report_knows_clients_that_others_got_earlier(office, kari, ola, work):
    actions.edit_client(client=work[0], by=kari, fields={"account_manager": kari})

    assert ["1", "Styrt AS", "tidligere kundeansvarlig"] in [
        [line[0], line[1], line[3]] for line in report(office, ola)
    ]


def test_the_report_of_who_came_back_knows_what_was_handed_over_before(office, kari, ola, work, leave):
    before = report(office, ola)
    leave(ola, by=kari, to=kari)
    Employee.objects.filter(pk=ola.pk).update(deactivated_at=None)

    assert [line[:4] for line in report(office, ola)] == [line[:4] for line in before]


def test_who_has_left_is_no_clients_account_manager(kari, ola, work, leave):
    stale = Employee.objects.get(pk=ola.pk)
    leave(ola, by=kari, to=kari)

    for deed in (
        lambda: actions.edit_client(client=work[1].client, by=kari, fields={"account_manager": stale}),
        lambda: client_actions.create_client(by=kari, fields={"name": "Ny AS", "account_manager": stale}),
    ):
        with pytest.raises(NotAllowed, match="arbeider ikke lenger"):
            deed()


def test_who_sees_all_has_had_every_client_of_the_firm_and_no_other(office, kari, liv, work, nils):
    factories.ClientFactory(firm=nils.firm, name="Viddas kunde AS")

    lines = report(office, liv)

    assert [line[0] for line in lines] == ["1", "2", "3", "4"]
    assert {line[3] for line in lines} == {"ser alle kunder"}


def test_a_client_that_came_after_the_leaving_was_never_seen(office, kari, liv, work, nils):
    deactivate_employee(employee=liv, account_manager=None, task_owner=None, by=kari)
    client_actions.create_client(by=kari, fields={"name": "Senere AS", "number": 1056})

    assert [line[0] for line in report(office, liv)] == ["1", "2", "3", "4"]


def test_who_sees_own_clients_from_now_on_has_seen_those_that_were_there(office, kari, liv, work):
    change_employee(employee=liv, role="employee", client_access="own", by=kari)
    client_actions.create_client(by=kari, fields={"name": "Senere AS", "number": 1056})

    lines = report(office, liv)

    assert [line[0] for line in lines] == ["1", "2", "3", "4"]
    assert {line[3] for line in lines} == {"så alle kunder tidligere"}
    assert "" not in {line[6] for line in lines}


def test_who_came_back_to_own_clients_never_saw_those_that_came_later(office, kari, liv, work):
    deactivate_employee(employee=liv, account_manager=None, task_owner=None, by=kari)
    invitation = invite_employee(
        firm=kari.firm, email=liv.user.email, name="Liv Moen", role="employee", client_access="own", by=kari
    )
    client_actions.create_client(by=kari, fields={"name": "Imens AS", "number": 1056})
    accept_invitation(invitation=invitation, user=liv.user)
    client_actions.create_client(by=kari, fields={"name": "Senere AS", "number": 1057})

    assert [line[0] for line in report(office, liv)] == ["1", "2", "3", "4"]


def test_who_came_back_to_all_clients_sees_also_those_that_came_meanwhile(office, kari, liv, work):
    deactivate_employee(employee=liv, account_manager=None, task_owner=None, by=kari)
    invitation = invite_employee(
        firm=kari.firm, email=liv.user.email, name="Liv Moen", role="employee", client_access="all", by=kari
    )
    client_actions.create_client(by=kari, fields={"name": "Imens AS", "number": 1056})
    accept_invitation(invitation=invitation, user=liv.user)

    lines = report(office, liv)

    assert [line[0] for line in lines] == ["1", "2", "3", "4", "1056"]
    assert {line[3] for line in lines} == {"ser alle kunder"}


def test_access_has_ended_when_the_last_reason_for_it_was_taken_away(office, kari, ola, work):
    managed, owned, *_ = work
    actions.edit_client(client=managed, by=kari, fields={"account_manager": kari}, clock=at(2))
    client_actions.edit_task(task=owned, by=kari, type=owned.type, owner=kari, participants=[], clock=at(3))

    ended = {line[0]: line[6] for line in report(office, ola)}

    assert ended == {"1": "02.06.2026", "2": "03.06.2026", "3": "", "4": ""}


def at(day):
    """A clock that stands at noon of a day in June 2026."""
    return lambda: datetime(2026, 6, day, 10, 0, tzinfo=UTC)


@pytest.fixture
def collaboration(kari, subscribed, sent, approve):
    """Between Fjord and Ærlig Bakeri in Visma eAccounting, from 10 March 2026, on the client's only task: Kari's."""
    return approve(sent(subscribed.client, by=kari), by=subscribed.administrator).collaboration


@pytest.fixture
def other_task(subscribed, kari):
    return factories.TaskFactory(client=subscribed.client, owner=kari)


@pytest.fixture
def put_on(kari):
    """put_on(task, ola, on=day of June): the task's owner and nobody else."""

    def edit(task, owner, *, on):
        return client_actions.edit_task(task=task, by=kari, type=task.type, owner=owner, participants=[], clock=at(on))

    return edit


def test_a_service_is_named_after_its_collaboration_got_another_task(
    office, kari, ola, collaboration, other_task, put_on
):
    put_on(collaboration.task, ola, on=1)
    actions.change_task(collaboration=collaboration, task=other_task, by=kari, clock=at(2))
    put_on(collaboration.task, kari, on=3)

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("tidligere på oppgave", "Visma eAccounting (tidligere)")


def test_a_service_that_came_to_the_task_after_the_person_had_left_it_is_not_named(
    office, kari, ola, collaboration, other_task, put_on
):
    put_on(other_task, ola, on=1)
    put_on(other_task, kari, on=2)
    actions.change_task(collaboration=collaboration, task=other_task, by=kari, clock=at(3))

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("tidligere på oppgave", "")


def test_a_service_that_left_the_task_before_the_person_came_is_not_named(
    office, kari, ola, collaboration, other_task, put_on
):
    task = collaboration.task
    actions.change_task(collaboration=collaboration, task=other_task, by=kari, clock=at(1))
    put_on(task, ola, on=2)

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("oppgaveansvarlig", "")


def test_a_service_that_came_with_a_hand_over_is_named_when_the_task_went_on(
    office, kari, ola, liv, collaboration, put_on
):
    put_on(collaboration.task, liv, on=1)
    deactivate_employee(employee=liv, account_manager=None, task_owner=ola, by=kari, clock=at(2))
    put_on(collaboration.task, kari, on=3)

    (line,) = report(office, ola)

    assert line[4] == "Visma eAccounting (tidligere)"


def test_a_service_that_had_left_the_task_before_it_was_handed_over_is_not_named(
    office, kari, ola, liv, collaboration, other_task
):
    handed_over = client_actions.create_task(
        client=collaboration.client, by=kari, type=other_task.type, owner=liv, participants=[], clock=at(1)
    )
    actions.change_task(collaboration=collaboration, task=handed_over, by=kari, clock=at(2))
    actions.change_task(collaboration=collaboration, task=other_task, by=kari, clock=at(3))
    deactivate_employee(employee=liv, account_manager=None, task_owner=ola, by=kari, clock=at(4))

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("oppgaveansvarlig", "")


def test_the_services_of_who_leaves_are_those_of_the_last_day(office, kari, ola, collaboration, put_on):
    put_on(collaboration.task, ola, on=1)
    deactivate_employee(employee=ola, account_manager=None, task_owner=kari, by=kari, clock=at(2))

    (line,) = report(office, ola)

    assert (line[3], line[4], line[6]) == ("oppgaveansvarlig", "Visma eAccounting", "02.06.2026")


def test_each_line_of_the_report_says_whose_it_is(office, kari, ola, work, leave):
    created_on = oslo_date(ola.created_at).strftime("%d.%m.%Y")
    leave(ola, by=kari, to=kari)

    headings, *lines = read_report(office, ola)

    assert headings[:5] == ["Medarbeider", "E-post", "Rolle i byrået", "I byrået fra", "I byrået til"]
    assert {tuple(line[:5]) for line in lines} == {
        ("Ola Hansen", "ola@fjordregnskap.example", "medarbeider", created_on, "10.03.2026")
    }


@pytest.mark.parametrize(
    ("name", "file"),
    [("Ola Hansen", "tilganger-ola-hansen.csv"), ("Åse Ærø", "tilganger-ase-aero.csv"), ("Анна", "tilganger-{pk}.csv")],
)
def test_the_file_is_named_after_the_person(name, file, office, ola):
    ola.user.name = name
    ola.user.save()

    response = office.get(reverse("office:employee-report", args=[ola.pk]))

    assert response["Content-Disposition"] == f'attachment; filename="{file.format(pk=ola.pk)}"'


def test_the_report_holds_what_a_company_gave_directly(office, kari, ola, subscribed, leave):
    place = factories.CompanyUserFactory(company=subscribed.company, user=ola.user, role="user")
    factories.ServiceAccessFactory(company_user=place, subscription=subscribed.subscription)
    elsewhere = factories.CompanyUserFactory(user=ola.user)
    leave(ola, by=kari)

    (line,) = report(office, ola)

    assert line[1:] == [
        "Ærlig Bakeri AS", subscribed.company.org_number, "bruker for selskapet", "Visma eAccounting",
        "selskapet selv", "",
    ]  # fmt: skip
    assert elsewhere.company.name not in str(line)


@pytest.fixture
def in_company(ola, subscribed):
    """Ola as a user of Ærlig Bakeri, let into Visma eAccounting by its administrator."""
    place = factories.CompanyUserFactory(company=subscribed.company, user=ola.user, role="user")
    return choose_services(company_user=place, subscriptions=[subscribed.subscription], by=subscribed.administrator)


def leave_as_user(place, by):
    leave_company(company_user=place)


def take_away(place, by):
    deactivate_company_user(company_user=place, by=by)


@pytest.mark.parametrize("end", [leave_as_user, take_away])
def test_the_report_keeps_the_services_of_a_place_that_is_gone(office, ola, subscribed, in_company, end):
    end(in_company, by=subscribed.administrator)

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("bruker for selskapet", "Visma eAccounting")
    assert line[6] != ""


def test_the_report_names_a_service_that_the_company_took_back_earlier(office, ola, subscribed, in_company):
    scanner = factories.SubscriptionFactory(
        company=subscribed.company, service=factories.scanner(), variant=factories.scanner().variants.get()
    )
    choose_services(company_user=in_company, subscriptions=[scanner], by=subscribed.administrator)

    (line,) = report(office, ola)
    deactivate_company_user(company_user=in_company, by=subscribed.administrator)
    (after,) = report(office, ola)

    assert line[4] == after[4] == "Visma Scanner, Visma eAccounting (tidligere)"


def test_the_report_names_what_an_auditor_could_open_before(office, ola, subscribed, in_company):
    change_role(company_user=in_company, role="auditor", by=subscribed.administrator)

    (line,) = report(office, ola)

    assert (line[3], line[4]) == ("revisor for selskapet", "Visma eAccounting (tidligere)")


def test_a_client_named_like_a_formula_is_text(office, kari, ola):
    factories.ClientFactory(firm=kari.firm, name="=1+1", account_manager=ola)

    assert report(office, ola)[0][1] == "'=1+1"


@pytest.mark.parametrize("is_last", [True, False])
def test_the_last_administrator_is_offered_no_way_out(is_last, kari, ola, sign_in):
    browser = sign_in(kari)
    if not is_last:
        Employee.objects.filter(pk=ola.pk).update(role=Employee.Role.ADMINISTRATOR)
    out = reverse("office:employee-deactivate", args=[kari.pk])

    pages = [browser.get(reverse("office:employee-list")), browser.get(reverse("office:employee-edit", args=[kari.pk]))]

    assert [out in page.content.decode() for page in pages] == [not is_last, not is_last]
    assert browser.get(out).status_code == (302 if is_last else 200)
