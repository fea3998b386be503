"""`manage.py read_screenshot`: what the reader sees in pictures. Needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from grading.management.screenshots import load_reader, read_or_reason
from grading.screenshots.reading import ScreenshotReading
from grading.screenshots.record import as_text, error_record, record_of


class Command(BaseCommand):
    """Reads each picture and says what it shows."""

    help = "Read screenshots of the Playground: epoch, losses, network and settings, as far as they can be seen."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the pictures, and the form of the answer."""
        parser.add_argument("files", metavar="FILE", nargs="+", help="a picture: PNG, JPEG or WebP")
        parser.add_argument("--json", action="store_true", help="one JSON object per picture and line")

    def handle(self, *_args: Any, files: list[str], json: bool, **_options: Any) -> None:
        """Read one picture after the other; one that can't be read is named on stderr and doesn't end the rest."""
        reader = load_reader()
        for file in files:
            reading = read_or_reason(reader, Path(file))
            if isinstance(reading, str):
                self.stderr.write(f"{file}: {reading}")
            self.stdout.write(_line(file, reading) if json else as_text(file, reading))
            self.stdout.flush()


def _line(file: str, reading: ScreenshotReading | str) -> str:
    if isinstance(reading, str):
        return json.dumps(error_record(file, reading), ensure_ascii=False)
    return json.dumps(record_of(file, reading), ensure_ascii=False, allow_nan=False)
