"""Answer a change that waits for the one who is to pay more, or take it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.rules import verbs
from agreements.rules.values import Party
from collaboration import workflow
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.agreement_store import store
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_shown
from collaboration.agreement_refusals import in_words
from collaboration.plans import with_rows
from collaboration.rights import InAgreement, Person, other_sides_of, parties_of, party_of, roles_to_answer
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from subscriptions.models import SubscriptionChange


@transaction.atomic
def answer_change(
    *, change: SubscriptionChange, accepts: bool, by: Person, shown: str, clock: Clock = database_clock
) -> SubscriptionChange:
    """Say yes or no for the party that is to pay more.

    `shown` is the fingerprint of the plan on the page. Raises PageIsStale when it has changed since, else NotAllowed.
    """
    agreement, change, at = begin_answer(change, by, clock)
    if not change.is_proposed:
        raise NotAllowed(settled_sentence(change))
    check_answerer(agreement, change, by)
    party, day = Party(party_of(by)), oslo_date(at)
    with in_words():
        if accepts:
            plan = verbs.plan_to_answer(agreement.value, change.pk, day=day)
            check_shown(shown, with_rows(agreement.loaded, plan).fingerprint)
        outcome = verbs.answer(agreement.value, change.pk, accepts=accepts, by=party, day=day)
    store(agreement, outcome, by=by, at=at)
    return change


@transaction.atomic
def take_back_change(*, change: SubscriptionChange, by: Person, clock: Clock = database_clock) -> SubscriptionChange:
    """Undo what has not come into force: by the party that asked, or the one that said yes. Raises NotAllowed."""
    agreement, change, at = begin_answer(change, by, clock)
    if not change.is_open:
        raise NotAllowed(settled_sentence(change))
    check_taker(agreement, change, by)
    with in_words():
        outcome = verbs.take_back(agreement.value, change.pk, by=Party(party_of(by)), day=oslo_date(at))
    store(agreement, outcome, by=by, at=at)
    return change


def begin_answer(
    change: SubscriptionChange, by: Person, clock: Clock
) -> tuple[Agreement, SubscriptionChange, datetime]:
    """The locks, what the calendar has done meanwhile, and the change as it is now."""
    agreement, at = enter_agreement(change.subscription_id, clock)
    found = agreement.loaded.changes.get(change.pk)
    if found is None:
        found = SubscriptionChange.objects.with_names().get(pk=change.pk)
    found.subscription = agreement.subscription
    return agreement, found, at


def settled_sentence(change: SubscriptionChange) -> str:
    return _("Endringen er allerede %(status)s.") % {"status": change.get_status_display()}


def check_answerer(agreement: InAgreement, change: SubscriptionChange, by: Person) -> None:
    """Only the party that is to pay more answers, and nobody for both. Raises NotAllowed."""
    if party_of(by) != change.answering_firm_id:
        raise NotAllowed(_("Endringen venter på en annen part."))
    check_answering_right(agreement, change, by)
    if change.asking_firm_id in other_sides_of(by, agreement.subscription.company_id):
        if change.asking_firm_id is None:
            raise NotAllowed(_("Du er bruker av selskapet som spør, og kan derfor ikke svare for byrået."))
        raise NotAllowed(_("Du arbeider i byrået som spør, og kan derfor ikke svare for den andre parten."))


def check_taker(agreement: InAgreement, change: SubscriptionChange, by: Person) -> None:
    """Raises NotAllowed for whoever is none of the two parties."""
    if party_of(by) not in parties_of(change):
        raise NotAllowed(_("Bare de som har avtalt endringen, kan ta den tilbake."))
    check_answering_right(agreement, change, by)


def check_answering_right(agreement: InAgreement, change: SubscriptionChange, by: Person) -> None:
    roles = roles_to_answer(agreement.subscription, agreement.collaborations, by)
    workflow.check_right(f"change_{change.kind}", roles)
