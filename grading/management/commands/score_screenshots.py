"""`manage.py score_screenshots`: how well the reader reads a folder of pictures with a truth.json."""

import json
import resource
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.management.screenshots import load_reader, read_or_reason
from grading.screenshots.scores import Scored, as_table, summary_of
from grading.screenshots.truth import judge


class Command(BaseCommand):
    """Reads every picture that truth.json names and holds what was read against what it shows."""

    help = "Measure the reader on FOLDER, whose truth.json says what each picture shows. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the folder, and the form of the answer."""
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument("--json", action="store_true", help="the same as one JSON object")

    def handle(self, *_args: Any, folder: Path, json: bool, **_options: Any) -> None:
        """Read them one after the other, and count."""
        truth = _truth_of(folder)
        started = time.perf_counter()
        reader = load_reader()
        loaded = time.perf_counter() - started
        scored = []
        for file, shown in truth.items():
            started = time.perf_counter()
            reading = read_or_reason(reader, folder / file)
            seconds = time.perf_counter() - started
            judged = judge(None if isinstance(reading, str) else reading, shown)
            scored.append(Scored(file, shown["kind"] == "negative", seconds, tuple(judged)))
        summary = summary_of(scored, seconds_to_load=loaded, peak_megabytes=_peak_megabytes())
        self.stdout.write(_dumped(summary) if json else as_table(summary))


def _truth_of(folder: Path) -> dict[str, Any]:
    path = folder / "truth.json"
    try:
        truth = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} can't be read as JSON: {error}") from error
    if not isinstance(truth, dict) or not truth or not all(isinstance(one, dict) for one in truth.values()):
        raise CommandError(f"{path} should hold one object whose names are file names.")
    return truth


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # in kilobytes on Linux


def _dumped(summary: dict[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False, indent=1)
