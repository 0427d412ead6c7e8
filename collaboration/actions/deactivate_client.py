"""Put a client aside, and take it up again."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.rights import check_sees
from collaboration.actions.locks import lock_client
from collaboration.actions.obstacles import refuse_while_in_use
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def deactivate_client(*, client: Client, by: Employee, clock: Clock = database_clock) -> Client:
    """Put the client aside. Raises NotAllowed for who does not see it, and while it has a live request or an active
    collaboration.
    """
    client = lock_client(client)
    check_sees(by, client.pk)
    if not client.is_active:
        raise NotAllowed(_("Kunden er allerede deaktivert."))
    refuse_while_in_use(_("Kunden kan ikke deaktiveres."), client=client)
    return set_activity(client, is_active=False, verb="deactivate", by=by, clock=clock)


@transaction.atomic
def activate_client(*, client: Client, by: Employee, clock: Clock = database_clock) -> Client:
    """Take the client up again. Raises NotAllowed for who does not see it, and when it is active already."""
    client = lock_client(client)
    check_sees(by, client.pk)
    if client.is_active:
        raise NotAllowed(_("Kunden er allerede aktiv."))
    return set_activity(client, is_active=True, verb="activate", by=by, clock=clock)


def set_activity(client: Client, *, is_active: bool, verb: str, by: Employee, clock: Clock) -> Client:
    client.is_active = is_active
    client.save(update_fields=["is_active", "updated_at"])
    record_event(subject=client, verb=verb, by=by.user, at=clock(), firm=client.firm)
    return client
