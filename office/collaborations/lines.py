"""One request or collaboration with the values that both the list and the exports show."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.progress.states import WAITS, Delivery, State
from ground.clock import oslo_date
from office.collaborations.rows import Reason

NEXT_ACTIONS = {
    Reason.BOUNCED: _("Rett adressen"),
    Reason.DISOWNED: _("Rett adressen"),
    Reason.NOT_SENT: _("Send på nytt"),
    Reason.NO_SUBSCRIPTION: _("Start på nytt"),
    Reason.PROPOSAL: _("Svar på forslaget"),
    Reason.EXPIRING: _("Følg opp"),
    Reason.NO_ANSWER: _("Send på nytt"),
    Reason.DECLINED: _("Se svaret"),
    Reason.EXPIRED: _("Start på nytt"),
    Reason.NO_TASK: _("Opprett oppgave"),
    Reason.CHANGE: _("Svar på endringen"),
    Reason.NO_PRICE: _("Se avtalen"),
}

WRONG_ADDRESS = (Reason.BOUNCED, Reason.DISOWNED)


@dataclass(frozen=True)
class Line:
    """The values of one row; None or "" for a value that is unknown, or does not matter in the row's state."""

    key: str
    client_number: int
    client: str
    org_number: str
    service: str
    variant: str
    state: State
    task: str
    owner: str
    manager: str
    sent_on: date | None
    delivery: str
    last_day: date | None
    days_waited: int | None
    remind_on: date | None
    reason: str
    url: str
    action_url: str
    action_label: str

    @property
    def tells_why(self) -> bool:
        """Whether the reason says more than the state does already."""
        return bool(self.reason) and self.state not in (State.BOUNCED, State.DISOWNED)


def make_line(activation: Any, *, at: datetime) -> Line:
    """The line of an activation from `requests_of` and `with_facts`; `at` is the hour that these were asked for."""
    client, service = activation.client, activation.service
    collaboration = getattr(activation, "collaboration", None)
    state = State(activation.state)
    task = collaboration.task if collaboration else activation.task
    variant = collaboration.subscription.variant if collaboration else activation.variant
    reason = Reason(activation.reason) if activation.reason else None
    waits = state in WAITS
    page = "activation-correct-address" if reason in WRONG_ADDRESS else "service-detail"
    address = [client.number, service.code]
    return Line(
        key=str(activation.pk),
        client_number=client.number,
        client=client.name,
        org_number=client.org_number or "",
        service=service.name,
        variant=variant.name if variant and service.has_variants else "",
        state=state,
        task=task.label if task else "",
        owner=task.owner.user.name if task else "",
        manager=client.account_manager.user.name if client.account_manager else "",
        sent_on=oslo_date(activation.requested_at) if activation.requested_at else None,
        delivery=str(Delivery(activation.delivery).label) if activation.delivery else "",
        last_day=activation.last_day if waits or state == State.EXPIRED else None,
        days_waited=(at - activation.requested_at).days if waits else None,
        remind_on=oslo_date(max(activation.remind_at, at)) if state == State.WAITING and activation.remind_at else None,
        reason=str(reason.label) if reason else "",
        url=reverse("collaboration:service-detail", args=address),
        action_url=reverse(f"collaboration:{page}", args=address) if reason else "",
        action_label=str(NEXT_ACTIONS[reason]) if reason else "",
    )
