"""What a change of an agreement would do, foretold: when, what it costs whom, and whose yes it needs.

The page shows a plan, and the deed makes the same one anew under its locks. A party is a firm's id, or None: the
company. Money is NOK excluding VAT.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from collaboration.models import Collaboration
from collaboration.priced_periods import Period, listed_price, period_next, period_now, price_renewal
from organisations.models import Firm
from organisations.refusals import NotAllowed
from subscriptions.charges import price_upgrade
from subscriptions.models import Feature, Price, Subscription, SubscriptionChange, Variant
from subscriptions.periods import add_months

Kind = SubscriptionChange.Kind


@dataclass(frozen=True)
class Plan:
    """One change of one thing. `before` holds now, `after` from `effective_on`; `renewal` from the next period on.

    `effective_on` is None while it waits for a yes that puts it in force at once. `charge_now` is charged then, to the
    payer of `before`; without a yes by the day before `lapses_on` everything stays.
    """

    subscription: Subscription
    kind: str
    before: Period
    after: Period
    renewal: Period | None
    effective_on: date | None
    at_once: bool
    lapses_on: date | None
    asking: int | None
    answering: tuple[int | None, ...]
    charge_now: Decimal | None = None
    lost: Sequence[Feature] = ()

    @property
    def needs_yes(self) -> bool:
        return bool(self.answering)

    @property
    def answering_firm_id(self) -> int | None:
        return self.answering[0] if self.answering else None

    @property
    def renews_on(self) -> date | None:
        """The first day of `renewal`; where the very first period begins with the change, counted from its day."""
        if self.renewal is None or self.subscription.renews_on:
            return self.subscription.renews_on
        assert self.effective_on  # it is begun by what is in force at once
        return add_months(self.effective_on, self.renewal.months)

    @property
    def fingerprint(self) -> str:
        """What the page showed: the deed compares it with the plan that it makes itself."""
        periods = [self.before, self.after, *([self.renewal] if self.renewal else [])]
        told = ["/".join(str(part) for part in (p.variant.pk, p.payer, p.months, p.per_month)) for p in periods]
        dated = (self.subscription.version, self.kind, self.effective_on, self.charge_now, self.lapses_on)
        return ":".join([*(str(part) for part in (*dated, *self.answering)), *told])


@contextmanager
def priced() -> Iterator[None]:
    """What the list has no price for cannot be chosen."""
    try:
        yield
    except Price.DoesNotExist:
        raise NotAllowed(_("Varianten har ingen pris for denne avtaleperioden.")) from None


@priced()
def plan_variant(
    subscription: Subscription,
    variant: Variant,
    *,
    asking: int | None,
    day: date,
    foretold: SubscriptionChange | None = None,
) -> Plan:
    """A greater variant at once, a smaller one from the next period. Raises NotAllowed."""
    check_changeable(subscription, Kind.VARIANT, foretold)
    if variant.service_id != subscription.service_id or not variant.is_for_sale:
        raise NotAllowed(_("Varianten er ikke til salgs. Velg en annen."))
    if variant.pk == subscription.variant_id:
        raise NotAllowed(_("Dere har denne varianten allerede."))
    before, renewal = period_now(subscription, day=day), period_next(subscription)
    at_once = variant.rank > subscription.variant.rank or renewal is None
    new_renewal = price_renewal(subscription, replace(renewal, variant=variant)) if renewal else None
    charge_now, after = None, new_renewal
    if at_once:
        charge_now, after = price_now(subscription, before, variant, day=day)
        if renewal is None and charge_now:  # the first period begins today
            next_day = add_months(day, after.months)
            new_renewal = replace(after, per_month=listed_price(variant, after.months, next_day))
    assert after is not None  # without a next period everything is at once
    raised = {before.payer} if after.per_month > before.per_month or charge_now else set()
    if renewal and new_renewal and new_renewal.per_month > renewal.per_month:
        raised.add(renewal.payer)
    answering = one_answer(subscription, raised - {asking})
    return Plan(
        subscription=subscription,
        kind=Kind.VARIANT,
        before=before,
        after=after,
        renewal=new_renewal,
        effective_on=day if at_once else subscription.renews_on,
        at_once=at_once,
        lapses_on=first_day_too_late(subscription, Kind.VARIANT, {asking, *answering}),
        asking=asking,
        answering=answering,
        charge_now=charge_now,
        lost=lost_features(subscription.variant, variant),
    )


def price_now(subscription: Subscription, before: Period, variant: Variant, *, day: date) -> tuple[Decimal, Period]:
    """What a variant that begins today costs today, and the period as it then is."""
    priced = price_upgrade(subscription, variant=variant, day=day)
    if priced is not None:
        _charge, per_month, amount = priced
        return amount, replace(before, variant=variant, per_month=per_month)
    per_month = listed_price(variant, subscription.period_months, day)
    after = replace(before, variant=variant, per_month=per_month)
    return after.amount, after


@priced()
def plan_payer(
    subscription: Subscription,
    firm: Firm | None,
    *,
    asking: int | None,
    day: date,
    foretold: SubscriptionChange | None = None,
) -> Plan:
    """Another payer from the next period; the new one says yes. Raises NotAllowed."""
    check_changeable(subscription, Kind.PAYER, foretold)
    if not subscription.service.has_payer:
        raise NotAllowed(_("Denne tjenesten betaler selskapet alltid selv."))
    party = firm.pk if firm else None
    if party == subscription.paying_firm_id:
        raise NotAllowed(_("Det er denne parten som betaler i dag."))
    before, renewal = period_now(subscription, day=day), period_next(subscription)
    after = replace(renewal or before, paying_firm=firm)
    answering = one_answer(subscription, {party} - {asking})
    return Plan(
        subscription=subscription,
        kind=Kind.PAYER,
        before=before,
        after=after,
        renewal=after if renewal else None,
        effective_on=subscription.renews_on or day,
        at_once=renewal is None,
        lapses_on=first_day_too_late(subscription, Kind.PAYER, {asking, *answering}),
        asking=asking,
        answering=answering,
    )


@priced()
def plan_period(
    subscription: Subscription,
    months: int,
    *,
    asking: int | None,
    day: date,
    foretold: SubscriptionChange | None = None,
) -> Plan:
    """Another length from the next period: less often or less a month, so the payer says yes. Raises NotAllowed."""
    check_changeable(subscription, Kind.PERIOD, foretold)
    if months not in subscription.service.period_choices or subscription.renews_on is None:
        raise NotAllowed(_("Avtaleperioden kan ikke være %(months)s måneder for denne tjenesten.") % {"months": months})
    if months == subscription.period_months:
        raise NotAllowed(_("Avtalen har denne lengden allerede."))
    before, renewal = period_now(subscription, day=day), period_next(subscription)
    assert renewal is not None
    after = price_renewal(subscription, replace(renewal, months=months))
    answering = one_answer(subscription, {renewal.payer} - {asking})
    return Plan(
        subscription=subscription,
        kind=Kind.PERIOD,
        before=before,
        after=after,
        renewal=after,
        effective_on=subscription.renews_on,
        at_once=False,
        lapses_on=first_day_too_late(subscription, Kind.PERIOD, {asking, *answering}),
        asking=asking,
        answering=answering,
    )


def first_day_too_late(subscription: Subscription, kind: str, parties: set[int | None]) -> date | None:
    """From when a yes helps no more: the renewal, or before it the day on which one of the parties leaves.

    A question about the payer falls as well when the one that pays now leaves: then the company pays.
    """
    firms = parties | ({subscription.paying_firm_id} if kind == Kind.PAYER else set())
    leaving = Collaboration.objects.on(subscription).active().filter(firm__in=firms - {None})
    days = [*leaving.exclude(ends_on=None).values_list("ends_on", flat=True), subscription.renews_on]
    return min((day for day in days if day), default=None)


def falls_to_the_company(subscription: Subscription, kind: str, lapses_on: date | None) -> bool:
    """Whether without a yes the company pays from the next period on: the payer leaves on a day that it has chosen."""
    if kind != Kind.PAYER or lapses_on is None or subscription.paying_firm_id is None:
        return False
    payer = Collaboration.objects.on(subscription).active().filter(firm=subscription.paying_firm_id)
    return payer.filter(ends_on=lapses_on).exists()


def check_changeable(subscription: Subscription, kind: str, foretold: SubscriptionChange | None) -> None:
    """Raises NotAllowed where the agreement ends anyway, or has another open change of the kind already."""
    if not subscription.is_active:
        raise NotAllowed(_("Abonnementet er avsluttet."))
    if subscription.is_cancelled:
        raise NotAllowed(_("Avtalen er sagt opp. Gjenoppta den før den endres."))
    standing = subscription.changes.open().filter(kind=kind).first()
    if standing is None or standing == foretold:
        return
    if not (kind == Kind.PAYER and subscription.payer_has_left and standing.is_proposed):
        raise NotAllowed(_("Det er allerede en endring på vei av det samme. Den må avsluttes eller tas tilbake først."))


def one_answer(subscription: Subscription, parties: set[int | None]) -> tuple[int | None, ...]:
    """At most one party can be asked; where two would pay more, the payers must agree about who pays first.

    A firm that pays without collaborating has nobody there who could answer.
    """
    if len(parties) > 1:
        raise NotAllowed(
            _("Fakturamottakeren er i ferd med å byttes. Vent til det er gjort, eller ta det tilbake først.")
        )
    firms = parties - {None}
    if firms and not Collaboration.objects.on(subscription).active().filter(firm_id__in=firms).exists():
        raise NotAllowed(_("Den som betaler, samarbeider ikke lenger og kan ikke svare. Bytt fakturamottaker først."))
    return tuple(parties)


def lost_features(old: Variant, new: Variant) -> list[Feature]:
    """What the one has and the other has not."""
    return list(old.features.exclude(pk__in=new.features.values("pk")).order_by("position", "name"))


def foretell(change: SubscriptionChange, *, day: date) -> Plan:
    """The plan of a change that waits, as it would be if it were agreed today. Raises NotAllowed when it cannot be."""
    subscription, asking = change.subscription, change.asking_firm_id
    if change.kind == Kind.VARIANT:
        assert change.to_variant  # the database says so of its kind
        return plan_variant(subscription, change.to_variant, asking=asking, day=day, foretold=change)
    if change.kind == Kind.PAYER:
        return plan_payer(subscription, change.to_firm, asking=asking, day=day, foretold=change)
    assert change.to_months
    return plan_period(subscription, change.to_months, asking=asking, day=day, foretold=change)
