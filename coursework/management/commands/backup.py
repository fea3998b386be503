"""Write a backup of everything, while the service runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coursework.backup.databases import DatabaseNotCopied
from coursework.backup.make import BackupRefused, make_backup


class Command(BaseCommand):
    """The database in one snapshot, every file it names, and the sums of all of it."""

    help = "Back up database and uploads into a new directory below DIRECTORY, while the service runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("directory", type=Path, help="where backups are kept; each gets a directory of its own")
        parser.add_argument("--name", help="name of the backup's own directory (default: the time)")

    def handle(self, *args: Any, directory: Path, name: str | None, **options: Any) -> None:
        """Make the backup; ends with an error if a file was lost before."""
        target = directory / (name or timezone.now().strftime("%Y-%m-%dT%H%M%SZ"))
        try:
            manifest = make_backup(target)
        except (BackupRefused, DatabaseNotCopied, OSError) as error:
            raise CommandError(str(error)) from None
        submissions = manifest.rows["coursework_submission"]
        self.stdout.write(f"{target}: {submissions} submissions, {manifest.files} files, checked by SHA256SUMS.")
        if manifest.missing:
            raise CommandError(f"{len(manifest.missing)} files that rows name are not in storage: see manifest.json.")
