"""`manage.py export_person`: everything about one person in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.management.people import person
from grading.services.personal.export import export_person


class Command(BaseCommand):
    """Writes a zip file with rows in JSON and the person's pictures."""

    help = "Write everything that is kept about a person into a zip file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name whom and where to."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.zip", help="must not exist yet")

    def handle(self, *_args: Any, username: str, output: Path, **_options: Any) -> None:
        """Write the file, or say why not."""
        user = person(username)
        try:
            counts = export_person(user=user, target=output)
        except FileExistsError:
            raise CommandError(f"{output} exists: name a file that does not.") from None
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror or error}.") from None
        for label, count in counts.items():
            if count:
                self.stdout.write(f"{count:6} {label}")
        self.stdout.write(f"Written to {output}, readable by you only. It holds personal data: hand it over safely.")
