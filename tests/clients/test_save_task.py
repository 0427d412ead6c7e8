"""Tasks: who is on them, and where one comes back to."""

import pytest

from clients.models import Task
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/kunder/1001/oppgaver/ny/"


@pytest.fixture
def client(kari):
    return factories.ClientFactory(firm=kari.firm, number=1001)


@pytest.fixture
def bookkeeping(fjord):
    return factories.TaskTypeFactory(firm=fjord, name="Bokføring")


def people(task: Task) -> list[str]:
    return [person.user.name for person in Task.objects.get(pk=task.pk).people]


def test_a_task_has_a_type_an_owner_participants_and_a_due_date(client, bookkeeping, kari, ola, office, submit):
    response = submit(
        office, kari.firm, URL, type=bookkeeping.pk, owner=kari.pk, participants=[kari.pk, ola.pk], due_on="2026-06-01"
    )

    task = Task.objects.get()
    assert response.url == "/kunder/1001/oppgaver/"
    assert (task.client, task.type, task.due_on.isoformat(), task.is_open) == (client, bookkeeping, "2026-06-01", True)
    assert people(task) == ["Kari Nordmann", "Ola Hansen"]
    assert list(task.participants.all()) == [ola]


def test_one_comes_back_to_where_one_was(client, bookkeeping, kari, office, submit):
    service_page = "/kunder/1001/samarbeid/eaccounting/"
    form = office.get(f"{URL}?next={service_page}").content.decode()

    response = submit(office, kari.firm, URL, type=bookkeeping.pk, owner=kari.pk, next=service_page)

    assert f'name="next" value="{service_page}"' in form
    assert response.url == service_page


@pytest.mark.parametrize("elsewhere", ["https://ond.example/", "//ond.example/", "javascript:alert(1)", "\\\\ond"])
def test_but_never_to_another_site(client, bookkeeping, kari, office, submit, elsewhere):
    response = submit(office, kari.firm, URL, type=bookkeeping.pk, owner=kari.pk, next=elsewhere)

    assert response.url == "/kunder/1001/oppgaver/"


def test_only_active_colleagues_and_types_in_use_can_be_chosen(client, bookkeeping, kari, nils, office, submit, clock):
    left = factories.EmployeeFactory(firm=kari.firm, deactivated_at=clock())
    old = factories.TaskTypeFactory(firm=kari.firm, name="Gammel", is_active=False)
    theirs = factories.TaskTypeFactory(firm=nils.firm)
    right = {"type": bookkeeping.pk, "owner": kari.pk}

    answers = [
        submit(office, kari.firm, URL, **right | wrong)
        for wrong in ({"owner": left.pk}, {"owner": nils.pk}, {"participants": [nils.pk]}, {"type": old.pk},
                      {"type": theirs.pk}, {"owner": "x"}, {"due_on": "snart"})
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200] * 7
    assert all("<title>Feil:" in answer.content.decode() for answer in answers)
    assert Task.objects.count() == 0


def test_a_deactivated_client_gets_no_new_task(client, bookkeeping, kari, office, submit):
    client.is_active = False
    client.save()

    response = submit(office, kari.firm, URL, type=bookkeeping.pk, owner=kari.pk)

    assert "Kunden er deaktivert. Aktiver kunden før du lager en ny oppgave." in response.content.decode()
    assert Task.objects.count() == 0


def test_editing_replaces_the_people(client, bookkeeping, kari, ola, office, submit):
    task = factories.TaskFactory(client=client, owner=kari, participants=[ola])

    submit(office, kari.firm, f"/kunder/1001/oppgaver/{task.pk}/", type=bookkeeping.pk, owner=ola.pk)

    assert people(task) == ["Ola Hansen"]


def test_a_type_that_has_gone_out_of_use_may_stay(client, kari, office, submit):
    old = factories.TaskTypeFactory(firm=kari.firm, name="Gammel", is_active=False)
    task = factories.TaskFactory(client=client, owner=kari, type=old)

    response = submit(office, kari.firm, f"/kunder/1001/oppgaver/{task.pk}/", type=old.pk, owner=kari.pk)

    assert response.status_code == 302


def test_a_closed_task_is_shown_but_not_edited(client, bookkeeping, kari, ola, office, submit, clock):
    task = factories.TaskFactory(client=client, owner=kari, closed_at=clock())
    url = f"/kunder/1001/oppgaver/{task.pk}/"

    page = office.get(url).content.decode()
    submit(office, kari.firm, url, type=bookkeeping.pk, owner=ola.pk)

    assert "Oppgaven er lukket. Åpne den igjen for å endre den." in page
    assert people(task) == ["Kari Nordmann"]


def test_who_leaves_the_only_task_is_led_to_the_list(client, bookkeeping, kari, ola, sign_in, submit):
    task = factories.TaskFactory(client=client, owner=ola)

    response = submit(sign_in(ola), kari.firm, f"/kunder/1001/oppgaver/{task.pk}/", type=bookkeeping.pk, owner=kari.pk)

    assert response.url == "/kunder/"


def test_a_stranger_gets_404(client, kari, ola, nils, sign_in, submit):
    task = factories.TaskFactory(client=client, owner=kari)
    factories.ClientFactory(firm=nils.firm, number=1001)

    answers = [
        submit(sign_in(person), person.firm, f"/kunder/1001/oppgaver/{task.pk}/", owner=person.pk)
        for person in (ola, nils)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert people(task) == ["Kari Nordmann"]
