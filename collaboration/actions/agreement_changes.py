"""The life of a change: asked for, agreed, in force; refused, taken back, lapsed. The caller holds the locks."""

from datetime import datetime
from uuid import UUID

from collaboration import news
from collaboration.actions.locks import Agreement
from collaboration.models import Collaboration
from collaboration.plans import Kind, Plan
from collaboration.rights import Person, party_of
from history.clock import oslo_date
from history.models import find_event_of_form, record_event
from subscriptions.actions import upgrade_subscription
from subscriptions.models import Subscription, SubscriptionChange

Status = SubscriptionChange.Status

VERBS: dict[str, str] = {Status.REFUSED: "refuse", Status.TAKEN_BACK: "take_back", Status.LAPSED: "lapse"}


def find_change_of_form(subscription: Subscription, form_key: UUID | None) -> SubscriptionChange | None:
    """The change that the same form has asked for before; None for a form that has asked for none yet."""
    done = find_event_of_form(form_key)
    return subscription.changes.filter(pk=done.after.get("change")).first() if done else None


def open_change(
    agreement: Agreement, plan: Plan, *, by: Person, at: datetime, form_key: UUID | None = None
) -> SubscriptionChange:
    subscription = agreement.subscription
    if plan.kind == Kind.PAYER:
        lapse_offer_to_replace_a_payer(agreement, at=at)
    change = SubscriptionChange.objects.create(
        subscription=subscription,
        kind=plan.kind,
        **columns_of(plan),
        status=Status.PROPOSED if plan.needs_yes else Status.AGREED,
        effective_on=None if plan.at_once and plan.needs_yes else plan.effective_on,
        lapses_on=plan.lapses_on,
        asking_firm_id=plan.asking,
        asked_by=by.user,
        asked_at=at,
        needs_yes=plan.needs_yes,
        answering_firm_id=plan.answering_firm_id,
    )
    subscription.version += 1
    subscription.save(update_fields=["version"])
    record_change(agreement, change, "propose" if plan.needs_yes else "agree", by=by, at=at, form_key=form_key)
    if plan.needs_yes:
        news.change_proposed(agreement, change, plan)
    else:
        agree_change(agreement, change, at=at)
        news.change_settled(agreement, change, by=by)
    return change


def columns_of(plan: Plan) -> dict[str, object]:
    before, after = plan.subscription, plan.after
    match plan.kind:
        case Kind.VARIANT:
            return {"from_variant_id": before.variant_id, "to_variant": after.variant}
        case Kind.PAYER:
            return {"from_firm_id": before.paying_firm_id, "to_firm": after.paying_firm}
    return {"from_months": before.period_months, "to_months": after.months}


def lapse_offer_to_replace_a_payer(agreement: Agreement, *, at: datetime) -> None:
    """A firm that has left waits for somebody to pay: the standing question falls when somebody offers it."""
    for change in agreement.subscription.changes.proposed().filter(kind=Kind.PAYER):
        close_change(agreement, change, Status.LAPSED, at=at)


def agree_change(agreement: Agreement, change: SubscriptionChange, *, at: datetime) -> None:
    """All who pay more have said yes: in force if its day has come. The caller holds the locks."""
    subscription, day = agreement.subscription, oslo_date(at)
    change.status = Status.AGREED
    change.effective_on = change.effective_on or day
    change.save()
    if change.kind == Kind.PAYER:
        subscription.payer_has_left = False
        subscription.save(update_fields=["payer_has_left"])
        lapse_unanswered(agreement, at=at)
    if change.effective_on > day:
        return
    if change.kind == Kind.VARIANT:
        upgrade_subscription(subscription, variant=change.to_variant, day=day)
    else:
        subscription.paying_firm = change.to_firm
        subscription.save(update_fields=["paying_firm"])
    change.status = Status.IN_FORCE
    change.save(update_fields=["status"])


def lapse_unanswered(agreement: Agreement, *, at: datetime) -> None:
    """Who is to pay has changed, so what waits for a yes was asked of the wrong one, or named the wrong price."""
    for change in agreement.subscription.changes.proposed():
        close_change(agreement, change, Status.LAPSED, at=at)


def close_change(
    agreement: Agreement, change: SubscriptionChange, status: str, *, at: datetime, by: Person | None = None
) -> None:
    """Refused, taken back or lapsed: everything stays as it is, and both are told."""
    change.status = status
    change.save()
    agreement.subscription.version += 1
    agreement.subscription.save(update_fields=["version"])
    record_change(agreement, change, VERBS[status], by=by, at=at)
    news.change_settled(agreement, change, by=by)


def record_change(
    agreement: Agreement,
    change: SubscriptionChange,
    verb: str,
    *,
    by: Person | None,
    at: datetime,
    form_key: UUID | None = None,
) -> None:
    """The event belongs to the agreement; its ids tell what of, never names."""
    record_event(
        subject=agreement.subscription,
        verb=f"{verb}_{change.kind}",
        by=by.user if by else None,
        at=at,
        company=agreement.company,
        firm=change.asking_firm,
        after={
            "change": change.pk,
            "status": change.status,
            "effective_on": change.effective_on.isoformat() if change.effective_on else None,
            **({"party": party_of(by)} if by else {}),
        },
        form_key=form_key,
    )


def withdraw_change(
    agreement: Agreement, change: SubscriptionChange, *, at: datetime, by: Person | None = None
) -> None:
    """Take it back; with another payer goes what that payer alone has said yes to. The caller holds the locks."""
    was_agreed = change.is_agreed
    close_change(agreement, change, Status.TAKEN_BACK, at=at, by=by)
    if change.kind != Kind.PAYER or not was_agreed:
        return
    lapse_unanswered(agreement, at=at)
    payer = agreement.subscription.paying_firm_id
    for other in agreement.subscription.changes.agreed().filter(kind=Kind.PERIOD):
        if other.consenting_firm_id != payer:
            close_change(agreement, other, Status.TAKEN_BACK, at=at, by=by)
    remember_that_the_payer_has_left(agreement)


def remember_that_the_payer_has_left(agreement: Agreement) -> None:
    """Nobody is to pay the next period any more when the firm that pays this one has ended its collaboration."""
    agreement.subscription.payer_has_left = has_lost_its_payer(agreement)
    agreement.subscription.save(update_fields=["payer_has_left"])


def has_lost_its_payer(agreement: Agreement) -> bool:
    """Whether the paying firm has collaborated, and does no more."""
    subscription, firm = agreement.subscription, agreement.subscription.paying_firm_id
    if firm is None or any(collaboration.firm_id == firm for collaboration in agreement.collaborations):
        return False
    return Collaboration.objects.on(subscription).filter(firm_id=firm).exists()
