"""manage.py load_demo: the demo's data, and who can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from devtools.demo import cast
from devtools.demo.load import load_demo
from ground.mail_addresses import shown_address


class Command(BaseCommand):
    help = "Load the demo's data (once; running it again changes nothing) and print the sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")

    def handle(self, *args: Any, migrate: bool = False, **options: Any) -> None:
        if migrate:
            call_command("migrate", verbosity=0, interactive=False)
        load_demo()
        self.stdout.write(sign_ins())


def sign_ins() -> str:
    """The table of who can sign in where."""
    rows = [
        (worker.email, f"{worker.name}, {office.name}, {worker.role}")
        for office in cast.OFFICES
        for worker in office.workers
    ]
    rows += [(card.email, f"{card.contact_name}, {card.name} (Mine tjenester)") for card in cast.FJORDS_CARDS[:2]]
    rows.append((cast.PLATFORM_ADMINISTRATOR[1], f"platform administrator, {settings.BASE_URL}/admin/"))
    rows = [(shown_address(email), who) for email, who in rows]
    width = max(len(email) for email, _ in rows)
    lines = [f"  {email.ljust(width)}  {who}" for email, who in rows]
    return "\n".join(
        [
            f"Sign in at {settings.BASE_URL}/ with the password {cast.PASSWORD}:",
            *lines,
            f"The mails: {settings.BASE_URL}/epost/",
        ]
    )
