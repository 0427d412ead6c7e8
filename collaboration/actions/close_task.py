"""Close a task, and take it up again; here, because whoever stands on it may be in a service by it."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Task
from collaboration.actions.edit_client import living_services
from collaboration.models import Activation, Collaboration
from history.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Employee
from organisations.refusals import NotAllowed


@transaction.atomic
def close_task(*, task: Task, by: Employee, clock: Clock = database_clock) -> Task:
    """Raises NotAllowed while a live request or collaboration hangs on the task: the sentence says which."""
    task = Task.objects.select_for_update(of=("self",)).select_related("type").get(pk=task.pk)
    names = living_services(
        Activation.objects.live().filter(task=task), Collaboration.objects.active().filter(task=task)
    )
    if names:
        raise NotAllowed(
            _("Oppgaven kan ikke lukkes mens %(services)s hviler på den.") % {"services": ", ".join(names)}
        )
    if task.is_open:
        task.closed_at = clock()
        task.save(update_fields=["closed_at"])
        record_event(subject=task, verb="close", by=by.user, at=task.closed_at, firm=by.firm)
    return task


@transaction.atomic
def reopen_task(*, task: Task, by: Employee, clock: Clock = database_clock) -> Task:
    task = Task.objects.select_for_update().get(pk=task.pk)
    if not task.is_open:
        task.closed_at = None
        task.save(update_fields=["closed_at"])
        record_event(subject=task, verb="reopen", by=by.user, at=clock(), firm=by.firm)
    return task
