"""The table of moves, and the page that is drawn from it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from collaboration import workflow
from collaboration.workflow import MOVES, Role, Status
from ground.refusals import NotAllowed


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("status", Status.values)
def test_a_move_starts_only_where_the_table_says(verb, status):
    step = MOVES[verb]

    if step.source == status:
        assert workflow.move(verb, status=status, roles={step.who}) is step
    else:
        with pytest.raises(NotAllowed):
            workflow.move(verb, status=status, roles={step.who})


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("who", Role)
def test_a_move_is_only_for_whom_the_table_says(verb, who):
    step = MOVES[verb]

    if step.who == who:
        assert workflow.move(verb, status=step.source, roles={who}) is step
    else:
        with pytest.raises(NotAllowed):
            workflow.move(verb, status=step.source, roles={who})


def test_closed_states_are_final():
    assert [verb for verb, step in MOVES.items() if step.source in workflow.CLOSED] == []


def test_the_drawn_page_is_what_the_code_says():
    call_command("draw_workflow", "--check")  # raises CommandError for a stale one

    page = Path(settings.BASE_DIR, "docs", "workflow.md").read_text()
    assert [verb for verb in MOVES if f"`{verb}`" not in page and verb not in page] == []
