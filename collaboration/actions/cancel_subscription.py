"""Cancel: no further period after the one that is paid; resume: undo it, until the last day is over."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import news, workflow
from collaboration.actions.agreement_changes import has_lost_its_payer
from collaboration.actions.agreement_days import cancel_agreement, enter_agreement, name_the_company
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.outlook import outlook_of_cancelling, outlook_of_resuming
from collaboration.rights import Person, find_roles, may_resume, party_of
from history.clock import Clock, database_clock, oslo_date
from history.models import record_event
from organisations.refusals import NotAllowed
from subscriptions.models import Subscription


@transaction.atomic
def cancel_subscription(
    *, subscription: Subscription, by: Person, shown: str | None = None, clock: Clock = database_clock
) -> Subscription:
    """Let the agreement end with the period that is paid. Until then it can be resumed.

    `shown` is the fingerprint of the outlook on the page. Raises PageIsStale when it has changed since,
    else NotAllowed.
    """
    agreement, at = enter_agreement(subscription.pk, clock)
    check_standing(agreement, by, "cancel")
    if agreement.subscription.is_cancelled:
        raise NotAllowed(_("Avtalen er allerede sagt opp."))
    party, day = party_of(by), oslo_date(at)
    check_foretold(shown, lambda: outlook_of_cancelling(subscription, by=party, reader=party, day=day))
    cancel_agreement(agreement, by=by, at=at)
    return agreement.subscription


@transaction.atomic
def resume_subscription(
    *, subscription: Subscription, by: Person, shown: str | None = None, clock: Clock = database_clock
) -> Subscription:
    """Let the agreement go on: by who cancelled it; a company takes over as payer where the paying firm did.

    `shown` is the fingerprint of the outlook on the page. Raises PageIsStale when it has changed since, and NotAllowed
    for everybody else, and when its last day is over.
    """
    agreement, at = enter_agreement(subscription.pk, clock)
    check_standing(agreement, by, "resume")
    subscription = agreement.subscription
    if not subscription.is_cancelled:
        raise NotAllowed(_("Avtalen er ikke sagt opp."))
    cancelled_by = subscription.cancelling_firm_id
    if not may_resume(subscription, agreement.collaborations, by):
        if cancelled_by == party_of(by):
            raise NotAllowed(_("Dere samarbeider ikke lenger i tjenesten. Bare kunden kan gjenoppta avtalen."))
        raise NotAllowed(_("Dere har ikke sagt opp avtalen. Bare kunden kan gjenoppta den."))
    party, day = party_of(by), oslo_date(at)
    check_foretold(shown, lambda: outlook_of_resuming(subscription, by=party, reader=party, day=day))
    subscription.cancelled_on = subscription.cancelling_firm = None
    subscription.version += 1
    subscription.save(update_fields=["cancelled_on", "cancelling_firm", "version"])
    record_event(
        subject=subscription, verb="resume", by=by.user, at=at, company=agreement.company,
        after={"party": party_of(by)},
    )  # fmt: skip
    if party != cancelled_by or (party is None and has_lost_its_payer(agreement)):
        name_the_company(agreement, asking=None, by=by, at=at)  # who paid wants to no more, or has left
    news.subscription_resumed(agreement, by=by)
    return subscription


def check_standing(agreement: Agreement, by: Person, verb: str) -> None:
    workflow.check_right(verb, find_roles(agreement.subscription, agreement.collaborations, by))
    if not agreement.subscription.is_active:
        raise NotAllowed(_("Abonnementet er avsluttet."))
