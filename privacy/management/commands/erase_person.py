"""manage.py erase_person: blank everything about one person but what an acceptance needs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ground.refusals import NotAllowed
from privacy.actions.erasure import erase_person


class Command(BaseCommand):
    help = "Blank what we have about the holder of an address. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--keep-contacts", action="store_true", help="leave the person on firms' client cards")
        parser.add_argument("--yes", action="store_true", help="do it; without, nothing is done")

    def handle(self, *args: Any, email: str, keep_contacts: bool, yes: bool, **options: Any) -> None:
        if not yes:
            raise CommandError(f"This blanks everything about {email} for good. Say --yes to do it.")
        try:
            erasure = erase_person(email=email, contacts=not keep_contacts)
        except NotAllowed as refusal:
            raise CommandError(refusal.sentence) from None
        for kind, count in erasure.counts.items():
            self.stdout.write(f"{kind}: {count}")
