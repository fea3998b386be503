"""A reader of screenshots for tests: it reads nothing, at once, and says what it was given."""

from collections.abc import Callable
from typing import Any

import pytest

from grading.screenshots.reading import ScreenshotReading
from grading.services.evidence import readings
from grading.services.evidence.readings import Reader

READING = ScreenshotReading(width=64, height=48, reader_version="test", is_playground=False, picture_hash="a" * 64)


class NotReadable(Exception):
    """As the real reader raises."""


def use_reader(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[bytes], ScreenshotReading] | Exception = lambda _: READING
) -> list[bytes]:
    """Put a reader in the place of the real one, or one that raises; returns the list of what it is given."""
    given: list[bytes] = []

    def note_and_read(content: bytes) -> ScreenshotReading:
        given.append(content)
        if isinstance(read, Exception):
            raise read
        return read(content)

    monkeypatch.setattr(readings, "load_reader", lambda: Reader(note_and_read, NotReadable))
    return given


def note_questions(monkeypatch: pytest.MonkeyPatch, *modules: Any, answer: int | None = None) -> list[int]:
    """Have nobody's checks asked for in these modules; returns the list of submissions they would be asked for."""
    asked: list[int] = []

    def ask(*, submission_id: int) -> int | None:
        asked.append(submission_id)
        return answer

    for module in modules or (readings,):
        monkeypatch.setattr(module, "ask_for_assessment", ask)
    return asked
