"""The deeds with a run: begun from ticked rows, checked, started, worked on by jobs, undone."""

from bulk.actions.begin_run import begin_run, choose, retry_failed
from bulk.actions.discard_runs import discard_old_runs, discard_run
from bulk.actions.start_run import save_ticks, start_run
from bulk.actions.undo_run import send_now, undo_run
from bulk.actions.work import continue_runs, work_on

__all__ = [
    "begin_run", "choose", "continue_runs", "discard_old_runs", "discard_run", "retry_failed", "save_ticks", "send_now",
    "start_run", "undo_run", "work_on",
]  # fmt: skip
