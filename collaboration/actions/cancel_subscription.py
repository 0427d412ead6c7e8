"""Cancel: no further period after the one that is paid; resume: undo it, until the last day is over."""

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.rules import verbs
from agreements.rules.values import Party
from collaboration import workflow
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.agreement_store import store
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.agreement_refusals import in_words
from collaboration.rights import Person, find_roles, may_resume, party_of
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
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
    day = oslo_date(at)
    with in_words():
        outcome = verbs.cancel(agreement.value, by=Party(party_of(by)), day=day)
    check_foretold(shown, outcome, day=day)
    store(agreement, outcome, by=by, at=at)
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
    if not may_resume(subscription, agreement.collaborations, by):
        if subscription.cancelling_firm_id == party_of(by):
            raise NotAllowed(_("Dere samarbeider ikke lenger i tjenesten. Bare kunden kan gjenoppta avtalen."))
        raise NotAllowed(_("Dere har ikke sagt opp avtalen. Bare kunden kan gjenoppta den."))
    day = oslo_date(at)
    with in_words():
        outcome = verbs.resume(agreement.value, by=Party(party_of(by)), day=day)
    check_foretold(shown, outcome, day=day)
    store(agreement, outcome, by=by, at=at)
    return subscription


def check_standing(agreement: Agreement, by: Person, verb: str) -> None:
    workflow.check_right(verb, find_roles(agreement.subscription, agreement.collaborations, by))
    if not agreement.subscription.is_active:
        raise NotAllowed(_("Abonnementet er avsluttet."))
