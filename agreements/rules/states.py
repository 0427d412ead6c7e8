"""The states of a subscription, a change and a collaboration, and what leads from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from agreements.rules.refusals import Reason, Refused
from agreements.rules.values import ChangeState, CollaborationState, SubscriptionState

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Arrow(Generic[S]):
    """From any of the sources to the target. No sources: it begins there."""

    sources: tuple[S, ...]
    target: S


RUNNING, CANCELLED, OVER = SubscriptionState
PROPOSED, AGREED, IN_FORCE, REFUSED, TAKEN_BACK, LAPSED = ChangeState
ACTIVE, ENDING, ENDED = CollaborationState

SUBSCRIPTION: dict[str, Arrow[SubscriptionState]] = {
    "begin": Arrow((), RUNNING),
    "renew": Arrow((RUNNING,), RUNNING),
    "cancel": Arrow((RUNNING,), CANCELLED),
    "resume": Arrow((CANCELLED,), RUNNING),
    "finish": Arrow((RUNNING, CANCELLED), OVER),
}
CHANGE: dict[str, Arrow[ChangeState]] = {
    "propose": Arrow((), PROPOSED),
    "agree": Arrow((PROPOSED,), AGREED),
    "refuse": Arrow((PROPOSED,), REFUSED),
    "take_back": Arrow((PROPOSED, AGREED), TAKEN_BACK),
    "lapse": Arrow((PROPOSED, AGREED), LAPSED),
    "put_in_force": Arrow((AGREED,), IN_FORCE),
}
COLLABORATION: dict[str, Arrow[CollaborationState]] = {
    "approve": Arrow((), ACTIVE),
    "plan_end": Arrow((ACTIVE, ENDING), ENDING),
    "take_back_end": Arrow((ENDING,), ACTIVE),
    "end": Arrow((ACTIVE, ENDING), ENDED),
}

# Why a verb is refused in a state that it does not start from.
REASONS: dict[tuple[str, StrEnum], Reason] = {
    ("cancel", CANCELLED): Reason.ALREADY_CANCELLED,
    ("resume", RUNNING): Reason.NOT_CANCELLED,
    ("take_back_end", ACTIVE): Reason.NO_END_PLANNED,
    **{(verb, OVER): Reason.OVER for verb in SUBSCRIPTION},
    **{(verb, ENDED): Reason.COLLABORATION_ENDED for verb in COLLABORATION},
}


def follow(table: Mapping[str, Arrow[S]], verb: str, state: S) -> S:
    """The state that the verb leads to; raises Refused where it does not start from `state`."""
    arrow = table[verb]
    if state not in arrow.sources:
        raise Refused(REASONS.get((verb, state), Reason.SETTLED))
    return arrow.target
