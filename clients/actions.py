"""Deeds about clients, contacts and tasks that need to know nothing of collaborations."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _

from clients.models import Client, Contact, Task, TaskParticipant, TaskType
from clients.numbers import check_unique
from clients.rights import check_are_colleagues, check_sees, check_type, may_delete
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.forms.sent import find_made
from organisations.models import Employee, Firm
from organisations.rights import check_works_here


@transaction.atomic
def create_client(
    *,
    by: Employee,
    fields: dict[str, Any],
    main_contact: dict[str, str] | None = None,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Client:
    """Make a card in the employee's firm. Without a `number` in the fields it gets the next one.

    The form of `form_key` sent twice makes one client. An employee who sees own clients only becomes the account
    manager, so that the card stays in sight; anybody else may name anybody, since nothing hangs on a new card yet.
    Raises NotAllowed when the number or the organisation number is taken, and when the account manager has left.
    """
    check_works_here(by)
    firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    if made := find_made(firm.clients.all(), form_key):
        return made
    number = fields.get("number") or next_client_number(firm)
    client = Client(firm=firm, **fields | {"number": number})
    if not by.sees_all_clients:
        client.account_manager = by
    check_unique(client, by=by)
    if client.account_manager:
        check_are_colleagues(firm.pk, client.account_manager)
    client.save()
    if main_contact and main_contact.get("name"):
        Contact.objects.create(firm=firm, client=client, is_main=True, **main_contact)
    record_event(subject=client, verb="create", by=by.user, at=clock(), firm=firm, form_key=form_key)
    return client


def next_client_number(firm: Firm) -> int:
    """The lowest free number from the firm's first one. The caller holds the firm's lock.

    Not one more than the highest, since one large number typed by mistake would set the sequence for ever.
    """
    numbers = firm.clients.filter(number__gte=firm.first_client_number)
    if not numbers.filter(number=firm.first_client_number).exists():
        return firm.first_client_number
    followed = Exists(Client.objects.filter(firm=firm, number=OuterRef("number") + 1))
    return numbers.filter(~followed).aggregate(last=Min("number"))["last"] + 1


@transaction.atomic
def save_contact(
    *,
    client: Client,
    by: Employee,
    fields: dict[str, Any],
    contact: Contact | None = None,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Contact:
    """Add a contact, or change one. The first is the main contact; making another the main one moves it.

    The form of `form_key` sent twice adds one; who changes one gives none. Raises NotAllowed for who does not see the
    client, and when what the form has added has been deleted since.
    """
    lock_contacts_of(client)
    check_sees(by, client.pk)
    if made := find_made(client.contacts.all(), form_key):
        return made
    verb = "edit" if contact else "create"
    contact = contact or Contact(firm_id=client.firm_id, client=client)
    for name, value in fields.items():
        setattr(contact, name, value)
    others = client.contacts.exclude(pk=contact.pk)
    if contact.is_main:
        others.update(is_main=False)
    elif not others.filter(is_main=True).exists():
        contact.is_main = True
    contact.save()
    record_event(subject=contact, verb=verb, by=by.user, at=clock(), firm=client.firm, form_key=form_key)
    return contact


@transaction.atomic
def delete_contact(*, client: Client, contact: Contact, by: Employee, clock: Clock = database_clock) -> None:
    """Remove a contact.

    Raises NotAllowed for who does not see the client, and for the main contact while there are others to choose among.
    """
    lock_contacts_of(client)
    check_sees(by, client.pk)
    contact.refresh_from_db()
    if not may_delete(contact):
        raise NotAllowed(_("Velg en annen hovedkontakt før du sletter %(name)s.") % {"name": contact.name})
    record_event(subject=contact, verb="delete", by=by.user, at=clock(), firm=client.firm)
    contact.delete()


def lock_contacts_of(client: Client) -> None:
    """Lock the client's contacts by its row, since which of them is the main contact is a matter of all."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


@transaction.atomic
def create_task(
    *,
    client: Client,
    by: Employee,
    type: TaskType,
    owner: Employee,
    participants: list[Employee],
    period: str = "",
    due_on: date | None = None,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Task:
    """Open a task for a client; the form of `form_key` sent twice opens one.

    Raises NotAllowed when the client is put aside, and for who does not see it.
    """
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    check_sees(by, client.pk)
    if made := find_made(client.tasks.all(), form_key):
        return made
    if not client.is_active:
        raise NotAllowed(_("Kunden er deaktivert. Aktiver kunden før du lager en ny oppgave."))
    check_type(client.firm_id, type)
    check_are_colleagues(client.firm_id, owner, *participants)
    at = clock()
    task = Task.objects.create(
        firm_id=client.firm_id, client=client, type=type, period=period, owner=owner, due_on=due_on, opened_at=at
    )
    set_participants(task, participants)
    record_event(subject=task, verb="create", by=by.user, at=at, firm=by.firm, after=people_of(task), form_key=form_key)
    return task


@transaction.atomic
def edit_task(
    *,
    task: Task,
    by: Employee,
    type: TaskType,
    owner: Employee,
    participants: list[Employee],
    period: str | None = None,
    due_on: date | None = None,
    clock: Clock = database_clock,
) -> Task:
    """Change a task; without a `period` it keeps the one it has. Who gets into the client's services follows at once:
    the door asks the task.

    Raises NotAllowed when it is closed, and for who does not see the client.
    """
    task = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("firm").get(pk=task.pk)
    if not task.is_open:
        raise NotAllowed(_("Oppgaven er lukket. Åpne den igjen for å endre den."))
    check_sees(by, task.client_id)
    check_type(task.firm_id, type)
    check_are_colleagues(task.firm_id, owner, *participants)
    before = people_of(task)
    task.type, task.owner, task.due_on = type, owner, due_on
    task.period = task.period if period is None else period
    task.save()
    set_participants(task, participants)
    record_event(subject=task, verb="edit", by=by.user, at=clock(), firm=by.firm, before=before, after=people_of(task))
    return task


def people_of(task: Task) -> dict[str, Any]:
    """The task's people as events keep them; the leaver's report reads them there."""
    return {"owner": task.owner_id, "participants": sorted(task.participants.values_list("pk", flat=True))}


def set_participants(task: Task, participants: list[Employee]) -> None:
    """Make these the task's participants, and no others. The owner is on the task already."""
    participants = [person for person in participants if person.pk != task.owner_id]
    TaskParticipant.objects.filter(task=task).exclude(employee__in=participants).delete()
    there = set(TaskParticipant.objects.filter(task=task).values_list("employee_id", flat=True))
    TaskParticipant.objects.bulk_create(
        TaskParticipant(firm_id=task.firm_id, task=task, employee=person)
        for person in participants
        if person.pk not in there
    )


def create_standard_task_types(*, firm: Firm) -> None:
    """Give the firm the set of task types that every new firm begins with."""
    types = [TaskType(firm=firm, name=name, name_en=english) for name, english in TaskType.STANDARD.items()]
    TaskType.objects.bulk_create(types, ignore_conflicts=True)


@transaction.atomic
def create_task_type(
    *, by: Employee, name: str, name_en: str = "", form_key: UUID | None = None, clock: Clock = database_clock
) -> TaskType:
    """Add a type to the firm's list; the form of `form_key` sent twice adds one.

    Raises NotAllowed when the list has it.
    """
    firm = lock_task_types_of(by)
    if made := find_made(firm.task_types.all(), form_key):
        return made
    check_task_type_name(firm, name)
    task_type = TaskType.objects.create(firm=firm, name=name, name_en=name_en)
    record_event(subject=task_type, verb="create", by=by.user, at=clock(), firm=firm, form_key=form_key)
    return task_type


@transaction.atomic
def rename_task_type(
    *, task_type: TaskType, by: Employee, name: str, name_en: str = "", clock: Clock = database_clock
) -> TaskType:
    """Give the type, and so its tasks, another name. Raises NotAllowed when another type has it."""
    firm = lock_task_types_of(by)
    task_type = firm.task_types.get(pk=task_type.pk)
    check_task_type_name(firm, name, but=task_type)
    task_type.name, task_type.name_en = name, name_en
    task_type.save(update_fields=["name", "name_en"])
    record_event(subject=task_type, verb="rename", by=by.user, at=clock(), firm=firm)
    return task_type


@transaction.atomic
def retire_task_type(*, task_type: TaskType, by: Employee, clock: Clock = database_clock) -> TaskType:
    """Take the type out of use: tasks that have it keep it. Raises NotAllowed for the last one in use."""
    firm = lock_task_types_of(by)
    check_another_type_is_in_use(firm, task_type)
    return set_task_type_active(firm.task_types.get(pk=task_type.pk), is_active=False, by=by, clock=clock)


@transaction.atomic
def restore_task_type(*, task_type: TaskType, by: Employee, clock: Clock = database_clock) -> TaskType:
    """Take the type into use again."""
    firm = lock_task_types_of(by)
    return set_task_type_active(firm.task_types.get(pk=task_type.pk), is_active=True, by=by, clock=clock)


@transaction.atomic
def delete_task_type(*, task_type: TaskType, by: Employee, clock: Clock = database_clock) -> None:
    """Delete a type that no task has ever had. Raises NotAllowed otherwise, and for the last one in use."""
    firm = lock_task_types_of(by)
    task_type = firm.task_types.select_for_update().get(pk=task_type.pk)
    if task_type.tasks.exists():
        raise NotAllowed(_("Det finnes oppgaver av typen %(name)s. Ta den ut av bruk i stedet.") % {"name": task_type})
    check_another_type_is_in_use(firm, task_type)
    record_event(subject=task_type, verb="delete", by=by.user, at=clock(), firm=firm)
    task_type.delete()


def lock_task_types_of(by: Employee) -> Firm:
    """Lock the firm's list of task types, by the firm's row. Raises NotAllowed for anybody but an administrator."""
    firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    if not Employee.objects.active().filter(pk=by.pk, role=Employee.Role.ADMINISTRATOR).exists():
        raise NotAllowed(_("Bare en administrator i byrået kan endre innstillingene."))
    return firm


def check_task_type_name(firm: Firm, name: str, *, but: TaskType | None = None) -> None:
    """Raise NotAllowed where another type of the firm has the name."""
    same = firm.task_types.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise NotAllowed(_("Byrået har allerede en oppgavetype som heter %(name)s.") % {"name": name}, field="name")


def check_another_type_is_in_use(firm: Firm, task_type: TaskType) -> None:
    """Raise NotAllowed where no other type of the firm is in use."""
    if not firm.task_types.filter(is_active=True).exclude(pk=task_type.pk).exists():
        raise NotAllowed(_("Byrået må ha minst én oppgavetype i bruk."))


def set_task_type_active(task_type: TaskType, *, is_active: bool, by: Employee, clock: Clock) -> TaskType:
    if task_type.is_active != is_active:
        task_type.is_active = is_active
        task_type.save(update_fields=["is_active"])
        verb = "restore" if is_active else "retire"
        record_event(subject=task_type, verb=verb, by=by.user, at=clock(), firm=by.firm)
    return task_type
