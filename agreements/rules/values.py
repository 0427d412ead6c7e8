"""A running agreement as a value: what is agreed, who is in it, what has been charged, and what is on its way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agreements.rules.aims import Aim


@dataclass(frozen=True)
class Party:
    """A firm by its id, or the company (`firm` None)."""

    firm: int | None = None

    @property
    def is_company(self) -> bool:
        return self.firm is None


COMPANY = Party()


@dataclass(frozen=True)
class Variant:
    """A size of the service; a greater one has a higher rank. Two are the same when their keys are."""

    key: int
    rank: int = field(compare=False)
    is_for_sale: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class Service:
    """What the service leaves to agree on. `lengths` are the agreement periods on offer, in months."""

    lengths: tuple[int, ...] = (3, 12)
    has_payer: bool = True
    retention_years: int = 5

    @property
    def has_period(self) -> bool:
        """False: it runs month by month, or without any renewal while it is free."""
        return self.lengths != (1,)


class SubscriptionState(StrEnum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    ENDED = "ended"


class CollaborationState(StrEnum):
    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Seat:
    """A firm that collaborates in the agreement. `ends_on` is the first day without it; None: no end is planned."""

    key: int
    firm: Party
    ends_on: date | None = None

    @property
    def state(self) -> CollaborationState:
        return CollaborationState.ACTIVE if self.ends_on is None else CollaborationState.ENDING


@dataclass(frozen=True)
class Change:
    """One change that is not in force yet: it waits for a yes, or for its day.

    `answering` is the party whose yes it needs; None: nobody's but the one's that asks. `effective_on` is None while
    it is to come into force as soon as it is agreed. `for_all` is set only in foretelling: every payer has said yes.
    """

    key: int
    old: "Aim"
    to: "Aim"
    state: ChangeState
    asking: Party
    answering: Party | None = None
    effective_on: date | None = None
    for_all: bool = False

    @property
    def kind(self) -> str:
        return self.to.kind

    @property
    def is_proposed(self) -> bool:
        return self.state == ChangeState.PROPOSED

    @property
    def is_agreed(self) -> bool:
        return self.state == ChangeState.AGREED

    @property
    def consenting(self) -> Party:
        """The party that stands for what it costs: the one that said yes, else the one that asked."""
        return self.answering or self.asking

    def binds(self, payer: Party) -> bool:
        """Whether the payer stands for what it costs."""
        return self.for_all or self.consenting == payer


class ChargeKind(StrEnum):
    OPENING = "opening"
    PERIOD = "period"
    UPGRADE = "upgrade"


@dataclass(frozen=True)
class Charge:
    """Days that are paid for, from `first_day` up to and without `next_day`. Money is NOK excluding VAT."""

    kind: ChargeKind
    first_day: date
    next_day: date
    variant: Variant
    payer: Party
    per_month: Decimal
    amount: Decimal

    def covers(self, day: date) -> bool:
        return self.first_day <= day < self.next_day


@dataclass(frozen=True)
class Notice:
    """The price that was named before a renewal: for this variant and length it holds on that day."""

    renews_on: date
    variant: Variant
    months: int
    per_month: Decimal


@dataclass(frozen=True)
class Period:
    """What holds in a period: its variant, its payer, its length, and the price a month."""

    variant: Variant
    payer: Party
    months: int
    per_month: Decimal

    @property
    def amount(self) -> Decimal:
        return self.per_month * self.months

    def costs(self, party: Party) -> Decimal:
        """What the party pays a month."""
        return self.per_month if self.payer == party else Decimal(0)


class NoPrice(LookupError):
    """The list has no price for a variant and length on a day."""


# (variant, months, day) -> NOK a month excluding VAT. Raises NoPrice.
Prices = Callable[[Variant, int, date], Decimal]


@dataclass(frozen=True)
class Agreement:
    """A company's agreement about one service, on a day.

    Periods are whole months counted from `periods_from`; `renews_on` is the first day that is not paid for, and None
    where nothing is charged. `former` are all firms that have ever collaborated in it. `changes` are the open ones,
    in the order in which they were asked for or agreed. `payer_has_left`: nobody is to pay the next period.
    """

    service: Service
    variant: Variant
    payer: Party
    months: int
    started_on: date
    periods_from: date
    renews_on: date | None
    prices: Prices = field(compare=False, repr=False)
    cancelled_on: date | None = None
    cancelled_by: Party | None = None
    payer_has_left: bool = False
    ended_on: date | None = None
    seats: tuple[Seat, ...] = ()
    former: frozenset[Party] = frozenset()
    changes: tuple[Change, ...] = ()
    charges: tuple[Charge, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def state(self) -> SubscriptionState:
        if self.ended_on is not None:
            return SubscriptionState.ENDED
        return SubscriptionState.RUNNING if self.cancelled_on is None else SubscriptionState.CANCELLED

    @property
    def is_over(self) -> bool:
        return self.state == SubscriptionState.ENDED

    @property
    def is_cancelled(self) -> bool:
        """Cancelled, but running until `renews_on`."""
        return self.state == SubscriptionState.CANCELLED

    @property
    def proposed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_proposed)

    @property
    def agreed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_agreed)

    @property
    def next_payer(self) -> Change | None:
        """The agreed change of who pays, if there is one."""
        return next((change for change in self.agreed if change.kind == "payer"), None)

    @property
    def has_lost_its_payer(self) -> bool:
        """Whether the paying firm has collaborated, and does no more."""
        return self.payer in self.former and not self.seats_of(self.payer)

    def seats_of(self, *parties: Party) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.firm in parties)

    def open_of(self, kind: str) -> Change | None:
        return next((change for change in self.changes if change.kind == kind), None)

    def without(self, *changes: Change) -> "Agreement":
        keys = {change.key for change in changes}
        return replace(self, changes=tuple(change for change in self.changes if change.key not in keys))

    def first_day_too_late(self, kind: str, *parties: Party | None) -> date | None:
        """From when a yes helps no more: the renewal, or before it the day on which one of the parties leaves.

        A question about the payer falls as well when the one that pays now leaves: then the company pays. None: a yes
        is never too late.
        """
        about = [party for party in parties if party is not None]
        seats = self.seats_of(*about, *([self.payer] if kind == "payer" else []))
        days = [*(seat.ends_on for seat in seats), self.renews_on]
        return min((day for day in days if day), default=None)

    def lapses_on(self, change: Change) -> date | None:
        """From when a yes to a proposed change helps no more."""
        return self.first_day_too_late(change.kind, change.asking, change.answering)
