"""Who is told what about an agreement: the company's administrators by e-mail, a firm's people as alerts.

Called last in a deed, in its transaction. No firm reads another firm's name, nor what another party pays.
"""

from datetime import date, timedelta

from django.urls import reverse

from agreements.models import Collaboration, RenewalNotice, SubscriptionChange
from agreements.plans import Kind, Plan, falls_to_the_company
from agreements.rights import Person
from agreements.rows.locks import LockedAgreement
from agreements.telling import alerts, emails
from agreements.telling.parties import (
    find_collaborations,
    hour_of_the_deed,
    latest_deed,
    tell_all,
    tell_company,
    tell_firm,
)
from agreements.words.change_news import ChangeNews, words_of

Status = SubscriptionChange.Status


def change_proposed(agreement: LockedAgreement, change: SubscriptionChange, plan: Plan) -> None:
    """To the party that is to pay more: what is asked, what it costs it, by when to answer."""
    last_day = day_before(plan.lapses_on)
    news = ChangeNews(change, reader=change.answering_firm_id, plan=plan)
    context = {
        "news": news,
        "change": change,
        "last_day": last_day,
        "payer_leaves": payer_leaves(agreement, change),
        "company_pays": falls_to_the_company(agreement.subscription, change.kind, plan.lapses_on),
    }
    if change.answering_firm_id is None:
        path = reverse("my_services:change-answer", args=[agreement.subscription.service.code, change.pk])
        tell_company("change_proposed", agreement, key_end=change.pk, context=context, path=path)
        return
    for collaboration in find_collaborations(agreement, [change.answering_firm_id]):
        number, code = collaboration.client.number, collaboration.service.code
        tell_firm(
            "change_proposed",
            agreement,
            collaboration,
            key_end=change.pk,
            at=change.asked_at,
            words=words_of(change, reader=collaboration.firm_id) | {"last_day": in_words(last_day)},
            context=context,
            path=reverse("collaboration:change-answer", args=[number, code, change.pk]),
            to_leads=True,
        )


def change_settled(agreement: LockedAgreement, change: SubscriptionChange, *, by: Person | None) -> None:
    """To both parties: agreed (from when), refused, taken back or lapsed; not to the one who did it.

    What was agreed is told to those besides whom it concerns: the company, a payer who goes or comes, and of a variant
    all who collaborate.
    """
    if goes_with_the_agreement(agreement, change):
        return
    parties = parties_told(agreement, change)
    key_end, but = f"{change.pk}:{change.status}", by.user if by else None
    if None in parties:
        context = {"news": ChangeNews(change, reader=None), "change": change}
        tell_company("change_settled", agreement, key_end=key_end, context=context, but=but)
    for collaboration in find_collaborations(agreement, parties - {None}):
        reader = collaboration.firm_id
        tell_firm(
            "change_settled",
            agreement,
            collaboration,
            key_end=key_end,
            at=hour_of_the_deed(agreement.subscription),
            words=words_of(change, reader=reader)
            | {"status": change.status, "effective_on": in_words(change.effective_on)},
            context={"news": ChangeNews(change, reader=reader), "change": change},
            but=but,
        )


def subscription_cancelled(agreement: LockedAgreement, *, by: Person) -> None:
    """To the company and all who collaborate: the agreement ends with its period."""
    subscription = agreement.subscription
    assert subscription.renews_on  # without a next period it is over at once
    last_day, reads_until = day_before(subscription.renews_on), subscription.reads_until(subscription.renews_on)
    tell_all(
        "subscription_cancelled",
        agreement,
        agreement.collaborations,
        by=by,
        words={"last_day": in_words(last_day)},
        context={"last_day": last_day, "read_until": day_before(reads_until)},
    )


def subscription_resumed(agreement: LockedAgreement, *, by: Person) -> None:
    """To the company and all who collaborate: the agreement goes on after all."""
    tell_all("subscription_resumed", agreement, agreement.collaborations, by=by, words={}, context={})


def subscription_ended(agreement: LockedAgreement, ended: list[Collaboration]) -> None:
    """To the company and those who collaborated: it is over, and until when the data can be read."""
    subscription = agreement.subscription
    tell_all(
        "subscription_ended",
        agreement,
        ended,
        by=None,
        words={"ended_on": in_words(subscription.ended_on)},
        context={"read_until": day_before(subscription.read_until)},
    )


def renewal_notice(agreement: LockedAgreement, notice: RenewalNotice) -> None:
    """To the payer, thirty days before: the price of the next period, which then holds."""
    last_day = day_before(notice.renews_on)
    context = {"notice": notice, "amount": notice.monthly_price * notice.months, "last_day": last_day}
    if notice.paying_firm_id is None:
        tell_company("renewal_notice", agreement, key_end=notice.pk, context=context)
        return
    for collaboration in find_collaborations(agreement, [notice.paying_firm_id]):
        tell_firm(
            "renewal_notice",
            agreement,
            collaboration,
            key_end=notice.pk,
            at=notice.posted_at,
            words={
                "renews_on": in_words(notice.renews_on),
                "per_month": str(notice.monthly_price),
                "months": notice.months,
            },
            context=context,
        )


def end_planned(collaboration: Collaboration) -> None:
    """To the firm: the company has chosen its last day, or taken the choice back (`ends_on` is empty)."""
    deed = latest_deed(collaboration)
    subscription = collaboration.subscription
    alerts.alert_firm(
        "end_planned",
        collaboration.activation,
        about=subscription,
        at=deed.at,
        key_end=f":{deed.pk}",
        words={"last_day": in_words(day_before(collaboration.ends_on))},
        email_context={
            "collaboration": collaboration,
            "last_day": day_before(collaboration.ends_on),
            "firm_pays": subscription.paying_firm_id == collaboration.firm_id,
        },
    )


def collaboration_ended_as_planned(collaboration: Collaboration) -> None:
    """To the company and the firm: the chosen day has come."""
    assert collaboration.ends_on
    emails.collaboration_ended_as_planned(collaboration, last_day=collaboration.ends_on - timedelta(days=1))
    alerts.collaboration_ended(collaboration)


# --- Who ---------------------------------------------------------------------------------------------------------


def parties_told(agreement: LockedAgreement, change: SubscriptionChange) -> set[int | None]:
    """Firms by their ids; None is the company. Who has not heard of a proposal hears nothing of its end either."""
    parties = {change.asking_firm_id, *({change.answering_firm_id} if change.needs_yes else ())}
    if change.status == Status.REFUSED or (change.needs_yes and not change.answered_at):
        return parties
    collaborate = {collaboration.firm_id for collaboration in agreement.collaborations}
    if change.kind == Kind.VARIANT:
        return {None} | parties | collaborate
    return {None} | parties | ({change.from_firm_id, change.to_firm_id} & collaborate)


def goes_with_the_agreement(agreement: LockedAgreement, change: SubscriptionChange) -> bool:
    """Whether it lapses because the agreement ends, or gives way to another answer to the same question: who pays.

    That is told anyhow, and of this nothing would be true to say than that all is over.
    """
    subscription = agreement.subscription
    asks_who_pays = (
        subscription.payer_has_left
        and change.kind == Kind.PAYER
        and change.asking_firm_id == subscription.paying_firm_id
    )
    return change.status == Status.LAPSED and (subscription.is_cancelled or asks_who_pays)


def payer_leaves(agreement: LockedAgreement, change: SubscriptionChange) -> bool:
    """Whether it asks because the firm that pays collaborates no more: without a yes the service ends."""
    stays = any(collaboration.firm_id == change.asking_firm_id for collaboration in agreement.collaborations)
    return (
        change.kind == Kind.PAYER
        and not stays
        and change.asking_firm_id is not None
        and change.asking_firm_id == agreement.subscription.paying_firm_id
    )


def day_before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None


def in_words(day: date | None) -> str:
    """A day as an alert keeps it; empty for None."""
    return day.isoformat() if day else ""
