"""Send the digests: at 07.00 in Oslo on working days, one mail to each person who wants alerts together."""

from datetime import datetime, time
from functools import partial

from django.db import transaction

from collaboration.alerts import alerts_of, pass_on, post_digest
from ground.clock import OSLO, Clock, database_clock, oslo_date
from ground.workdays import is_workday
from notifications.models import Alert
from organisations.models import Employee
from sweeps.sweep import Done, sweep

HOUR = time(7, tzinfo=OSLO)


def send_alert_digests(*, clock: Clock = database_clock) -> Done:
    """Post the digest to everybody who has something due from before today's hour. Returns how many mails.

    Late, twice and by two beats at once it is one mail for a person, firm and day.
    """
    at = clock()
    before = datetime.combine(oslo_date(at), HOUR)
    if at < before or not is_workday(oslo_date(at)):
        return Done(0, more=False)
    people = Alert.objects.due_for_digest(before).order_by("firm_id", "user_id").values("firm_id", "user_id")
    return sweep(
        people.distinct(),
        partial(send_alert_digest, before=before),
        name="collaboration.send_alert_digests",
        key=("firm_id", "user_id"),
        at=at,
        failure="no digest to user %(user_id)s in firm %(firm_id)s",
    )


@transaction.atomic
def send_alert_digest(*, firm_id: int, user_id: int, before: datetime) -> bool:
    """One person's digest. False when there is nothing to tell any more, or when today's has gone.

    What the person may be told no more is passed on to a colleague.
    """
    due = list(Alert.objects.due_for_digest(before).filter(firm_id=firm_id, user_id=user_id).order_by("pk"))
    ids = [alert.pk for alert in due]
    place = Employee.objects.active().filter(firm_id=firm_id, user_id=user_id).select_related("firm", "user").first()
    alerts = list(alerts_of(place).filter(pk__in=ids)) if place else []
    if alerts and place and post_digest(place, alerts, on=oslo_date(before)) is None:
        return False
    pass_on([alert for alert in due if alert not in alerts])
    Alert.objects.filter(pk__in=ids).update(digest_due=False)
    return bool(alerts)
