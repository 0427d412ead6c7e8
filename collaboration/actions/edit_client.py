"""Change a client's card, or put it away; here, because requests and collaborations have a say."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.actions import check_unique
from clients.models import Client
from collaboration.models import Activation, Collaboration
from history.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Employee, Firm
from organisations.refusals import NotAllowed


@transaction.atomic
def edit_client(*, client: Client, by: Employee, fields: dict[str, Any], clock: Clock = database_clock) -> Client:
    """Write the card. Raises NotAllowed when a number is taken, or the organisation number is bound."""
    Firm.objects.select_for_update().get(pk=client.firm_id)
    current = Client.objects.select_for_update().get(pk=client.pk)
    if fields.get("org_number", current.org_number) != current.org_number:
        check_nothing_lives(current, _("Organisasjonsnummeret kan ikke endres mens %(services)s er i gang."))
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name, value in fields.items():
        setattr(current, name, value)
    check_unique(current)
    current.save()
    record_event(subject=current, verb="edit", by=by.user, at=clock(), firm=by.firm, after={"changed": changed})
    return current


@transaction.atomic
def deactivate_client(*, client: Client, by: Employee, clock: Clock = database_clock) -> Client:
    """Put the card away. Raises NotAllowed while a request or a collaboration lives: the sentence says which."""
    return set_active(client, by=by, active=False, clock=clock)


@transaction.atomic
def activate_client(*, client: Client, by: Employee, clock: Clock = database_clock) -> Client:
    """Take the card up again."""
    return set_active(client, by=by, active=True, clock=clock)


def set_active(client: Client, *, by: Employee, active: bool, clock: Clock) -> Client:
    client = Client.objects.select_for_update().get(pk=client.pk)
    if not active:
        check_nothing_lives(client, _("Kunden kan ikke deaktiveres mens %(services)s er i gang."))
    client.is_active = active
    client.save()
    verb = "activate" if active else "deactivate"
    record_event(subject=client, verb=verb, by=by.user, at=clock(), firm=by.firm)
    return client


def check_nothing_lives(client: Client, sentence: str) -> None:
    """Raises NotAllowed with the services that have a live request or collaboration for the client."""
    names = living_services(
        Activation.objects.live().filter(client=client), Collaboration.objects.active().filter(client=client)
    )
    if names:
        raise NotAllowed(sentence % {"services": ", ".join(names)})


def living_services(activations, collaborations) -> list[str]:
    names = set(activations.values_list("service__name", flat=True))
    return sorted(names | set(collaborations.values_list("service__name", flat=True)))
