"""How far each service has come with each client, as the badge on list and card says."""

from collections.abc import Iterable
from enum import Enum

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agreements.models import Collaboration
from clients.models import Client
from collaboration.models import Activation
from collaboration.progress.states import Badge, State, badge_of, with_state
from organisations.models import Employee


class ServiceState(Enum):
    """The state of a client's newest request or its collaboration, with what one does next."""

    NONE = (None, _("Aktiver"))
    DRAFT = (State.DRAFT, _("Fortsett utkastet"))
    WAITING = (State.WAITING, _("Se forespørselen"))
    BOUNCED = (State.BOUNCED, _("Rett adressen"))
    DISOWNED = (State.DISOWNED, _("Rett adressen"))
    ACTIVE = (State.ACTIVE, _("Se samarbeidet"))
    ENDED = (State.ENDED, _("Start på nytt"))
    DECLINED = (State.DECLINED, _("Se svaret"))
    EXPIRED = (State.EXPIRED, _("Start på nytt"))

    def __init__(self, state: State | None, next_action: str) -> None:
        self.state = state
        self.next_action = next_action

    @property
    def may_be_activated(self) -> bool:
        """Whether nothing waits or runs already, nor has a colleague begun."""
        return self in (ServiceState.NONE, ServiceState.ENDED, ServiceState.DECLINED, ServiceState.EXPIRED)

    @property
    def badge(self) -> Badge:
        """The badge; without a colour where nothing has been asked."""
        return badge_of(self.state) if self.state else Badge(str(_("Ikke aktivert")), "")


States = dict[tuple[int, int], ServiceState]


def find_states(clients: Iterable[Client], *, seen_by: Employee) -> States:
    """States by (client's id, service's id). A pair without an entry is NONE. Two queries for any number of clients."""
    ids = [client.pk for client in clients]
    newest_first = ("client_id", "service_id")
    collaborations = (
        Collaboration.objects.visible_to(seen_by)
        .filter(client__in=ids)
        .order_by(*newest_first, F("ended_at").desc(nulls_first=True), "-pk")
        .distinct(*newest_first)
        .values_list("client_id", "service_id", "ended_at")
    )
    newest = Activation.objects.visible_to(seen_by).filter(client__in=ids)
    newest = newest.order_by(*newest_first, "-started_at", "-pk").distinct(*newest_first)
    states: States = {
        (client, service): ServiceState.ENDED if ended_at else ServiceState.ACTIVE
        for client, service, ended_at in collaborations
    }
    for client, service, state in with_state(newest, Now()).values_list("client_id", "service_id", "state"):
        found = state_of_request(state)
        if found is not None and states.get((client, service)) is not ServiceState.ACTIVE:
            states[client, service] = found
    return states


def state_of_request(state: str) -> ServiceState | None:
    """The state that the newest request gives; None where the collaborations decide."""
    if state in (State.ACTIVE, State.ENDED, State.WITHDRAWN):
        return None
    return next(found for found in ServiceState if found.state == state)
