"""manage.py export_person: everything about one person, as a ZIP file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from privacy.export import export_person


class Command(BaseCommand):
    help = "Write everything that we have about the holder of an address to a ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("file", type=Path, help="the ZIP file to write; it must not be there yet")

    def handle(self, *args: Any, email: str, file: Path, **options: Any) -> None:
        with file.open("xb") as archive:
            archive.write(export_person(email=email))
        file.chmod(0o600)
        self.stdout.write(str(file))
