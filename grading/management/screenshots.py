"""Reading pictures at the command line, where the reader's libraries may not be installed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from grading.screenshots.pictures import NotReadable
from grading.screenshots.reading import ScreenshotReading

if TYPE_CHECKING:
    from grading.screenshots.reader import ScreenshotReader

Reader = Callable[[Path], ScreenshotReading]


def load_reader() -> "ScreenshotReader":
    """Load the models once; raises CommandError where what reads screenshots is not installed."""
    try:
        # By name, not by import: these commands are listed and explained also where the libraries are left out.
        module = import_module("grading.screenshots.reader")
    except ModuleNotFoundError as error:
        raise CommandError(
            f"{error.name} is not installed. What reads screenshots stands in requirements/evidence.txt."
        ) from error
    reader: ScreenshotReader = module.ScreenshotReader()
    return reader


def read_or_reason(reader: "ScreenshotReader", path: Path) -> ScreenshotReading | str:
    """The reading, or why there is none."""
    try:
        return reader.read(path)
    except NotReadable as error:
        return error.reason
