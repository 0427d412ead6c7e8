"""Sends the mails that are due, without Celery and without the broker."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections

from notifications import delivery


class Command(BaseCommand):
    help = "Sends the mails that are due, without Celery and without the broker: once, or for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until it is stopped")
        parser.add_argument("--interval", type=float, default=10, help="seconds between two sweeps (default 10)")

    def handle(self, *args: Any, forever: bool, interval: float, **options: Any) -> None:
        if not forever:
            self.stdout.write(f"{sweep()} mails were handed over.")
            return
        while True:
            try:
                sweep()
            except Error as error:  # the database is away; it is asked again
                self.stderr.write(f"The sweep failed: {error}")
            close_old_connections()
            time.sleep(interval)


def sweep() -> int:
    """Run until nothing more can be handed over now."""
    total = 0
    while sent := delivery.deliver_due_emails():
        total += sent
    return total
