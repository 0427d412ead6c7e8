"""Change the task of a collaboration: access follows at once, the doors ask who is on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Task
from collaboration import workflow
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.end_collaboration import find_active
from collaboration.models import Collaboration
from collaboration.rights import find_roles
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def change_task(
    *, collaboration: Collaboration, task: Task, by: Employee, clock: Clock = database_clock
) -> Collaboration:
    """Put another open task of the same client in the place of the old one. Raises NotAllowed."""
    agreement, at = enter_agreement(collaboration.subscription_id, clock)
    collaboration = find_active(agreement, collaboration)
    own = [collaboration] if collaboration.firm_id == by.firm_id else []
    workflow.check_right("change_task", find_roles(agreement.subscription, own, by))
    own_tasks = Task.objects.select_for_update(of=("self",)).filter(client_id=collaboration.client_id)
    chosen = own_tasks.open().filter(pk=task.pk).first()
    if chosen is None:
        raise NotAllowed(_("Oppgaven er lukket. Velg en annen."))
    if not any(person.is_active for person in chosen.people):
        raise NotAllowed(_("Ingen aktive medarbeidere står på oppgaven. Velg en annen."))
    before, collaboration.task = collaboration.task_id, chosen
    collaboration.save(update_fields=["task"])
    record_event(
        subject=collaboration, verb="change_task", by=by.user, at=at, firm=collaboration.firm,
        company=agreement.company, before={"task": before}, after={"task": chosen.pk},
    )  # fmt: skip
    return collaboration
