"""Another account manager, and putting aside: deeds with the clients' cards."""

from collections.abc import Iterable
from datetime import datetime

from agreements.models import Collaboration
from bulk.deeds.deed import Deed
from bulk.models import BulkRow, BulkRun
from clients.models import Client
from collaboration import actions
from collaboration.models import Activation
from organisations.models import Employee

IS_MANAGER, NOT_YOURS_TO_GIVE, MANAGER_LEFT = "is_manager", "not_yours_to_give", "manager_left"
INACTIVE, IN_USE = "client_inactive", "in_use"


class OfClients(Deed):
    """The ticked rows are clients; no customer is mailed."""

    def clients(self, run: BulkRun) -> list[Client]:
        place = {pk: index for index, pk in enumerate(run.chosen)}
        return sorted(self.subjects(run.by).filter(pk__in=run.chosen), key=lambda client: place[client.pk])


class ChangeManager(OfClients):
    def plan(self, run: BulkRun, *, at: datetime) -> Iterable[BulkRow]:
        manager = find_manager(run)
        for client in self.clients(run):
            red = []
            if manager is None:
                red.append(MANAGER_LEFT)
            elif client.account_manager_id == manager.pk:
                red.append(IS_MANAGER)
            elif not run.by.is_administrator and client.account_manager_id != run.by_id:
                red.append(NOT_YOURS_TO_GIVE)
            plan = {"manager_from": client.account_manager_id, "manager": manager.pk if manager else None}
            yield BulkRow(firm=run.firm, run=run, client=client, red=red, plan=plan)

    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        manager = Employee.objects.get(pk=row.plan["manager"], firm=run.firm)
        actions.edit_client(client=row.client, by=run.by, fields={"account_manager": manager})
        return None


def find_manager(run: BulkRun) -> Employee | None:
    """The chosen colleague; None for one who has left since."""
    return Employee.objects.active().filter(firm=run.firm, pk=run.choices.get("manager")).first()


class Deactivate(OfClients):
    def plan(self, run: BulkRun, *, at: datetime) -> Iterable[BulkRow]:
        live = Activation.objects.live().filter(client__in=run.chosen).values_list("client_id", flat=True)
        running = Collaboration.objects.active().filter(client__in=run.chosen).values_list("client_id", flat=True)
        in_use = {*live, *running}
        for client in self.clients(run):
            red = [IN_USE] if client.pk in in_use else [] if client.is_active else [INACTIVE]
            yield BulkRow(firm=run.firm, run=run, client=client, red=red)

    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        actions.deactivate_client(client=row.client, by=run.by)
        return None
