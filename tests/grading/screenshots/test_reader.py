"""The reader puts together what is read as text and what others see in the picture."""

import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image

from grading.screenshots.pictures import NotReadable, Picture
from grading.screenshots.reading import Box, Read
from grading.screenshots.record import READER_VERSION
from grading.screenshots.text_lines import TextLine

reader_module = pytest.importorskip("grading.screenshots.reader", reason="rapidocr is not installed")


def line(text: str, left: float, top: float) -> TextLine:
    right, bottom = left + 8 * len(text), top + 17
    return TextLine.at(text, 0.99, ((left, top), (right, top), (right, bottom), (left, bottom)))


LINES = (line("Learning rate", 100, 100), line("0.03", 100, 124), line("Activation", 250, 100), line("Tanh", 250, 124))


class Looker:
    """Sees the same lines in every look."""

    def lines(self, picture: Picture, *, stop_at: re.Pattern[str] | None = None) -> tuple[TextLine, ...]:
        return LINES

    def look_closer(self, picture: Picture, box: Box, *, enlarged: float) -> tuple[TextLine, ...]:
        return LINES


def picture() -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (600, 300), "white").save(encoded, "PNG")
    return encoded.getvalue()


def test_a_reading_says_by_which_reader_it_was_made_and_how_large_the_picture_is() -> None:
    reading = reader_module.ScreenshotReader(Looker()).read(picture())
    assert (reading.width, reading.height, reading.reader_version) == (600, 300, READER_VERSION)
    assert {name: read.value for name, read in reading.values.items()} == {"learning_rate": 0.03, "activation": "tanh"}
    assert reader_module.READER_VERSION == READER_VERSION


def test_what_is_seen_in_the_picture_stands_beside_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def see(pixels: Any, lines: Sequence[TextLine]) -> Read[str]:
        given.append((pixels.shape, {line.text for line in lines}))
        return Read("circle", "circle", 0.97)

    monkeypatch.setattr(reader_module, "read_dataset", see)
    reading = reader_module.ScreenshotReader(Looker()).read(picture())
    assert reading.dataset is not None and reading.dataset.value == "circle" and reading.activation is not None
    assert len(reading.picture_hash) == 64
    assert given == [((300, 600, 3), {line.text for line in LINES})]


def test_a_slide_that_lists_losses_is_not_called_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    slide = (line("Neural Networks", 90, 100), line("Test loss 0.152", 128, 300), line("Training loss 0.076", 128, 345))
    monkeypatch.setattr(reader_module, "is_playground", lambda lines, pixels: True)
    monkeypatch.setattr(Looker, "lines", lambda *_args, **_options: slide)
    monkeypatch.setattr(Looker, "look_closer", lambda *_args, **_options: slide)
    reading = reader_module.ScreenshotReader(Looker()).read(picture())
    assert reading.is_playground is None and reading.loss_test is None


def test_what_is_no_picture_is_not_readable() -> None:
    with pytest.raises(NotReadable, match="not a picture"):
        reader_module.ScreenshotReader(Looker()).read(b"no picture")
