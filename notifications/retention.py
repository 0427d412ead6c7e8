"""How long personal data in mails and alerts is kept."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from ground.clock import Clock, database_clock
from notifications.models import Alert, Email, EmailEvent
from sweeps.batches import delete_some
from sweeps.sweep import Done

OVER = (Email.Status.SENT, Email.Status.DEAD, Email.Status.CANCELLED)


def blank_old_emails(*, clock: Clock = database_clock) -> Done:
    """Blank receiver, subject, message and reasons of mails older than EMAIL_RETENTION_DAYS; returns how many.

    That a mail of its kind went, when, and how it fared stays. One that may still go is left alone. 0 keeps for ever.
    """
    days = settings.EMAIL_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    before = clock() - timedelta(days=days)
    old = Email.objects.filter(posted_at__lt=before, status__in=OVER).exclude(to="").order_by("pk")
    ids = list(old.values_list("pk", flat=True)[: settings.SWEEP_ROWS])
    if not ids:
        return Done(0, more=False)
    with transaction.atomic():
        EmailEvent.objects.filter(email__in=ids).update(reason="")
        blanked = Email.objects.filter(pk__in=ids).update(
            to="", subject=F("kind"), message=b"", secret="", last_error=""
        )
    return Done(blanked, more=len(ids) == settings.SWEEP_ROWS)


def delete_old_alerts(*, clock: Clock = database_clock) -> Done:
    """Delete alerts older than ALERT_RETENTION_DAYS, read or not; returns how many. The deeds' events stay.

    0 keeps for ever.
    """
    days = settings.ALERT_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    before = clock() - timedelta(days=days)
    return delete_some(Alert.objects.filter(created_at__lt=before))
