"""How far each service has come with each client: the badge in the list, on the card and on the tab Samarbeid."""

from collections.abc import Iterable
from enum import Enum

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from collaboration.models import Activation, Collaboration
from collaboration.workflow import Status
from organisations.models import Employee


class ServiceState(Enum):
    """A word, its colour, and what one does next."""

    NONE = (_("Ikke aktivert"), "", _("Aktiver"))
    DRAFT = (_("Utkast"), "info", _("Fortsett utkastet"))
    WAITING = (_("Venter på kunden"), "warning", _("Se forespørselen"))
    ACTIVE = (_("Aktiv"), "success", _("Se samarbeidet"))
    ENDED = (_("Avsluttet"), "neutral", _("Start på nytt"))
    DECLINED = (_("Avslått"), "danger", _("Se svaret"))
    EXPIRED = (_("Utløpt"), "neutral", _("Start på nytt"))

    def __init__(self, label: str, tone: str, next_action: str) -> None:
        self.label = label
        self.tone = tone
        self.next_action = next_action


States = dict[tuple[int, int], ServiceState]


def find_states(clients: Iterable[Client], *, seen_by: Employee) -> States:
    """The state by (client's id, service's id); what is missing is NONE. Two queries for any number of clients."""
    ids = [client.pk for client in clients]
    newest_first = ("client_id", "service_id")
    collaborations = (
        Collaboration.objects.visible_to(seen_by)
        .filter(client__in=ids)
        .order_by(*newest_first, F("ended_at").desc(nulls_first=True), "-pk")
        .distinct(*newest_first)
        .values_list("client_id", "service_id", "ended_at")
    )
    activations = (
        Activation.objects.visible_to(seen_by)
        .filter(client__in=ids)
        .order_by(*newest_first, "-started_at", "-pk")
        .distinct(*newest_first)
        .annotate(is_late=Q(expires_at__lte=Now()))
        .values_list("client_id", "service_id", "status", "is_late")
    )
    states: States = {
        (client, service): ServiceState.ENDED if ended_at else ServiceState.ACTIVE
        for client, service, ended_at in collaborations
    }
    for client, service, status, is_late in activations:
        state = state_of_request(status, is_late=bool(is_late))
        if state is not None and states.get((client, service)) is not ServiceState.ACTIVE:
            states[client, service] = state
    return states


def state_of_request(status: str, *, is_late: bool) -> ServiceState | None:
    """What the newest request makes of it; None for one that leaves things as they were."""
    if status == Status.PENDING:
        return ServiceState.EXPIRED if is_late else ServiceState.WAITING
    return {
        Status.DRAFT: ServiceState.DRAFT,
        Status.DECLINED: ServiceState.DECLINED,
        Status.EXPIRED: ServiceState.EXPIRED,
    }.get(Status(status))
