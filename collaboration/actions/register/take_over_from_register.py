"""Take over: the client's name and address become what the register says they are."""

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.refusals import PageIsStale
from business_register.lookups import is_on, kept_unit
from clients.models import Client
from clients.rights import check_sees
from collaboration.actions.firm.edit_client import edit_client
from collaboration.register_changes import differing_fields, fingerprint
from ground.clock import Clock, database_clock
from ground.lines import LINK
from ground.linkable import looks_like_a_link
from ground.refusals import NotAllowed
from organisations.models import Employee, Firm


@transaction.atomic
def take_over_from_register(*, client: Client, by: Employee, shown: str, clock: Clock = database_clock) -> Client:
    """Write what the register says otherwise. `shown` is the fingerprint of what the page has shown.

    What is the same already is left alone, so that a second click does nothing. Raises NotAllowed for who does not see
    the client, while the register has not answered within the day, when it says something else than was shown, and for
    a name that a mail program would make a link of.
    """
    Firm.objects.select_for_update(no_key=True).get(pk=client.firm_id)
    client = Client.objects.select_for_update(of=("self",)).select_related("firm").get(pk=client.pk)
    check_sees(by, client.pk)
    unit = kept_unit(client.org_number or "", at=clock()).unit if is_on() else None
    if unit is None:
        raise NotAllowed(_("Enhetsregisteret svarer ikke akkurat nå. Prøv igjen om litt."))
    fields = differing_fields(client, unit)
    if not fields:
        return client
    if fingerprint(fields) != shown:
        raise PageIsStale(_("Kortet eller registeret er endret siden siden ble vist. Se over på nytt."))
    if looks_like_a_link(fields.get("name", "")):
        raise NotAllowed(f"{_('Navn')}: {LINK}")
    return edit_client(client=client, by=by, fields=fields, clock=clock)
