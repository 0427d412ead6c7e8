"""What every bulk deed has to say."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bulk.models import BulkRow, BulkRun
from clients.models import Client
from collaboration.models import Activation
from ground.refusals import NotAllowed
from organisations.models import Employee

HOLD = timedelta(minutes=10)  # how long the mails of a run wait, so that it can be undone


class Changed(NotAllowed):
    """Raised by a row that would do something else than the preview showed."""

    def __init__(self) -> None:
        super().__init__(_("Noe er endret siden forhåndsvisningen."))


class Deed(ABC):
    """One kind of run. Works in the language that is active: that of the person."""

    mails = False  # whether customers are mailed by it, so that it can be undone while the mails wait

    def subjects(self, by: Employee) -> QuerySet:
        """The rows of which some are ticked, as far as the employee sees them."""
        return Client.objects.visible_to(by)

    def chosen_of(self, row: BulkRow) -> int:
        """The id that was ticked for the row."""
        return row.client_id

    @abstractmethod
    def plan(self, run: BulkRun, *, at: datetime) -> Iterable[BulkRow]:
        """The rows of the run's choices, unsaved, with their findings, by the checks of a single click."""

    @abstractmethod
    def perform(self, row: BulkRow, run: BulkRun, *, at: datetime) -> Activation | None:
        """Do the row's part, inside its transaction; returns the request that it made or is about.

        Raises NotAllowed, and Changed where the facts are not those of the plan any more.
        """

    def undo(self, row: BulkRow, run: BulkRun) -> None:
        """Take back what the row has done, inside its transaction. Raises NotAllowed when its mail has left."""
        raise NotImplementedError

    def find_reason(self, row: BulkRow, run: BulkRun, refusal: NotAllowed, *, at: datetime) -> dict[str, Any]:
        """Why the row was refused, as facts: the codes of what stops it now, else the refusal's own sentence."""
        if isinstance(refusal, Changed):
            return {"codes": ["changed"]}
        again = next((one for one in self.plan(narrowed(run, self.chosen_of(row)), at=at) if is_same(one, row)), None)
        if again is None:
            return {"codes": ["not_seen"]}
        codes = again.red or [code for code in again.yellow if code not in row.yellow or not row.is_ticked]
        return {"codes": codes} if codes else {"sentence": refusal.sentence, "language": run.by.user.language}


def narrowed(run: BulkRun, chosen: int) -> BulkRun:
    """The run as if this one alone had been ticked; never saved."""
    return BulkRun(pk=run.pk, firm=run.firm, by=run.by, deed=run.deed, chosen=[chosen], choices=run.choices)


def is_same(one: BulkRow, other: BulkRow) -> bool:
    return (one.client_id, one.service_id, one.task_id) == (other.client_id, other.service_id, other.task_id)
