"""What tells two open tasks of one type apart: the firm reads it wherever a task is named, the customer nowhere."""

import unicodedata
from types import SimpleNamespace

import pytest

from agreements import actions as agreement_actions
from agreements.words.history import agreement_history
from clients import actions
from clients.models import Task
from office.agreements.forms import TaskForm as ChangeTaskForm
from office.requests.forms import TaskChoiceField
from tests import factories

pytestmark = pytest.mark.django_db

TERM = "2. termin 2026"
LABEL = f"Mva-melding, {TERM}"


@pytest.fixture
def vat(kari):
    """A client of Fjord with an open VAT return; `fill` sends the form that makes tasks."""
    client = factories.ClientFactory(firm=kari.firm, number=1001)
    kind = factories.TaskTypeFactory(firm=kari.firm, name="Mva-melding", name_en="VAT return")
    task = factories.TaskFactory(client=client, type=kind, owner=kari, period=TERM)
    return SimpleNamespace(client=client, kind=kind, task=task)


def test_it_is_asked_for_when_a_task_is_made_and_when_it_is_edited(vat, kari, office, submit):
    typed = {"type": vat.kind.pk, "owner": kari.pk}
    submit(office, kari.firm, "/kunder/1001/oppgaver/ny/", **typed, period=unicodedata.normalize("NFD", " 3.  måned "))
    made = Task.objects.latest("pk")

    submit(office, kari.firm, f"/kunder/1001/oppgaver/{vat.task.pk}/", **typed, period="")

    assert made.period == "3. måned"
    assert (Task.objects.get(pk=vat.task.pk).period, Task.objects.get(pk=vat.task.pk).label) == ("", "Mva-melding")


@pytest.mark.parametrize("typed", ["x" * 61, "se https://ond.example/"])
def test_what_is_too_long_or_a_link_is_refused(vat, kari, office, submit, typed):
    answer = submit(office, kari.firm, "/kunder/1001/oppgaver/ny/", type=vat.kind.pk, owner=kari.pk, period=typed)

    assert "<title>Feil:" in answer.content.decode()
    assert Task.objects.count() == 1


def test_a_deed_that_does_not_name_it_leaves_it(vat, kari):
    actions.edit_task(task=vat.task, by=kari, type=vat.kind, owner=kari, participants=[])

    assert Task.objects.get().period == TERM


@pytest.mark.parametrize(
    "url", ["/kunder/1001/", "/kunder/1001/oppgaver/", "/mine-oppgaver/", "/kunder/1001/oppgaver/{pk}/"]
)
def test_each_page_of_the_firm_that_names_a_task_shows_it(vat, office, url):
    assert LABEL in office.get(url.format(pk=vat.task.pk)).content.decode()


def test_two_tasks_of_one_type_and_owner_read_otherwise_in_a_picker(vat, kari):
    factories.TaskFactory(client=vat.client, type=vat.kind, owner=kari, period="3. termin 2026")
    tasks = Task.objects.with_people().order_by("pk")

    assert [TaskChoiceField(queryset=tasks).label_from_instance(task) for task in tasks] == [
        f"{LABEL} – Kari Nordmann", "Mva-melding, 3. termin 2026 – Kari Nordmann",
    ]  # fmt: skip
    assert isinstance(ChangeTaskForm.base_fields["valg"], TaskChoiceField)


def test_the_customer_reads_the_type_alone(subscribed, kari, sent, approve, sign_in, clock):
    collaboration = approve(sent(subscribed.client, by=kari), by=subscribed.administrator).collaboration
    kind = factories.TaskTypeFactory(firm=kari.firm, name="Mva-melding")
    task = factories.TaskFactory(client=subscribed.client, type=kind, owner=kari, period=TERM)
    collaboration = agreement_actions.change_task(collaboration=collaboration, task=task, by=kari, clock=clock)
    subscription, collaborations = collaboration.subscription, [collaboration]

    read = [str(agreement_history(subscription, collaborations, reader=reader)) for reader in (kari.firm_id, None)]
    pages = [
        sign_in(kari).get(f"/kunder/{subscribed.client.number}/samarbeid/eaccounting/").content.decode(),
        sign_in(subscribed.administrator).get("/mine-tjenester/tjenester/eaccounting/").content.decode(),
    ]

    assert [TERM in text for text in (*read, *pages)] == [True, False, True, False]
    assert all("Mva-melding" in text for text in read)
