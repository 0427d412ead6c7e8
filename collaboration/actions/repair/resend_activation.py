"""Send again: the same mail with the same link, to the same receiver."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.rights import check_sees
from collaboration import emails, links
from collaboration.actions.locks import lock_activation
from collaboration.actions.repair.readdress import check_time
from collaboration.models import Activation
from collaboration.reminders import plan_again_after_bounce
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee

PAUSE = timedelta(minutes=10)


@transaction.atomic
def resend_activation(
    *, activation: Activation, by: Employee, mail_not_before: datetime | None = None, clock: Clock = database_clock
) -> Activation:
    """Mail the link once more; one that has not gone yet is cancelled. The last day stays, and the reminders that wait.

    Those that a bounce has stopped are planned again. The mail leaves at once, or from `mail_not_before` on. Raises
    NotAllowed when the request is closed or over, when its receiver cannot answer it, or when it was mailed less than
    PAUSE ago: the sentence says when.
    """
    activation = lock_activation(activation.pk)
    check_sees(by, activation.client_id)
    at = clock()
    activation.move("resend", by=by, at=at)
    check_time(activation, at)
    check_receiver(activation)
    check_pause(activation, at)
    plan_again_after_bounce(activation, at=at)
    activation.link_mailed_at = at
    links.stamp_token(activation)
    activation.save(update_fields=["link_mailed_at", "token_hash"])
    record_event(subject=activation, verb="resend", by=by.user, at=at, firm=activation.firm)
    emails.cancel_unsent(activation, kinds=emails.KINDS_WITH_THE_LINK)
    emails.activation_sent(
        activation,
        key=f"activation_sent:{activation.pk}:{activation.link_version}:resend:{at.timestamp():.0f}",
        not_before=mail_not_before,
    )
    return activation


def check_receiver(activation: Activation) -> None:
    """Raises NotAllowed when its receiver has said to be somebody else."""
    if activation.is_disowned:
        raise NotAllowed(_("Mottakeren har svart at det er feil person. Rett e-postadressen i stedet."))


def check_pause(activation: Activation, at: datetime) -> None:
    if reason := why_wait(activation, at):
        raise NotAllowed(reason)


def why_wait(activation: Activation, at: datetime) -> str:
    """From which hour it can be sent again; empty when it can be now."""
    again_at = activation.link_mailed_at + PAUSE
    if at >= again_at:
        return ""
    hours = {"sent": clock_time(activation.link_mailed_at), "again": clock_time(again_at)}
    return _("E-posten ble sendt kl. %(sent)s. Du kan sende den på nytt fra kl. %(again)s.") % hours


def clock_time(at: datetime) -> str:
    return date_format(localtime(at), "TIME_FORMAT")
