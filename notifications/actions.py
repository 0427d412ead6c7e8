"""Deeds about mails on their way."""

from django.db import models, transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from notifications.models import Email
from notifications.outbox import wake_worker_after_commit
from notifications.tracking import record_delivery

__all__ = ["record_delivery", "retry_email"]


@transaction.atomic
def retry_email(*, email: Email, by: models.Model | None = None, clock: Clock = database_clock) -> Email:
    """Put a mail that was given up back in the queue, with all its attempts; `by` is a user.

    What was told of the earlier attempts counts no more. Raises NotAllowed where it is not dead, or where its link,
    its code or all of it was blanked: the link is in it as long as it leads somewhere (see `outbox.cancel_emails`).
    """
    email = Email.objects.select_for_update(of=("self",)).select_related("firm").get(pk=email.pk)
    if email.status != Email.Status.DEAD:
        raise NotAllowed(_("E-posten er ikke oppgitt, så det er ikke noe å prøve igjen."))
    if not email.message:
        raise NotAllowed(_("E-posten er så gammel at innholdet er slettet."))
    if email.is_blanked and email.bounced_at:
        raise NotAllowed(
            _("Mottakeren tok ikke imot e-posten, og lenken i den er slettet. Rett adressen på forespørselens side.")
        )
    if email.is_blanked:
        raise NotAllowed(
            _("Lenken eller koden i e-posten gjelder ikke lenger. Venter forespørselen ennå, bruk «Send på nytt» der.")
        )
    at = clock()
    email.events.all().delete()
    email.status, email.attempts, email.next_attempt_at = Email.Status.QUEUED, 0, at
    email.bounced_at, email.delayed_at, email.last_error = None, None, ""
    email.save(update_fields=["status", "attempts", "next_attempt_at", "bounced_at", "delayed_at", "last_error"])
    if email.firm:
        record_event(subject=email, verb="retry", by=by, firm=email.firm, at=at)
    wake_worker_after_commit()
    return email
