"""The periods of an agreement with their prices: the one that is paid, and the next one as it is agreed."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from organisations.models import Firm
from subscriptions.charges import last_price, renewal_price
from subscriptions.models import Price, Subscription, SubscriptionChange, Variant

Kind = SubscriptionChange.Kind


@dataclass(frozen=True)
class Period:
    """What holds in a period: its variant, its payer (None: the company), its length, and the price a month."""

    variant: Variant
    paying_firm: Firm | None
    months: int
    per_month: Decimal

    @property
    def payer(self) -> int | None:
        return self.paying_firm.pk if self.paying_firm else None

    @property
    def amount(self) -> Decimal:
        return self.per_month * self.months

    def costs(self, party: int | None) -> Decimal:
        """What the party pays a month."""
        return self.per_month if self.payer == party else Decimal(0)


def period_now(subscription: Subscription, *, day: date) -> Period:
    """What the day was charged at; of a subscription without charges the list says the price."""
    price = last_price(subscription, day)
    if price is None:
        price = listed_price(subscription.variant, subscription.period_months, day)
    return Period(subscription.variant, subscription.paying_firm, subscription.period_months, price)


def listed_price(variant: Variant, months: int, day: date) -> Decimal:
    try:
        return variant.price_on(day, months)
    except Price.DoesNotExist:
        return Decimal(0)


def period_next(subscription: Subscription) -> Period | None:
    """The next period with the changes that are agreed; None where there is no next one."""
    if subscription.renews_on is None:
        return None
    changes = {change.kind: change for change in subscription.changes.agreed().with_names()}
    variant = changes[Kind.VARIANT].to_variant if Kind.VARIANT in changes else subscription.variant
    payer = changes[Kind.PAYER].to_firm if Kind.PAYER in changes else subscription.paying_firm
    months = changes[Kind.PERIOD].to_months if Kind.PERIOD in changes else subscription.period_months
    return price_renewal(subscription, Period(variant, payer, months, Decimal(0)))


def renewal_without(subscription: Subscription, change: SubscriptionChange) -> Period | None:
    """The next period as it would be if an agreed change of variant or length were taken back."""
    renewal = period_next(subscription)
    if renewal is None:
        return None
    if change.kind == Kind.VARIANT:
        return price_renewal(subscription, replace(renewal, variant=subscription.variant))
    return price_renewal(subscription, replace(renewal, months=subscription.period_months))


def price_renewal(subscription: Subscription, period: Period) -> Period:
    """The same period at the price that it will have on the day of renewal."""
    day = subscription.renews_on
    assert day is not None
    price = renewal_price(subscription, variant=period.variant, months=period.months, day=day)
    return replace(period, per_month=price)
