"""See: one of the company's people has the request before their eyes."""

from django.db import connection, transaction

from collaboration.models import Activation
from ground.clock import Clock, database_clock
from history.models import Event, record_event
from organisations.models import CompanyUser


@transaction.atomic
def see_activation(*, activation: Activation, by: CompanyUser, clock: Clock = database_clock) -> bool:
    """Write once for each person and link that they opened the request while it waited. False when nothing was written.

    A log, no state (docs/adr/0006): it holds no row, and nobody waits for it.
    """
    at = clock()
    seen = Event.objects.about(activation).filter(verb="see", by=by.user, after__link_version=activation.link_version)
    if not activation.is_answerable(at) or seen.exists():
        return False
    with connection.cursor() as cursor:  # two tabs at once are one person
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"see:{activation.pk}", by.user_id])
    if seen.exists():
        return False
    record_event(
        subject=activation, verb="see", by=by.user, at=at, firm=activation.firm, company=activation.company,
        after={"link_version": activation.link_version},
    )  # fmt: skip
    return True
