"""What has happened, or will: typed and dated. Deeds store and tell them, pages foretell them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from agreements.rules.values import Agreement, Change, ChangeState, Charge, Party, Period, Seat


class Why(StrEnum):
    """Why a change that was open is closed without coming into force."""

    DECIDED = "a party has refused it or taken it back"
    UNANSWERED = "nobody has said yes in time"
    LEFT = "one of its parties has left"
    PAYER = "who pays next has changed, and has not said yes to it"
    REPLACED = "the question who pays has got another answer"
    ENDS = "the agreement ends"


@dataclass(frozen=True)
class SeatEnded:
    """A firm has no access from the day. `by` None: the clock. `with_all`: because the agreement is over."""

    day: date
    seat: Seat
    by: Party | None
    ends_service: bool
    with_all: bool = False


@dataclass(frozen=True)
class EndPlanned:
    """The company has chosen a firm's first day without access; `seat.ends_on` None: it has taken it back."""

    day: date
    seat: Seat


@dataclass(frozen=True)
class Proposed:
    day: date
    change: Change


@dataclass(frozen=True)
class Agreed:
    """All that have to have said yes. `change.state` tells whether it is in force at once."""

    day: date
    change: Change


@dataclass(frozen=True)
class Closed:
    """`change` as it was before."""

    day: date
    change: Change
    state: ChangeState
    why: Why


@dataclass(frozen=True)
class CameIntoForce:
    day: date
    change: Change


@dataclass(frozen=True)
class Cancelled:
    day: date
    by: Party


@dataclass(frozen=True)
class Resumed:
    day: date
    by: Party


@dataclass(frozen=True)
class Charged:
    day: date
    charge: Charge


@dataclass(frozen=True)
class Renewed:
    """A period begins; `changes` have come into force with it. `charge` None: it costs nothing, and has no end."""

    day: date
    period: Period
    changes: tuple[int, ...]
    charge: Charge | None


@dataclass(frozen=True)
class Ended:
    """The service is over for all; `question` is what a yes to would have let it go on."""

    day: date
    question: Change | None = None


@dataclass(frozen=True)
class Unreadable:
    """The last day on which the data can be read."""

    day: date


@dataclass(frozen=True)
class Waits:
    """A question without a last day."""

    change: Change
    day: None = None


Fact = (
    SeatEnded
    | EndPlanned
    | Proposed
    | Agreed
    | Closed
    | CameIntoForce
    | Cancelled
    | Resumed
    | Charged
    | Renewed
    | Ended
    | Unreadable
    | Waits
)


class Happened(NamedTuple):
    """A fact, and the agreement as it stood right after."""

    fact: Fact
    agreement: Agreement


class Outcome(NamedTuple):
    """What a verb returns: the agreement after it, and what has happened in its order."""

    agreement: Agreement
    happened: tuple[Happened, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(one.fact for one in self.happened)


def fingerprint(facts: Iterable[object]) -> str:
    """What a page foretold, in any language: the deed compares it with what it would do."""
    return hashlib.sha256("\n".join(written(fact) for fact in facts).encode()).hexdigest()[:32]


def written(value: object) -> str:
    """The same text for equal values, whatever they were read from: 199 and 199.00 are one price."""
    if is_dataclass(value):
        parts = (f"{field.name}={written(getattr(value, field.name))}" for field in fields(value) if field.compare)
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return f"[{','.join(written(one) for one in value)}]"
    return str(value)
