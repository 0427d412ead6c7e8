"""Change a client's card. Its organisation number stands still while somebody has been asked by it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.numbers import check_unique
from clients.rights import check_are_colleagues, check_may_choose_manager, check_sees
from collaboration.actions.obstacles import refuse_while_in_use
from ground.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Employee, Firm


@transaction.atomic
def edit_client(*, client: Client, by: Employee, fields: dict[str, Any], clock: Clock = database_clock) -> Client:
    """Write the fields that have changed.

    Raises NotAllowed for who does not see the client, when a number is taken, when the organisation number would change
    while a request or collaboration lives, when the new account manager has left, and when somebody else than an
    administrator or the present account manager would change who that is.
    """
    Firm.objects.select_for_update(no_key=True).get(pk=client.firm_id)
    client = Client.objects.select_for_update(of=("self",)).select_related("firm").get(pk=client.pk)
    check_sees(by, client.pk)
    changed = sorted(name for name, value in fields.items() if getattr(client, name) != value)
    if "org_number" in changed:
        refuse_while_in_use(_("Organisasjonsnummeret kan ikke endres."), client=client, field="org_number")
    before = {"account_manager": client.account_manager_id} if "account_manager" in changed else {}
    if "account_manager" in changed:
        check_may_choose_manager(by, client)
    for name in changed:
        setattr(client, name, fields[name])
    check_unique(client, by=by)
    if "account_manager" in changed and client.account_manager:
        check_are_colleagues(client.firm_id, client.account_manager)
    if changed:
        client.save()
        record_event(
            subject=client, verb="edit", by=by.user, at=clock(), firm=client.firm, before=before,
            after={"changed": changed},
        )  # fmt: skip
    return client
