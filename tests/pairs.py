"""Many combinations where it is the pairs that matter: all of them in the long run, every pair in the short one."""

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

import pytest


def every_pair(*axes: Sequence[Any]) -> list[Any]:
    """Parameters for every combination of the axes' values; `long` are those in which no two meet for the first time.

    Those come first that bring the most new pairs.
    """
    left, seen, found = list(product(*axes)), set(), []
    while left:
        best = max(left, key=lambda combination: len(pairs_in(combination) - seen))
        is_new = bool(pairs_in(best) - seen)
        found.append(pytest.param(*best, marks=() if is_new else pytest.mark.long))
        seen |= pairs_in(best)
        left.remove(best)
    return found


def some_of(values: Sequence[Any], *short: Any) -> list[Any]:
    """Parameters for all the values; the short run takes those in `short`, where the others go the same way."""
    return [pytest.param(value, marks=() if value in short else pytest.mark.long) for value in values]


def pairs_in(combination: Sequence[Any]) -> set[tuple]:
    """Each two of its values, with their places."""
    return set(combinations(enumerate(combination), 2))
