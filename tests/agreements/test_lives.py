"""Thousands of lives of an agreement, in memory. A failing one is lived again by its seed."""

import os

import pytest

from tests.agreements.lives import Life

FIRST_SEED = int(os.environ.get("HYPOTHESIS_SEED", 1)) * 100_000


def live(seed: int, steps: int) -> int:
    """Raises AssertionError at the first step that breaks a rule; returns how many there were."""
    life = Life(seed)
    try:
        return life.live(steps)
    except Exception as error:
        error.add_note("\n".join(life.log[-30:]))
        raise


@pytest.mark.parametrize("hundred", range(10))
def test_every_life_holds_what_was_foretold_and_charges_nobody_more(hundred):
    assert all(live(FIRST_SEED + hundred * 100 + number, steps=40) for number in range(100))


@pytest.mark.long
@pytest.mark.parametrize("thousand", range(20))
def test_twenty_thousand_lives(thousand):
    assert all(live(FIRST_SEED + 10_000 + thousand * 1000 + number, steps=40) for number in range(1000))
