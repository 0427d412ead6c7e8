"""The tables of states: what they say is what the rules do, and each verb has somebody who may."""

import pytest

from agreements.rules import states
from agreements.rules.refusals import Refused
from agreements.rules.states import CHANGE, COLLABORATION, SUBSCRIPTION, follow
from agreements.rules.values import ChangeState, CollaborationState, SubscriptionState
from agreements.workflow import AGREEMENT_TABLES

TABLES = [(SUBSCRIPTION, SubscriptionState), (CHANGE, ChangeState), (COLLABORATION, CollaborationState)]
CASES = [(table, verb, state) for table, every in TABLES for verb in table for state in every]


@pytest.mark.parametrize(("table", "verb", "state"), CASES)
def test_a_verb_starts_only_where_its_table_says(table, verb, state):
    if state in table[verb].sources:
        assert follow(table, verb, state) == table[verb].target
    else:
        with pytest.raises(Refused):
            follow(table, verb, state)


@pytest.mark.parametrize(("table", "final"), [
    (SUBSCRIPTION, {states.OVER}),
    (COLLABORATION, {states.ENDED}),
    (CHANGE, {states.IN_FORCE, states.REFUSED, states.TAKEN_BACK, states.LAPSED}),
])  # fmt: skip
def test_what_is_over_is_final(table, final):
    assert not final & {source for arrow in table.values() for source in arrow.sources}
    assert final <= {arrow.target for arrow in table.values()}


def test_every_verb_has_somebody_who_may():
    for table, who in AGREEMENT_TABLES.values():
        assert set(table) == set(who)
        assert all(who.values())
