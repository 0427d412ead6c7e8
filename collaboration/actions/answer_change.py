"""Answer a change that waits for the one who is to pay more, or take it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import news, workflow
from collaboration.actions.agreement_changes import agree_change, close_change, record_change, withdraw_change
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import PageIsStale
from collaboration.plans import Kind, foretell
from collaboration.priced_periods import period_next, renewal_without
from collaboration.rights import Person, other_sides_of, parties_of, party_of, roles_to_answer
from history.clock import Clock, database_clock, oslo_date
from organisations.refusals import NotAllowed
from subscriptions.models import SubscriptionChange

Status = SubscriptionChange.Status


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
    change.answered_by, change.answered_at = by.user, at
    if not accepts:
        close_change(agreement, change, Status.REFUSED, at=at, by=by)
        return change
    plan = foretell(change, day=oslo_date(at))
    if plan.fingerprint != shown:
        raise PageIsStale(_("Avtalen har endret seg siden du åpnet siden. Les den på nytt før du svarer."))
    agreement.subscription.version += 1
    agreement.subscription.save(update_fields=["version"])
    change.effective_on = plan.effective_on
    agree_change(agreement, change, at=at)
    record_change(agreement, change, "agree", by=by, at=at)
    news.change_settled(agreement, change, by=by)
    return change


@transaction.atomic
def take_back_change(*, change: SubscriptionChange, by: Person, clock: Clock = database_clock) -> SubscriptionChange:
    """Undo what has not come into force: by the party that asked, or the one that said yes. Raises NotAllowed."""
    agreement, change, at = begin_answer(change, by, clock)
    if not change.is_open:
        raise NotAllowed(settled_sentence(change))
    check_taker(agreement, change, by)
    check_next_payer(agreement, change, by)
    withdraw_change(agreement, change, at=at, by=by)
    return change


def begin_answer(
    change: SubscriptionChange, by: Person, clock: Clock
) -> tuple[Agreement, SubscriptionChange, datetime]:
    """The locks, what the calendar has done meanwhile, and the change as it is now."""
    agreement, at = enter_agreement(change.subscription_id, clock)
    change = SubscriptionChange.objects.with_names().get(pk=change.pk)
    change.subscription = agreement.subscription
    return agreement, change, at


def settled_sentence(change: SubscriptionChange) -> str:
    return _("Endringen er allerede %(status)s.") % {"status": change.get_status_display()}


def check_answerer(agreement: Agreement, change: SubscriptionChange, by: Person) -> None:
    """Only the party that is to pay more answers, and nobody for both. Raises NotAllowed."""
    if party_of(by) != change.answering_firm_id:
        raise NotAllowed(_("Endringen venter på en annen part."))
    check_answering_right(agreement, change, by)
    if change.asking_firm_id in other_sides_of(by, agreement.subscription.company_id):
        if change.asking_firm_id is None:
            raise NotAllowed(_("Du er bruker av selskapet som spør, og kan derfor ikke svare for byrået."))
        raise NotAllowed(_("Du arbeider i byrået som spør, og kan derfor ikke svare for den andre parten."))


def check_taker(agreement: Agreement, change: SubscriptionChange, by: Person) -> None:
    """Raises NotAllowed for whoever is none of the two parties."""
    if party_of(by) not in parties_of(change):
        raise NotAllowed(_("Bare de som har avtalt endringen, kan ta den tilbake."))
    check_answering_right(agreement, change, by)


def check_answering_right(agreement: Agreement, change: SubscriptionChange, by: Person) -> None:
    roles = roles_to_answer(agreement.subscription, agreement.collaborations, by)
    workflow.check_right(f"change_{change.kind}", roles)


def check_next_payer(agreement: Agreement, change: SubscriptionChange, by: Person) -> None:
    """Who pays next has said yes to the price that the change gives. Raises NotAllowed where another makes it rise."""
    if not change.is_agreed or change.kind == Kind.PAYER:
        return
    subscription = agreement.subscription
    agreed, without = period_next(subscription), renewal_without(subscription, change)
    if agreed is None or without is None or agreed.payer == party_of(by) or without.per_month <= agreed.per_month:
        return
    if agreed.payer != subscription.paying_firm_id:
        raise NotAllowed(
            _("Den nye fakturamottakeren har sagt ja til prisen med denne endringen. Ta tilbake byttet først.")
        )
    if has_agreed_since(change, agreed.payer):
        raise NotAllowed(
            _("Fakturamottakeren har siden sagt ja til en pris med denne endringen i. Det må tas tilbake først.")
        )


def has_agreed_since(change: SubscriptionChange, payer: int | None) -> bool:
    """Whether the payer has said yes to another change on a page that counted this one in."""
    others = change.subscription.changes.agreed().exclude(kind__in=(change.kind, Kind.PAYER))
    return any(other.consenting_firm_id == payer and other.agreed_at >= change.agreed_at for other in others)
