"""Putting a client aside, and closing a task: not while a service hangs on it."""

import pytest
from django.contrib.messages import get_messages

from clients.models import Client, Task
from collaboration import actions
from ground.refusals import NotAllowed
from history.models import Event
from tests import factories
from tests.races import race

pytestmark = pytest.mark.django_db

CLIENT = "/kunder/1002/"


@pytest.fixture
def task(known) -> Task:
    return known.client.tasks.get()


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_client_is_put_aside_and_taken_up_again(known, kari, office, submit):
    aside = submit(office, kari.firm, f"{CLIENT}deaktiver/")
    was_active = Client.objects.get(pk=known.client.pk).is_active
    back = submit(office, kari.firm, f"{CLIENT}aktiver/")

    assert (aside.url, back.url) == (CLIENT, CLIENT)
    assert (was_active, Client.objects.get(pk=known.client.pk).is_active) == (False, True)
    assert list(Event.objects.values_list("verb", "by")) == [
        ("deactivate", kari.user_id),
        ("activate", kari.user_id),
    ]


def test_a_task_is_closed_and_opened_again(task, kari, office, submit):
    closed = submit(office, kari.firm, f"{CLIENT}oppgaver/{task.pk}/lukk/", next=CLIENT)
    was_open = Task.objects.get(pk=task.pk).is_open
    opened = submit(office, kari.firm, f"{CLIENT}oppgaver/{task.pk}/apne-igjen/")

    assert (closed.url, opened.url) == (CLIENT, f"{CLIENT}oppgaver/")
    assert (was_open, Task.objects.get(pk=task.pk).is_open) == (False, True)
    assert list(Event.objects.values_list("verb", flat=True)) == ["close", "reopen"]


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("draft", "Det ligger et utkast til en forespørsel om Visma eAccounting. Forkast det først."),
        ("pending", "En forespørsel om Visma eAccounting venter på kunden. Trekk den tilbake først."),
        ("active", "Samarbeidet i Visma eAccounting er aktivt, og må avsluttes først."),
    ],
)
def test_a_service_in_the_way_is_named(known, task, kari, office, submit, draft, sent, approve, stage, reason):
    if stage == "draft":
        draft(known.client, by=kari)
    else:
        request = sent(known.client, by=kari)
        if stage == "active":
            approve(request, by=known.administrator)

    client = submit(office, kari.firm, f"{CLIENT}deaktiver/")
    closing = submit(office, kari.firm, f"{CLIENT}oppgaver/{task.pk}/lukk/")

    assert f"Kunden kan ikke deaktiveres. {reason}" in said(client)
    assert f"Oppgaven kan ikke lukkes. {reason}" in said(closing)
    assert Client.objects.get(pk=known.client.pk).is_active
    assert Task.objects.get(pk=task.pk).is_open


def test_another_task_of_the_same_client_may_be_closed(known, kari, office, submit, sent):
    sent(known.client, by=kari)
    other = factories.TaskFactory(client=known.client, owner=kari)

    submit(office, kari.firm, f"{CLIENT}oppgaver/{other.pk}/lukk/")

    assert not Task.objects.get(pk=other.pk).is_open


def test_a_request_that_was_withdrawn_is_not_in_the_way(known, task, kari, office, submit, sent, clock):
    actions.withdraw_activation(activation=sent(known.client, by=kari), by=kari, clock=clock)

    submit(office, kari.firm, f"{CLIENT}oppgaver/{task.pk}/lukk/")
    submit(office, kari.firm, f"{CLIENT}deaktiver/")

    assert not Task.objects.get(pk=task.pk).is_open
    assert not Client.objects.get(pk=known.client.pk).is_active


def test_every_other_state_refuses(known, task, kari):
    with pytest.raises(NotAllowed, match="Kunden er allerede aktiv"):
        actions.activate_client(client=known.client, by=kari)
    with pytest.raises(NotAllowed, match="Oppgaven er allerede åpen"):
        actions.reopen_task(task=task, by=kari)
    actions.close_task(task=task, by=kari)
    actions.deactivate_client(client=known.client, by=kari)

    with pytest.raises(NotAllowed, match="Oppgaven er allerede lukket"):
        actions.close_task(task=task, by=kari)
    with pytest.raises(NotAllowed, match="Kunden er allerede deaktivert"):
        actions.deactivate_client(client=known.client, by=kari)
    with pytest.raises(NotAllowed, match="aktiver kunden først"):
        actions.reopen_task(task=task, by=kari)


@pytest.mark.parametrize("deed", ["deaktiver/", "aktiver/", "oppgaver/{task}/lukk/", "oppgaver/{task}/apne-igjen/"])
def test_get_is_no_way_and_a_stranger_gets_404(known, task, ola, nils, office, sign_in, submit, deed):
    factories.ClientFactory(firm=nils.firm, number=1002)
    url = CLIENT + deed.format(task=task.pk)

    got = office.get(url)
    colleague = submit(sign_in(ola), ola.firm, url)
    answers = [got.status_code, colleague.status_code]
    if "oppgaver" in deed:
        answers.append(submit(sign_in(nils), nils.firm, url).status_code)

    assert answers == [405, 404, 404][: len(answers)]
    assert Client.objects.get(pk=known.client.pk).is_active
    assert Task.objects.get(pk=task.pk).is_open


@pytest.mark.django_db(transaction=True)
def test_closing_twice_at_once_closes_once(task, kari):
    def close():
        return actions.close_task(task=task, by=kari)

    results = race(close, close)

    assert [type(result) for result in results if isinstance(result, Exception)] == [NotAllowed]
    assert Event.objects.filter(verb="close").count() == 1


# --- What is refused is not offered


@pytest.mark.parametrize("stage", ["draft", "pending", "active"])
def test_what_is_in_use_is_offered_no_button_and_says_why(known, task, kari, office, draft, sent, approve, stage):
    if stage == "draft":
        actions.save_answers(activation=draft(known.client, by=kari), by=kari, answers={"task": task})
    elif (request := sent(known.client, by=kari)) and stage == "active":
        approve(request, by=known.administrator)

    card = " ".join(office.get(CLIENT).content.decode().split())

    assert f"{CLIENT}deaktiver/" not in card
    assert f"{CLIENT}oppgaver/{task.pk}/lukk/" not in card
    assert "Kunden kan ikke deaktiveres." in card
    assert "Gir tilgang, og kan ikke lukkes" in card


def test_a_client_that_is_put_aside_is_taken_up_where_it_is_in_the_way(known, task, kari, office, submit, draft):
    """From each page that says so, and back to that page."""
    closed = factories.TaskFactory(client=known.client, owner=kari, closed_at=factories.LONG_AGO)
    service = f"{CLIENT}samarbeid/eaccounting/"
    draft(known.client, by=kari)
    pages = [
        f"{CLIENT}oppgaver/", f"{CLIENT}samarbeid/", f"{CLIENT}oppgaver/ny/", f"{CLIENT}oppgaver/{closed.pk}/", service,
        f"{service}aktiver/avtale/", f"{service}aktiver/kontroller/",
    ]  # fmt: skip

    for page in pages:
        Client.objects.update(is_active=False)
        html = office.get(page).content.decode()
        assert "deaktivert" in html, page
        assert f'action="{CLIENT}aktiver/"' in html, page
        assert "apne-igjen" not in html, page
        back = submit(office, kari.firm, f"{CLIENT}aktiver/", next=page)
        assert (back.url, Client.objects.get().is_active) == (page, True)


def test_the_main_contact_is_offered_to_be_deleted_when_another_one_has_taken_over(known, office):
    main = known.client.contacts.get()
    alone = office.get(f"{CLIENT}kontakter/{main.pk}/").content.decode()
    factories.ContactFactory(client=known.client, is_main=False)

    beside_another = office.get(f"{CLIENT}kontakter/{main.pk}/").content.decode()

    assert [f"{main.pk}/slett/" in page for page in (alone, beside_another)] == [True, False]
    assert office.get(f"{CLIENT}kontakter/{main.pk}/slett/").url == f"{CLIENT}kontakter/{main.pk}/"
