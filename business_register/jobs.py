"""What the clock does with the register's answers."""

from celery import shared_task

from business_register import actions


@shared_task(name="business_register.delete_old_answers")
def delete_old_answers() -> int:
    return actions.delete_old_answers()
