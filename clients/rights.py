"""Who may do what with a client, asked of the database as it is now: rights can go between page and click."""

from django.utils.translation import gettext as _

from clients.models import Client, Contact, TaskType
from ground.refusals import NotAllowed
from organisations.models import Employee


def sees(by: Employee, client_id: int) -> bool:
    """Whether the employee works in the firm today, and sees the client."""
    place = Employee.objects.active().filter(pk=by.pk).first()
    return place is not None and Client.objects.visible_to(place).filter(pk=client_id).exists()


def check_sees(by: Employee, client_id: int) -> None:
    """Raise NotAllowed for an employee who does not see the client."""
    if not sees(by, client_id):
        raise NotAllowed(_("Du har ikke tilgang til kunden."))


def may_choose_manager(by: Employee, client: Client) -> bool:
    """Whether the employee decides who the account manager is: an administrator, and whoever it is today.

    The account manager may change what an agreement costs, and end it. So nobody else can take that right, and who has
    handed it on cannot take it back.
    """
    administrators = Employee.objects.active().filter(firm=client.firm_id, role=Employee.Role.ADMINISTRATOR)
    if administrators.filter(pk=by.pk).exists():
        return True
    return Client.objects.filter(pk=client.pk, account_manager=by).exists()


def check_may_choose_manager(by: Employee, client: Client) -> None:
    """Raise NotAllowed where `may_choose_manager` says no. The caller holds the client's lock."""
    if not may_choose_manager(by, client):
        raise NotAllowed(_("Bare en administrator eller den som er kundeansvarlig, kan bytte kundeansvarlig."))


def check_are_colleagues(firm_id: int, *people: Employee) -> None:
    """Raise NotAllowed unless all of them work in the firm; until the deed is done none of them can leave.

    Who is chosen gets a right by it (`account_manager`) or a way in (a task's people), whatever page named them.
    """
    rows = Employee.objects.select_for_update(no_key=True).filter(pk__in=[person.pk for person in people])
    if any(person.deactivated_at is not None or person.firm_id != firm_id for person in rows.order_by("pk")):
        raise NotAllowed(_("En av dem du valgte, arbeider ikke lenger i byrået."))


def may_delete(contact: Contact) -> bool:
    """Whether the contact may go: the main one stays while there are others to choose among."""
    return not (contact.is_main and Contact.objects.filter(client=contact.client_id).exclude(pk=contact.pk).exists())


def check_type(firm_id: int, task_type: TaskType) -> None:
    """Raise NotAllowed for a task type of another firm."""
    if task_type.firm_id != firm_id:
        raise NotAllowed(_("Velg en type."))
