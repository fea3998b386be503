"""Loaded into a drill's worker: a reader that takes its time, and notes each picture that it has read to the end.

It stands in for the real one, which takes some seconds to load; what is drilled is everything around it.
"""

import hashlib
import os
import time
from pathlib import Path

from grading.screenshots.reading import ScreenshotReading
from grading.services.evidence import readings
from grading.services.evidence.readings import Reader


def read_slowly(content: bytes) -> ScreenshotReading:
    time.sleep(float(os.environ["SLOW_READER_SECONDS"]))
    with Path(os.environ["SLOW_READER_LOG"]).open("a") as log:
        log.write(f"{hashlib.sha256(content).hexdigest()}\n")
    return ScreenshotReading(width=64, height=48, reader_version="slow", picture_hash="0" * 64)


def load_slow_reader() -> Reader:
    return Reader(read_slowly, ValueError)


setattr(readings, "load_reader", load_slow_reader)  # noqa: B010  # a name that the real one has
