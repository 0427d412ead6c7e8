"""The rows of an agreement as the value that the rules work on, and the rows that its parts stand for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from agreements.models import Collaboration, RenewalNotice, SubscriptionChange
from agreements.models.change import SubscriptionChangeQuerySet
from agreements.rows.values import charge_value, price_list, service_value, variant_value
from agreements.rules.aims import Aim, NewLength, NewPayer, NewVariant
from agreements.rules.days import on_the_day
from agreements.rules.values import (
    Agreement,
    Change,
    ChangeState,
    Charge,
    Notice,
    Party,
    Seat,
)
from agreements.rules.values import Period as PeriodValue
from agreements.rules.values import Variant as VariantValue
from organisations.models import Firm
from subscriptions.models import Subscription, Variant
from subscriptions.priced_periods import Period

Kind = SubscriptionChange.Kind


@dataclass
class Names:
    """The rows that variants and parties stand for; a firm that is not among them yet is looked up."""

    variants: dict[int, Variant]
    firms: dict[int, Firm] = field(default_factory=dict)

    def variant(self, value: VariantValue) -> Variant:
        return self.variants[value.key]

    def firm(self, party: Party) -> Firm | None:
        if party.firm is None:
            return None
        if party.firm not in self.firms:
            self.firms[party.firm] = Firm.objects.get(pk=party.firm)
        return self.firms[party.firm]

    def know(self, firms: Iterable[Firm | None]) -> None:
        self.firms |= {firm.pk: firm for firm in firms if firm}

    def period(self, value: PeriodValue) -> Period:
        return Period(self.variant(value.variant), self.firm(value.payer), value.months, value.per_month)


@dataclass
class Loaded:
    """An agreement's value with the rows behind it. `changes` are the open ones, by their keys in the value."""

    subscription: Subscription
    value: Agreement
    names: Names
    changes: dict[int, SubscriptionChange]

    def change_row(self, change: Change) -> SubscriptionChange:
        """The row of a change; for one that is only foretold, a new row that is never saved."""
        return self.changes.get(change.key) or self.row_of(change)

    def row_of(self, change: Change) -> SubscriptionChange:
        return SubscriptionChange(
            subscription=self.subscription,
            kind=change.kind,
            **self.columns_of(change),
            status=change.state.value,
            effective_on=change.effective_on,
            lapses_on=self.value.lapses_on(change),
            asking_firm=self.names.firm(change.asking),
            needs_yes=change.answering is not None,
            answering_firm=self.names.firm(change.answering) if change.answering else None,
        )

    def columns_of(self, change: Change) -> dict[str, object]:
        """The columns from_… and to_… that a change to this aim fills."""
        match change.old, change.to:
            case NewVariant(old), NewVariant(new):
                return {"from_variant": self.names.variant(old), "to_variant": self.names.variant(new)}
            case NewPayer(old), NewPayer(new):
                return {"from_firm": self.names.firm(old), "to_firm": self.names.firm(new)}
            case NewLength(old), NewLength(new):
                return {"from_months": old, "to_months": new}
        raise AssertionError(change)


def load(subscription: Subscription, *, day: date) -> Loaded:
    """Load the agreement as it is on the day, whether a sweep has run or not."""
    subscription = Subscription.objects.with_service().get(pk=subscription.pk)
    everybody = list(Collaboration.objects.on(subscription).select_related("firm").order_by("pk"))
    active = [collaboration for collaboration in everybody if collaboration.is_active]
    loaded = load_rows(subscription, active, former={collaboration.firm_id for collaboration in everybody})
    loaded.value = on_the_day(loaded.value, day)
    return loaded


def load_rows(subscription: Subscription, active: Sequence[Collaboration], *, former: Iterable[int]) -> Loaded:
    """Make the value of the rows. `active` are the collaborations in it, with firms; `former` all firms ever in it."""
    service = subscription.service
    names = Names({variant.pk: variant for variant in service.variants.all()})
    for variant in names.variants.values():
        variant.service = service
    subscription.variant = names.variants[subscription.variant_id]
    names.know([one.firm for one in active])
    changes = list(with_parties(subscription.changes.open()))
    for change in changes:
        names.know([change.from_firm, change.to_firm, change.asking_firm, change.answering_firm])
    value = Agreement(
        service=service_value(service),
        variant=variant_value(names.variants[subscription.variant_id]),
        payer=Party(subscription.paying_firm_id),
        months=subscription.period_months,
        started_on=subscription.started_on,
        periods_from=subscription.periods_from,
        renews_on=subscription.renews_on,
        prices=price_list(service.pk),
        cancelled_on=subscription.cancelled_on,
        cancelled_by=Party(subscription.cancelling_firm_id) if subscription.cancelled_on else None,
        payer_has_left=subscription.payer_has_left,
        ended_on=subscription.ended_on,
        seats=tuple(Seat(one.pk, Party(one.firm_id), one.ends_on) for one in active),
        former=frozenset(Party(firm_id) for firm_id in former),
        changes=tuple(
            change_value(change, names) for change in sorted(changes, key=lambda one: (one.agreed_at, one.pk))
        ),
        charges=charges_of(subscription, names),
        notices=notices_of(subscription, names),
    )
    return Loaded(subscription, value, names, {change.pk: change for change in changes})


def with_parties(changes: SubscriptionChangeQuerySet) -> SubscriptionChangeQuerySet:
    return changes.with_names().select_related("answering_firm")


def change_value(change: SubscriptionChange, names: Names) -> Change:
    return Change(
        key=change.pk,
        old=aim(change, "from", names),
        to=aim(change, "to", names),
        state=ChangeState(change.status),
        asking=Party(change.asking_firm_id),
        answering=Party(change.answering_firm_id) if change.needs_yes else None,
        effective_on=change.effective_on,
    )


def aim(change: SubscriptionChange, side: str, names: Names) -> Aim:
    """What it changes from, or to."""
    match change.kind:
        case Kind.VARIANT:
            return NewVariant(variant_value(names.variants[getattr(change, f"{side}_variant_id")]))
        case Kind.PAYER:
            return NewPayer(Party(getattr(change, f"{side}_firm_id")))
    return NewLength(getattr(change, f"{side}_months"))


def charges_of(subscription: Subscription, names: Names) -> tuple[Charge, ...]:
    """The charges of the last paid period, upgrades included: no earlier one matters any more."""
    if subscription.renews_on is None:
        return ()
    rows = subscription.charges.filter(period__endswith=subscription.renews_on).order_by("pk")
    return tuple(charge_value(row, names.variants[row.variant_id]) for row in rows)


def notices_of(subscription: Subscription, names: Names) -> tuple[Notice, ...]:
    if subscription.renews_on is None:
        return ()
    rows = RenewalNotice.objects.filter(subscription=subscription, renews_on__gte=subscription.renews_on)
    return tuple(
        Notice(row.renews_on, variant_value(names.variants[row.variant_id]), row.months, row.monthly_price)
        for row in rows.order_by("posted_at", "pk")
    )
