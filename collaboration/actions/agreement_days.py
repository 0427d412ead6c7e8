"""The days of an agreement: what the calendar does to it, and what an end does. The caller holds the locks,
but for `enter_agreement`, which takes them."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from collaboration import news
from collaboration.actions.agreement_changes import (
    Status,
    close_change,
    open_change,
    remember_that_the_payer_has_left,
    withdraw_change,
)
from collaboration.actions.locks import Agreement, lock_agreement
from collaboration.models import Collaboration
from collaboration.plans import Kind, plan_payer
from collaboration.rights import Person, party_of
from history.clock import Clock, oslo_date
from history.models import record_event
from organisations.models import CompanyUser
from organisations.refusals import NotAllowed
from subscriptions.actions import renew_subscription
from subscriptions.models import Price

Outcome = Collaboration.Outcome


def enter_agreement(subscription_id: int, clock: Clock) -> tuple[Agreement, datetime]:
    """How a deed begins: the locks, the hour, and what the calendar has done meanwhile. Raises NotAllowed."""
    agreement = lock_agreement(subscription_id)
    at = clock()
    bring_up_to_date(agreement, at=at)
    return agreement, at


def bring_up_to_date(agreement: Agreement, *, at: datetime) -> None:
    """Catch up for somebody's deed, so that none depends on a sweep. Raises NotAllowed where a price is missing."""
    try:
        catch_up(agreement, at=at)
    except Price.DoesNotExist:
        raise NotAllowed(
            _("Prislisten mangler prisen for en periode som skulle ha begynt. Ta kontakt med brukerstøtten.")
        ) from None


def catch_up(agreement: Agreement, *, at: datetime) -> bool:
    """Every missed day in its order: agreed ends, lapses, renewals, the last day. True when there was any.

    Raises Price.DoesNotExist where the list has no price for a period that should begin.
    """
    today = oslo_date(at)
    changed = False
    while day := next_day(agreement, today):
        changed = True
        for collaboration in [one for one in agreement.collaborations if one.ends_on == day]:
            end_as_planned(agreement, collaboration, at=at)
        if agreement.subscription.renews_on == day:
            turn_period(agreement, day, at=at)
    return changed


def next_day(agreement: Agreement, today: date) -> date | None:
    """The earliest day, today included, on which something should have happened."""
    if not agreement.subscription.is_active:
        return None
    days = [collaboration.ends_on for collaboration in agreement.collaborations]
    days.append(agreement.subscription.renews_on)
    return min((day for day in days if day and day <= today), default=None)


def turn_period(agreement: Agreement, day: date, *, at: datetime) -> None:
    """Begin the next period, or end the subscription where nobody goes on with it.

    What nobody has answered by the last day lapses first: everything stays as it is, and both are told.
    """
    subscription = agreement.subscription
    for change in subscription.changes.proposed().with_names():
        close_change(agreement, change, Status.LAPSED, at=at)
    changes = list(subscription.changes.agreed().with_names().filter(effective_on__lte=day))
    if subscription.is_cancelled or subscription.payer_has_left:
        finish_subscription(agreement, day, at=at)
        return
    renew_subscription(subscription, changes=changes)
    record_event(
        subject=subscription, verb="renew", at=at, company=agreement.company,
        after={"from": day.isoformat(), "changes": [change.pk for change in changes]},
    )  # fmt: skip


def finish_subscription(agreement: Agreement, day: date, *, at: datetime) -> None:
    """The subscription is over from the day, and with it every collaboration in it; all who had it are told."""
    subscription, ended = agreement.subscription, agreement.collaborations
    for change in subscription.changes.open().with_names():
        close_change(agreement, change, Status.LAPSED, at=at)
    subscription.ended_on = day
    subscription.version += 1
    subscription.save(update_fields=["ended_on", "version"])
    record_event(subject=subscription, verb="finish", at=at, company=agreement.company, after={"on": day.isoformat()})
    for collaboration in list(ended):
        mark_ended(agreement, collaboration, Outcome.SERVICE_ENDS, by=None, at=at)
    news.subscription_ended(agreement, ended)


def end_as_planned(agreement: Agreement, collaboration: Collaboration, *, at: datetime) -> None:
    """The day has come that the company has chosen for a firm's last."""
    stop_collaboration(agreement, collaboration, Outcome.CONTINUES, ended_by_company=True, by=None, at=at)
    news.collaboration_ended_as_planned(collaboration)


def stop_collaboration(
    agreement: Agreement,
    collaboration: Collaboration,
    outcome: str,
    *,
    ended_by_company: bool,
    by: Person | None,
    at: datetime,
) -> None:
    """End it now, with all that follows for what is on its way and for who pays the next period.

    A company that ends and goes on accepts to pay by it; where a paying firm leaves, the company is asked.
    """
    subscription, firm_id = agreement.subscription, collaboration.firm_id
    had_left = subscription.payer_has_left
    mark_ended(agreement, collaboration, outcome, by=by, at=at)
    close_changes_of(agreement, firm_id, at=at)
    is_left_now = subscription.payer_has_left and not had_left  # by one who was to take over from who left before
    if outcome == Outcome.SERVICE_ENDS and by is not None and not subscription.is_cancelled:
        cancel_agreement(agreement, by=by, at=at)
    elif not subscription.is_cancelled and (subscription.paying_firm_id == firm_id or is_left_now):
        ask_for_a_payer(agreement, collaboration, ended_by_company=ended_by_company, by=by, at=at)


def mark_ended(
    agreement: Agreement, collaboration: Collaboration, outcome: str, *, by: Person | None, at: datetime
) -> None:
    collaboration.ended_at, collaboration.ended_by, collaboration.outcome = at, by.user if by else None, outcome
    collaboration.save(update_fields=["ended_at", "ended_by", "outcome"])
    agreement.collaborations = [one for one in agreement.collaborations if one.pk != collaboration.pk]
    record_event(
        subject=collaboration, verb="end", by=by.user if by else None, at=at, firm=collaboration.firm,
        company=agreement.company,
        after={"side": side_of(by), "outcome": outcome, "activation": collaboration.activation_id},
    )  # fmt: skip


def side_of(by: Person | None) -> str:
    if by is None:
        return "clock"
    return "company" if party_of(by) is None else "firm"


def close_changes_of(agreement: Agreement, firm_id: int, *, at: datetime) -> None:
    """What the firm has asked for or was asked, and what would make it payer: it is no party any more."""
    changes = agreement.subscription.changes.with_names()
    for change in changes.proposed():
        if firm_id in (change.asking_firm_id, change.answering_firm_id):
            close_change(agreement, change, Status.LAPSED, at=at)
    for change in changes.agreed().filter(kind=Kind.PAYER, to_firm=firm_id):
        withdraw_change(agreement, change, at=at)


def ask_for_a_payer(
    agreement: Agreement, collaboration: Collaboration, *, ended_by_company: bool, by: Person | None, at: datetime
) -> None:
    """Who pays from the next period on, now that the payer has left; access stays as it is."""
    asking = None if ended_by_company else collaboration.firm_id
    name_the_company(agreement, asking=asking, by=by or planner_of(collaboration), at=at)


def name_the_company(agreement: Agreement, *, asking: int | None, by: Person, at: datetime) -> None:
    """The company pays from the next period on, where nobody else is to: it says so itself, or a firm asks it to."""
    subscription = agreement.subscription
    payer_changes = subscription.changes.with_names().filter(kind=Kind.PAYER)
    if subscription.paying_firm_id is None or payer_changes.agreed().exists():
        return
    for change in payer_changes.proposed():
        close_change(agreement, change, Status.LAPSED, at=at)
    plan = plan_payer(subscription, None, asking=asking, day=oslo_date(at))
    open_change(agreement, plan, by=by, at=at)
    if plan.needs_yes:
        remember_that_the_payer_has_left(agreement)


def planner_of(collaboration: Collaboration) -> CompanyUser:
    """Who chose the last day for the company, also if he has left it since."""
    return CompanyUser.objects.get(company=collaboration.company_id, user=collaboration.end_planned_by_id)


def cancel_agreement(agreement: Agreement, *, by: Person, at: datetime) -> None:
    """No further period; what is never charged is over at once. All who have it are told."""
    subscription, today = agreement.subscription, oslo_date(at)
    subscription.cancelled_on, subscription.cancelling_firm_id = today, party_of(by)
    subscription.version += 1
    subscription.save(update_fields=["cancelled_on", "cancelling_firm", "version"])
    record_event(
        subject=subscription, verb="cancel", by=by.user, at=at, company=agreement.company,
        after={"party": party_of(by)},
    )  # fmt: skip
    if subscription.renews_on is None:
        finish_subscription(agreement, today, at=at)
    else:
        news.subscription_cancelled(agreement, by=by)
