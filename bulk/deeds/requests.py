"""Send again, and withdraw: deeds with requests that wait."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bulk.deeds.deed import HOLD, Deed
from bulk.models import BulkRow, BulkRun
from collaboration import actions, emails
from collaboration.actions.locks import lock_activation
from collaboration.actions.repair.resend_activation import why_wait
from collaboration.models import Activation
from ground.refusals import NotAllowed
from notifications.models import Email
from organisations.models import Employee

NOT_WAITING, WRONG_PERSON, SENT_LATELY = "not_waiting", "wrong_person", "sent_lately"


class OfRequests(Deed):
    """The ticked rows are requests: of each client and service the newest."""

    def subjects(self, by: Employee) -> QuerySet[Activation]:
        return Activation.objects.visible_to(by)

    def plan(self, run: BulkRun, *, at: datetime) -> Iterable[BulkRow]:
        requests = self.subjects(run.by).filter(pk__in=run.chosen).select_related("client", "service")
        newest: dict[tuple[int, int], Activation] = {}
        for activation in sorted(requests, key=lambda one: one.pk):
            newest[activation.client_id, activation.service_id] = activation
        place = {pk: index for index, pk in enumerate(run.chosen)}
        for activation in sorted(newest.values(), key=lambda one: place[one.pk]):
            yield BulkRow(
                firm=run.firm, run=run, client=activation.client, service=activation.service, activation=activation,
                red=list(self.find_obstacles(activation, at)), plan={"link_version": activation.link_version},
            )  # fmt: skip

    def chosen_of(self, row: BulkRow) -> int:
        return self.request_of(row).pk

    def request_of(self, row: BulkRow) -> Activation:
        assert row.activation  # every row of these deeds has one
        return row.activation

    @abstractmethod
    def find_obstacles(self, activation: Activation, at: datetime) -> Iterable[str]:
        """The codes of what would be refused."""


class Resend(OfRequests):
    mails = True

    def find_obstacles(self, activation: Activation, at: datetime) -> Iterable[str]:
        if not activation.is_answerable(at):
            yield NOT_WAITING
        elif activation.is_disowned:
            yield WRONG_PERSON
        elif why_wait(activation, at):
            yield SENT_LATELY

    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        return actions.resend_activation(activation=self.request_of(row), by=run.by, mail_not_before=at + HOLD)

    def undo(self, row: BulkRow, run: BulkRun) -> None:
        """The mail is cancelled; the request waits as before."""
        activation = lock_activation(self.chosen_of(row))
        check_unsent(activation)
        emails.cancel_unsent(activation, kinds=emails.KINDS_WITH_THE_LINK)


class Withdraw(OfRequests):
    def find_obstacles(self, activation: Activation, at: datetime) -> Iterable[str]:
        if not activation.is_answerable(at):
            yield NOT_WAITING

    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        return actions.withdraw_activation(activation=self.request_of(row), by=run.by)


def check_unsent(activation: Activation) -> None:
    """Raise NotAllowed unless the request's last mail with the link waits still. The caller holds the request."""
    mail = emails.latest_with_the_link(activation)
    found = Email.objects.select_for_update().filter(pk=mail.pk).first() if mail else None
    if found is None or found.status != Email.Status.QUEUED or found.attempts:
        raise NotAllowed(_("E-posten er sendt."))
