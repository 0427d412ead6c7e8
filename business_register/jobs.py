"""What the clock does with the register's answers."""

from celery import Task, shared_task

from business_register import actions
from sweeps.runs import run_while_due


@shared_task(name="business_register.delete_old_answers", bind=True)
def delete_old_answers(job: Task) -> int:
    return run_while_due(job, actions.delete_old_answers)
