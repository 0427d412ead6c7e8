"""Mark alerts as read. What is read needs no digest."""

from django.utils.translation import gettext as _

from collaboration.alerts import alerts_of
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from notifications.models import Alert
from organisations.models import Employee


def read_alert(*, alert: Alert, by: Employee, clock: Clock = database_clock) -> Alert:
    """Mark one as read; again changes nothing. Raises NotAllowed for another person's."""
    if not alerts_of(by).filter(pk=alert.pk).exists():
        raise NotAllowed(_("Varselet er ikke ditt."))
    Alert.objects.unread().filter(pk=alert.pk).update(read_at=clock(), digest_due=False)
    alert.refresh_from_db()
    return alert


def read_all_alerts(*, by: Employee, up_to: int, clock: Clock = database_clock) -> int:
    """Mark all of a person's as read, but none that is newer than the one with the id `up_to`. Returns how many."""
    return alerts_of(by).unread().filter(pk__lte=up_to).update(read_at=clock(), digest_due=False)
