"""Disown: whoever holds the mailbox says that the request is not for him. It decides nothing for the company."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.readdress import check_time
from collaboration.actions.release_company import is_only_asked, take_back_place
from collaboration.models import Activation
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event


@transaction.atomic
def disown_activation(*, activation: Activation, clock: Clock = database_clock) -> Activation:
    """Mail nothing more to the receiver, and tell the one who asked to find the right person.

    The request waits on, also on Mine tjenester; the administrator's place that it offered the receiver is gone.
    `activation` is the request as the link's holder found it. Raises NotAllowed when it is closed, has another
    receiver by now, or has been disowned already.
    """
    company = lock_company_of(activation.pk)
    link_version, activation = activation.link_version, lock_activation(activation.pk)
    at = clock()
    activation.move("disown", by=None, at=at)
    check_time(activation, at)
    if activation.link_version != link_version:
        raise NotAllowed(_("Forespørselen er sendt til en annen i mellomtiden."))
    if activation.is_disowned:
        raise NotAllowed(_("Vi har allerede fått beskjed om at det er feil person."))
    activation.disowned_at = at
    activation.save(update_fields=["status", "disowned_at"])
    if is_only_asked(company):
        take_back_place(company)
    record_event(
        subject=activation, verb="disown", at=at, firm=activation.firm, after={"link_version": activation.link_version}
    )
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    alerts.activation_disowned(activation)
    return activation
