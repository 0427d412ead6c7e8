"""Close and reopen a task. One that lets people into a service stays open."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Task
from clients.rights import check_sees
from collaboration.actions.locks import lock_client
from collaboration.actions.obstacles import refuse_while_in_use
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def close_task(*, task: Task, by: Employee, clock: Clock = database_clock) -> Task:
    """Close it. Raises NotAllowed for who does not see the client, and while a live request or an active collaboration
    uses it.
    """
    task = lock_task(task)
    check_sees(by, task.client_id)
    if not task.is_open:
        raise NotAllowed(_("Oppgaven er allerede lukket."))
    refuse_while_in_use(_("Oppgaven kan ikke lukkes."), task=task)
    task.closed_at = clock()
    task.save(update_fields=["closed_at"])
    record_event(subject=task, verb="close", by=by.user, at=task.closed_at, firm=task.firm)
    return task


@transaction.atomic
def reopen_task(*, task: Task, by: Employee, clock: Clock = database_clock) -> Task:
    """Open a closed task again. Raises NotAllowed for who does not see the client, when it is put aside, and when the
    task is open already.
    """
    client = lock_client(task.client)
    check_sees(by, client.pk)
    task = lock_task(task)
    if task.is_open:
        raise NotAllowed(_("Oppgaven er allerede åpen."))
    if not client.is_active:
        raise NotAllowed(_("Oppgaven kan ikke åpnes igjen. Kunden er deaktivert; aktiver kunden først."))
    task.closed_at = None
    task.save(update_fields=["closed_at"])
    record_event(subject=task, verb="reopen", by=by.user, at=clock(), firm=task.firm)
    return task


def lock_task(task: Task) -> Task:
    """The task as it is now. The full row lock also holds back a request that would take it into use."""
    return Task.objects.select_for_update(of=("self",)).select_related("firm", "client").get(pk=task.pk)
