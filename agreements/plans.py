"""What a change of an agreement would do, foretold by the rules, with the rows that it names.

The page shows a plan, and the deed makes the same one anew under its locks. A party is a firm's id, or None: the
company. Money is NOK excluding VAT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agreements.models import Collaboration, SubscriptionChange
from agreements.rows.load import Loaded, load
from agreements.rows.values import variant_value
from agreements.rules import days, plans, verbs
from agreements.rules.aims import Aim, NewLength, NewPayer, NewVariant
from agreements.rules.facts import fingerprint
from agreements.rules.values import Party
from agreements.words.refusals import in_words
from organisations.models import Firm
from subscriptions.models import Feature, Subscription, Variant
from subscriptions.priced_periods import Period

Kind = SubscriptionChange.Kind


@dataclass(frozen=True)
class Plan:
    """One change of one thing. `before` holds now, `after` from `effective_on`; `renewal` from the next period on.

    `later` are the periods after that in which something else is known to hold, each with its first day. `charge_now`
    is charged when it comes into force, to the payer of `before`; without a yes by the day before `lapses_on`
    everything stays.
    """

    subscription: Subscription
    kind: str
    before: Period
    after: Period
    renewal: Period | None
    renews_on: date | None
    later: Sequence[tuple[date, Period]]
    effective_on: date
    at_once: bool
    lapses_on: date | None
    asking: int | None
    answering: tuple[int | None, ...]
    fingerprint: str
    charge_now: Decimal | None = None
    lost: Sequence[Feature] = ()

    @property
    def needs_yes(self) -> bool:
        return bool(self.answering)

    @property
    def answering_firm_id(self) -> int | None:
        return self.answering[0] if self.answering else None


def plan_variant(subscription: Subscription, variant: Variant, *, asking: int | None, day: date) -> Plan:
    """A greater variant at once, a smaller one from the next period. Raises NotAllowed."""
    return plan_change(load(subscription, day=day), variant, asking=asking, day=day)


def plan_payer(subscription: Subscription, firm: Firm | None, *, asking: int | None, day: date) -> Plan:
    """Another payer from the next period; the new one says yes. Raises NotAllowed."""
    return plan_change(load(subscription, day=day), firm, asking=asking, day=day)


def plan_period(subscription: Subscription, months: int, *, asking: int | None, day: date) -> Plan:
    """Another length from the next period: less often or less a month, so who pays says yes. Raises NotAllowed."""
    return plan_change(load(subscription, day=day), months, asking=asking, day=day)


Choice = Variant | Firm | int | None


def plan_change(loaded: Loaded, choice: Choice, *, asking: int | None, day: date) -> Plan:
    """The plan of what is chosen: a variant, a payer (None: the company), or months. Raises NotAllowed."""
    if isinstance(choice, Firm):
        loaded.names.know([choice])
    with in_words():
        plan = plans.plan(loaded.value, aim_of(loaded, choice), asking=Party(asking), day=day)
    return with_rows(loaded, plan)


def aim_of(loaded: Loaded, choice: Choice) -> Aim:
    match choice:
        case Variant():
            value = variant_value(choice)
            own = choice.service_id == loaded.subscription.service_id
            return NewVariant(value if own else type(value)(value.key, value.rank, is_for_sale=False))
        case int():
            return NewLength(choice)
    return NewPayer(Party(choice.pk if choice else None))


def foretell(change: SubscriptionChange, *, day: date) -> Plan:
    """The plan of a change that waits, as it would be if it were agreed today. Raises NotAllowed when it cannot be."""
    loaded = load(change.subscription, day=day)
    with in_words():
        return with_rows(loaded, verbs.plan_to_answer(loaded.value, change.pk, day=day))


def with_rows(loaded: Loaded, plan: plans.Plan) -> Plan:
    """Turn a plan of the rules into one with the rows that it names."""
    names, kind = loaded.names, plan.to.kind
    before, after = names.period(plan.before), names.period(plan.after)
    first, *others = plan.renewals or [None]
    told = first
    later = []
    for renewal in others:
        if told and renewal.period != told.period:
            later.append((renewal.day, names.period(renewal.period)))
        told = renewal
    return Plan(
        subscription=loaded.subscription,
        kind=kind,
        before=before,
        after=after,
        renewal=names.period(first.period) if first else None,
        renews_on=first.day if first else loaded.value.renews_on,
        later=later,
        effective_on=plan.effective_on,
        at_once=plan.at_once,
        lapses_on=plan.lapses_on,
        asking=plan.asking.firm,
        answering=() if plan.answering is None else (plan.answering.firm,),
        fingerprint=f"{loaded.subscription.version}:{fingerprint([plan])}",
        charge_now=plan.charge_now,
        lost=lost_features(before.variant, after.variant) if kind == Kind.VARIANT else (),
    )


# --- The periods of an agreement


def period_now(subscription: Subscription, *, day: date) -> Period:
    """What the day was charged at; of a subscription without charges the list says the price."""
    per_month = Subscription.objects.with_price(day).get(pk=subscription.pk).price_per_month or Decimal(0)
    return Period(subscription.variant, subscription.paying_firm, subscription.period_months, per_month)


def period_next(subscription: Subscription, *, day: date) -> Period | None:
    """The next period as it is known on the day, whoever is to pay it by then; None where there is none."""
    loaded = load(subscription, day=day)
    renewal = days.next_renewal(loaded.value)
    return loaded.names.period(renewal.period) if renewal else None


# --- Of a proposal


def falls_to_the_company(subscription: Subscription, kind: str, lapses_on: date | None) -> bool:
    """Whether the company pays from `lapses_on` without a yes, because the paying firm leaves on that chosen day."""
    if kind != Kind.PAYER or lapses_on is None or subscription.paying_firm_id is None:
        return False
    payer = Collaboration.objects.on(subscription).active().filter(firm=subscription.paying_firm_id)
    return payer.filter(ends_on=lapses_on).exists()


def lost_features(old: Variant, new: Variant) -> list[Feature]:
    """The features of `old` that `new` lacks."""
    return list(old.features.exclude(pk__in=new.features.values("pk")).order_by("position", "name"))
