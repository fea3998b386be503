"""Bring a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coursework.backup.databases import DatabaseNotCopied
from coursework.backup.restore import RestoreIncomplete, RestoreRefused, restore_backup


class Command(BaseCommand):
    """Checks every sum first, replaces database and files, then proves that all of it is there."""

    help = "Replace database and uploads by those of a backup. Stop web, workers, sweeper and courier first."
    requires_system_checks = []  # the database may be empty yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("backup", type=Path, help="the backup's own directory")
        parser.add_argument("--force", action="store_true", help="also over a database that is in use: it is replaced")

    def handle(self, *args: Any, backup: Path, force: bool, **options: Any) -> None:
        """Restore, and say what is there now."""
        try:
            restored = restore_backup(backup, force=force)
        except (RestoreRefused, RestoreIncomplete, DatabaseNotCopied) as error:
            raise CommandError(str(error)) from None
        manifest = restored.manifest
        self.stdout.write(
            f"As of {manifest.made_at}: {manifest.rows['coursework_submission']} submissions, {restored.files} files; "
            "every row counted, every file read. Now run: python manage.py migrate"
        )
        for name in manifest.missing:
            self.stderr.write(f"Was missing before the backup: {name}")
